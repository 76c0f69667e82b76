"""Keeps commands from knowing what going back means: which earlier step can be done again, and what that takes away."""

from __future__ import annotations

from engine import commands as c
from engine import facts as f
from engine.errors import Invalid
from engine.runtime.behaviour import events
from engine.runtime.execution import Execution, Token
from engine.runtime.finding import open_task


def _earlier(execution: Execution, token: Token) -> dict[str, str]:
    """Single user tasks of this scope that were done before: element -> who did it last, latest last."""
    if "index" in token.internal_data:
        return {}
    definition, here = token.task_spec.definition, token.task_spec.node
    prefix = token.place.removesuffix(here.id)
    found: dict[str, str] = {}
    for place, person in execution.done_by(token).items():
        id = place.removeprefix(prefix)
        node = definition.process.nodes.get(id) if place.startswith(prefix) and id != here.id else None
        if node is not None and node.parent == here.parent and node.kind == "userTask" and node.loop is None:
            found[id] = person
    return found


def returnable(execution: Execution, token: Token) -> list[str]:
    """The steps an open task can be returned to, latest last."""
    return [id for id in _earlier(execution, token) if not _would_double(token, id)]


def give_back(execution: Execution, command: c.ReturnTask, acted_as: str) -> None:
    """The open task is taken back and an earlier user task of the same scope is offered again to who did it."""
    token = open_task(execution, command.task)
    earlier = _earlier(execution, token)
    to = command.to or next(reversed(earlier), "")
    if to not in earlier:
        raise Invalid(problems={"to": to or "—"})
    if not command.reason.strip():
        raise Invalid(problems={"reason": "required"})
    if _would_double(token, to):
        raise Invalid(problems={"to": "return_other_branch"})
    scope = token.scope
    execution.tell(
        f.TaskReturned(token=token.id, element=token.place, to=to, person=command.actor, reason=command.reason)
    )
    execution.set_variable(token, "return_reason", command.reason)
    execution.participants.add(command.actor)
    events.cancel(execution, token)
    again = execution.create(token.task_spec.definition.specs[to], scope, "run")
    execution.note(again, returned_to=earlier[to])


def _would_double(token: Token, to: str) -> bool:
    """Whether the way from ``to`` back to the returned task also leads where another token already is."""
    definition, joins = token.task_spec.definition, ("parallelGateway", "inclusiveGateway")
    nodes: set[str] = set()
    flows: set[str] = set()
    stack = [to]
    while stack:
        node = definition.node(stack.pop())
        if node.id in nodes or node.id == token.element:
            continue
        nodes.add(node.id)
        if node.kind in joins and len(node.incoming) > 1:  # beyond it the branches are one again
            continue
        for flow in definition.flows_from(node):
            flows.add(flow.id)
            stack.append(flow.target)
        beyond = definition.link_target(node) if node.event.kind == "link" else None
        if beyond is not None:
            stack.append(beyond.id)
    others = [t for t in token.scope.children if t is not token and not t.internal_data.get("aside")]
    return any(
        other.internal_data.get("flow") in flows if other.task_spec.node.kind in joins else other.element in nodes
        for other in others
    )
