"""Which sequence flows a token takes; always in the order of the document, never in that of the drawing."""

from __future__ import annotations

from engine.definitions.model import Flow, Node
from engine.errors import StepFailed
from engine.runtime.definition import condition
from engine.runtime.execution import Execution, Token


def choose(execution: Execution, token: Token, node: Node) -> list[Flow]:
    """The flows out of a node (BPMN 2.0.2 §13.3.1, §13.4). Raises StepFailed when none can be taken."""
    outgoing = token.task_spec.definition.flows_from(node)
    if node.kind in ("parallelGateway", "eventBasedGateway") or not outgoing:
        return outgoing
    if node.kind == "exclusiveGateway":
        return [_first(execution, token, node, outgoing)]
    default = [flow for flow in outgoing if flow.id == node.default]
    taken = [flow for flow in outgoing if flow.id != node.default and _true(execution, token, flow)]
    conditional = any(flow.condition is not None for flow in taken)
    # The default flow stands in for the conditional ones only: a flow without a condition is always taken.
    if default and not conditional and (node.kind != "inclusiveGateway" or not taken):
        taken = [flow for flow in outgoing if flow in taken or flow in default]
    if not taken:
        raise StepFailed("no_flow_matches", flows=_conditions(outgoing))
    return taken


def _first(execution: Execution, token: Token, node: Node, outgoing: list[Flow]) -> Flow:
    for flow in outgoing:
        if flow.id != node.default and _true(execution, token, flow):
            return flow
    for flow in outgoing:
        if flow.id == node.default:
            return flow
    raise StepFailed("no_flow_matches", flows=_conditions(outgoing))


def _true(execution: Execution, token: Token, flow: Flow) -> bool:
    return flow.condition is None or condition(execution, token, flow.condition, flow.name or flow.id)


def _conditions(outgoing: list[Flow]) -> str:
    return "; ".join(flow.condition.text for flow in outgoing if flow.condition is not None)
