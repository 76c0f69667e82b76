"""Keeps the rest from knowing how absences are found, and who stands in for whom on a day.

A substitute has the keys of the absent person's appointments: never the rights of a role, never what was asked of the
person by name, and nothing of what that person does in somebody else's stead. Whoever is away stands in for nobody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.engine import Connection

from engine.directory.permissions import permissions
from engine.directory.tables import id_absence, id_appointment, id_person
from engine.stand_ins import Absence, StandIn

_b, _a, _p = id_absence.c, id_appointment.c, id_person.c
_day = bindparam("day", type_=sa.String)
_away = id_absence.alias("away")
_STANDING_IN = (
    select(_a.role, _a.unit, _a.id, _b.person, _b.id.label("absence"), _b.end)
    .select_from(
        id_absence.join(id_person, _p.id == _b.person).join(
            id_appointment,
            sa.and_(_a.person == _b.person, sa.or_(_b.appointment == "", _b.appointment == _a.id)),
        )
    )
    .where(
        _b.substitute == bindparam("person"),
        _b.start <= _day,
        _b.end > _day,
        _p.active.is_(sa.true()),
        _a.start <= _day,
        sa.or_(_a.end.is_(None), _a.end > _day),
        ~sa.exists().where(_away.c.person == bindparam("person"), _away.c.start <= _day, _away.c.end > _day),
    )
    .order_by(_a.role, _a.unit, _b.person)
)
_AWAY = select(id_absence).where(_b.person == bindparam("person"), _b.start <= _day, _b.end > _day)
_OF = (
    select(id_absence)
    .where(sa.or_(_b.person == bindparam("person"), _b.substitute == bindparam("person")))
    .order_by(_b.start.desc(), _b.id)
)


def standing_in(conn: Connection, person: str, day: date) -> tuple[StandIn, ...]:
    """The keys the person acts for in somebody's stead on that day. One statement."""
    rows = conn.execute(_STANDING_IN, {"person": person, "day": day.isoformat()})
    return tuple(
        StandIn(f"{row.role}@{row.unit}", row.person, row.id, row.absence, date.fromisoformat(row.end))
        for row in rows
        if row.role not in permissions().personal
    )


def stood_in(conn: Connection, person: str, keys: list[str], day: date) -> date | None:
    """When a substitution that gave the person one of the keys was over by that day; None when there was none."""
    query = (
        select(_a.role, _a.unit, _b.end)
        .join(id_appointment, sa.and_(_a.person == _b.person, sa.or_(_b.appointment == "", _b.appointment == _a.id)))
        .where(_b.substitute == person, _b.end <= day.isoformat(), _b.end > _b.start, _a.start < _b.end)
        .order_by(_b.end.desc())
    )
    ended = (row.end for row in conn.execute(query) if f"{row.role}@{row.unit}" in keys)
    return next(map(date.fromisoformat, ended), None)


def is_away(conn: Connection, person: str, day: date) -> bool:
    return conn.execute(_AWAY, {"person": person, "day": day.isoformat()}).first() is not None


def away_until(conn: Connection, person: str, day: date) -> date | None:
    """The first day without an absence after one that counts on the day; None when there is none on it."""
    back: date | None = None
    query = select(_b.start, _b.end).where(_b.person == person, _b.end > day.isoformat(), _b.end > _b.start)
    for row in conn.execute(query.order_by(_b.start, _b.end)):
        if row.start > (back or day).isoformat():
            break
        back = max(back or day, date.fromisoformat(row.end))
    return back


def absence(conn: Connection, id: str) -> Absence | None:
    row = conn.execute(select(id_absence).where(_b.id == id)).mappings().first()
    return as_absence(row) if row else None


def absences_of(conn: Connection, person: str) -> tuple[Absence, ...]:
    """Every absence of the person, and every one in which they stand in; latest first."""
    return tuple(as_absence(row) for row in conn.execute(_OF, {"person": person}).mappings())


def overlapping(conn: Connection, start: date, end: date, **who: Any) -> tuple[Absence, ...]:
    """The absences that share a day with [start, end); ``who``: values of columns."""
    query = select(id_absence).where(
        _b.start < end.isoformat(), _b.end > start.isoformat(), _b.end > _b.start,
        *(id_absence.c[name] == value for name, value in who.items()),
    )  # fmt: skip
    return tuple(as_absence(row) for row in conn.execute(query.order_by(_b.start, _b.id)).mappings())


def as_absence(row: RowMapping) -> Absence:
    """A stored row as what it stands for."""
    told = {name: row[name] for name in ("id", "person", "substitute", "appointment", "basis", "ended")}
    return Absence(**told, start=date.fromisoformat(row["start"]), end=date.fromisoformat(row["end"]))
