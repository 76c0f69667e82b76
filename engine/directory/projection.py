"""Keeps the rest from knowing how the directory's facts become rows: the same facts always give the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from engine.directory.tables import id_absence, id_appointment, id_login, id_person, id_unit
from engine.upserts import upsert
from engine.values import canonical

HANDLED = frozenset(
    {"unit_recorded", "person_recorded", "appointed", "appointment_ended", "absence_recorded", "absence_ended"}
)
"""The kinds of facts that ``apply`` turns into rows."""

REBUILT = (id_unit, id_person, id_appointment, id_absence)
"""The tables that follow from the facts alone. Sign-ins do not: their digests are never recorded."""


def apply(conn: Connection, fact_kind: str, data: Mapping[str, Any], entry: str = "") -> None:
    """Write one fact (its fields as recorded; dates ISO text). ``entry``: "STREAM/SEQ" of the entry that holds it.

    One statement. Raises KeyError for another kind of fact.
    """
    _WRITERS[fact_kind](conn, data, entry)


def clear(conn: Connection) -> None:
    """Empty what can be rebuilt."""
    for table in REBUILT:
        conn.execute(table.delete())


def write_login(conn: Connection, person: str, login: str, digest: str) -> None:
    """Set the person's one sign-in; an earlier name of theirs is given up."""
    name = login.strip().lower()
    conn.execute(id_login.delete().where(id_login.c.person == person, id_login.c.login != name))
    upsert(conn, id_login, {"login": name, "person": person, "digest": digest})


def _unit(conn: Connection, data: Mapping[str, Any], _entry: str) -> None:
    row = {
        "id": data["unit"],
        "kind": data["unit_kind"],
        "parent": data["parent"],
        "names": canonical(dict(data["names"])),
        "active": data["active"],
    }
    upsert(conn, id_unit, row)


def _person(conn: Connection, data: Mapping[str, Any], _entry: str) -> None:
    row = {name: data[name] for name in ("name", "unit", "position", "email", "language", "active")}
    upsert(conn, id_person, row | {"id": data["person"], "kind": data["person_kind"]})


def _appointed(conn: Connection, data: Mapping[str, Any], entry: str) -> None:
    row = {name: data[name] for name in ("person", "role", "unit", "start", "end", "basis")}
    conn.execute(id_appointment.insert(), row | {"id": data["appointment"], "entry": entry})


def _ended(conn: Connection, data: Mapping[str, Any], _entry: str) -> None:
    conn.execute(id_appointment.update().where(id_appointment.c.id == data["appointment"]).values({"end": data["end"]}))


def _absent(conn: Connection, data: Mapping[str, Any], entry: str) -> None:
    row = {name: data[name] for name in ("person", "substitute", "appointment", "start", "end", "basis")}
    conn.execute(id_absence.insert(), row | {"id": data["absence"], "ended": "", "entry": entry})


def _back(conn: Connection, data: Mapping[str, Any], _entry: str) -> None:
    told = {"end": data["end"], "ended": data["reason"]}
    conn.execute(id_absence.update().where(id_absence.c.id == data["absence"]).values(told))


_WRITERS = {
    "unit_recorded": _unit,
    "person_recorded": _person,
    "appointed": _appointed,
    "appointment_ended": _ended,
    "absence_recorded": _absent,
    "absence_ended": _back,
}
