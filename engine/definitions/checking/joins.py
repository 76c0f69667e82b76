"""Checks parallel joins for what can be told for certain: that one of their flows never brings a token.

Only what must go wrong is told. Where more than one token may be under way nothing is claimed: deciding that in general
means playing the process through (soundness of workflow nets).
"""

from __future__ import annotations

from engine.definitions.checking.ways import beyond_link, reachable
from engine.definitions.findings import Report
from engine.definitions.model import Node, Process

_CHOOSE_ONE = ("exclusiveGateway", "eventBasedGateway")


def check(process: Process, report: Report) -> None:
    """All findings about the parallel joins of one process."""
    joins = [node for node in process.nodes.values() if node.kind == "parallelGateway" and len(node.incoming) > 1]
    if not joins or any(process.flows[flow].target not in process.nodes for flow in process.flows):
        return
    ways = {node.id: _ways(node, process) for node in process.nodes.values()}
    back: dict[str, list[str]] = {}
    for source, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    reached = reachable([node.id for node in process.nodes.values() if node.kind == "startEvent"], ways)
    for join in joins:
        if join.id not in reached:
            continue
        dry = [flow for flow in join.incoming if process.flows[flow].source not in reached]
        if dry:
            report.warning("join_waits", join, flow=dry[0])
        elif not any(_multiplies(process.nodes[id], process) for id in reachable(back.get(join.id, ()), back)):
            report.warning("join_of_one", join, count=len(join.incoming))


def _multiplies(node: Node, process: Process) -> bool:
    """Whether more tokens may leave than came; of one token that goes one way a join for several never sees enough."""
    if any(not process.nodes[boundary].interrupting for boundary in node.boundaries):
        return True
    return len(node.outgoing) > 1 and node.kind not in _CHOOSE_ONE


def _ways(node: Node, process: Process) -> list[str]:
    flows = [process.flows[flow].target for flow in node.outgoing]
    return [*flows, *node.boundaries, *beyond_link(node, process.nodes.values())]
