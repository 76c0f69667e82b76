"""Checks compensation and transactions: every handler belongs to one activity, every cancel event to one transaction.

As Camunda 7 has it (its BPMN reference, compensation and cancel events; BPMN 2.0.2 §10.7).
"""

from __future__ import annotations

from engine.definitions.findings import Report
from engine.definitions.model import Node, Process

_ACTIVITIES = frozenset(
    ["task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
     "callActivity", "subProcess", "transaction"]
)  # fmt: skip
_SCOPES = ("subProcess", "transaction")


def check(process: Process, report: Report) -> None:
    """All findings about undoing in one process."""
    handled: dict[str, list[str]] = {}
    for node in process.nodes.values():
        kind = node.event.kind
        if kind == "compensate" and node.kind == "boundaryEvent":
            _boundary(node, process, report)
            for handler in node.handlers:
                handled.setdefault(handler, []).append(node.id)
        elif kind == "compensate" and node.kind in ("intermediateThrowEvent", "endEvent"):
            _throw(node, process, report)
        elif kind == "compensate" and node.kind == "startEvent":
            _start(node, process, report)
        elif kind == "cancel":
            _cancel(node, process, report)
    for node in process.nodes.values():
        if node.for_compensation:
            _handler(node, handled.get(node.id, []), report)


def _boundary(node: Node, process: Process, report: Report) -> None:
    handlers = [process.nodes[id] for id in node.handlers if process.nodes[id].for_compensation]
    if len(handlers) != 1 or len(node.handlers) != 1 or handlers[0].parent != node.parent:
        report.error("compensation_handler", node, count=len(node.handlers))
    if node.outgoing:
        report.error("compensation_flows", node)
    host = process.nodes.get(node.attached_to)
    twins = [id for id in host.boundaries if process.nodes[id].event.kind == "compensate"] if host else []
    if len(twins) > 1 and twins[0] != node.id:
        report.error("caught_twice", node, event="compensate", what="*")


def _handler(node: Node, events: list[str], report: Report) -> None:
    if node.kind not in _ACTIVITIES:
        report.error("compensation_handler_kind", node)
    elif not events:
        report.error("compensation_handler_loose", node)
    if node.incoming or node.outgoing:
        report.error("compensation_flows", node)
    if node.boundaries or node.triggered_by_event:
        report.error("compensation_handler_kind", node)


def _throw(node: Node, process: Process, report: Report) -> None:
    """What is named stands in the scope that the throw speaks for, and has something that undoes it."""
    ref = node.event.activity_ref
    if not ref:
        return
    scope = node.parent
    while scope in process.nodes and process.nodes[scope].triggered_by_event:
        scope = process.nodes[scope].parent
    named = process.nodes.get(ref)
    if named is None or named.parent != scope or not _undoable(named, process):
        report.error("compensation_ref", node, ref=ref)


def _undoable(node: Node, process: Process) -> bool:
    own = any(process.nodes[id].event.kind == "compensate" for id in node.boundaries)
    return own or (node.kind in _SCOPES and not node.triggered_by_event)


def _start(node: Node, process: Process, report: Report) -> None:
    """A compensation event sub-process undoes the sub-process around it; the process as a whole is never undone."""
    inside = process.nodes.get(node.parent)
    around = process.nodes.get(inside.parent) if inside is not None and inside.triggered_by_event else None
    if inside is not None and inside.triggered_by_event and around is None:
        report.error("compensation_of_process", node)
    elif not node.interrupting:
        report.error("compensation_not_interrupting", node)


def _cancel(node: Node, process: Process, report: Report) -> None:
    if node.kind == "boundaryEvent":
        host = process.nodes.get(node.attached_to)
        if host is None or host.kind != "transaction":
            report.error("cancel_place", node)
    elif node.kind == "endEvent":
        scope = process.nodes.get(node.parent)
        if scope is None or scope.kind != "transaction":
            report.error("cancel_place", node)
        elif not any(process.nodes[id].event.kind == "cancel" for id in scope.boundaries):
            report.error("cancel_without_boundary", node)
