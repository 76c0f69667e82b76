"""Keeps the inbox from knowing how one finds what others still have to do in the cases a reader took part in."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_candidate, ru_participant, ru_task
from engine.definitions.library import DeployedLibrary
from engine.directory import reads
from engine.directory.visibility import offered_keys
from engine.queries.finding import has_word, words_of
from engine.queries.inbox import PER_PAGE, counts, inbox_row, mentioned, midnight
from engine.values import instant
from engine.views import Access, InboxPage

_t, _c = ru_task.c, ru_candidate.c


def page(
    connection: Connection,
    library: DeployedLibrary,
    access: Access,
    now: datetime,
    only: str,
    search: str,
    number: int,
    per_page: int = PER_PAGE,
) -> InboxPage:
    """Open tasks of others in cases the reader took part in, by due date. ``only``: "", overdue, today.

    Whoever took part in a case sees it, confidential or not: nothing here is told to anybody else.
    """
    number = max(1, min(number, 10_000))
    me = access.person.id
    took_part = sa.select(ru_participant.c.instance).where(ru_participant.c.person == me)
    offered_to_me = (
        sa.select(sa.literal(1))
        .where(_c.task == _t.id, _c.key.in_(offered_keys(access)), _c.claimed.is_(sa.false()))
        .correlate(ru_task)
        .exists()
    )
    query = sa.select(ru_task).where(
        _t.instance.in_(took_part), _t.assignee != me, _t.suspended.is_(sa.false()), ~offered_to_me
    )
    if only == "overdue":
        query = query.where(_t.due_sort < instant(now))
    elif only == "today":
        query = query.where(_t.due_sort >= instant(now), _t.due_sort < instant(midnight(now)))
    for word in words_of(connection, search):
        query = query.where(has_word(word))
    query = query.order_by(_t.due_sort, _t.id).limit(per_page + 1).offset((number - 1) * per_page)
    found = connection.execute(query).all()
    rows = tuple(inbox_row(row, library, now) for row in found[:per_page])
    to = offered(connection, [row.task for row in rows if not row.assignee])
    named = {key.removeprefix("person:") for keys in to.values() for key in keys if key.startswith("person:")}
    return InboxPage(
        rows,
        number,
        per_page,
        len(found) > per_page,
        counts(connection, access, now, "waiting"),
        reads.names(connection, named | mentioned(rows)),
        to,
    )


def offered(connection: Connection, tasks: list[str]) -> dict[str, tuple[str, ...]]:
    """task -> the keys (role@unit, person:ID) it is offered to."""
    keys: dict[str, list[str]] = defaultdict(list)
    query = sa.select(_c.task, _c.key).where(_c.task.in_(tasks)).order_by(_c.task, _c.key).distinct()
    for task, key in connection.execute(query):
        keys[task].append(key)
    return {task: tuple(found) for task, found in keys.items()}
