"""Keeps the pages from knowing how a case is put together for a reader: status, steps, tasks, timeline, data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.calendar.keeping import kept_until
from engine.database import ru_incident, ru_instance, ru_task, ru_timer
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Process
from engine.directory import reads, visibility
from engine.directory.folding import fold
from engine.errors import NotFound
from engine.history import ledger, timeline
from engine.history.sealing import KeyRing
from engine.history.streams import INSTANCE
from engine.queries import guarded
from engine.queries.elements import names_of
from engine.queries.form_data import texts
from engine.queries.inbox import inbox_row, mentioned
from engine.queries.incidents import reason
from engine.queries.standing import Standing
from engine.queries.waiting import offered
from engine.runtime import withdrawing
from engine.values import day_in_almaty, moment
from engine.views import Access, CaseRow, CaseView, InboxRow, IncidentView, StepView, TimelineRow

PER_PAGE = 50
_ON_RUNNING = frozenset({"cancel", "correct", "retry", "suspend"})


def case_row(row: Any, library: DeployedLibrary, hidden: bool = False) -> CaseRow:
    return CaseRow(
        instance=row.id,
        process=library.process(row.definition).process.names,
        process_key=row.process_key,
        business_key=row.business_key,
        title={} if hidden else json.loads(row.title),
        school=row.school,
        state=row.state,
        started=moment(row.started),
        ended=moment(row.ended) if row.ended else None,
        incidents=row.incidents,
        confidential=row.confidential,
        keep_until=keep_until(row, library),
    )


def keep_until(row: Any, library: DeployedLibrary) -> date | None:
    """The last day on which an ended case must be kept, by camunda:historyTimeToLive of the version it ran by."""
    if not row.ended:
        return None
    return kept_until(moment(row.ended), library.process(row.definition).process.history_time_to_live)


def listing(
    connection: Connection,
    library: DeployedLibrary,
    access: Access,
    state: str,
    process: str,
    school: str,
    search: str,
    number: int,
) -> tuple[tuple[CaseRow, ...], bool]:
    """One page of the cases whose contents the reader may see, newest first; and whether there are more."""
    i = ru_instance.c
    query = sa.select(ru_instance).where(visibility.case_condition(access)).order_by(i.started.desc(), i.id)
    if state:
        query = query.where(i.state == state)
    if process:
        query = query.where(i.process_key == process)
    if school:
        query = query.where(i.school == school)
    number = max(1, min(number, 10_000))
    if not search.strip():
        rows = connection.execute(query.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE)).all()
        return tuple(case_row(row, library) for row in rows[:PER_PAGE]), len(rows) > PER_PAGE
    wanted, found, skip = fold(search).split(), [], (number - 1) * PER_PAGE
    for row in connection.execute(query):
        text = fold(f"{row.business_key} {row.id} {row.title}")
        if all(word in text for word in wanted):
            found.append(row)
            if len(found) > skip + PER_PAGE:
                break
    page = found[skip : skip + PER_PAGE]
    return tuple(case_row(row, library) for row in page), len(found) > skip + PER_PAGE


def visible(connection: Connection, access: Access, instance: str) -> tuple[Any, bool]:
    """(row, contents hidden) of an instance the reader may see at all. Raises NotFound."""
    query = sa.select(ru_instance).where(ru_instance.c.id == instance)
    row = connection.execute(query.where(visibility.case_condition(access))).first()
    if row is not None:
        return row, False
    row = connection.execute(query.where(visibility.row_condition(access))).first()
    if row is None:
        raise NotFound(what=instance)
    return row, True


def view(
    connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access, instance: str, now: datetime
) -> CaseView:
    """The whole case as this reader may see it. Raises NotFound."""
    row, hidden = visible(connection, access, instance)
    definition = library.process(row.definition)
    t = ru_task.c
    tasks = connection.execute(sa.select(ru_task).where(t.instance == instance).order_by(t.due_sort, t.id)).all()
    timers = connection.execute(
        sa.select(ru_timer).where(ru_timer.c.instance == instance).order_by(ru_timer.c.due)
    ).all()
    named_as = partial(names_of, connection, library, row.definition)
    incidents = [
        _incident(found, named_as(found.element), hidden, row.confidential)
        for found in connection.execute(sa.select(ru_incident).where(ru_incident.c.instance == instance))
    ]
    entries = _entries(connection, keys, instance)
    data = {} if hidden else guarded.answers(entries)
    barred = guarded.withheld(connection, library, access, row, data, entries)
    history = () if hidden else tuple(_without(row, barred) for row in timeline.rows(entries))
    steps = steps_of(definition.process, entries, {found.element: moment(found.due) for found in timers})
    shown = tuple(_task_row(inbox_row(task, library, now), hidden) for task in tasks)
    named = {entry.actor for entry in entries} | mentioned(shown)
    keys_of = {} if hidden else offered(connection, [task.id for task in tasks if not task.assignee])
    named |= {row.stead for row in history if row.stead}
    named |= {text for r in history for text in texts(r.values)}
    for entry in entries:
        for _, fact in entry.body["facts"]:
            named.update(str(fact[name]) for name in ("person", "by") if fact.get(name))
            named.update(str(key).removeprefix("person:") for key in fact.get("keys", ()) if "@" not in str(key))
    return CaseView(
        row=case_row(row, library, hidden),
        definition=row.definition,
        version=int(row.definition.rpartition(":")[2]),
        version_tag=definition.process.version_tag,
        xml=library.text(row.definition),
        steps=steps,
        tasks=shown,
        timers=tuple({"element": x.element, "names": named_as(x.element), "due": moment(x.due)} for x in timers),
        incidents=tuple(incidents),
        data={name: value for name, value in data.items() if name not in barred},
        timeline=history,
        people=reads.names(connection, named),
        may=_may(access, row, keep_until(row, library), now) | _withdraws(connection, access, row, definition.process),
        content_hidden=hidden,
        offered=keys_of,
    )


def _task_row(row: InboxRow, hidden: bool) -> InboxRow:
    """A task of a case whose contents are hidden keeps what it is and when it is due, not what it is about."""
    return replace(row, title={}, about="", business_key="") if hidden else row


def _entries(connection: Connection, keys: KeyRing, instance: str) -> list[ledger.Entry]:
    """The whole record of a case; without values once they were erased."""
    stream = INSTANCE + instance
    return list(ledger.read(connection, stream, keys.kept(connection, stream)))


def _incident(row: Any, names: Mapping[str, str], hidden: bool, confidential: bool) -> IncidentView:
    code, params = reason(row.code, row.params, opened=not hidden, confidential=confidential)
    return IncidentView(
        incident=row.id,
        instance=row.instance,
        element=row.element,
        names=names,
        code=code,
        params=params,
        since=moment(row.since),
    )


def _without(row: TimelineRow, barred: frozenset[str]) -> TimelineRow:
    return replace(row, values={n: v for n, v in row.values.items() if n not in barred}) if barred else row


def steps_of(process: Process, entries: list[ledger.Entry], due: Mapping[str, datetime]) -> tuple[StepView, ...]:
    """Every node in the order of the flow, with what happened to it: the diagram and the list say the same."""
    standing = Standing()
    for entry in entries:
        for kind, fact in entry.body["facts"]:
            standing.note(kind, fact.get("element", ""), fact.get("flow", ""))
    return tuple(
        StepView(
            element=id,
            kind=process.nodes[id].kind,
            names=process.nodes[id].names,
            state=standing.state(id, id in due),
            tokens=max(standing.tokens[id], 0),
            visits=standing.visits(id),
            due=due.get(id),
            clause=process.nodes[id].properties.get("clause", ""),
            depth=depth,
        )
        for id, depth in in_flow_order(process)
    )


def in_flow_order(process: Process) -> list[tuple[str, int]]:
    """(node id, nesting depth), breadth first from the start events of each scope; boundary events after their host."""
    found: list[tuple[str, int]] = []
    seen: set[str] = set()

    def scope(children: tuple[str, ...], depth: int) -> None:
        queue = [c for c in children if process.nodes[c].kind == "startEvent"] or list(children)
        while queue:
            id = queue.pop(0)
            if id in seen:
                continue
            seen.add(id)
            node = process.nodes[id]
            found.append((id, depth))
            if node.children:
                scope(node.children, depth + 1)
            queue.extend(node.boundaries)
            queue.extend(process.flows[flow].target for flow in node.outgoing)
        for id in children:
            if id not in seen:
                queue = [id]
                scope((id,), depth)

    scope(process.children, 0)
    return found


def _withdraws(connection: Connection, access: Access, row: Any, process: Process) -> frozenset[str]:
    """Whoever began a case by mistake may cancel it without the right to, as long as nobody has done a step."""
    if row.state in ("completed", "cancelled") or visibility.may(access.keys, "cancel", row.school):
        return frozenset()
    mistaken = withdrawing.own_mistake(connection, access.person.id, row.id, process)
    return frozenset({"cancel", "withdraw"} if mistaken else ())


def _may(access: Access, row: Any, kept: date | None, now: datetime) -> frozenset[str]:
    wanted = {
        "suspend": "suspend",
        "resume": "suspend",
        "cancel": "cancel",
        "correct": "correct",
        "retry": "operate",
        "erase": "erase",
    }
    allowed = {name for name, right in wanted.items() if visibility.may(access.keys, right, row.school)}
    ended = row.state in ("completed", "cancelled")
    past = kept is None or day_in_almaty(now) > kept
    fitting = {"cancel", "resume"} if row.state == "suspended" else _ON_RUNNING
    if ended:
        fitting = frozenset({"erase"} if past else ())
    return frozenset(allowed & fitting)
