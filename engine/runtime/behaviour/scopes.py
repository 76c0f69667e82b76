"""Sub-processes and called processes: opening a scope, and seeing when nothing in it moves any more."""

from __future__ import annotations

from typing import Any

from engine.definitions.model import Node, Parameter
from engine.errors import StepFailed
from engine.facts import InstanceCompleted
from engine.runtime.behaviour import compensation, events
from engine.runtime.definition import Definition, evaluate
from engine.runtime.execution import Execution, Token

STANDING = ("school", "initiator", "business_key", "instance", "process")
"""Variables every process has of its own."""
MAX_NESTING = 250
"""Scopes within scopes; a process that calls itself for ever ends as an incident here."""


def begin(execution: Execution, root: Token) -> None:
    """Begin the instance itself, at the start event its root has noted."""
    element = root.internal_data.get("start", "")
    execution.note(root, start=None)
    open_process(execution, root, execution.definition, element)


def open_process(execution: Execution, holder: Token, definition: Definition, element: str) -> Token:
    """Begin a process (or called process) inside its holder token at a start event."""
    return _open(execution, holder, definition, definition.root.node, element)


def enter_sub_process(execution: Execution, token: Token, node: Node) -> bool | None:
    execution.open_scope(token)
    _open(execution, token, token.task_spec.definition, node, token.internal_data.get("start", ""))
    return None


def _open(execution: Execution, holder: Token, definition: Definition, scope: Node, element: str) -> Token:
    depth, above = 0, holder.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    if depth > MAX_NESTING:
        raise StepFailed("limit_nesting", limit=MAX_NESTING)
    execution.note(holder, inside=True)
    start = definition.start_of(scope, element)
    if start is scope:
        raise StepFailed("no_start_event")
    for _, event_start in definition.event_sub_processes(scope):
        events.arm_start(execution, holder, definition.specs[event_start.id])
    return execution.create(definition.specs[start.id], holder)


def enter_called(execution: Execution, token: Token, node: Node) -> bool | None:
    """Call activity: a nested scope of the same instance; the version is resolved at entry and recorded."""
    if node.called_element is None:
        raise StepFailed("called_element_missing")
    key = evaluate(execution, token, node.called_element)
    attributes = node.attributes
    id = execution.world.ask(
        "definition",
        kind="process",
        key=key,
        binding=attributes.get("calledElementBinding", "latest"),
        version=attributes.get("calledElementVersion", "") or attributes.get("calledElementVersionTag", ""),
        of=token.task_spec.definition.id,
    )
    if not id:
        raise StepFailed("called_element_unknown", key=str(key))
    local = _values(execution, token, node.call_in)
    for parameter in node.inputs:
        local[parameter.name] = None if parameter.value is None else evaluate(execution, token, parameter.value)
    definition = execution.called(id)
    for name in STANDING:
        local.setdefault(name, execution.variables(token).get(name))
    local["process"] = definition.key
    execution.note(token, called=id)
    execution.open_scope(token, local)
    open_process(execution, token, definition, "")
    return None


def leave_called(execution: Execution, token: Token, node: Node) -> dict[str, Any]:
    """What a called process hands back: the values of camunda:out, seen from inside.

    From here on the token sees its caller's variables again, and what was handed back.
    """
    values = _values(execution, token, node.call_out)
    if any(parameter.all for parameter in node.call_out):  # what a case is does not change by calling another process
        named = {parameter.name for parameter in node.call_out}
        values = {name: value for name, value in values.items() if name in named or name not in STANDING}
    own, loop = execution.scopes[token.id], node.loop
    kept = ("loopCounter", loop.element_variable) if loop is not None else ()
    execution.replace_scope(token, {**{name: own[name] for name in kept if name in own}, **values})
    execution.note(token, called=None)
    return values


def _values(execution: Execution, token: Token, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.all:
            values.update(execution.variables(token))
        elif parameter.business_key and parameter.value is not None:
            values["business_key"] = evaluate(execution, token, parameter.value)
        elif parameter.value is not None:
            values[parameter.name] = evaluate(execution, token, parameter.value)
    return values


def check(execution: Execution, holder: Token) -> None:
    """A scope whose last token has gone completes; what is being undone goes on with the next handler."""
    if "compensating" in holder.internal_data:
        compensation.go_on(execution, holder)
        return
    if not holder.internal_data.get("inside"):
        return
    # One by one instead of holder.children: in a wide scope the first look settles it.
    if any(not execution.tasks[child].internal_data.get("aside") for child in holder._children):
        return
    execution.note(holder, inside=None)
    if holder.parent is not None:
        execution.schedule(holder, "leave")
        return
    for aside in holder.children:
        events.cancel(execution, aside)
    execution.state = "completed"
    execution.tell(InstanceCompleted(end=""))
