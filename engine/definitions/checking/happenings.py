"""Checks events: which definition may stand where, and that each says what it needs to be caught or thrown.

Positions as Camunda 7 allows them (its BPMN implementation reference), which is narrower than BPMN 2.0.2 table 10.93.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.definitions.checking import spellings
from engine.definitions.checking.known import Bundle, missing
from engine.definitions.findings import Report
from engine.definitions.model import Node, Process
from engine.timers import yearly as yearly_starts

_ALLOWED: Mapping[str, frozenset[str]] = {
    "process start": frozenset(["none", "message", "timer", "signal", "conditional"]),
    "sub-process start": frozenset(["none"]),
    "event sub-process start": frozenset(
        ["message", "timer", "signal", "error", "escalation", "conditional", "compensate"]
    ),
    "intermediateCatchEvent": frozenset(["message", "timer", "signal", "conditional", "link"]),
    "intermediateThrowEvent": frozenset(["none", "message", "signal", "escalation", "link", "compensate"]),
    "boundaryEvent": frozenset(
        ["message", "timer", "signal", "error", "escalation", "conditional", "compensate", "cancel"]
    ),
    "endEvent": frozenset(["none", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel"]),
}
_OF_TODAY = re.compile(r"\b(today|now)\s*\(")
_THROWING = ("intermediateThrowEvent", "endEvent")


def check(process: Process, bundle: Bundle, report: Report) -> None:
    """All findings about the events of one process."""
    for node in process.nodes.values():
        if node.kind.endswith("Event"):
            _position(node, process, report)
        if node.kind.endswith("Event") or node.kind == "receiveTask":
            _content(node, report)
        if node.kind == "startEvent" and node.parent == process.id and node.event.kind == "timer":
            _begins_by_clock(node, process, report)
        elif "each" in node.properties:
            report.error("each_misplaced", node)
    _links(process, report)
    _twice(process, report)
    _receivers(process, bundle, report)


def _position(node: Node, process: Process, report: Report) -> None:
    place: str = node.kind
    if node.kind == "startEvent":
        scope = process.nodes.get(node.parent)
        place = "process start" if scope is None else "sub-process start"
        if scope is not None and scope.triggered_by_event:
            place = "event sub-process start"
    kind = node.event.kind
    if kind not in _ALLOWED[place]:
        report.error("event_position", node, event=kind, place=place)
    never_waits = kind == "error" and not node.interrupting and node.kind in ("boundaryEvent", "startEvent")
    if never_waits:
        report.error("error_not_interrupting", node)


def _content(node: Node, report: Report) -> None:
    event = node.event
    throws = node.kind in _THROWING
    if throws and event.kind == "message" and not node.sends_message:
        by_another = {"expression", "class", "delegateExpression"} & set(node.attributes)  # of Java ``support`` tells
        if not by_another and not node.attributes.get("topic", "").strip():
            report.error("topic_missing", node)
    elif node.kind == "receiveTask" and event.kind == "none":
        report.error("message_missing", node)
    elif event.kind in ("message", "signal") and not event.name:
        if not event.ref:
            report.error(f"{event.kind}_missing", node)
        else:
            report.error("event_without_name", node, kind=event.kind, ref=event.ref)
    elif event.kind in ("error", "escalation") and throws and not event.name:
        report.error("code_missing", node, kind=event.kind)
    elif event.kind == "timer" and event.value is None:
        report.error("timer_missing", node)
    elif event.kind == "conditional" and event.value is None:
        report.error("event_condition_missing", node)
    elif event.kind == "link" and not event.name:
        report.error("link_without_name", node)


def _begins_by_clock(node: Node, process: Process, report: Report) -> None:
    """When a process begins by the clock there is no case yet, and so there are no variables."""
    value = node.event.value
    if value is None:
        return
    yearly = yearly_starts.counts(node)
    known = {"school", yearly_starts.VARIABLE} if yearly else {"school"}
    names = frozenset() if value.literal else spellings.look(value.text).names
    if names - known:
        report.error("start_timer_variables", node, value.line, names=", ".join(sorted(names - known)))
    if yearly:
        of_today = _OF_TODAY.search(value.text)
        if node.event.timer != "date" or yearly_starts.VARIABLE not in names or of_today:
            report.error("each_year_date", node, value.line, value=value.text[:80])
        if not process.properties.get("businessKey"):
            report.error("each_year_key", node)


def _links(process: Process, report: Report) -> None:
    links = [node for node in process.nodes.values() if node.event.kind == "link" and node.event.name]
    caught: dict[tuple[str, str], Node] = {}
    for node in links:
        if node.kind == "intermediateCatchEvent":
            if (node.parent, node.event.name) in caught:
                report.error("link_twice", node, link=node.event.name)
            caught.setdefault((node.parent, node.event.name), node)
    for node in links:
        if node.kind == "intermediateThrowEvent" and (node.parent, node.event.name) not in caught:
            report.error("link_without_target", node, link=node.event.name)


def _twice(process: Process, report: Report) -> None:
    """Two catchers of the same thing at one place: which one would be meant cannot be told."""
    seen: set[tuple[str, ...]] = set()
    for node in process.nodes.values():
        event = node.event
        if event.kind not in ("message", "error", "escalation") or event.name_value is not None:
            continue
        if node.kind == "boundaryEvent":
            place = node.attached_to
        elif node.kind == "startEvent":
            scope = process.nodes.get(node.parent)
            place = scope.parent if scope is not None else process.id
        else:
            continue
        key = (node.kind, place, event.kind, event.name)
        if key in seen and (event.name or event.kind != "message"):
            report.error("caught_twice", node, event=event.kind, what=event.name or "*")
        seen.add(key)


def _receivers(process: Process, bundle: Bundle, report: Report) -> None:
    if bundle.known.messages is None:
        return
    caught = frozenset(
        node.event.name
        for model in bundle.models.values()
        for other in model.processes
        for node in other.nodes.values()
        if node.event.kind == "message" and node.kind not in (*_THROWING, "sendTask")
    )
    for node in process.nodes.values():
        known = node.event.name_value is not None or not missing(node.event.name, bundle.known.messages, caught)
        if node.sends_message and not known:
            report.warning("message_without_receiver", node, message=node.event.name)
