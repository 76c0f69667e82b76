"""Decides which letters arise: a cursor over the record for what was offered, cursors over time for what falls due.

A letter's name follows from what it is about, so reading a stretch twice writes nothing twice. The cursors begin where
the installation stands when letters are first switched on: the past writes to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.answers import working_calendar
from engine.database import hi_entry, is_sqlite, ru_candidate, ru_task
from engine.history.streams import INSTANCE
from engine.mail import beside
from engine.mail.envelope import name_of
from engine.mail.recipients import choosing, concerned, holding
from engine.mail.tables import ou_cursor, ou_letter
from engine.notes.tables import vw_mention
from engine.upserts import inserting
from engine.values import ALMATY, day_in_almaty, instant, moment

STALE = timedelta(days=3)
"""After an outage longer than this the inbox tells more than letters about what was offered then."""
MORNING = time(8)
_BATCH = 500


def settled(conn: Connection) -> int:
    """The last entry before which none can appear any more. In a short transaction of its own.

    PostgreSQL gives out ids before the commit: for a moment it is waited for writers under way. Raises OperationalError
    when they take long; then the next beat looks again.
    """
    if not is_sqlite(conn):
        conn.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
        conn.exec_driver_sql("LOCK TABLE hi_entry IN SHARE ROW EXCLUSIVE MODE")
    return int(conn.execute(sa.select(sa.func.max(hi_entry.c.id))).scalar() or 0)


def stirring(conn: Connection, now: datetime) -> bool:
    """May a letter be due to be written? Only read, so that nobody who writes is held up while nothing happens."""
    ledger = conn.execute(sa.select(ou_cursor.c.value).where(ou_cursor.c.name == "ledger")).scalar()
    if ledger is None or int(conn.execute(sa.select(sa.func.max(hi_entry.c.id))).scalar() or 0) > int(ledger):
        return True
    cursors = {row.name: row.value for row in conn.execute(sa.select(ou_cursor.c.name, ou_cursor.c.value))}
    t = ru_task.c
    due = sa.select(t.id).where(t.due > cursors.get("overdue", instant(now)), t.due <= instant(now))
    if conn.execute(due.where(t.suspended.is_(sa.false())).limit(1)).first() is not None:
        return True
    return _is_morning(conn, cursors.get("morning", instant(now)), now)


def arise(conn: Connection, now: datetime, upto: int) -> dict[str, set[str]]:
    """Write every letter that is due to be written; answers which cases moved past which elements.

    ``upto``: from ``settled``. In the caller's transaction.
    """
    ledger = _cursor(conn, "ledger")
    if ledger is None:
        _begin(conn, now, upto)
        return {}
    moved = _offered(conn, int(ledger), upto, now)
    _overdue(conn, now)
    _morning(conn, now)
    return moved


def write(conn: Connection, kind: str, person: str, about: str, now: datetime, *, name: tuple[str, ...]) -> None:
    """One letter, once: the same name is not written again."""
    row = {"id": name_of(kind, *name), "kind": kind, "person": person, "about": about, "at": instant(now)}
    rest = {"due": instant(now), "state": "waiting", "tries": 0, "lease": None, "reason": ""}
    conn.execute(inserting(conn, ou_letter).values(**row, **rest).on_conflict_do_nothing())


def _cursor(conn: Connection, name: str) -> str | None:
    query = sa.select(ou_cursor.c.value).where(ou_cursor.c.name == name)
    if not is_sqlite(conn):
        query = query.with_for_update()
    return conn.execute(query).scalar()


def _move(conn: Connection, name: str, value: str) -> None:
    conn.execute(sa.update(ou_cursor).where(ou_cursor.c.name == name).values(value=value))


def _begin(conn: Connection, now: datetime, upto: int) -> None:
    begun = {"ledger": str(upto), "overdue": instant(now), "soon": horizon(conn, now), "morning": instant(now)}
    rows = [{"name": name, "value": value} for name, value in begun.items()]
    conn.execute(inserting(conn, ou_cursor).values(rows).on_conflict_do_nothing())


def _offered(conn: Connection, after: int, upto: int, now: datetime) -> dict[str, set[str]]:
    """Follow the record: tasks offered and given. Nobody is told of what they themselves gave to themselves."""
    e = hi_entry.c
    query = sa.select(e.id, e.stream, e.seq, e.at, e.actor, e.body).where(e.id > after, e.id <= upto).order_by(e.id)
    moved: dict[str, set[str]] = {}
    last = after
    for row in conn.execute(query.limit(_BATCH)).all():
        last = row.id
        if not row.stream.startswith(INSTANCE):
            _beside(conn, row, now)
            continue
        instance = row.stream.partition(":")[2]
        left = moved.setdefault(instance, set())
        for kind, told in json.loads(row.body)["facts"]:
            if kind == "element_left":
                left.add(told["element"])
                continue
            if now - moment(row.at) > STALE:
                continue
            if kind == "task_offered":
                keys = [f"person:{told['assignee']}"] if told["assignee"] else told["keys"]
                people = holding(conn, keys, day_in_almaty(now))
            elif kind == "task_assigned":
                people = {told["person"]}
            else:
                continue
            task = f"{instance}.{told['token']}"
            _tell(conn, "assigned", task, people - {row.actor}, now, f"{row.stream}/{row.seq}")
    if last != after:
        _move(conn, "ledger", str(last))
    return moved


def _beside(conn: Connection, row: Any, now: datetime) -> None:
    """What an entry beside the cases tells somebody of."""
    if now - moment(row.at) > STALE:
        return
    for kind, fact in json.loads(row.body)["facts"]:
        for what, about, people in beside.told(conn, row.stream, kind, fact, row.actor, day_in_almaty(now)):
            for person in sorted(people):
                write(conn, what, person, about, now, name=(person, about))


def _overdue(conn: Connection, now: datetime) -> None:
    since = _cursor(conn, "overdue") or instant(now)
    _due(conn, "overdue", since, instant(now), now)
    if since < instant(now):
        _move(conn, "overdue", instant(now))


def _morning(conn: Connection, now: datetime) -> None:
    """Once on each working day: what falls due by the end of the next one, and the digests."""
    local = now.astimezone(ALMATY)
    since = _cursor(conn, "morning") or instant(now)
    if not _is_morning(conn, since, now):
        return
    soon = horizon(conn, now)
    _due(conn, "due_soon", max(_cursor(conn, "soon") or "", instant(now)), soon, now)
    _move(conn, "soon", soon)
    people = set(conn.execute(sa.select(ru_task.c.assignee).where(ru_task.c.assignee != "").distinct()).scalars())
    open_keys = sa.select(ru_candidate.c.key).where(ru_candidate.c.claimed.is_(sa.false())).distinct()
    people |= holding(conn, conn.execute(open_keys).scalars().all(), local.date())
    people |= set(conn.execute(sa.select(vw_mention.c.person).where(vw_mention.c.at > since).distinct()).scalars())
    for person in sorted(choosing(conn, people, "notify.digest", "digest")):
        write(conn, "digest", person, since, now, name=(person, local.date().isoformat()))
    _move(conn, "morning", instant(now))


def _is_morning(conn: Connection, since: str, now: datetime) -> bool:
    """Has a working day begun of which nothing was told yet?"""
    local = now.astimezone(ALMATY)
    if day_in_almaty(moment(since)) >= local.date() or local.time() < MORNING:
        return False
    return working_calendar(conn).is_working(local.date())


def _due(conn: Connection, kind: str, after: str, upto: str, now: datetime) -> None:
    t = ru_task.c
    query = sa.select(t.id, t.due, t.assignee).where(t.due > after, t.due <= upto, t.suspended.is_(sa.false()))
    for row in conn.execute(query.order_by(t.due, t.id)).all():
        _tell(conn, kind, row.id, concerned(conn, row.id, row.assignee, day_in_almaty(now)), now, row.due)


def _tell(conn: Connection, kind: str, task: str, people: Iterable[str], now: datetime, occasion: str) -> None:
    for person in sorted(choosing(conn, people, f"notify.{kind}", "at_once")):
        write(conn, kind, person, task, now, name=(person, task, occasion))


def horizon(conn: Connection, now: datetime) -> str:
    """The end of the next working day: what falls due until then is due soon."""
    following = working_calendar(conn).after(day_in_almaty(now), 1) + timedelta(days=1)
    return instant(datetime.combine(following, time(), ALMATY))
