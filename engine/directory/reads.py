"""Keeps the rest from knowing how people, units and appointments are looked up. Every function is one statement.

Appointments count on a day when ``start <= day < end``. A person who is not active holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping, bindparam, false, or_, select
from sqlalchemy.engine import Connection

from engine.directory.tables import id_appointment, id_login, id_person, id_unit
from engine.views import Appointment, Person, Unit

ROOT, SCHOOL = "university", "school"
"""Unit kinds with a meaning of their own: the university itself, and the unit a case belongs to."""

_a, _p, _u = id_appointment.c, id_person.c, id_unit.c
_day = bindparam("day", type_=sa.String)
_in_force = sa.and_(_a.start <= _day, sa.or_(_a.end.is_(None), _a.end > _day))
_active = _p.active.is_(sa.true())

_KEYS = (
    select(_a.role, _a.unit, _a.id)
    .select_from(id_person.outerjoin(id_appointment, sa.and_(_a.person == _p.id, _in_force)))
    .where(_p.id == bindparam("person"), _active)
)
_IN_FORCE = select(id_appointment).where(_in_force).order_by(_a.start, _a.id)
_OF_PERSON = _IN_FORCE.where(_a.person == bindparam("person"))
_EXPIRED = (
    select(id_appointment)
    .where(
        _a.person == bindparam("person"),
        _a.role == bindparam("role"),
        _a.unit == bindparam("unit"),
        _a.end <= _day,
        _a.start < _a.end,
    )
    .order_by(_a.end.desc(), _a.id)
    .limit(1)
)
_HOLDERS = (
    select(_a.person)
    .distinct()
    .select_from(id_appointment.join(id_person, _a.person == _p.id))
    .where(_a.role == bindparam("role"), _a.unit == bindparam("unit"), _in_force, _active)
    .order_by(_a.person)
)
_APPOINTMENTS = (
    select(_a.id.label("appointment"), _a.person, _a.start, _a.end)
    .where(_a.role == bindparam("role"), _a.unit == bindparam("unit"), _in_force)
    .order_by(_a.start, _a.id)
)
_ALL_APPOINTMENTS = select(_a.role, _a.unit, _a.person, _a.start, _a.end).order_by(_a.start, _a.id)
_APPOINTMENT = select(id_appointment).where(_a.id == bindparam("appointment"))
_ENTRY = select(_a.entry).where(_a.id == bindparam("appointment"))
_PERSON = select(id_person).where(_p.id == bindparam("person"))
_HOME = select(_p.unit).where(_p.id == bindparam("person"))
_NAMES = select(_p.id, _p.name).where(_p.id.in_(bindparam("people", expanding=True)))
_UNIT = select(id_unit).where(_u.id == bindparam("unit"))
_PARENT = select(_u.parent).where(_u.id == bindparam("unit"))
_UNITS = select(id_unit).order_by(_u.id)


def _chain_up() -> sa.CTE:
    """The unit itself and everything above it: id, kind, parent, height."""
    up = (
        select(_u.id, _u.kind, _u.parent, sa.literal(0).label("height"))
        .where(_u.id == bindparam("unit"))
        .cte("up", recursive=True)
    )
    above = id_unit.alias()
    # Units never form a ring (decide_unit sees to it); the height only keeps a damaged table from looping for ever.
    return up.union_all(
        select(above.c.id, above.c.kind, above.c.parent, up.c.height + 1).where(
            above.c.id == up.c.parent, up.c.height < 50
        )
    )


_up = _chain_up()
_CHAIN = select(_up.c.id, _up.c.kind).order_by(_up.c.height)
_SCHOOL_OF = select(_up.c.id).where(_up.c.kind == SCHOOL).order_by(_up.c.height).limit(1)

_below = select(_u.id).where(_u.id == bindparam("under")).cte("below", recursive=True)
_child = id_unit.alias()
_below = _below.union(select(_child.c.id).where(_child.c.parent == _below.c.id))
_OF_KIND = select(id_unit).where(_u.kind == bindparam("kind"), _u.active.is_(sa.true())).order_by(_u.id)
_OF_KIND_UNDER = _OF_KIND.where(_u.id.in_(select(_below.c.id)))


def keys_of(conn: Connection, person: str, day: date) -> frozenset[str]:
    """What the person may be addressed as on that day: ``role@unit`` of each appointment, and ``person:ID``.

    Empty for somebody unknown or inactive.
    """
    return frozenset(granted(conn, person, day))


def granted(conn: Connection, person: str, day: date) -> dict[str, str]:
    """The same keys, each with the id of the appointment that gives it ("" for ``person:ID``)."""
    rows = conn.execute(_KEYS, {"person": person, "day": day.isoformat()}).all()
    if not rows:
        return {}
    return {f"person:{person}": "", **{f"{role}@{unit}": id for role, unit, id in rows if role is not None}}


def appointments_of(conn: Connection, person: str, day: date) -> tuple[Appointment, ...]:
    """The person's appointments in force, earliest first."""
    rows = conn.execute(_OF_PERSON, {"person": person, "day": day.isoformat()})
    return tuple(as_appointment(row) for row in rows.mappings())


