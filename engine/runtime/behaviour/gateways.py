"""Splits and joins. A join holds the tokens that have arrived; nothing of the past is needed, so pruning is safe."""

from __future__ import annotations

from engine.definitions.model import Node
from engine.facts import ElementLeft
from engine.runtime.behaviour import events
from engine.runtime.execution import Execution, Token


def passed(execution: Execution, token: Token, node: Node) -> bool | None:
    return True


def _arrived(token: Token) -> list[Token]:
    """Tokens held at this join in this scope, this one included, oldest first."""
    return [t for t in token.scope.children if t.task_spec is token.task_spec and not t.stuck]


def _one_per_flow(arrived: list[Token]) -> dict[str, Token]:
    first: dict[str, Token] = {}
    for token in arrived:
        first.setdefault(token.internal_data.get("flow", ""), token)
    return first


def _merge(execution: Execution, token: Token, merged: list[Token]) -> None:
    for other in merged:
        if other is not token:
            execution.tell(ElementLeft(token=other.id, element=other.place, flows=[]))
            execution.remove(other)


def parallel(execution: Execution, token: Token, node: Node) -> bool | None:
    """Goes on when every incoming flow has brought a token; one of each is consumed (BPMN 2.0.2 §13.4.1)."""
    if len(node.incoming) < 2:
        return True
    first = _one_per_flow(_arrived(token))
    if not all(flow in first for flow in node.incoming):
        return None
    _merge(execution, token, list(first.values()))
    return True


def inclusive(execution: Execution, token: Token, node: Node) -> bool | None:
    """A join waits for settle(): only when nothing else can move is it known who may still come."""
    return True if len(node.incoming) < 2 else None


def settle(execution: Execution) -> bool:
    """Let go the inclusive joins that nobody upstream can reach any more (BPMN 2.0.2 §13.4.3). True if one did."""
    if not any(definition.has_joins for definition in execution.definitions.values()):
        return False
    held = [
        t
        for t in execution.tasks.values()
        if t.task_spec.node.kind == "inclusiveGateway" and len(t.task_spec.node.incoming) > 1 and not t.stuck
    ]
    held.sort(key=lambda t: t.id)
    seen: set[tuple[int, str]] = set()
    for token in held:
        place = (token.scope.id, token.element)
        if place in seen or not execution.alive(token):
            continue
        seen.add(place)
        arrived = _arrived(token)
        first = _one_per_flow(arrived)
        if not _somebody_comes(token, first):
            _merge(execution, token, list(first.values()))
            execution.schedule(token, "leave")
            return True
    return False


def _somebody_comes(join: Token, first: dict[str, Token]) -> bool:
    """Whether a token elsewhere can still arrive by an empty flow and by no flow that has a token already."""
    definition, node = join.task_spec.definition, join.task_spec.node
    empty = tuple(flow for flow in node.incoming if flow not in first)
    full = tuple(flow for flow in node.incoming if flow in first)
    to_empty = definition.upstream_of_flows(node.id, empty)
    to_full = definition.upstream_of_flows(node.id, full)
    return any(
        other.element in to_empty and other.element not in to_full
        for other in join.scope.children
        if other.task_spec is not join.task_spec and not (other.internal_data.keys() & {"aside", "undoing"})
    )


def event_based(execution: Execution, token: Token, node: Node) -> bool | None:
    """Waits for the first of its events (BPMN 2.0.2 §13.4.4)."""
    definition = token.task_spec.definition
    for flow in definition.flows_from(node):
        wait = execution.create(definition.specs[flow.target], token, "", aside=True, flow=flow.id, of_gateway=True)
        events.arm(execution, wait)
    return None
