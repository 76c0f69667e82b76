"""Keeps pages from knowing how running work is watched: counts by school, process and step; what is late or stuck.

Who watches a school holds ``monitor`` there; ``operate`` watches all, without contents. Confidential cases count and
are listed only for those who may see them in any event: a figure of one would tell what it is about. ``see_stopped``
opens the list of incidents alone.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_external, ru_incident, ru_instance, ru_subscription, ru_task, ru_timer
from engine.definitions.library import DeployedLibrary, resolve
from engine.directory import reads, visibility
from engine.directory.folding import fold
from engine.errors import NotFound
from engine.queries.cases import in_flow_order
from engine.queries.elements import names_of, step_of
from engine.queries.incidents import reason
from engine.queries.waiting import offered
from engine.values import instant, moment
from engine.views import Access, ProcessLoad, StepLoad, WatchPage, WatchRow, Workload

PER_PAGE = 50
SOON = timedelta(days=7)
"""How far ahead the timers of the desk look; our default."""
LISTS = ("cases", "overdue", "timers", "incidents")
_RUNNING = ("active", "suspended")
_WATCH = ("monitor", "operate", visibility.SEE_STOPPED)
_i = ru_instance.c


def watched(connection: Connection, access: Access) -> tuple[str, ...]:
    """The schools (and the university itself) whose work the reader watches, or a list of it; empty when none."""
    places = (*reads.schools(connection), *(unit.id for unit in reads.units_of_kind(connection, reads.ROOT)))
    return tuple(place for place in places if any(visibility.may(access.keys, right, place) for right in _WATCH))


def _condition(access: Access, places: Sequence[str], process: str = "", name: str = "") -> sa.ColumnElement[bool]:
    seen = visibility.stopped_condition if name == "incidents" else visibility.row_condition
    parts = [_i.state.in_(_RUNNING), _i.school.in_(places), seen(access)]
    if process:
        parts.append(_i.process_key == process)
    return sa.and_(*parts)


def workload(
    connection: Connection, library: DeployedLibrary, access: Access, now: datetime, places: Sequence[str]
) -> tuple[Workload, ...]:
    """Running work of some schools by school and process, the fullest of what is late first."""
    at = _condition(access, places)
    place = (_i.school, _i.process_key)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def count(name: str, query: sa.Select[Any]) -> None:
        for row in connection.execute(query.group_by(*place)):
            counts[row.school, row.process_key][name] = row.n

    number = sa.func.count().label("n")
    count("running", sa.select(*place, number).where(at))
    tasks = sa.select(*place, number).join(ru_task, ru_task.c.instance == _i.id).where(at)
    count("tasks", tasks)
    count("overdue", tasks.where(ru_task.c.due < instant(now)))
    timers = sa.select(*place, number).join(ru_timer, ru_timer.c.instance == _i.id).where(at)
    count("timers", timers.where(ru_timer.c.due < instant(now + SOON)))
    count("incidents", sa.select(*place, number).join(ru_incident, ru_incident.c.instance == _i.id).where(at))
    found = [
        Workload(
            school=where,
            process_key=key,
            process=_process_names(connection, library, key),
            running=one["running"],
            tasks=one["tasks"],
            overdue=one["overdue"],
            timers=one["timers"],
            incidents=one["incidents"],
        )
        for (where, key), one in counts.items()
    ]
    return tuple(sorted(found, key=lambda w: (-w.incidents, -w.overdue, -w.running, w.school, w.process_key)))


def _process_names(connection: Connection, library: DeployedLibrary, key: str) -> Mapping[str, str]:
    id = resolve(connection, "process", key)
    return library.process(id).process.names if id else {"kk": key}


def steps(
    connection: Connection, library: DeployedLibrary, access: Access, now: datetime, places: Sequence[str], process: str
) -> ProcessLoad:
    """What waits at each step of a process in its latest version. Raises NotFound.

    Cases of older versions count at the step of the same id; steps that are no more come last.
    """
    id = resolve(connection, "process", process)
    if id is None:
        raise NotFound(what=process)
    at = _condition(access, places, process)
    waiting: dict[str, set[str]] = defaultdict(set)
    late: Counter[str] = Counter()
    stuck: Counter[str] = Counter()
    for table in (ru_task, ru_timer, ru_incident, ru_external, ru_subscription):
        extra = [table.c.due] if table is ru_task else []
        query = sa.select(table.c.element, table.c.instance, *extra).join(ru_instance, table.c.instance == _i.id)
        for row in connection.execute(query.where(at)):
            waiting[row.element].add(row.instance)
            late[row.element] += table is ru_task and bool(row.due) and row.due < instant(now)
            stuck[row.element] += table is ru_incident
    model = library.process(id).process
    order = [element for element, _ in in_flow_order(model)]
    order += sorted(set(waiting) - set(order))
    found = tuple(
        StepLoad(
            element=element,
            names=names_of(connection, library, id, element),
            cases=len(waiting[element]),
            overdue=late[element],
            incidents=stuck[element],
        )
        for element in order
        if element in waiting
    )
    return ProcessLoad(names=model.names, xml=library.text(id), steps=found)


def listing(
    connection: Connection,
    library: DeployedLibrary,
    access: Access,
    now: datetime,
    places: Sequence[str],
    name: str,
    *,
    process: str = "",
    element: str = "",
    search: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> WatchPage:
    """One of LISTS, what is most pressing first. Raises NotFound for another name."""
    if name not in LISTS:
        raise NotFound(what=name)
    query, first = _query(access, now, places, name, process, element), (max(page, 1) - 1) * per_page
    words = fold(search).split()
    if words:  # words are looked for in what only the models and the directory know: every row is read
        rows = list(connection.execute(query).mappings())
    else:
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
        rows = list(connection.execute(query.limit(per_page).offset(first)).mappings())
    open_to = _open(connection, access, {row["instance"] for row in rows})
    holders = reads.names(connection, {row["assignee"] for row in rows if row["assignee"]})
    part = tuple(_row(connection, row, library, access, now, row["instance"] in open_to) for row in rows)
    if words:
        part = tuple(row for row in part if _matches(row, holders.get(row.assignee, ""), words))
        total, part = len(part), part[first : first + per_page]
    if name == "overdue":
        part = _offered(connection, part)
    named = {key.removeprefix("person:") for row in part for key in row.offered if key.startswith("person:")}
    return WatchPage(
        rows=part,
        page=max(page, 1),
        per_page=per_page,
        total=total,
        people={**holders, **reads.names(connection, named)},
    )


def _query(
    access: Access, now: datetime, places: Sequence[str], name: str, process: str, element: str
) -> sa.Select[Any]:
    at = _condition(access, places, process, name)
    case = (
        _i.id.label("instance"),
        _i.definition,
        _i.process_key,
        _i.school,
        _i.business_key,
        _i.title,
        _i.started,
        _i.confidential,
    )
    none = sa.literal("").label
    if name == "cases":
        query = sa.select(
            *case, none("id"), none("element"), _i.started.label("at"), none("assignee"), none("code"), none("params")
        ).where(at)
        if element:
            standing = (
                sa.select(t.c.instance).where(t.c.element == element)
                for t in (ru_task, ru_timer, ru_incident, ru_external, ru_subscription)
            )
            query = query.where(_i.id.in_(sa.union(*standing)))
        return query.order_by(_i.started, _i.id)
    table = {"overdue": ru_task, "timers": ru_timer, "incidents": ru_incident}[name]
    when = table.c.since if table is ru_incident else table.c.due
    query = sa.select(
        *case,
        table.c.id,
        table.c.element,
        when.label("at"),
        (table.c.assignee if table is ru_task else none("assignee")),
        (table.c.code if table is ru_incident else none("code")),
        (table.c.params if table is ru_incident else none("params")),
    ).join(ru_instance, table.c.instance == _i.id)
    query = query.where(at)
    if name == "overdue":
        query = query.where(table.c.due < instant(now))
    if element:
        query = query.where(table.c.element == element)
    return query.order_by(when, table.c.id)


def _open(connection: Connection, access: Access, instances: Iterable[str]) -> set[str]:
    """Those of the instances whose contents the reader may see."""
    wanted, found = sorted(instances), set[str]()
    for first in range(0, len(wanted), 500):
        part = wanted[first : first + 500]
        query = sa.select(_i.id).where(_i.id.in_(part), visibility.case_condition(access))
        found.update(connection.execute(query).scalars())
    return found


def _row(
    connection: Connection, row: Any, library: DeployedLibrary, access: Access, now: datetime, opened: bool
) -> WatchRow:
    process = library.process(row["definition"]).process
    node = step_of(connection, library, row["definition"], row["element"])
    why: tuple[str, dict[str, Any]] = ("", {})
    if row["code"]:
        why = reason(row["code"], row["params"], opened=opened, confidential=row["confidential"])
    return WatchRow(
        id=row["id"],
        instance=row["instance"],
        process=process.names,
        process_key=row["process_key"],
        school=row["school"],
        element=row["element"],
        names=node.names if node else {},
        clause=node.properties.get("clause", "") if node else "",
        title=json.loads(row["title"]) if opened else {},
        business_key=row["business_key"] if opened else "",
        at=moment(row["at"]),
        overdue=moment(row["at"]) < now,
        assignee=row["assignee"],
        offered=(),
        code=why[0],
        params=why[1],
        hidden=not opened,
        linked=opened or visibility.OPERATE in access.rights,
    )


def _matches(row: WatchRow, holder: str, words: list[str]) -> bool:
    text = fold(" ".join([row.business_key, row.instance, holder, *row.title.values(), *row.names.values()]))
    return all(word in text for word in words)


def _offered(connection: Connection, rows: tuple[WatchRow, ...]) -> tuple[WatchRow, ...]:
    """The rows with whom their tasks are offered to, where nobody holds them."""
    keys = offered(connection, [row.id for row in rows if not row.assignee])
    return tuple(replace(row, offered=keys.get(row.id, ())) for row in rows)