def in_force(conn: Connection, day: date, people: Iterable[str] | None = None) -> tuple[Appointment, ...]:
    """Appointments in force on that day, earliest first; of everybody, or of some people, active or not."""
    query = _IN_FORCE if people is None else _IN_FORCE.where(_a.person.in_(list(people)))
    return tuple(as_appointment(row) for row in conn.execute(query, {"day": day.isoformat()}).mappings())


def holding_one_of(conn: Connection, day: date, wanted: Mapping[str, Collection[str] | None]) -> set[str]:
    """People who hold one of these roles on that day, in one of its units; None: in whichever."""
    held = [
        _a.role == role if units is None else (_a.role == role) & _a.unit.in_(sorted(units))
        for role, units in sorted(wanted.items())
    ]
    query = _IN_FORCE.with_only_columns(_a.person).order_by(None).where(or_(false(), *held)).distinct()
    return set(conn.execute(query, {"day": day.isoformat()}).scalars())


def ever_at(conn: Connection, unit: str, people: Iterable[str]) -> tuple[Appointment, ...]:
    """Appointments of these people in the unit, past and coming ones too, earliest first."""
    query = select(id_appointment).where(_a.unit == unit, _a.person.in_(list(people))).order_by(_a.start, _a.id)
    return tuple(as_appointment(row) for row in conn.execute(query).mappings())


def expired_of(conn: Connection, person: str, key: str, day: date) -> Appointment | None:
    """The person's last appointment to ``key`` ("role@unit") that was over by that day, if there was one."""
    role, _, unit = key.partition("@")
    row = conn.execute(_EXPIRED, {"person": person, "role": role, "unit": unit, "day": day.isoformat()}).mappings()
    found = row.first()
    return as_appointment(found) if found else None


def appointment(conn: Connection, appointment_id: str) -> Appointment | None:
    row = conn.execute(_APPOINTMENT, {"appointment": appointment_id}).mappings().first()
    return as_appointment(row) if row else None


def entry_of(conn: Connection, appointment_id: str) -> str:
    """The ledger entry ("STREAM/SEQ") that recorded the appointment; empty when unknown."""
    return conn.execute(_ENTRY, {"appointment": appointment_id}).scalar() or ""


def holders(conn: Connection, role: str, unit: str, day: date) -> list[str]:
    """The ids of the active people who hold the role in the unit on that day, ascending."""
    rows = conn.execute(_HOLDERS, {"role": role, "unit": unit, "day": day.isoformat()})
    return list(rows.scalars())


def appointments_to(conn: Connection, role: str, unit: str, day: date) -> list[Mapping[str, Any]]:
    """Every appointment to the role in the unit in force on that day: appointment, person, start, end (dates)."""
    rows = conn.execute(_APPOINTMENTS, {"role": role, "unit": unit, "day": day.isoformat()}).mappings()
    return [_dated(row) for row in rows]


def appointments_within(conn: Connection, school: str) -> list[dict[str, Any]]:
    """Every appointment in the school and its units, past and coming too: role, unit, person, start, end (dates)."""
    within: dict[str, bool] = {}
    found = []
    for row in conn.execute(_ALL_APPOINTMENTS).mappings():
        unit = row["unit"]
        if unit not in within:
            within[unit] = school_of(conn, unit) == school
        if within[unit]:
            found.append(_dated(row))
    return found


def _dated(row: Mapping[Any, Any]) -> dict[str, Any]:
    start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"]) if row["end"] else None
    return {**row, "start": start, "end": end}


