"""Keeps the conformance table from knowing models as data: which constructs of BPMN a node is, by name.

Events are ``position.kind``, with ``.non_interrupting`` where they leave their host alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definitions.model import Node, Process

_PLACES = {
    "endEvent": "end",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
}


def constructs(node: Node, process: Process) -> Iterator[str]:
    """The names of everything this node shows."""
    if node.kind.endswith("Event"):
        yield event(node, process)
        if node.event.kind == "timer":
            yield f"timer.{node.event.timer}"
    else:
        yield from _activity(node)
    if node.loop is not None:
        yield from _loop(node)
    if node.for_compensation:
        yield "marker.compensation"
    if not node.kind.endswith(("Event", "Gateway")):
        flows = [process.flows[flow] for flow in node.outgoing]
        if any(flow.condition is not None for flow in flows):
            yield "flow.conditional"
        if node.default:
            yield "flow.default"
    elif node.default:
        yield f"{node.kind}.default"
    if node.kind.endswith("Gateway"):
        yield f"{node.kind}.join" if len(node.incoming) > 1 else f"{node.kind}.split"
    if node.inputs:
        yield "mapping.input"
    if node.outputs:
        yield "mapping.output"


def event(node: Node, process: Process) -> str:
    """``boundary.timer.non_interrupting`` and the like."""
    place = _PLACES.get(node.kind, "")
    scope = process.nodes.get(node.parent)
    by_event = scope is not None and scope.triggered_by_event
    if node.kind == "startEvent":
        place = "start" if scope is None else "event_start" if by_event else "inner_start"
    suspends = node.interrupting or not (node.kind == "boundaryEvent" or by_event)
    return f"{place}.{node.event.kind}" + ("" if suspends else ".non_interrupting")


def _activity(node: Node) -> Iterator[str]:
    if node.kind == "subProcess":
        yield "subProcess.event" if node.triggered_by_event else "subProcess.embedded"
    elif node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
        yield f"{node.kind}.{_work(node)}"
    elif node.kind == "callActivity":
        yield f"callActivity.{node.attributes.get('calledElementBinding', 'latest')}"
        if node.call_in:
            yield "callActivity.in"
        if node.call_out:
            yield "callActivity.out"
    else:
        yield node.kind


def _work(node: Node) -> str:
    if "operation" in node.properties:
        return "operation"
    if "decisionRef" in node.attributes:
        return "decision"
    if "topic" in node.attributes:
        return "external"
    return "expression" if "expression" in node.attributes else "message"


def _loop(node: Node) -> Iterator[str]:
    loop = node.loop
    assert loop is not None
    yield f"loop.{loop.kind}"
    if loop.collection is not None:
        yield "loop.collection"
    if loop.cardinality is not None:
        yield "loop.cardinality"
    if loop.completion is not None:
        yield "loop.completion"
