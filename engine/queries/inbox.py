"""Keeps the pages from knowing how an inbox of any size is read in the same time: one indexed range per key.

A reader's keys are few; each gives its first rows by due date, the union of those is cut to a page. Search goes by
the stems of words, each an index of its own; nothing is counted beyond a thousand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_candidate, ru_instance, ru_task
from engine.definitions.library import DeployedLibrary
from engine.delegations import owners
from engine.directory import reads
from engine.directory.visibility import case_condition
from engine.marks import PutOff, put_off
from engine.queries import finding
from engine.values import ALMATY, day_in_almaty, instant, moment
from engine.views import Access, InboxPage, InboxRow, Names

PER_PAGE = 50
COUNT_LIMIT = 1_000
_TASK = (
    "t.id, t.instance, t.element, t.definition, t.process_key, t.business_key, t.school, t.title, t.about, t.due, "
    "t.created, t.assignee, t.follow_up, t.priority"
)

_NEW = "n.at IS NULL AS unread"
_SEEN = "LEFT JOIN id_seen n ON n.person = :me AND n.task = t.id"


def page(
    connection: Connection,
    library: DeployedLibrary,
    access: Access,
    now: datetime,
    view: str,
    only: str,
    search: str,
    number: int,
    per_page: int = PER_PAGE,
) -> InboxPage:
    """One page by due date, of what is due at once by priority.

    ``view``: mine, role, or substitute (what others who are away are offered or hold); ``only``: "", overdue, today,
    unread, claimed, unclaimed. What the reader has put off is left out until its day.
    """
    number = max(1, min(number, 10_000))
    off = _put_off(connection, access, now)
    me, found = access.person.id, _found(connection, access, now, view, only, search, number, per_page, off)
    rows = tuple(inbox_row(row, library, now) for row in found[:per_page])
    stead = _steads(connection, access, rows) if view == "substitute" and rows else {}
    theirs = owners(connection, [row.task for row in rows if row.assignee == me])
    named = mentioned(rows) | {*stead.values(), *theirs.values()}
    people = reads.names(connection, named)
    told = counts(connection, access, now, view, off)
    return InboxPage(rows, number, per_page, len(found) > per_page, told, people, owners=theirs, stead=stead)


def listed(
    connection: Connection, access: Access, now: datetime, view: str, only: str, search: str, most: int
) -> tuple[str, ...]:
    """The ids of what mine, role or substitute lists, from the first on: an open page asks for them now and then."""
    off = _put_off(connection, access, now)
    found = _found(connection, access, now, view, only, search, 1, most, off)
    return tuple(row.id for row in found[:most])


def _found(
    connection: Connection,
    access: Access,
    now: datetime,
    view: str,
    only: str,
    search: str,
    number: int,
    per_page: int,
    off: Sequence[PutOff],
) -> Sequence[Any]:
    """The rows of one page, and one more if there is a next page."""
    arms, mine = _arms(access, view, only), view == "mine" and only != "unclaimed"
    me = access.person.id
    stands = access.stands if view == "substitute" and only != "unclaimed" else ()
    bounds = _bounds(now, only)
    marks = tuple(name for name, asked in (("awake", off), ("unread", only == "unread")) if asked)
    shape = (*sorted(bounds), *marks)
    words = finding.words_of(connection, search)
    offset = (number - 1) * per_page
    parameters: dict[str, Any] = {"n": offset + per_page + 1, "per": per_page + 1, "offset": offset, "me": me, **bounds}
    if off:
        parameters["now"] = instant(now)
    parameters |= {f"k{i}": key for i, (key, _) in enumerate(arms)} | {
        f"c{i}": claimed for i, (_, claimed) in enumerate(arms)
    }
    for i, one in enumerate(stands):
        parameters |= {f"q{i}": one.key, f"s{i}": one.person}
    if words:
        statement = _search(len(arms), tuple(word.shape for word in words), shape, mine, len(stands))
        parameters |= finding.parameters(words)
    else:
        statement = _listing(len(arms), shape, mine, len(stands))
    return connection.execute(statement, parameters).all() if arms or mine or stands else []


def _steads(connection: Connection, access: Access, rows: Sequence[InboxRow]) -> dict[str, str]:
    """task -> in whose stead the reader is offered it."""
    c, held = ru_candidate.c, {row.task: row.assignee for row in rows}
    whose = {(one.key, one.person) for one in access.stands}
    query = sa.select(c.task, c.key).where(c.task.in_(list(held)), c.key.in_([key for key, _ in whose]))
    return {
        task: person
        for task, key in connection.execute(query)
        for offered, person in sorted(whose, reverse=True)
        if offered == key and held[task] in ("", person)
    }


def _arms(access: Access, view: str, only: str) -> list[tuple[str, bool]]:
    """(key, claimed) ranges to read. A claimed task is shown to who claimed it, in "mine"."""
    own = f"person:{access.person.id}"
    if view == "mine":
        return [(own, False)] if only != "claimed" else []
    if view == "substitute":
        return [(key, False) for key in sorted({one.key for one in access.stands})] if only != "claimed" else []
    keys = sorted(access.keys - {own})
    states = {"claimed": (True,), "unclaimed": (False,)}.get(only, (False,))
    return [(key, claimed) for key in keys for claimed in states]


def _bounds(now: datetime, only: str) -> dict[str, str]:
    if only == "overdue":
        return {"before": instant(now)}
    if only == "today":
        return {"before": instant(midnight(now)), "after": instant(now)}
    return {}


def midnight(now: datetime) -> datetime:
    """The end of today in Almaty."""
    return datetime.combine(day_in_almaty(now) + timedelta(days=1), time(0), ALMATY)


def _limits(bounds: Sequence[str]) -> str:
    return ("AND due_sort < :before " if "before" in bounds else "") + (
        "AND due_sort >= :after " if "after" in bounds else ""
    )


def _marked(bounds: Sequence[str], task: str) -> str:
    """Left out: what the reader has put off, and, where only what is new is asked for, what they have opened."""
    awake = f"AND NOT EXISTS (SELECT 1 FROM id_snooze z WHERE z.person = :me AND z.task = {task} AND z.until > :now) "
    unread = f"AND NOT EXISTS (SELECT 1 FROM id_seen e WHERE e.person = :me AND e.task = {task}) "
    return (awake if "awake" in bounds else "") + (unread if "unread" in bounds else "")


_STANDING_STILL = "SELECT 1 FROM ru_task s WHERE s.id = c.task AND s.suspended = true"
"""Asked before the rows are cut to a page: a page full of suspended tasks would hide those behind it."""


def _range(i: int, bounds: Sequence[str]) -> str:
    return (
        "SELECT * FROM (SELECT due_sort, task FROM ru_candidate c "
        f"WHERE key = :k{i} AND claimed = :c{i} {_limits(bounds)}{_marked(bounds, 'c.task')}"
        f"AND NOT EXISTS ({_STANDING_STILL}) "
        f"ORDER BY due_sort, task LIMIT :n) a{i}"
    )


def _assigned(bounds: Sequence[str]) -> str:
    return (
        "SELECT * FROM (SELECT due_sort, id AS task FROM ru_task "
        f"WHERE assignee = :me AND suspended = false {_limits(bounds)}{_marked(bounds, 'ru_task.id')}"
        "ORDER BY due_sort, id LIMIT :n) mine"
    )


def _held(i: int, bounds: Sequence[str], more: str = "") -> str:
    """What an absent person has claimed, as far as it was offered to the key that somebody stands in for."""
    return (
        "SELECT * FROM (SELECT due_sort, id AS task FROM ru_task h "
        f"WHERE assignee = :s{i} AND suspended = false {more}{_limits(bounds)}{_marked(bounds, 'h.id')}"
        "AND EXISTS (SELECT 1 FROM ru_candidate c "
        f"WHERE c.key = :q{i} AND c.claimed = true AND c.due_sort = h.due_sort AND c.task = h.id) "
        f"ORDER BY due_sort, id LIMIT :n) h{i}"
    )


@lru_cache(maxsize=256)
def _listing(arms: int, bounds: tuple[str, ...], mine: bool = False, stands: int = 0) -> sa.TextClause:
    parts = ([_assigned(bounds)] if mine else []) + [_range(i, bounds) for i in range(arms)]
    parts += [_held(i, bounds) for i in range(stands)]
    return sa.text(
        f"SELECT {_TASK}, {_NEW} FROM ({' UNION '.join(parts)}) u JOIN ru_task t ON t.id = u.task {_SEEN} "
        "WHERE t.suspended = false "
        "ORDER BY u.due_sort, u.task LIMIT :per OFFSET :offset"
    )


@lru_cache(maxsize=256)
def _search(
    arms: int, words: tuple[tuple[int, bool, int], ...], bounds: tuple[str, ...], mine: bool, stands: int
) -> sa.TextClause:
    offered = "EXISTS (SELECT 1 FROM ru_candidate c WHERE c.task = t.id AND ({}))"
    reach = [f"(c.key = :k{i} AND c.claimed = :c{i})" for i in range(arms)]
    visible = [offered.format(" OR ".join(reach))] if arms else []
    visible += ["t.assignee = :me"] if mine else []
    visible += [f"(t.assignee = :s{i} AND {offered.format(f'c.key = :q{i}')})" for i in range(stands)]
    limits = _limits(bounds).replace("due_sort", "t.due_sort")
    asked = f"t.suspended = false {limits}{_marked(bounds, 't.id')}AND ({' OR '.join(visible)})"
    return sa.text(
        f"SELECT {_TASK}, {_NEW} FROM ({' UNION '.join(finding.ranges(words, asked))}) u "
        f"JOIN ru_task t ON t.id = u.task {_SEEN} ORDER BY u.due_sort, u.task LIMIT :per OFFSET :offset"
    )


def _put_off(connection: Connection, access: Access, now: datetime) -> tuple[PutOff, ...]:
    stands: dict[str, set[str]] = {}
    for one in access.stands:
        stands.setdefault(one.key, set()).add(one.person)
    return put_off(connection, access.person.id, sorted(access.keys), stands, now)


def snoozed(
    connection: Connection, library: DeployedLibrary, access: Access, now: datetime, number: int, per_page: int
) -> InboxPage:
    """What the reader has put off, what comes back first first."""
    off = _put_off(connection, access, now)
    number = max(1, min(number, 10_000))
    shown = off[(number - 1) * per_page : number * per_page]
    query = sa.select(ru_task).where(ru_task.c.id.in_([one.task for one in shown]))
    tasks = {row.id: row for row in connection.execute(query)}
    rows = tuple(
        replace(inbox_row(tasks[one.task], library, now), snoozed=one.until) for one in shown if one.task in tasks
    )
    people = reads.names(connection, mentioned(rows))
    told = counts(connection, access, now, "snoozed", off)
    return InboxPage(rows, number, per_page, len(off) > number * per_page, told, people)


def mentioned(rows: Iterable[InboxRow]) -> set[str]:
    """Who holds these tasks, and whom they are about where a model gives a person; a text in words is nobody."""
    said = ((row.assignee, row.about) for row in rows)
    return {id for both in said for id in both if isinstance(id, str) and id and " " not in id}


def chosen(
    connection: Connection, library: DeployedLibrary, access: Access, now: datetime, tasks: Sequence[str]
) -> tuple[InboxRow, ...]:
    """Of these tasks the open ones of cases that the reader may see, by due date."""
    query = sa.select(ru_task).join(ru_instance, ru_instance.c.id == ru_task.c.instance)
    query = query.where(ru_task.c.id.in_(list(tasks)), case_condition(access)).order_by(
        ru_task.c.due_sort, ru_task.c.id
    )
    return tuple(inbox_row(row, library, now) for row in connection.execute(query))


def counts(
    connection: Connection, access: Access, now: datetime, view: str, off: Sequence[PutOff] | None = None
) -> Mapping[str, int]:
    """mine, role, substitute and snoozed; of ``view`` overdue and today. Each at most 1,000 + 1 ("1000+")."""
    if off is None:
        off = _put_off(connection, access, now)
    own = f"person:{access.person.id}"
    keys = sorted(access.keys - {own})
    parameters: dict[str, Any] = {
        "me": access.person.id,
        "own": own,
        "cap": COUNT_LIMIT + 1,
        "now": instant(now),
        "tonight": instant(midnight(now)),
    }
    parameters |= {f"k{i}": key for i, key in enumerate(keys)}
    stood = sorted({one.key for one in access.stands})
    parameters |= {f"v{i}": key for i, key in enumerate(stood)}
    for i, one in enumerate(access.stands):
        parameters |= {f"q{i}": one.key, f"s{i}": one.person, "n": COUNT_LIMIT + 1}
    row = connection.execute(_counting(view, len(keys), len(stood), len(access.stands)), parameters).one()
    told = dict(row._mapping)
    for name in ("mine", "role", "substitute"):
        told[name] -= sum(name in one.lists for one in off)
    near = [one.due_sort for one in off if view in one.lists]
    told["today"] -= sum(instant(now) <= due < parameters["tonight"] for due in near)
    return {**told, "snoozed": len(off)}


@lru_cache(maxsize=64)
def _counting(view: str, keys: int, stood: int, stands: int) -> sa.TextClause:
    nothing = "SELECT id FROM ru_task WHERE 1 = 0"
    mine = (
        "SELECT id FROM (SELECT id FROM ru_task WHERE assignee = :me {t} LIMIT :cap) m1 UNION "
        "SELECT task FROM (SELECT task FROM ru_candidate WHERE key = :own AND claimed = false {c} LIMIT :cap) m2"
    )
    role = (
        " UNION ".join(
            "SELECT task FROM (SELECT task FROM ru_candidate "
            f"WHERE key = :k{i} AND claimed = false {{c}} LIMIT :cap) r{i}"
            for i in range(keys)
        )
        or nothing
    )

    substitute = (
        " UNION ".join(
            [
                "SELECT task FROM (SELECT task FROM ru_candidate "
                f"WHERE key = :v{i} AND claimed = false {{c}} LIMIT :cap) v{i}"
                for i in range(stood)
            ]
            + [f"SELECT task FROM ({_held(i, (), '{t} ')}) w{i}" for i in range(stands)]
        )
        or nothing
    )

    def count(body: str, limit: str = "") -> str:
        return f"(SELECT count(*) FROM ({body.format(t=limit, c=limit)}) x)"

    late, today = "AND due_sort < :now", "AND due_sort >= :now AND due_sort < :tonight"
    shown = {"mine": mine, "role": role, "substitute": substitute}.get(view, nothing)
    return sa.text(
        f"SELECT {count(mine)} AS mine, {count(role)} AS role, "
        f"{count(substitute)} AS substitute, {count(shown, late)} AS overdue, "
        f"{count(shown, today)} AS today"
    )


def _about(text: str) -> str | Names:
    """What a model says in every language lies there as an object, what somebody wrote as it was written."""
    try:
        told = json.loads(text) if text.startswith('{"') else None
    except ValueError:
        return text
    return told if isinstance(told, dict) and "kk" in told else text


def inbox_row(row: Any, library: DeployedLibrary, now: datetime) -> InboxRow:
    """A stored task as shown, with its names from the model it was offered under."""
    definition = library.process(row.definition)
    node = definition.process.nodes.get(row.element)
    due = moment(row.due) if row.due else None
    return InboxRow(
        task=row.id,
        instance=row.instance,
        element=row.element,
        names=node.names if node else {"kk": row.element},
        title=json.loads(row.title),
        about=_about(row.about),
        process=definition.process.names,
        business_key=row.business_key,
        school=row.school,
        due=due,
        overdue=due is not None and due < now,
        follow_up=moment(row.follow_up) if row.follow_up else None,
        priority=row.priority,
        created=moment(row.created),
        assignee=row.assignee,
        unread=getattr(row, "unread", False),
        clause=node.properties.get("clause", "") if node else "",
    )
