"""Keeps letters from knowing whom something concerns: holders of its keys, who stands in, what each has chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.access import id_setting
from engine.database import ru_candidate
from engine.directory import reads
from engine.directory.tables import id_absence, id_person
from engine.preferences import SETTINGS


def own(conn: Connection, keys: Iterable[str], day: date) -> set[str]:
    """Who holds these keys on that day in their own right."""
    found: set[str] = set()
    for key in keys:
        role, _, unit = key.partition("@")
        if unit:
            found.update(reads.holders(conn, role, unit, day))
        elif key.startswith("person:"):
            found.add(key.removeprefix("person:"))
    return found


def holding(conn: Connection, keys: Iterable[str], day: date) -> set[str]:
    """Who is offered a task with these keys on that day, in their own right or in somebody's stead."""
    found = own(conn, keys, day)
    a, today = id_absence.c, day.isoformat()
    away = sa.select(a.substitute).where(a.person.in_(found), a.substitute != "", a.start <= today, a.end > today)
    return found | (set(conn.execute(away).scalars()) if found else set())


def concerned(conn: Connection, task: str, assignee: str, day: date) -> set[str]:
    """Whom an open task waits for today."""
    if assignee:
        return {assignee}
    keys = conn.execute(sa.select(ru_candidate.c.key).where(ru_candidate.c.task == task).distinct()).scalars()
    return holding(conn, keys, day)


def choosing(conn: Connection, people: Iterable[str], setting: str, way: str) -> set[str]:
    """Those of the active people with an address whose ``setting`` is ``way``, by choice or by default."""
    wanted = set(people)
    if not wanted:
        return set()
    p, s = id_person.c, id_setting.c
    reached = set(conn.execute(sa.select(p.id).where(p.id.in_(wanted), p.active, p.email != "")).scalars())
    rows = conn.execute(sa.select(s.person, s.value).where(s.name == setting, s.person.in_(reached))).all()
    default, allowed = SETTINGS[setting]
    chosen: Mapping[str, str] = {row.person: row.value for row in rows if row.value in allowed}
    return {one for one in reached if chosen.get(one, default) == way}
