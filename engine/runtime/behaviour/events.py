"""Waiting for something and being hit by it: timers, messages, signals, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.definitions.model import Event, Node
from engine.errors import StepFailed
from engine.facts import (
    ConditionMet,
    ElementCancelled,
    ElementEntered,
    ElementLeft,
    ExternalClosed,
    IncidentResolved,
    Subscribed,
    TaskWithdrawn,
    TimerCleared,
    TimerSet,
    Unsubscribed,
)
from engine.runtime.behaviour.due import first_due, next_due
from engine.runtime.behaviour.mapping import map_inputs
from engine.runtime.definition import NodeSpec, blamed, evaluate_text, happened
from engine.runtime.execution import Execution, Token
from engine.values import Value, moment

ARMED = ("timer", "message", "signal", "conditional")


def passed(execution: Execution, token: Token, node: Node) -> bool | None:
    return True


def wait(execution: Execution, token: Token, node: Node) -> bool | None:
    """Intermediate catch event or receive task."""
    if node.event.kind == "link" or (node.kind == "intermediateCatchEvent" and node.event.kind == "none"):
        return True
    arm(execution, token)
    return None


# --- arming --------------------------------------------------------------------------------------------------------


def arm_boundaries(execution: Execution, token: Token, node: Node) -> None:
    """Set up the boundary events that wait for something; errors and escalations are looked for when thrown."""
    specs = token.task_spec.definition.specs
    for id in node.boundaries:
        if specs[id].node.event.kind in ARMED:
            arm(execution, execution.create(specs[id], token, "", aside=True))


def arm_start(execution: Execution, scope: Token, start: NodeSpec) -> None:
    """Set up the start of an event sub-process inside a scope that has just opened."""
    if start.node.event.kind in ARMED:
        arm(execution, execution.create(start, scope, "", aside=True, of_scope=True))


def arm(execution: Execution, token: Token) -> None:
    """Begin to wait. Raises StepFailed when the timer, the key or the condition cannot be evaluated."""
    node = token.task_spec.node
    event = node.event
    if event.kind == "timer":
        _arm_timer(execution, token, node, first_due(execution, token, node))
    elif event.kind in ("message", "signal"):
        if not event.name:
            raise StepFailed("event_without_name", kind=event.kind)
        name = event.name
        if event.name_value is not None:
            name = said_name(execution, token, event)
        key = ""
        if event.kind == "message" and "messageKey" in node.properties:
            value = evaluate_text(execution, token, node.properties["messageKey"])
            if value is None:
                raise StepFailed("message_key_null", expression=node.properties["messageKey"])
            key = _text(value)
        execution.note(token, event=event.kind, name=name, key=key)
        execution.tell(Subscribed(token=token.id, element=token.place, event=event.kind, name=name, key=key))
    elif event.kind == "conditional":
        execution.note(token, event="conditional", met=False)
        execution.changed = True
    else:
        raise StepFailed("element_not_supported", kind=f"{node.kind}/{event.kind}")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else str(value)


def said_name(execution: Execution, token: Token, event: Event, payload: Mapping[str, Value] | None = None) -> str:
    """The name of a message or signal that an expression gives. Raises StepFailed when it gives none."""
    assert event.name_value is not None
    value = evaluate_text(execution, token, event.name_value.text, payload)
    if value is None or value == "":
        raise StepFailed("event_name_null", kind=event.kind, **blamed(execution, token, event.name_value, value))
    return _text(value)


def _arm_timer(execution: Execution, token: Token, node: Node, timer: Mapping[str, Any]) -> None:
    soon = execution.world.now + timedelta(seconds=1)
    at_once = True if moment(timer["due"]) < soon else None  # told apart, since a circle of these never ends
    execution.note(token, event="timer", at_once=at_once, **timer)
    execution.tell(TimerSet(token=token.id, element=token.place, due=timer["due"], round=timer["round"]))


# --- being hit -----------------------------------------------------------------------------------------------------


def trigger(execution: Execution, token: Token, payload: Mapping[str, Value] | None = None) -> None:
    """What a waiting token waits for has happened."""
    notes = token.internal_data
    node = token.task_spec.node
    if notes.get("of_scope"):
        _start_sub_process(execution, token, node, payload)
    elif notes.get("of_gateway"):
        gateway = token.scope
        hit = execution.create(token.task_spec, gateway.scope, "leave", flow=notes["flow"])
        execution.tell(ElementEntered(token=hit.id, element=hit.place, flow=notes["flow"]))
        arrive(execution, hit, node, payload)
        for other in gateway.children:
            cancel(execution, other)
        execution.tell(ElementLeft(token=gateway.id, element=gateway.place, flows=[notes["flow"]]))
        execution.remove(gateway)
    elif node.kind == "boundaryEvent":
        fire_boundary(execution, token, node, payload)
    else:
        close_waits(execution, token)
        _receive(execution, token, node, payload)
        execution.schedule(token, "leave")


def _receive(execution: Execution, token: Token, node: Node, payload: Mapping[str, Value] | None) -> None:
    """What an event brought: for its output parameters, or straight into the variables where it has none."""
    if not payload:
        return
    if node.outputs:  # mapped when the token leaves
        execution.open_scope(token, payload)
        return
    for name, value in payload.items():
        execution.set_variable(token, name, value)


def arrive(execution: Execution, hit: Token, node: Node, payload: Mapping[str, Value] | None) -> None:
    """An event that is entered only when it happens: its input parameters are told then."""
    map_inputs(execution, hit, node)
    _receive(execution, hit, node, payload)


def fire_boundary(execution: Execution, token: Token, node: Node, payload: Mapping[str, Value] | None) -> None:
    host = token.scope
    scope = host.scope
    if node.interrupting:
        cancel(execution, host)
    else:
        _again(execution, token, node)
    hit = execution.create(token.task_spec, scope, "leave")
    execution.tell(ElementEntered(token=hit.id, element=hit.place, flow=""))
    arrive(execution, hit, node, payload)


def _start_sub_process(execution: Execution, token: Token, start: Node, payload: Mapping[str, Value] | None) -> None:
    scope = token.scope
    definition = token.task_spec.definition
    if start.interrupting:
        interrupt_scope(execution, scope)
    else:
        _again(execution, token, start)
    holder = execution.create(definition.specs[start.parent], scope, start=start.id)
    execution.open_scope(holder)
    for name, value in (payload or {}).items():
        execution.set_variable(holder, name, value)


def interrupt_scope(execution: Execution, scope: Token) -> None:
    """Take away everything inside a scope but the boundary events of the scope's own activity."""
    for child in scope.children:
        if child.task_spec.node.kind != "boundaryEvent" or child.task_spec.node.attached_to != scope.element:
            cancel(execution, child)


