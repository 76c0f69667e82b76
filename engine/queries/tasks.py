"""Keeps the pages from knowing how a task explains itself: its form and data, why this reader, what bars them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, ru_candidate, ru_task
from engine.definitions import regulation
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Node
from engine.directory import reads
from engine.errors import AppointmentExpired, NotFound, NotPermitted, SamePerson, TaskTaken
from engine.history import ledger
from engine.history.streams import INSTANCE
from engine.queries import cases, guarded, task_forms
from engine.queries.form_data import form_data
from engine.queries.inbox import inbox_row, mentioned
from engine.queries.settings import in_force
from engine.runtime import delegating, permits, returning
from engine.runtime.execution import Execution
from engine.runtime.finding import find
from engine.values import day_in_almaty, moment
from engine.views import Access, Clause, TaskView, Why

_PARAMETER = re.compile(r'parameter\(\s*"([A-Za-z0-9_]+)"\s*\)')
_TASK = sa.select(ru_task).where(ru_task.c.id == sa.bindparam("task"))
_KEYS = sa.select(ru_candidate.c.key).where(ru_candidate.c.task == sa.bindparam("task"))


def view(
    connection: Connection,
    library: DeployedLibrary,
    access: Access,
    task: str,
    execution: Execution | None,
    now: datetime,
    lang: str = "kk",
) -> TaskView:
    """An open or ended task as this reader may see it. Raises NotFound."""
    instance = task.rpartition(".")[0]
    row = connection.execute(_TASK, {"task": task}).first()
    if row is None:
        return _ended(connection, library, access, task, instance, now)
    keys = set(connection.execute(_KEYS, {"task": task}).scalars())
    case, hidden = cases.visible(connection, access, instance)
    if hidden or execution is None:
        raise NotFound(what=task)
    shown = inbox_row(row, library, now)
    definition = library.process(row.definition)
    node = definition.node(row.element)
    token = find(execution, task, "task")
    if token is None:
        raise NotFound(what=task)
    form_id = str(token.internal_data.get("form", ""))  # told when the task was offered; else as the model has it
    form = task_forms.form_of(connection, library, node, row.definition, form_id)
    told = execution.variables(token)
    record = ledger.read(connection, INSTANCE + instance, None)
    barred = guarded.withheld(connection, library, access, case, told, record)
    known = task_forms.with_defaults(connection, node, {n: v for n, v in told.items() if n not in barred}, now)
    blocked = _blocked(connection, access, execution, token, row, keys, now)
    stead = permits.in_stead(connection, access.person.id, access.keys, token, day_in_almaty(now))
    named = mentioned([shown]) | ({stead.person if stead else "", delegating.owner(token), *_people_of(keys)} - {""})
    people = dict(reads.names(connection, named))
    return TaskView(
        task=task,
        instance=instance,
        definition=row.definition,
        element=row.element,
        names=shown.names,
        documentation=node.documentation,
        process=shown.process,
        title=shown.title,
        about=shown.about,
        business_key=shown.business_key,
        school=shown.school,
        state="open",
        created=shown.created,
        due=shown.due,
        overdue=shown.overdue,
        follow_up=shown.follow_up,
        priority=shown.priority,
        assignee=row.assignee,
        completed_by="",
        completed_at=None,
        form=form,
        form_id=form_id.partition(":")[0] or task_forms.id_of(node),
        data=form_data(connection, form, known, shown.school, now, lang) if form else {},
        submit=worded(node.properties, "submit"),
        preview=node.properties.get("preview", ""),
        why=_why(connection, access, node, keys, shown.due, now),
        may_complete=blocked is None and (stead is not None or row.assignee in ("", access.person.id)),
        may_claim=blocked is None and not row.assignee and stead is None,
        stead=stead,
        owner=delegating.owner(token),
        may_return=node.properties.get("returns") != "answer" and bool(returning.returnable(execution, token)),
        blocked=blocked,
        candidates=tuple(sorted(keys)),
        next=(),
        people=people,
    )


def worded(properties: Mapping[str, str], name: str) -> dict[str, str]:
    """A property in its languages: NAME:kk, NAME:ru, NAME:en."""
    return {lang: properties[f"{name}:{lang}"] for lang in ("kk", "ru", "en") if f"{name}:{lang}" in properties}


def clauses_of(text: str) -> tuple[Clause, ...]:
    known = regulation.clauses()
    return tuple(
        Clause(number, known[number].titles if number in known else {}) for number in regulation.split_clauses(text)
    )


def _why(
    connection: Connection, access: Access, node: Node, keys: set[str], due: datetime | None, now: datetime
) -> Why:
    """Why this reader: the clause, the rule that matched, how the date came about, what follows if nothing is done."""
    stands = {one.key: one for one in access.stands if one.key in keys}
    matched = sorted(access.keys & keys) or sorted(stands) or sorted(keys)
    own = f"person:{access.person.id}"
    key = next((k for k in matched if k != own), matched[0] if matched else "")
    role, _, unit = key.partition("@")
    found = regulation.roles().get(role)
    where = reads.unit(connection, unit) if unit else None
    appointment = next((a for a in access.appointments if f"{a.role}@{a.unit}" == key), None)
    if appointment is None and key in stands:
        appointment = reads.appointment(connection, stands[key].appointment)
    rule = node.attributes.get("dueDate", "")
    read = dict.fromkeys(_PARAMETER.findall(rule))
    known = [regulation.parameters()[name] for name in read if name in regulation.parameters()]
    return Why(
        clauses=clauses_of(node.properties.get("clause", "")),
        key=key,
        role=found.names if found else {},
        unit=where.names if where else {},
        appointment=appointment,
        due=due,
        due_rule=rule,
        parameters=tuple(in_force(connection, setting) for setting in known),
        consequence=worded(node.properties, "consequence"),
    )


def _blocked(
    connection: Connection, access: Access, execution: Execution, token: Any, row: Any, keys: set[str], now: datetime
) -> dict[str, Any] | None:
    """What keeps this reader from completing the task: {code, params}, or None."""
    from engine import commands as c

    command = c.CompleteTask(actor=access.person.id, instance=row.instance, task=row.id)
    if row.suspended:
        return {"code": "instance_not_running", "params": {"state": "suspended"}}
    try:
        permits.on_instance(connection, command, execution, day_in_almaty(now))
    except (NotPermitted, SamePerson, AppointmentExpired, TaskTaken) as refusal:
        return {"code": refusal.code, "params": refusal.params}
    return None


def _ended(
    connection: Connection, library: DeployedLibrary, access: Access, task: str, instance: str, now: datetime
) -> TaskView:
    """A task that is no longer open: who completed it, when, and who has the next steps. Raises NotFound."""
    case, hidden = cases.visible(connection, access, instance)
    if hidden:
        raise NotFound(what=task)
    number = task.rpartition(".")[2]
    offered: dict[str, Any] | None = None
    ended: tuple[str, str, str] | None = None
    created = ""
    query = sa.select(hi_entry.c.body, hi_entry.c.at, hi_entry.c.actor).where(
        hi_entry.c.stream == f"instance:{instance}"
    )
    for entry in connection.execute(query.order_by(hi_entry.c.seq)):
        for kind, fact in json.loads(entry.body)["facts"]:
            if str(fact.get("token", "")) != number:
                continue
            if kind == "task_offered":
                offered, created = fact, entry.at
            elif kind in ("task_completed", "task_withdrawn", "task_returned") and offered is not None:
                ended = (kind, entry.actor, entry.at)
    if offered is None:
        raise NotFound(what=task)
    definition_id, _, element = str(offered["element"]).rpartition("/")
    definition = library.process(definition_id or case.definition)
    node = definition.node(element)
    completed = ended is not None and ended[0] == "task_completed"
    open_now = connection.execute(
        sa.select(ru_task).where(ru_task.c.instance == instance).order_by(ru_task.c.due_sort)
    ).all()
    following = []
    for row in open_now:
        keys = connection.execute(_KEYS, {"task": row.id}).scalars().all()
        shown = inbox_row(row, library, now)
        following.append(
            {
                "task": row.id,
                "names": shown.names,
                "due": shown.due,
                "assignee": row.assignee,
                "keys": sorted(key for key in keys if "@" in key),
                "people": _people_of(keys),
                "own": row.assignee == access.person.id or not (row.assignee or access.keys.isdisjoint(keys)),
            }
        )
    wanted = {ended[1]} if ended else set()
    wanted |= {person for item in following for person in [item["assignee"], *item["people"]] if person}
    due = moment(offered["due"]) if offered["due"] else None
    return TaskView(
        task=task,
        instance=instance,
        definition=definition_id or case.definition,
        element=element,
        names=node.names,
        documentation=node.documentation,
        process=definition.process.names,
        title=json.loads(case.title),
        about="",
        business_key=case.business_key,
        school=case.school,
        state="completed" if completed else "withdrawn",
        created=moment(created),
        due=due,
        overdue=False,
        follow_up=None,
        priority=offered["priority"],
        assignee="",
        completed_by=ended[1] if ended and completed else "",
        completed_at=moment(ended[2]) if ended else None,
        form=None,
        form_id="",
        data={},
        submit={},
        preview="",
        why=_why(connection, access, node, set(offered["keys"]), due, now),
        may_complete=False,
        may_claim=False,
        may_return=False,
        stead=None,
        owner="",
        blocked=None,
        candidates=tuple(offered["keys"]),
        next=tuple(following),
        people=reads.names(connection, wanted),
        case_over=case.state in ("completed", "cancelled"),
    )


def _people_of(keys: Any) -> list[str]:
    return [key.removeprefix("person:") for key in keys if key.startswith("person:")]
