"""Turns the facts of an instance into rows of the caches: its own, registers, and through tasks and waits the rest.

The same functions run in the command's own transaction and in a rebuild from the ledger, so both give equal tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine import facts as f
from engine.database import id_draft, ru_instance, ru_receipt, ru_task, vw_number, vw_register
from engine.projections import documents, tasks, waits
from engine.projections.context import Context, Standing, participate
from engine.values import canonical, plain

__all__ = ["UNPROJECTED", "Context", "Standing", "project"]


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
            "sealed": fact.sealed,
        },
    )
    kind, _, sender = fact.cause.partition(":")
    if kind == "message":
        c.batch.put(ru_receipt, {"sender": f"{fact.cause}|{fact.process}", "receiver": c.stream, "seq": c.seq})
    if kind in ("message", "signal"):
        waits.arrived(c, sender)
    if fact.starter and ":" not in fact.starter and fact.starter not in ("clock", "router", "system", "visitor"):
        participate(c, fact.starter)


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
    # A finished case keeps its business key: a timer that runs twice on one day must still meet it. What was held only
    # while the case was open is given back.
    c.batch.patch(ru_instance, c.standing.instance, state=state, ended=c.at)
    one = f.held_while_open(c.standing.process, c.standing.school)
    begun = c.batch.held(ru_instance, c.standing.instance)  # by this very entry
    if begun is None:
        c.batch.also(_let_go, i_instance=c.standing.instance, i_key=one)
    elif begun["unique_key"] == one:
        c.batch.patch(ru_instance, c.standing.instance, unique_key=None)


_let_go = (
    sa.update(ru_instance)
    .where(ru_instance.c.id == sa.bindparam("i_instance"), ru_instance.c.unique_key == sa.bindparam("i_key"))
    .values(unique_key=None)
)


def _erased(c: Context, fact: f.InstanceErased) -> None:
    c.batch.patch(ru_instance, c.standing.instance, title="{}")
    c.batch.also(
        sa.delete(vw_register).where(vw_register.c.instance == sa.bindparam("i_instance")),
        i_instance=c.standing.instance,
    )
    documents.forgotten(c)
    if not c.rebuilding:  # drafts are not recorded
        c.batch.also(_forget_drafts, i_tasks=f"{c.standing.instance}.%")


_forget_drafts = sa.delete(id_draft).where(id_draft.c.task.like(sa.bindparam("i_tasks")))


_HANDLERS: dict[type[f.Fact], Callable[[Context, Any], None]] = {
    f.InstanceStarted: _started,
    f.TitleChanged: tasks.titled,
    f.ElementLeft: documents.called_for,
    f.TaskOffered: tasks.offered,
    f.TaskDescribed: tasks.described,
    f.TaskCompleted: tasks.task_gone,
    f.TaskWithdrawn: tasks.task_gone,
    f.TaskClaimed: tasks.held,
    f.TaskAssigned: tasks.held,
    f.TaskReleased: tasks.released,
    f.TaskDelegated: tasks.delegated,
    f.TaskHandedBack: tasks.handed_back,
    f.TaskReturned: tasks.returned,
    f.TimerSet: waits.timer_set,
    f.TimerCleared: waits.timer_gone,
    f.Subscribed: waits.subscribed,
    f.Unsubscribed: waits.unsubscribed,
    f.ExternalOffered: waits.external,
    f.ExternalClosed: waits.external_gone,
    f.IncidentRaised: waits.incident,
    f.IncidentResolved: waits.resolved,
    f.MessageThrown: waits.thrown,
    f.SignalThrown: waits.thrown,
    f.MessageReceived: waits.received,
    f.SignalReceived: waits.received,
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
        f.ElementCancelled,
        f.TimerFired,
        f.ErrorThrown,
        f.EscalationThrown,
        f.CompensationThrown,
        f.ConditionMet,
        f.RetrySet,
        f.DecisionMade,
        f.OperationDone,
        f.VariablesCorrected,
    }
)
"""Facts that only the timeline and replay read."""
