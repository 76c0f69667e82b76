"""Keeps the inbox from knowing how a person's own marks lie in the database: seen, put off until a day, saved filters.

They change nothing for anybody else and are not in the record. Marks of tasks that are gone are swept on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Table, Text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.bus import Bus
from engine.database import code, metadata, reading, ru_task
from engine.errors import Invalid
from engine.upserts import upsert
from engine.values import ALMATY, instant, moment

id_snooze = Table(
    "id_snooze", metadata, code("person", primary_key=True), code("task", primary_key=True), code("until")
)
id_seen = Table("id_seen", metadata, code("person", primary_key=True), code("task", primary_key=True), code("at"))
id_filter = Table(
    "id_filter",
    metadata,
    code("person", primary_key=True),
    Column("name", Text, primary_key=True),
    Column("asked", Text, nullable=False),  # view, only and words as a query string
    Column("first", Boolean, nullable=False),  # opens with the inbox
)

LONGEST = timedelta(days=366)
MOST_FILTERS = 12
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class SavedFilter:
    name: str
    asked: str
    first: bool


class Marks:
    """Writes marks of one person at a time."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def see(self, person: str, task: str) -> None:
        """The person has opened the task. A database that is busy leaves it as new: the page is worth more."""
        values = {"person": person, "task": task, "at": instant(self._bus.clock())}
        with reading(self._bus.database) as connection:
            known = sa.select(id_seen.c.at).where(id_seen.c.person == person, id_seen.c.task == task)
            if connection.execute(known).first() is not None:
                return
        with suppress(OperationalError, IntegrityError):
            self._bus.in_transaction(lambda connection: _see(connection, values))

    def unsee(self, person: str, task: str) -> None:
        self._bus.execute(sa.delete(id_seen).where(id_seen.c.person == person, id_seen.c.task == task))

    def snooze(self, person: str, task: str, due: datetime | None, day: date) -> None:
        """Out of the inbox until the day begins; it comes back by itself, and as new. Raises Invalid."""
        now = self._bus.clock()
        until = datetime.combine(day, time(0), ALMATY) if date.min < day < date.max else now
        if until <= now:
            raise Invalid(problems={"until": "snooze_not_ahead"})
        if until - now > LONGEST:
            raise Invalid(problems={"until": "snooze_too_long"})
        if due is not None and until > due:
            raise Invalid(problems={"until": "snooze_after_due"})
        values = {"person": person, "task": task, "until": instant(until)}

        def work(connection: Connection) -> None:
            gone = sa.select(ru_task.c.id).where(ru_task.c.id == id_snooze.c.task).exists()
            connection.execute(sa.delete(id_snooze).where(id_snooze.c.person == person, ~gone))
            upsert(connection, id_snooze, values)
            connection.execute(sa.delete(id_seen).where(id_seen.c.person == person, id_seen.c.task == task))

        self._bus.in_transaction(work)

    def wake(self, person: str, task: str) -> None:
        """Back into the inbox at once."""
        self._bus.execute(sa.delete(id_snooze).where(id_snooze.c.person == person, id_snooze.c.task == task))

    def filters(self, person: str) -> tuple[SavedFilter, ...]:
        q = id_filter.c
        with reading(self._bus.database) as connection:
            rows = connection.execute(sa.select(q.name, q.asked, q.first).where(q.person == person).order_by(q.name))
            return tuple(SavedFilter(*row) for row in rows)

    def keep_filter(self, person: str, name: str, asked: str, *, first: bool) -> None:
        """Under its name; the same name again replaces it. One filter at most is the first. Raises Invalid."""
        name = " ".join(name.split())
        if not name:
            raise Invalid(problems={"name": "filter_name_missing"})
        if len(name) > LONGEST_NAME:
            raise Invalid(problems={"name": "filter_name_long"})
        known = {one.name for one in self.filters(person)}
        if name not in known and len(known) >= MOST_FILTERS:
            raise Invalid(problems={"name": "filter_too_many"})
        values = {"person": person, "name": name, "asked": asked[:1000], "first": first}

        def work(connection: Connection) -> None:
            if first:
                connection.execute(sa.update(id_filter).where(id_filter.c.person == person).values(first=False))
            upsert(connection, id_filter, values)

        self._bus.in_transaction(work)

    def drop_filter(self, person: str, name: str) -> None:
        self._bus.execute(sa.delete(id_filter).where(id_filter.c.person == person, id_filter.c.name == name))


@dataclass(frozen=True, slots=True)
class PutOff:
    """A task put off, and by which of a reader's lists it would be shown otherwise."""

    task: str
    until: datetime
    lists: frozenset[str]
    due_sort: str


def put_off(
    connection: Connection, person: str, keys: Sequence[str], stands: Mapping[str, set[str]], now: datetime
) -> tuple[PutOff, ...]:
    """What the person has put off and could do now, what comes back first first. ``stands``: key -> absent people."""
    asked = {"person": person, "now": instant(now)}
    if connection.execute(_ANY, asked).first() is None:
        return ()
    found: dict[str, tuple[Any, set[str]]] = {}
    for row in connection.execute(_PUT_OFF, {**asked, "keys": [*keys, *stands]}):
        _, lists = found.setdefault(row.task, (row, {"mine"} if row.assignee == person else set()))
        if row.key is None:
            continue
        if not row.claimed and row.key in keys:
            lists.add("mine" if row.key == f"person:{person}" else "role")
        if row.key in stands and (not row.claimed or row.assignee in stands[row.key]):
            lists.add("substitute")
    return tuple(
        PutOff(row.task, moment(row.until), frozenset(lists), row.due_sort) for row, lists in found.values() if lists
    )


_ANY = sa.text("SELECT 1 FROM id_snooze WHERE person = :person AND until > :now LIMIT 1")
_PUT_OFF = sa.text(
    "SELECT z.task, z.until, t.assignee, t.due_sort, c.key, c.claimed FROM id_snooze z JOIN ru_task t ON t.id = z.task "
    "LEFT JOIN ru_candidate c ON c.task = z.task AND c.key IN :keys "
    "WHERE z.person = :person AND z.until > :now AND t.suspended = false ORDER BY z.until, z.task"
).bindparams(sa.bindparam("keys", expanding=True))


def _see(connection: Connection, values: Mapping[str, str]) -> None:
    gone = sa.select(ru_task.c.id).where(ru_task.c.id == id_seen.c.task).exists()
    connection.execute(sa.delete(id_seen).where(id_seen.c.person == values["person"], ~gone))
    upsert(connection, id_seen, values)
