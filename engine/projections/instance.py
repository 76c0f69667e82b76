"""Turns the facts of an instance into rows of the caches: inbox, timers, subscriptions, incidents, outbox, registers.

The same functions run in the command's own transaction and in a rebuild from the ledger, so both give equal tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import facts as f
from engine.database import (
    id_draft,
    ru_candidate,
    ru_external,
    ru_incident,
    ru_instance,
    ru_outbox,
    ru_participant,
    ru_receipt,
    ru_subscription,
    ru_task,
    ru_timer,
    ru_word,
    vw_number,
    vw_register,
)
from engine.definitions.model import Node
from engine.directory.folding import stems
from engine.projections.batch import Batch
from engine.values import canonical, plain

FAR = "9999"
"""The due_sort of a task without a due date: after every date."""
MAX_WORDS = 24


@dataclass(slots=True)
class Standing:
    """What rows repeat of their instance. Live it comes with the execution, in a rebuild from the facts before."""

    instance: str
    definition: str = ""
    process: str = ""
    school: str = ""
    business_key: str = ""
    title: dict[str, str] = field(default_factory=dict)
    participants: set[str] = field(default_factory=set)
    suspended: bool = False


@dataclass(slots=True)
class Context:
    """The entry a fact stands in."""

    batch: Batch
    standing: Standing
    stream: str
    seq: int
    at: str
    nodes: Callable[[str, str], Node]  # (definition id, element) -> node
    rebuilding: bool = False
    erased: bool = False  # the key was destroyed: private fields are None

    def token(self, number: int) -> str:
        return f"{self.standing.instance}.{number}"

    def place(self, place: str) -> tuple[str, str]:
        """(definition id, element) of a place as the ledger names it."""
        definition, _, element = place.rpartition("/")
        return definition or self.standing.definition, element


def project(context: Context, fact: f.Fact) -> None:
    """Apply one fact of an instance stream."""
    handler = _HANDLERS.get(type(fact))
    if handler is not None:
        handler(context, fact)


def _started(c: Context, fact: f.InstanceStarted) -> None:
    s = c.standing
    s.definition, s.process, s.school, s.business_key = fact.definition, fact.process, fact.school, fact.business_key
    c.batch.put(
        ru_instance,
        {
            "id": s.instance,
            "definition": fact.definition,
            "process_key": fact.process,
            "school": fact.school,
            "business_key": fact.business_key,
            "unique_key": fact.unique_key,
            "title": "{}",
            "state": "active",
            "seq": c.seq,
            "head": "",
            "started": c.at,
            "ended": None,
            "incidents": 0,
            "confidential": fact.confidential,
        },
    )
    kind, _, sender = fact.cause.partition(":")
    if kind == "message":
        c.batch.put(ru_receipt, {"sender": f"{fact.cause}|{fact.process}", "receiver": c.stream, "seq": c.seq})
    if kind in ("message", "signal"):
        _arrived(c, sender)
    if fact.starter and ":" not in fact.starter and fact.starter not in ("clock", "router", "system"):
        _participate(c, fact.starter)


def _participate(c: Context, person: str) -> None:
    if person not in c.standing.participants:
        c.standing.participants.add(person)
        c.batch.put(ru_participant, {"instance": c.standing.instance, "person": person})


def _titled(c: Context, fact: f.TitleChanged) -> None:
    c.standing.title = dict(fact.title or {})
    text = canonical(c.standing.title)
    c.batch.patch(ru_instance, c.standing.instance, title=text)
    c.batch.also(_retitle_tasks, i_instance=c.standing.instance, i_title=text)
    # Tasks offered before are found by the new title too; words of an old title go on finding them.
    for stem in sorted(set(stems(" ".join(c.standing.title.values()))))[:MAX_WORDS]:
        c.batch.also(_word_tasks, i_instance=c.standing.instance, i_stem=stem)


_word = sa.bindparam("i_stem", type_=sa.String)
_word_tasks = sa.insert(ru_word).from_select(
    ["stem", "due_sort", "task"],
    sa.select(_word, ru_task.c.due_sort, ru_task.c.id).where(
        ru_task.c.instance == sa.bindparam("i_instance"),
        ~sa.exists().where(
            ru_word.c.stem == _word, ru_word.c.due_sort == ru_task.c.due_sort, ru_word.c.task == ru_task.c.id
        ),
    ),
)
_retitle_tasks = (
    sa.update(ru_task).where(ru_task.c.instance == sa.bindparam("i_instance")).values(title=sa.bindparam("i_title"))
)


def _offered(c: Context, fact: f.TaskOffered) -> None:
    s = c.standing
    definition, element = c.place(fact.element)
    id, due_sort = c.token(fact.token), fact.due or FAR
    node = c.nodes(definition, element)
    c.batch.put(
        ru_task,
        {
            "id": id,
            "instance": s.instance,
            "element": element,
            "definition": definition,
            "process_key": s.process,
            "business_key": s.business_key,
            "school": s.school,
            "title": canonical(s.title),
            "due": fact.due,
            "due_sort": due_sort,
            "follow_up": fact.follow_up,
            "priority": fact.priority,
            "created": c.at,
            "assignee": fact.assignee,
            "suspended": s.suspended,
        },
    )
    claimed = bool(fact.assignee)
    for key in fact.keys:
        c.batch.put(ru_candidate, {"key": key, "claimed": claimed, "due_sort": due_sort, "task": id})
    text = " ".join([*node.names.values(), *s.title.values(), s.business_key])
    for stem in sorted(set(stems(text)))[:MAX_WORDS]:
        c.batch.put(ru_word, {"stem": stem, "due_sort": due_sort, "task": id})


def _task_gone(c: Context, fact: f.TaskCompleted | f.TaskWithdrawn) -> None:
    id = c.token(fact.token)
    if c.batch.drop(ru_task, id):
        c.batch.discard(ru_candidate, "task", id)
        c.batch.discard(ru_word, "task", id)
    if isinstance(fact, f.TaskCompleted):
        _participate(c, fact.person)


def _held(c: Context, fact: f.TaskClaimed | f.TaskAssigned) -> None:
    _set_assignee(c, fact.token, fact.person, claimed=True)
    _participate(c, fact.person)


def _released(c: Context, fact: f.TaskReleased) -> None:
    _set_assignee(c, fact.token, "", claimed=False)


_set_claimed = (
    sa.update(ru_candidate)
    .where(ru_candidate.c.task == sa.bindparam("i_task"))
    .values(claimed=sa.bindparam("i_claimed"))
)


def _set_assignee(c: Context, token: int, person: str, claimed: bool) -> None:
    id = c.token(token)
    c.batch.patch(ru_task, id, assignee=person)
    c.batch.also(_set_claimed, i_task=id, i_claimed=claimed)


def _returned(c: Context, fact: f.TaskReturned) -> None:
    _participate(c, fact.person)


def _timer_set(c: Context, fact: f.TimerSet) -> None:
    s = c.standing
    _, element = c.place(fact.element)
    row = {
        "id": c.token(fact.token),
        "due": fact.due,
        "instance": s.instance,
        "process_key": s.process,
        "element": element,
        "school": s.school,
        "round": fact.round,
    }
    c.batch.put(ru_timer, row, replace=fact.round > 1)


def _timer_gone(c: Context, fact: f.TimerCleared) -> None:
    c.batch.drop(ru_timer, c.token(fact.token))


def _subscribed(c: Context, fact: f.Subscribed) -> None:
    _, element = c.place(fact.element)
    c.batch.put(
        ru_subscription,
        {
            "id": c.token(fact.token),
            "kind": fact.event,
            "name": fact.name,
            "school": c.standing.school,
            "key": fact.key,
            "instance": c.standing.instance,
            "element": element,
        },
    )


def _unsubscribed(c: Context, fact: f.Unsubscribed) -> None:
    c.batch.drop(ru_subscription, c.token(fact.token))


def _external(c: Context, fact: f.ExternalOffered) -> None:
    _, element = c.place(fact.element)
    c.batch.put(
        ru_external,
        {
            "id": c.token(fact.token),
            "topic": fact.topic,
            "instance": c.standing.instance,
            "element": element,
            "created": c.at,
            "priority": fact.priority,
            "lock_owner": None,
            "lock_until": None,
        },
    )


def _external_gone(c: Context, fact: f.ExternalClosed) -> None:
    c.batch.drop(ru_external, c.token(fact.token))


_count_incidents = (
    sa.update(ru_instance)
    .where(ru_instance.c.id == sa.bindparam("i_instance"))
    .values(
        incidents=sa.select(sa.func.count())
        .select_from(ru_incident)
        .where(ru_incident.c.instance == sa.bindparam("i_instance"))
        .scalar_subquery()
    )
)


def _incident(c: Context, fact: f.IncidentRaised) -> None:
    c.batch.put(
        ru_incident,
        {
            "id": c.token(fact.token),
            "instance": c.standing.instance,
            "element": fact.element,
            "code": fact.code,
            "params": canonical(fact.params),
            "since": c.at,
        },
    )
    c.batch.also(_count_incidents, i_instance=c.standing.instance)


def _resolved(c: Context, fact: f.IncidentResolved) -> None:
    c.batch.drop(ru_incident, c.token(fact.token))
    c.batch.also(_count_incidents, i_instance=c.standing.instance)


def _thrown(c: Context, fact: f.MessageThrown | f.SignalThrown) -> None:
    message = isinstance(fact, f.MessageThrown)
    c.batch.put(
        ru_outbox,
        {
            "stream": c.stream,
            "seq": c.seq,
            "n": fact.n,
            "kind": "message" if message else "signal",
            "name": fact.name,
            "school": fact.school,
            "key": fact.key if isinstance(fact, f.MessageThrown) else "",
            "everyone": isinstance(fact, f.MessageThrown) and fact.everyone,
            "at": c.at,
            "due": c.at,
            "tries": 0,
            "state": "new",
        },
    )


def _received(c: Context, fact: f.MessageReceived | f.SignalReceived) -> None:
    if fact.sender:
        kind = "message" if isinstance(fact, f.MessageReceived) else "signal"
        key = f"{kind}:{fact.sender}|{c.standing.instance}"
        c.batch.put(ru_receipt, {"sender": key, "receiver": c.stream, "seq": c.seq})
        _arrived(c, fact.sender)


def _arrived(c: Context, sender: str) -> None:
    """What has arrived is no longer in the outbox. Live, the router takes it out once everybody has it."""
    if c.rebuilding:
        stream, seq, n = sender.rsplit("/", 2)
        c.batch.drop(ru_outbox, stream, int(seq), int(n))


_register = vw_register.c
_is_row = sa.and_(
    _register.register == sa.bindparam("i_register"),
    _register.school == sa.bindparam("i_school"),
    _register.key == sa.bindparam("i_key"),
)
_write_row = sa.update(vw_register).where(_is_row).values(content=sa.bindparam("i_content"))
_enter_row = sa.insert(vw_register).from_select(
    ["register", "school", "key", "instance", "at", "content"],
    sa.select(
        *(
            sa.cast(sa.bindparam(f"i_{name}"), sa.String)
            for name in ("register", "school", "key", "instance", "at", "content")
        )
    ).where(~sa.exists(sa.select(sa.literal(1)).select_from(vw_register).where(_is_row))),
)


def _registered(c: Context, fact: f.RegisterWritten) -> None:
    if not c.rebuilding:  # live, the operation itself wrote the row through the world
        return
    row = {"i_register": fact.register, "i_school": fact.school, "i_key": fact.key}
    # An erased write leaves the row (its owner's erasure removes it) and what others wrote into it.
    content = "{}" if c.erased else canonical(plain(fact.content))
    if not c.erased:
        c.batch.also(_write_row, **row, i_content=content)
    c.batch.also(_enter_row, **row, i_instance=c.standing.instance, i_at=c.at, i_content=content)


def _numbered(c: Context, fact: f.NumberAllocated) -> None:
    if c.rebuilding:
        row = {"series": fact.series, "school": fact.school, "year": fact.year, "last": fact.number}
        c.batch.put(vw_number, row, replace=True)


_suspend_tasks = (
    sa.update(ru_task)
    .where(ru_task.c.instance == sa.bindparam("i_instance"))
    .values(suspended=sa.bindparam("i_suspended"))
)


def _suspended(c: Context, fact: f.InstanceSuspended | f.InstanceResumed) -> None:
    c.standing.suspended = isinstance(fact, f.InstanceSuspended)
    c.batch.patch(ru_instance, c.standing.instance, state="suspended" if c.standing.suspended else "active")
    c.batch.also(_suspend_tasks, i_instance=c.standing.instance, i_suspended=c.standing.suspended)


def _ended(c: Context, fact: f.InstanceCompleted | f.InstanceCancelled) -> None:
    state = "completed" if isinstance(fact, f.InstanceCompleted) else "cancelled"
    # A finished case frees its business key: the next quarter, term or appeal may carry it again only if the model
    # makes it so; a timer that runs twice on one day must still meet the key.
    c.batch.patch(ru_instance, c.standing.instance, state=state, ended=c.at)


def _erased(c: Context, fact: f.InstanceErased) -> None:
    c.batch.patch(ru_instance, c.standing.instance, title="{}")
    c.batch.also(
        sa.delete(vw_register).where(vw_register.c.instance == sa.bindparam("i_instance")),
        i_instance=c.standing.instance,
    )
    if not c.rebuilding:  # drafts are not recorded
        c.batch.also(_forget_drafts, i_tasks=f"{c.standing.instance}.%")


_forget_drafts = sa.delete(id_draft).where(id_draft.c.task.like(sa.bindparam("i_tasks")))


_HANDLERS: dict[type[f.Fact], Callable[[Context, Any], None]] = {
    f.InstanceStarted: _started,
    f.TitleChanged: _titled,
    f.TaskOffered: _offered,
    f.TaskCompleted: _task_gone,
    f.TaskWithdrawn: _task_gone,
    f.TaskClaimed: _held,
    f.TaskAssigned: _held,
    f.TaskReleased: _released,
    f.TaskReturned: _returned,
    f.TimerSet: _timer_set,
    f.TimerCleared: _timer_gone,
    f.Subscribed: _subscribed,
    f.Unsubscribed: _unsubscribed,
    f.ExternalOffered: _external,
    f.ExternalClosed: _external_gone,
    f.IncidentRaised: _incident,
    f.IncidentResolved: _resolved,
    f.MessageThrown: _thrown,
    f.SignalThrown: _thrown,
    f.MessageReceived: _received,
    f.SignalReceived: _received,
    f.RegisterWritten: _registered,
    f.NumberAllocated: _numbered,
    f.InstanceSuspended: _suspended,
    f.InstanceResumed: _suspended,
    f.InstanceCompleted: _ended,
    f.InstanceCancelled: _ended,
    f.InstanceErased: _erased,
}
UNPROJECTED = frozenset(
    {
        f.ElementEntered,
        f.ElementLeft,
        f.ElementCancelled,
        f.TimerFired,
        f.ErrorThrown,
        f.EscalationThrown,
        f.ConditionMet,
        f.DecisionMade,
        f.OperationDone,
        f.VariablesCorrected,
    }
)
"""Facts that only the timeline and replay read."""
