"""Names for the administrator whom no letter can reach: people whom open tasks wait for, without an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_candidate, ru_task
from engine.directory.sorting import alphabet_key
from engine.directory.tables import id_person
from engine.mail.recipients import holding


@dataclass(frozen=True, slots=True)
class Unreached:
    """``tasks``: how many open tasks wait for them; which is not the administrator's to know."""

    person: str
    name: str
    tasks: int


def unreached(conn: Connection, day: date, most: int = 200) -> Sequence[Unreached]:
    """By name."""
    p, t, c = id_person.c, ru_task.c, ru_candidate.c
    silent = {row.id: row.name for row in conn.execute(sa.select(p.id, p.name).where(p.active, p.email == ""))}
    if not silent:
        return []
    open_now = sa.select(t.assignee, sa.func.count().label("n")).where(t.suspended.is_(sa.false()))
    waiting = Counter(
        {row.assignee: int(row.n) for row in conn.execute(open_now.where(t.assignee.in_(silent)).group_by(t.assignee))}
    )
    offered = (
        sa.select(c.key, c.task)
        .join(ru_task, t.id == c.task)
        .where(t.assignee == "", c.claimed.is_(sa.false()), t.suspended.is_(sa.false()))
    )
    tasks: dict[str, set[str]] = {}
    for row in conn.execute(offered):
        tasks.setdefault(row.key, set()).add(row.task)
    mine: dict[str, set[str]] = {}
    for key, found in tasks.items():
        for person in holding(conn, [key], day) & set(silent):
            mine.setdefault(person, set()).update(found)
    waiting.update({person: len(found) for person, found in mine.items()})
    rows = [Unreached(person, silent[person], count) for person, count in waiting.items()]
    return sorted(rows, key=lambda one: (alphabet_key(one.name), one.person))[:most]
