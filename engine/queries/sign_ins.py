"""Keeps the demonstration's sign-in page from knowing tables: who may be signed in as, and with which password."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from engine.directory import reads
from engine.directory.tables import id_login

FACULTY = Path(__file__).parents[2] / "processes" / "regulation" / "demo" / "faculty.yaml"

SignIns = list[tuple[str, str, tuple[str, ...]]]


def sign_ins(connection: Connection, day: date) -> SignIns:
    """(login, name, posts held on ``day`` as ``role@unit``) of everybody active who has a login, by login."""
    logins = connection.execute(sa.select(id_login.c.login, id_login.c.person).order_by(id_login.c.login)).all()
    people = reads.persons(connection, [row.person for row in logins])
    return [
        (row.login, people[row.person].name, _posts(connection, row.person, day))
        for row in logins
        if row.person in people and people[row.person].active
    ]


def _posts(connection: Connection, person: str, day: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{post.role}@{post.unit}" for post in reads.appointments_of(connection, person, day)))


def password() -> str:
    """The one password of the demonstration; it stands in its data, a real installation has none."""
    return str(yaml.safe_load(FACULTY.read_text(encoding="utf-8"))["password"])
