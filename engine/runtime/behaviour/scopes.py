"""Sub-processes and called processes: opening a scope, and seeing when nothing in it moves any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.facts import InstanceCompleted
from engine.runtime.behaviour import compensation, events, references
from engine.runtime.behaviour.mapping import STANDING, handed, map_inputs, without_standing
from engine.runtime.definition import Definition, evaluate
from engine.runtime.execution import Execution, Token
from engine.values import plain, typed

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
    map_inputs(execution, token, node)
    key = evaluate(execution, token, node.called_element)
    id = references.resolve(execution, token, node, "calledElement", key)
    if not id:
        raise StepFailed("called_element_unknown", key=str(key))
    local = handed(execution, token, node.call_in)
    definition = execution.called(id)
    for name in STANDING:
        local.setdefault(name, execution.variables(token).get(name))
    local["process"] = definition.key
    own = execution.scopes.get(token.id)  # of the call itself: the process called sees what it is given, no more
    execution.note(token, called=id, locals=plain(own) if own else None)
    execution.open_scope(token)
    execution.replace_scope(token, local)
    open_process(execution, token, definition, "")
    return None


def leave_called(execution: Execution, token: Token, node: Node) -> dict[str, Any]:
    """What a called process hands back to its caller: the values of camunda:out, seen from inside.

    From here on the token sees its caller's variables again, and what was handed back. What is ``local="true"`` goes
    no further than the output parameters of the call.
    """
    back = tuple(replace(parameter, local=False) for parameter in node.call_out)
    local = {parameter.name for parameter in node.call_out if parameter.local and not parameter.all}
    all_local = all(parameter.local for parameter in node.call_out)
    values = without_standing(handed(execution, token, back), back)
    own = typed(token.internal_data.get("locals", {}))
    execution.replace_scope(token, {**own, **values})
    execution.note(token, called=None, locals=None)
    return {} if all_local else {name: value for name, value in values.items() if name not in local}


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
