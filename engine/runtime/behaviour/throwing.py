"""Throwing: messages and signals to others, errors and escalations up the scopes, links, terminate."""

from __future__ import annotations

from engine.definitions.model import Event, Node
from engine.errors import LimitStruck, StepFailed
from engine.facts import (
    ElementEntered,
    ElementLeft,
    ErrorThrown,
    EscalationThrown,
    MessageThrown,
    SignalReceived,
    SignalThrown,
)
from engine.runtime.behaviour import compensation, events, mapping
from engine.runtime.definition import evaluate, evaluate_text
from engine.runtime.execution import Execution, Token
from engine.values import Value

MAX_SIGNALS = 2_000
"""Signals one command may throw: each is heard by everybody in the case who waits for it."""


def throw(execution: Execution, token: Token, node: Node) -> bool | None:
    """An intermediate throw event."""
    kind = node.event.kind
    if kind == "link":
        return _jump(execution, token, node)
    if kind == "escalation":
        return escalate(execution, token, _code(execution, token, node.event))
    if kind in ("message", "signal"):
        return send(execution, token, node)
    if kind == "compensate":
        return compensation.throw(execution, token, node)
    if kind != "none":
        raise StepFailed("element_not_supported", kind=f"{node.kind}/{kind}")
    return True


def end(execution: Execution, token: Token, node: Node) -> bool | None:
    kind = node.event.kind
    if kind == "terminate":
        scope = token.scope
        execution.tell(ElementLeft(token=token.id, element=token.place, flows=[]))
        events.interrupt_scope(execution, scope)
        execution.schedule(scope, "check")
        return None
    if kind == "error":
        said = None if node.event.message is None else evaluate(execution, token, node.event.message)
        message = "" if said is None else said if isinstance(said, str) else str(said)
        throw_error(execution, token.scope, token, _code(execution, token, node.event), message)
        return None
    if kind == "escalation":
        return escalate(execution, token, _code(execution, token, node.event))
    if kind in ("message", "signal"):
        return send(execution, token, node)
    if kind == "compensate":
        return compensation.throw(execution, token, node)
    if kind == "cancel":
        return compensation.cancel_transaction(execution, token, node)
    if kind != "none":
        raise StepFailed("element_not_supported", kind=f"{node.kind}/{kind}")
    return True


def _code(execution: Execution, token: Token, event: Event) -> str:
    """The code of a thrown error or escalation. Raises StepFailed when an expression gives none."""
    if event.name_value is None:
        return event.name
    value = evaluate(execution, token, event.name_value)
    if value in (None, ""):
        raise StepFailed("code_null", kind=event.kind, expression=event.name_value.text[:200])
    return value if isinstance(value, str) else str(value)


def send(execution: Execution, token: Token, node: Node) -> bool | None:
    """Message or signal: to other instances by the outbox; a signal also to everyone here who waits for it.

    None when the signal has interrupted its own thrower: that token is gone and goes nowhere.
    """
    event = node.event
    if not event.name:
        raise StepFailed("event_without_name", kind=event.kind)
    payload = mapping.payload(execution, token, node)
    name = event.name
    if event.name_value is not None:
        name = events.said_name(execution, token, event, payload)
    school = execution.school
    if "messageSchool" in node.properties:
        school = str(evaluate_text(execution, token, node.properties["messageSchool"]))
    execution.thrown += 1
    n = execution.thrown
    if event.kind == "signal":
        execution.signals += 1
        if execution.signals > MAX_SIGNALS:
            raise LimitStruck("limit_signals", limit=MAX_SIGNALS)
        execution.tell(SignalThrown(n=n, element=token.place, name=name, school=school, variables=payload))
        hear_signal(execution, name, payload, "")
        return True if execution.alive(token) else None
    key = ""
    if "messageKey" in node.properties:
        value = evaluate_text(execution, token, node.properties["messageKey"], payload)
        if value is None:
            raise StepFailed("message_key_null", expression=node.properties["messageKey"])
        key = value if isinstance(value, str) else str(value)
    execution.tell(
        MessageThrown(
            n=n,
            element=token.place,
            name=name,
            school=school,
            key=key,
            everyone=node.properties.get("delivery") == "all",
            variables=payload,
        )
    )
    return True


def hear_signal(execution: Execution, name: str, payload: dict[str, Value], sender: str) -> int:
    """Everyone in this instance who waits for the signal hears it once; answers how many did."""
    heard = 0
    for waiting in execution.noted("event", "signal"):
        if execution.alive(waiting) and waiting.internal_data.get("name") == name:
            hear(execution, waiting, payload, sender)
            heard += 1
    return heard