def is_holder(conn: Connection, person: str, role: str, unit: str, day: date) -> bool:
    """Does the (active) person hold the role in the unit on that day?"""
    return f"{role}@{unit}" in keys_of(conn, person, day)


def school_of(conn: Connection, unit: str) -> str | None:
    """The school the unit is or lies in; None for the university, its sections and unknown units."""
    return conn.execute(_SCHOOL_OF, {"unit": unit}).scalar()


def chain(conn: Connection, unit: str) -> list[tuple[str, str]]:
    """(id, kind) of the unit and of everything above it, nearest first; empty for an unknown unit."""
    return [(row.id, row.kind) for row in conn.execute(_CHAIN, {"unit": unit})]


def parent_unit(conn: Connection, unit: str) -> str | None:
    return conn.execute(_PARENT, {"unit": unit}).scalar()


def unit(conn: Connection, unit_id: str) -> Unit | None:
    row = conn.execute(_UNIT, {"unit": unit_id}).mappings().first()
    return _unit(row) if row else None


def units(conn: Connection) -> dict[str, Unit]:
    """Every unit, inactive ones too (old cases name them)."""
    return {row["id"]: _unit(row) for row in conn.execute(_UNITS).mappings()}


def units_of_kind(conn: Connection, kind: str, under: str | None = None) -> tuple[Unit, ...]:
    """The active units of a kind, all of them or those at or below ``under``, by id."""
    rows = conn.execute(_OF_KIND_UNDER if under else _OF_KIND, {"kind": kind, "under": under})
    return tuple(_unit(row) for row in rows.mappings())


_HOLDS_THERE = sa.and_(_a.person == _p.id, _a.unit.in_(select(_below.c.id)), _in_force)
_STAFF = (
    select(_p.id)
    .where(
        _p.kind == "employee",
        _active,
        sa.or_(_p.unit.in_(select(_below.c.id)), select(_a.id).where(_HOLDS_THERE).exists()),
    )
    .order_by(_p.id)
)


def staff(conn: Connection, unit_id: str, day: date) -> list[str]:
    """The ids of the active employees of a unit and the units below it, ascending.

    Whose home is elsewhere belongs to them too while they hold a post there: somebody may teach in two schools.
    """
    return list(conn.execute(_STAFF, {"under": unit_id, "day": day.isoformat()}).scalars())


def schools(conn: Connection) -> tuple[str, ...]:
    """The ids of the active schools."""
    return tuple(unit.id for unit in units_of_kind(conn, SCHOOL))


def person(conn: Connection, person_id: str) -> Person | None:
    row = conn.execute(_PERSON, {"person": person_id}).mappings().first()
    return Person(**row) if row else None


def persons(conn: Connection, ids: Iterable[str] | None = None) -> dict[str, Person]:
    """The people with these ids, or everybody."""
    wanted = select(id_person).order_by(_p.id)
    if ids is not None:
        wanted = wanted.where(_p.id.in_(sorted(set(ids))))
    return {row["id"]: Person(**row) for row in conn.execute(wanted).mappings()}


def unit_of(conn: Connection, person_id: str) -> str | None:
    """The person's home unit."""
    return conn.execute(_HOME, {"person": person_id}).scalar()


def names(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """id -> name of the people among ``ids``; no statement for none."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: row.name for row in conn.execute(_NAMES, {"people": wanted})}


def login_of(conn: Connection, login: str) -> tuple[str, str] | None:
    """(person, argon2 digest) of a sign-in name of an active person, whatever its case."""
    found = conn.execute(
        select(id_login.c.person, id_login.c.digest)
        .join(id_person, _p.id == id_login.c.person)
        .where(id_login.c.login == login.strip().lower(), _active)
    ).first()
    return (found.person, found.digest) if found else None


def as_appointment(row: RowMapping) -> Appointment:
    """A stored row as what it stands for."""
    return Appointment(
        id=row["id"],
        person=row["person"],
        role=row["role"],
        unit=row["unit"],
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]) if row["end"] else None,
        basis=row["basis"],
    )


def _unit(row: RowMapping) -> Unit:
    return Unit(
        id=row["id"], kind=row["kind"], parent=row["parent"], names=json.loads(row["names"]), active=row["active"]
    )
