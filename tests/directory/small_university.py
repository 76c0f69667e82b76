"""A small university recorded by facts: two schools, three departments, a handful of people and their posts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from engine.commands import Appoint, RecordPerson, RecordUnit
from engine.directory import decide, projection
from engine.directory.permissions import FILE
from engine.facts import Fact

START = date(2026, 9, 1)
TODAY = date(2026, 10, 1)
ROLES: dict[str, str] = {
    role["code"]: role["scope"] for role in yaml.safe_load((FILE.parent / "roles.yaml").read_text(encoding="utf-8"))
}

UNITS = [
    ("univ", "university", None, "Университет"),
    ("asb", "section", "univ", "Академиялық сапа бөлімі"),
    ("eng", "school", "univ", "Инженерия мектебі"),
    ("eng-me", "department", "eng", "Машина жасау кафедрасы"),
    ("eng-cs", "department", "eng", "Әдіснама және есептеу кафедрасы"),
    ("eng-cs-6B06102", "programme", "eng-cs", "Компьютерлік ғылым"),
    ("law", "school", "univ", "Құқық мектебі"),
    ("law-civ", "department", "law", "Азаматтық құқық кафедрасы"),
]
PEOPLE = [
    ("p001", "Ысқақова Айгүл", "eng-cs"),
    ("p002", "Әбенов Нұрлан", "eng-cs"),
    ("p003", "Омаров Ерлан", "eng-me"),
    ("p004", "Өтеген Сәуле", "law-civ"),
    ("p005", "Құнанбаев Дәурен", "univ"),
    ("p006", "Kim Anna", "univ"),
    ("p007", "Абай Жанар", "eng"),
]
POSTS = [
    ("p001", "chair", "eng"),
    ("p002", "secretary", "eng"),
    ("p002", "member", "eng"),
    ("p003", "department", "eng-me"),
    ("p004", "dean", "law"),
    ("p005", "asb", "univ"),
    ("p006", "auditor", "univ"),
    ("p007", "member", "eng"),
    ("p007", "admin", "univ"),
]


def keep(conn: Connection, facts: list[Fact], entry: str = "directory/1") -> None:
    for fact in facts:
        projection.apply(conn, fact.kind, asdict(fact), entry)


def appoint(conn: Connection, person: str, role: str, unit: str, **rest: Any) -> str:
    """Appoint through the rules; the id tells who, what and where."""
    name: str = rest.pop("name", f"{person}-{role}-{unit}")
    command = Appoint(actor="system", person=person, role=role, unit=unit, **{"start": START, **rest})
    keep(conn, decide.decide_appoint(conn, command, appointment_id=name, roles=ROLES))
    return name


def record_unit(conn: Connection, unit: str, kind: str, parent: str | None, **rest: Any) -> None:
    names = rest.pop("names", {"kk": unit})
    command = RecordUnit(actor="system", unit=unit, kind=kind, parent=parent, names=names, **rest)
    keep(conn, decide.decide_unit(conn, command))


def record_person(conn: Connection, person: str, **rest: Any) -> None:
    command = RecordPerson(actor="system", person=person, **{"name": person, "unit": "eng", **rest})
    keep(conn, decide.decide_person(conn, command))


@contextmanager
def statements(conn: Connection) -> Iterator[list[str]]:
    """Collects the SQL that runs inside."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(conn, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(conn, "before_cursor_execute", note)


def settle(conn: Connection) -> None:
    """Record all of it, by the same rules that hold for everybody."""
    for unit, kind, parent, name in UNITS:
        record_unit(conn, unit, kind, parent, names={"kk": name, "en": f"{unit} in English"})
    for person, name, unit in PEOPLE:
        record_person(conn, person, name=name, unit=unit)
    for person, role, unit in POSTS:
        appoint(conn, person, role, unit)