def _again(execution: Execution, token: Token, node: Node) -> None:
    """A non-interrupting wait stays armed: messages and signals always, timers while their cycle has rounds left."""
    if node.event.kind != "timer":
        return
    following = next_due(execution, token, node)
    if following is None:
        cancel(execution, token)
    else:
        _arm_timer(execution, token, node, following)


def watching(execution: Execution) -> list[Token]:
    """The tokens that wait for a condition, oldest first; those whose last step failed are left alone."""
    if not any(definition.has_conditions for definition in execution.definitions.values()):
        return []
    return [token for token in execution.noted("event", "conditional") if not token.stuck]


def look(execution: Execution, token: Token) -> bool:
    """Whether the condition a token waits for has become true since the last look. Raises StepFailed."""
    value = token.task_spec.node.event.value
    assert value is not None
    met = happened(execution, token, value)
    if "retry" in token.internal_data:  # told again: the next failure has all its tries
        execution.note(token, retry=None)
    if met == token.internal_data["met"]:
        return False
    execution.note(token, met=met)
    if met:
        execution.tell(ConditionMet(token=token.id, element=token.place))
    return met


def watch(execution: Execution, token: Token) -> None:
    """Look at a condition again that could not be told."""
    execution.note(token, met=False)
    execution.changed = True


# --- going away ----------------------------------------------------------------------------------------------------


def close_waits(execution: Execution, token: Token) -> None:
    """Stop waiting: the projections drop the timer, the subscription, the task."""
    notes = token.internal_data
    if "task" in notes:
        execution.tell(TaskWithdrawn(token=token.id, element=token.place))
    if notes.get("event") == "timer" or "at" in notes.get("retry", ()):
        execution.tell(TimerCleared(token=token.id, element=token.place))
    if notes.get("event") in ("message", "signal"):
        execution.tell(Unsubscribed(token=token.id, element=token.place))
    if "external" in notes:
        execution.tell(ExternalClosed(token=token.id, element=token.place, outcome="cancelled", worker=""))
    if "incident" in notes:
        execution.tell(IncidentResolved(token=token.id, element=token.place))
    execution.note(token, task=None, event=None, external=None, incident=None, due=None, retry=None)


def cancel(execution: Execution, token: Token) -> None:
    """Take a token away with everything below it; whatever waited there is told to stop."""
    if not execution.alive(token):
        return
    for each in reversed(list(execution.below(token))):
        aside = each.internal_data.get("aside")
        close_waits(execution, each)
        if not aside:
            execution.tell(ElementCancelled(token=each.id, element=each.place))
        execution.set_state(each, TaskState.CANCELLED)
    execution.remove(token)