def hear(execution: Execution, waiting: Token, payload: dict[str, Value], sender: str) -> None:
    """One token hears the signal it waits for. Raises StepFailed."""
    name = waiting.internal_data["name"]
    execution.tell(SignalReceived(token=waiting.id, element=waiting.place, name=name, sender=sender))
    events.trigger(execution, waiting, payload)


def _jump(execution: Execution, token: Token, node: Node) -> bool | None:
    definition = token.task_spec.definition
    target = definition.link_target(node)
    if target is not None:
        execution.create(definition.specs[target.id], token.scope)
        return True
    raise StepFailed("link_without_target", name=node.event.name)


# --- errors and escalations ----------------------------------------------------------------------------------------


def throw_error(execution: Execution, first: Token, thrower: Token, code: str, message: str) -> None:
    """Find who catches an error, from ``first`` outwards. Raises StepFailed when nobody does: never a silent end."""
    found = _catcher(execution, first, "error", code)
    if found is None:
        raise StepFailed("error_uncaught", error=code or "—", message=message)
    holder, catcher = found
    execution.tell(ErrorThrown(token=thrower.id, element=thrower.place, code=code, caught=catcher.id))
    _caught(execution, holder, catcher, catcher.event, code, message, interrupting=True)


def escalate(execution: Execution, token: Token, code: str) -> bool | None:
    """An escalation that nobody catches goes on quietly, as BPMN has it; the ledger shows it."""
    found = _catcher(execution, token.scope, "escalation", code)
    caught = found[1].id if found else ""
    execution.tell(EscalationThrown(token=token.id, element=token.place, code=code, caught=caught))
    if found is not None:
        holder, catcher = found
        _caught(execution, holder, catcher, catcher.event, code, "", interrupting=catcher.interrupting)
    return True if execution.alive(token) else None


def _catcher(execution: Execution, first: Token, kind: str, code: str) -> tuple[Token, Node] | None:
    """The innermost holder with a matching event sub-process or boundary event; an exact code goes before any code.

    An event sub-process is nearer than a boundary event of the same activity: it stands inside. It does not catch what
    is thrown inside itself: its handling would begin again and again.
    """
    holder: Token | None = first
    inside = ""
    while holder is not None:
        starts = [start for start in _event_sub_process_starts(execution, holder) if start.parent != inside]
        for candidates in (starts, _boundaries(holder)):
            matching = [node for node in candidates if node.event.kind == kind and node.event.name in (code, "")]
            if matching:
                exact = [node for node in matching if node.event.name == code]
                return holder, (exact or matching)[0]
        inside, holder = holder.element, holder.parent
    return None


def _event_sub_process_starts(execution: Execution, holder: Token) -> list[Node]:
    if not holder.internal_data.get("inside"):
        return []
    called = holder.internal_data.get("called")
    definition = execution.definitions[called] if called else holder.task_spec.definition
    scope = definition.root.node if called else holder.task_spec.node
    if scope.kind not in ("subProcess", "transaction"):
        return []
    return [start for _, start in definition.event_sub_processes(scope)]


def _boundaries(holder: Token) -> list[Node]:
    if "index" in holder.internal_data:  # boundary events belong to the activity as a whole
        return []
    specs = holder.task_spec.definition.specs
    return [specs[id].node for id in holder.task_spec.node.boundaries]


def _caught(
    execution: Execution, holder: Token, catcher: Node, event: Event, code: str, message: str, interrupting: bool
) -> None:
    payload: dict[str, Value] = {}
    if event.code_variable:
        payload[event.code_variable] = code
    if event.message_variable:
        payload[event.message_variable] = message
    called = holder.internal_data.get("called")
    if catcher.kind == "boundaryEvent":
        scope = holder.scope
        spec = holder.task_spec.definition.specs[catcher.id]
        if interrupting:
            events.cancel(execution, holder)
        hit = execution.create(spec, scope, "leave")
        execution.tell(ElementEntered(token=hit.id, element=hit.place, flow=""))
        events.arrive(execution, hit, catcher, payload)
        return
    definition = execution.definitions[called] if called else holder.task_spec.definition
    if interrupting:
        events.interrupt_scope(execution, holder)
    inside = execution.create(definition.specs[catcher.parent], holder, start=catcher.id)
    execution.open_scope(inside)
    for name, value in payload.items():
        execution.set_variable(inside, name, value)
