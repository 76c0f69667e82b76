"""Checks how a process hangs together: starts, ends, flows, gateways, and whether everything can be reached and left.

Follows BPMN 2.0.2 §7.6.1 (sequence flow rules), §10.5 (gateways), and what Camunda 7 refuses to deploy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definitions.checking.ways import beyond_link, reachable
from engine.definitions.findings import Report
from engine.definitions.model import Flow, Node, Process

MAX_NESTING = 200
_SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
_ACTIVITIES = frozenset(
    ["task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
     "callActivity", *_SUB_PROCESSES]
)  # fmt: skip
_EVENT_GATEWAY_TARGETS = frozenset(["message", "timer", "signal", "conditional"])


def too_deep(process: Process, report: Report) -> bool:
    """Whether the process is nested beyond the limit; nothing else is checked then."""
    depth: dict[str, int] = {process.id: 0}
    for node in process.nodes.values():  # parents come before their children
        depth[node.id] = depth.get(node.parent, 0) + 1
        if depth[node.id] > MAX_NESTING + 1:
            report.error("too_deep", node, limit=MAX_NESTING)
            return True
    return False


def check(process: Process, report: Report) -> None:
    """All findings about the shape of one process."""
    for flow in process.flows.values():
        _flow(flow, process, report)
    for node in process.nodes.values():
        _node(node, process, report)
        if node.kind.endswith("Gateway"):
            _gateway(node, process, report)
    for scope, children in _scopes(process):
        _starts(scope, children, process, report)
        _paths(scope, children, process, report)


def _flow(flow: Flow, process: Process, report: Report) -> None:
    source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
    if source is None:
        report.error("flow_dangling", flow, end="sourceRef", ref=flow.source)
    if target is None:
        report.error("flow_dangling", flow, end="targetRef", ref=flow.target)
    if source is None or target is None:
        return
    if source.parent != target.parent:
        report.error("flow_crosses_scope", flow)
    if source.kind == "endEvent":
        report.error("flow_out_of_end", source, flow=flow.id)
    if target.kind == "startEvent":
        report.error("flow_into_start", target, flow=flow.id)
    if target.kind == "boundaryEvent":
        report.error("flow_into_boundary", target, flow=flow.id)
    if source.triggered_by_event or target.triggered_by_event:
        report.error("flow_at_event_sub_process", source if source.triggered_by_event else target, flow=flow.id)
    if flow.condition is not None and source.kind in ("parallelGateway", "eventBasedGateway"):
        report.warning("condition_ignored", flow)
    if flow.condition is not None and flow.id == source.default:
        report.warning("default_with_condition", flow)


def _node(node: Node, process: Process, report: Report) -> None:
    if node.default and node.default not in node.outgoing:
        report.error("default_unknown", node, ref=node.default)
    if node.kind == "boundaryEvent":
        host = process.nodes.get(node.attached_to)
        if host is None:
            report.error("boundary_without_host", node, ref=node.attached_to)
        elif host.kind not in _ACTIVITIES or host.triggered_by_event or host.parent != node.parent:
            report.error("boundary_on_wrong_host", node, ref=node.attached_to)
    leads_on = node.outgoing or node.kind == "endEvent" or node.kind.endswith("Gateway")
    if not leads_on and not node.triggered_by_event and not _ends_quietly(node):
        report.warning("no_way_on", node)


def _ends_quietly(node: Node) -> bool:
    return node.for_compensation or (node.event.kind in ("link", "compensate"))


def _gateway(node: Node, process: Process, report: Report) -> None:
    if not node.outgoing:
        report.error("gateway_without_way_out", node)
        return
    flows = [process.flows[flow] for flow in node.outgoing]
    if node.kind == "exclusiveGateway" and len(flows) > 1:
        bare = [flow for flow in flows if flow.condition is None and flow.id != node.default]
        # The last of the document without a condition can only mean the default; anywhere else it would hide others.
        unmarked = not node.default and bare == flows[-1:]
        for flow in bare:
            if unmarked:
                report.warning("default_unmarked", flow, gateway=node.names.get("kk") or node.id)
            else:
                report.error("condition_missing", flow, gateway=node.names.get("kk") or node.id)
    chooses = node.kind == "inclusiveGateway" or (node.kind == "exclusiveGateway" and len(flows) > 1)
    if chooses and not node.default and all(flow.condition is not None for flow in flows):
        report.warning("default_missing", node)
    if node.kind == "eventBasedGateway":
        for flow in flows:
            _event_target(node, process.nodes.get(flow.target), report)


def _event_target(gateway: Node, target: Node | None, report: Report) -> None:
    if target is None:
        return
    waits = target.kind == "receiveTask" or (
        target.kind == "intermediateCatchEvent" and target.event.kind in _EVENT_GATEWAY_TARGETS
    )
    if not waits:
        report.error("event_gateway_target", gateway, target=target.names.get("kk") or target.id)
    elif len(target.incoming) > 1:
        report.error("event_gateway_shared", gateway, target=target.names.get("kk") or target.id)
    elif target.boundaries or target.loop is not None:
        report.error("event_gateway_receive", gateway, target=target.names.get("kk") or target.id)


def _scopes(process: Process) -> Iterator[tuple[Process | Node, list[Node]]]:
    yield process, [process.nodes[child] for child in process.children]
    for node in process.nodes.values():
        if node.kind in _SUB_PROCESSES:
            yield node, [process.nodes[child] for child in node.children]


def _starts(scope: Process | Node, children: list[Node], process: Process, report: Report) -> None:
    starts = [node for node in children if node.kind == "startEvent"]
    plain = [node for node in starts if node.event.kind == "none"]
    if isinstance(scope, Node) and scope.kind == "adHocSubProcess":
        return
    if not starts:
        report.error("start_missing", scope)
    elif len(plain) > 1:
        report.error("start_several", scope, count=len(plain))
    elif isinstance(scope, Node) and len(starts) > 1:
        report.error("start_several", scope, count=len(starts))


def _paths(scope: Process | Node, children: list[Node], process: Process, report: Report) -> None:
    starts = [node for node in children if node.kind == "startEvent"]
    if not starts:
        return  # said already; everything would be unreachable
    forward = {node.id: list(_next(node, process, children)) for node in children}
    begin = [node.id for node in children if node.kind == "startEvent" or node.triggered_by_event]
    reached = reachable(begin, forward)
    for node in children:
        if node.id not in reached and not node.for_compensation:
            report.warning("unreachable", node)
    backward: dict[str, list[str]] = {node.id: [] for node in children}
    for source, targets in forward.items():
        for target in targets:
            backward[target].append(source)
    can_end = reachable([node.id for node in children if _ends(node, forward)], backward)
    cut_short = _can_be_cut(scope, process)
    for start in starts:
        if start.id not in can_end:
            (report.warning if cut_short else report.error)("no_way_to_end", start)
    if all(start.id in can_end for start in starts):
        for node in children:
            if node.id in reached and node.id not in can_end:
                report.warning("endless", node)
                return  # the others of the same circle add nothing


def _ends(node: Node, forward: dict[str, list[str]]) -> bool:
    """An end event, or anything a token may stop at; a gateway without a way out is no end."""
    return not forward[node.id] and not node.kind.endswith("Gateway")


def _next(node: Node, process: Process, siblings: list[Node]) -> Iterable[str]:
    """Where a token can go from ``node`` within its scope: flows, its boundary events, the other side of a link."""
    inside = {sibling.id for sibling in siblings} if node.boundaries else None
    for flow in node.outgoing:
        target = process.nodes.get(process.flows[flow].target)
        if target is not None and target.parent == node.parent:
            yield target.id
    for boundary in node.boundaries:
        if inside is not None and boundary in inside:
            yield boundary
    yield from beyond_link(node, siblings)


def _can_be_cut(scope: Process | Node, process: Process) -> bool:
    """Whether something from outside can end the scope: then going round in it for ever is a way to work."""
    at: Process | Node | None = scope
    while at is not None:
        children = at.children
        if any(_interrupts(process.nodes[child], process) for child in children):
            return True
        if isinstance(at, Process):
            return False
        if any(process.nodes[b].interrupting for b in at.boundaries):
            return True
        at = process.nodes.get(at.parent, process)
    return False


def _interrupts(node: Node, process: Process) -> bool:
    if not node.triggered_by_event:
        return False
    starts = (process.nodes[child] for child in node.children)
    return any(start.kind == "startEvent" and start.interrupting for start in starts)
