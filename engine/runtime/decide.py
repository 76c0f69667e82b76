"""Command + state -> facts. Pure but for the world; live running and replay call the same function."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import commands as c
from engine import facts as f
from engine.errors import (
    InstanceNotRunning,
    Invalid,
    LimitStruck,
    NotFound,
    NotWaiting,
    StartConditionFalse,
    StepFailed,
)
from engine.runtime import delegating, returning, stepper
from engine.runtime.behaviour import events, retrying, throwing
from engine.runtime.definition import evaluate_text, happened
from engine.runtime.execution import FAULTS, Execution, Library, Token
from engine.runtime.finding import find, open_task
from engine.values import ALMATY, Value, instant, plain, typed
from engine.world import World

BEHAVIOUR = 2
"""The behaviour version: raise it when the same commands would give other facts or another state."""
MAX_PACE = 2_000
"""Timers one case may set that are due as soon as they are set, in one minute of its clock: a timer in a circle that
never lets time pass ends as an incident here."""


def start(command: c.StartProcess, definition_id: str, instance: str, library: Library, world: World) -> Execution:
    """Begin an instance; its facts are on the execution.

    Raises Invalid when the business key or a start condition cannot be told, StartConditionFalse, NotFound.
    """
    definition = library.process(definition_id)
    process = definition.process
    begun = process.nodes.get(command.element)
    if command.element and (begun is None or begun.kind != "startEvent" or begun.parent != process.id):
        raise NotFound(what=command.element)
    execution = Execution(definition, instance, library)
    execution.world, execution.school = world, command.school
    root = execution.create(definition.root, None, "")
    execution.task_tree = root
    root._set_state(TaskState.STARTED)
    standing: dict[str, Value] = {
        "school": command.school,
        "initiator": command.actor,
        "business_key": command.business_key,
        "instance": instance,
        "process": process.id,
    }
    execution.open_scope(root, {**command.variables, **standing})
    element = _start_element(execution, root, command.element)
    taken = definition.start_of(definition.root.node, element)
    if initiator := taken.attributes.get("initiator", "").strip():
        execution.set_local(root, initiator, command.actor)
    own = process.properties.get("businessKey")
    execution.business_key = command.business_key or _key(execution, root, own, taken.key_field)
    unique = f"{process.id}/{command.school}/{execution.business_key}" if own and execution.business_key else None
    if process.properties.get("oneAtATime") == "true":
        unique = f.held_while_open(process.id, command.school)
    execution.set_local(root, "business_key", execution.business_key)
    execution.tell(
        f.InstanceStarted(
            definition=definition_id,
            process=process.id,
            school=command.school,
            business_key=execution.business_key,
            unique_key=unique,
            starter=command.actor,
            cause=command.cause,
            confidential=process.hides(command.variables),
            sealed=process.sealed,
        )
    )
    if _is_person(command.actor):
        execution.participants.add(command.actor)
    # A step like any other: what cannot be armed at the start is an incident that can be retried, not a lost start.
    execution.note(root, start=element)
    execution.schedule(root, "open")
    stepper.drive(execution)
    _retitle(execution)
    return execution


def _key(execution: Execution, root: Token, own: str | None, field: str) -> str:
    """The case's key: by the process's own expression, else the field of the start form that is named for it."""
    if own is None and (not field or execution.variables(root).get(field) is None):
        return ""
    try:
        value = evaluate_text(execution, root, f"string({field})" if own is None else own)
    except StepFailed as failure:
        raise Invalid(problems={"business_key": str(failure)}) from None
    return "" if value is None else str(value)


def _start_element(execution: Execution, root: Token, asked: str) -> str:
    """Where the instance begins, "" for its plain start. A start event with a condition wants it to hold now."""
    process = execution.definition.process
    if process.starts("none") and not asked:
        return ""
    conditional = [node for node in process.starts("conditional") if asked in ("", node.id)]
    for node in conditional:
        assert node.event.value is not None
        try:
            met = happened(execution, root, node.event.value)
        except StepFailed as failure:
            raise Invalid(problems={node.id: str(failure)}) from None
        if met:
            return node.id
    if conditional:
        raise StartConditionFalse(
            conditions="; ".join(node.event.value.text for node in conditional if node.event.value)
        )
    return asked


def proceed(execution: Execution, command: c.OnInstance, world: World, acted_as: str) -> list[f.Fact]:
    """Carry out a command on a running instance. Raises Refused; the execution must then be dropped."""
    execution.world = world
    execution.facts = []
    execution.changed = False
    if execution.state != "active" and not isinstance(command, (c.ResumeInstance, c.CancelInstance)):
        raise InstanceNotRunning(state=execution.state)
    if execution.state in ("completed", "cancelled"):
        raise InstanceNotRunning(state=execution.state)
    _HANDLERS[type(command)](execution, command, acted_as)
    stepper.drive(execution)
    _retitle(execution)
    return execution.facts


def _is_person(actor: str) -> bool:
    return actor not in (c.CLOCK, c.ROUTER, c.SYSTEM, c.VISITOR) and not actor.startswith("worker:")


def _retitle(execution: Execution) -> None:
    properties = execution.definition.process.properties
    root = execution.task_tree
    title: dict[str, str] = {}
    for lang in ("kk", "ru", "en"):
        text = properties.get(f"title:{lang}")
        if text is None or root.id not in execution.scopes:
            continue
        try:
            value = evaluate_text(execution, root, text)
        except (StepFailed, *FAULTS):
            value = None  # a title that cannot be told yet never stops a case
        if isinstance(value, str):
            title[lang] = value[:300]
    if title and title != execution.title:
        execution.title = title
        execution.tell(f.TitleChanged(title=title))


# --- user tasks ----------------------------------------------------------------------------------------------------


def _complete(execution: Execution, command: c.CompleteTask, acted_as: str) -> None:
    token = open_task(execution, command.task)
    element = token.element
    execution.take_in(token, command.variables)
    # Who and when: of an instance of a multi-instance its own affair, otherwise known to the whole process.
    own = execution.home(token)
    execution._put(own, f"{element}_by", command.actor)
    # As it is read back, with an offset for a zone: else a case in memory would differ from the same case loaded.
    execution._put(own, f"{element}_at", typed(plain(execution.world.now.astimezone(ALMATY))))
    execution.perform(token, command.actor)
    execution.participants.add(command.actor)
    execution.note(token, task=None)
    execution.tell(f.TaskCompleted(token=token.id, element=token.place, person=command.actor, acted_as=acted_as))
    execution.schedule(token, "leave")


def _claim(execution: Execution, command: c.ClaimTask, acted_as: str) -> None:
    token = open_task(execution, command.task)
    _set_assignee(execution, token, command.actor)
    execution.participants.add(command.actor)
    execution.tell(f.TaskClaimed(token=token.id, element=token.place, person=command.actor))


def _unclaim(execution: Execution, command: c.UnclaimTask, acted_as: str) -> None:
    token = open_task(execution, command.task)
    _set_assignee(execution, token, "")
    execution.tell(f.TaskReleased(token=token.id, element=token.place, person=command.actor))


def _assign(execution: Execution, command: c.AssignTask, acted_as: str) -> None:
    token = open_task(execution, command.task)
    _set_assignee(execution, token, command.person)
    execution.participants.add(command.person)
    execution.tell(
        f.TaskAssigned(
            token=token.id, element=token.place, person=command.person, by=command.actor, reason=command.reason
        )
    )


def _set_assignee(execution: Execution, token: Token, person: str) -> None:
    execution.note(token, task=delegating.held_by(token, person))


# --- the clock, other instances, workers ---------------------------------------------------------------------------


def _fire(execution: Execution, command: c.FireTimer, acted_as: str) -> None:
    token = find(execution, command.timer, "due")
    if token is None or "incident" in token.internal_data or token.internal_data["due"] > instant(execution.world.now):
        raise NotWaiting(what=command.timer)
    execution.tell(f.TimerFired(token=token.id, element=token.place, due=token.internal_data["due"]))
    if token.stuck:
        retrying.again(execution, token)
        return
    too_fast = _paced(execution) if "at_once" in token.internal_data else None
    _hit(execution, lambda: events.trigger(execution, token), token, {}, too_fast=too_fast)


def _paced(execution: Execution) -> StepFailed | None:
    """Counts timers that let no time pass; the refusal when there are more in a minute than anybody can have meant."""
    root, minute = execution.task_tree, instant(execution.world.now)[:16]
    last, count = root.internal_data.get("pace", ("", 0))
    count = count + 1 if last == minute else 1
    execution.note(root, pace=[minute, count])
    return LimitStruck("limit_pace", limit=MAX_PACE) if count > MAX_PACE else None


def _hit(
    execution: Execution,
    step: Callable[[], None],
    token: Token,
    payload: dict[str, Value],
    phase: str = "hit",
    too_fast: StepFailed | None = None,
) -> None:
    """Something arrived; if taking it in fails, the token keeps it as an incident and nothing is lost."""
    failure = too_fast or execution.attempt(step)
    if failure is not None:
        if phase == "hit":
            execution.note(token, brought=plain(payload))
            if token.internal_data.get("event") == "timer":  # it has fired; what is left is to take it in
                execution.tell(f.TimerCleared(token=token.id, element=token.place))
        stepper.park(execution, token, phase, failure)


def _message(execution: Execution, command: c.DeliverMessage | c.SpeakAsVisitor, acted_as: str) -> None:
    token = find(execution, command.subscription, "event")
    if token is None or token.internal_data.get("name") != command.name:
        raise NotWaiting(what=command.name)
    sender = command.sender if isinstance(command, c.DeliverMessage) else ""
    execution.tell(f.MessageReceived(token=token.id, element=token.place, name=command.name, sender=sender))
    payload = dict(command.variables)
    _hit(execution, lambda: events.trigger(execution, token, payload), token, payload)


def _signal(execution: Execution, command: c.DeliverSignal, acted_as: str) -> None:
    listening = [t for t in execution.noted("event", "signal") if t.internal_data.get("name") == command.name]
    if not listening:
        raise NotWaiting(what=command.name)
    payload = dict(command.variables)
    for token in listening:
        if execution.alive(token):  # the one before may have interrupted it
            _hit(execution, partial(throwing.hear, execution, token, payload, command.sender), token, payload)


def _external_done(execution: Execution, command: c.CompleteExternal, acted_as: str) -> None:
    token = find(execution, command.task, "external")
    if token is None:
        raise NotWaiting(what=command.task)
    execution.take_in(token, command.variables)
    execution.note(token, external=None)
    execution.tell(f.ExternalClosed(token=token.id, element=token.place, outcome="completed", worker=command.worker))
    execution.schedule(token, "leave")


def _external_failed(execution: Execution, command: c.FailExternal, acted_as: str) -> None:
    token = find(execution, command.task, "external")
    if token is None:
        raise NotWaiting(what=command.task)
    execution.take_in(token, command.variables)
    if command.error_code:
        execution.note(token, external=None)
        execution.tell(f.ExternalClosed(token=token.id, element=token.place, outcome="error", worker=command.worker))
        _hit(
            execution,
            lambda: throwing.throw_error(execution, token, token, command.error_code, command.message),
            token,
            {},
            "offer",
        )
    elif command.retries <= 0:
        execution.note(token, external=None)
        execution.tell(f.ExternalClosed(token=token.id, element=token.place, outcome="failed", worker=command.worker))
        stepper.park(execution, token, "offer", StepFailed("external_failed", message=command.message))


# --- repair and administration -------------------------------------------------------------------------------------


def _correct(execution: Execution, command: c.CorrectVariables, acted_as: str) -> None:
    root = execution.task_tree
    for name, value in command.variables.items():
        execution.set_local(root, name, value)
    execution.tell(f.VariablesCorrected(names=sorted(command.variables), reason=command.reason))


def _retry(execution: Execution, command: c.RetryIncident, acted_as: str) -> None:
    number = command.incident.rpartition(".")[2]
    token = execution.tasks.get(int(number)) if number.isdigit() else None
    if token is None or "incident" not in token.internal_data:
        raise NotWaiting(what=command.incident)
    incident: dict[str, Any] = token.internal_data["incident"]
    execution.note(token, incident=None)
    token._set_state(TaskState.STARTED)
    execution.tell(f.IncidentResolved(token=token.id, element=stepper.place(token)))
    execution.schedule(token, incident["phase"])


def _suspend(execution: Execution, command: c.SuspendInstance, acted_as: str) -> None:
    execution.state = "suspended"
    execution.tell(f.InstanceSuspended(reason=command.reason))


def _resume(execution: Execution, command: c.ResumeInstance, acted_as: str) -> None:
    if execution.state != "suspended":
        raise InstanceNotRunning(state=execution.state)
    execution.state = "active"
    execution.tell(f.InstanceResumed(reason=command.reason))


def _cancel(execution: Execution, command: c.CancelInstance, acted_as: str) -> None:
    for child in execution.task_tree.children:
        events.cancel(execution, child)
    execution.state = "cancelled"
    execution.tell(f.InstanceCancelled(reason=command.reason))


_HANDLERS: dict[type[c.OnInstance], Callable[[Execution, Any, str], None]] = {
    c.CompleteTask: _complete,
    c.ReturnTask: returning.give_back,
    c.ClaimTask: _claim,
    c.UnclaimTask: _unclaim,
    c.AssignTask: _assign,
    c.DelegateTask: delegating.delegate,
    c.HandBackTask: delegating.hand_back,
    c.FireTimer: _fire,
    c.DeliverMessage: _message,
    c.SpeakAsVisitor: _message,
    c.DeliverSignal: _signal,
    c.CompleteExternal: _external_done,
    c.FailExternal: _external_failed,
    c.CorrectVariables: _correct,
    c.RetryIncident: _retry,
    c.SuspendInstance: _suspend,
    c.ResumeInstance: _resume,
    c.CancelInstance: _cancel,
}
