"""Checks where Camunda's attributes and mappings stand and what they may say: what has no effect there is told.

What Camunda 7 itself passes over at such a place is a warning: leaving it out changes nothing. What would have had an
effect is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.calendar.keeping import kept_for
from engine.definitions.checking import spellings
from engine.definitions.checking.known import Bundle, missing
from engine.definitions.expressions import listed
from engine.definitions.findings import Report
from engine.definitions.model import Expression, Node, Process

_PEOPLE = frozenset(["userTask", "manualTask"])
_MACHINES = frozenset(["serviceTask", "sendTask", "businessRuleTask"])
_THROWS = frozenset(["intermediateThrowEvent", "endEvent"])
_CATCHES_ERRORS = frozenset(["startEvent", "boundaryEvent"])
_NOWHERE: frozenset[str] = frozenset()
_PLACES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("assignee", "candidateUsers", "candidateGroups"), _PEOPLE),
    **dict.fromkeys(("dueDate", "followUpDate", "priority"), _PEOPLE),
    **dict.fromkeys(("formRef", "formRefBinding", "formRefVersion"), _PEOPLE | {"startEvent"}),
    **dict.fromkeys(
        ("decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "mapDecisionResult"),
        frozenset(["businessRuleTask"]),
    ),
    **dict.fromkeys(
        ("calledElementBinding", "calledElementVersion", "calledElementVersionTag"), frozenset(["callActivity"])
    ),
    **dict.fromkeys(("errorCodeVariable", "errorMessageVariable", "escalationCodeVariable"), _CATCHES_ERRORS),
    **dict.fromkeys(("type", "topic", "taskPriority", "expression"), _MACHINES | _THROWS),
    **dict.fromkeys(
        ("versionTag", "historyTimeToLive", "isStartableInTasklist", "candidateStarterUsers", "candidateStarterGroups"),
        _NOWHERE,
    ),
    "resultVariable": _MACHINES | {"scriptTask"} | _THROWS,
    "initiator": frozenset(["startEvent"]),
}
_OF_PROCESSES = frozenset(
    ["versionTag", "historyTimeToLive", "isStartableInTasklist", "candidateStarterUsers", "candidateStarterGroups",
     "jobPriority", "taskPriority"]
)  # fmt: skip


def check(process: Process, bundle: Bundle, report: Report) -> None:
    """All findings about the places of attributes and mappings in one process."""
    for name in process.attributes:
        if name in _PLACES and name not in _OF_PROCESSES:
            report.warning("attribute_ignored", process, what=name)
    if process.history_time_to_live:
        try:
            kept_for(process.history_time_to_live)
        except ValueError:
            report.error("history_time_to_live", process, value=process.history_time_to_live)
    _starters(process, bundle, report)
    for node in process.nodes.values():
        for name in node.attributes:
            if node.kind not in _PLACES.get(name, {node.kind}):
                report.warning("attribute_ignored", node, what=name)
        for name in ("document", "preview"):
            document = node.properties.get(name, "")
            if document and missing(document, bundle.known.documents):
                report.error("document_unknown", node, what=document)
        _mappings(node, report)
        _watching(node, report)
        if node.event.kind in ("error", "escalation") and node.kind not in _THROWS and node.event.name_value:
            report.error("code_expression", node, what=node.event.name_value.text)


def _starters(process: Process, bundle: Bundle, report: Report) -> None:
    """Who may start: plain people and roles, since nothing has begun that an expression could look at."""
    for name in ("candidateStarterUsers", "candidateStarterGroups"):
        for one in listed(process.attributes.get(name, ""), process.line):
            if not one.literal:
                report.error("starter_expression", process, what=name, expression=one.text)
            elif name == "candidateStarterGroups" and missing(one.text.partition("@")[0], bundle.known.roles):
                report.error("role_unknown", process, role=one.text, where=name)


def _mappings(node: Node, report: Report) -> None:
    if node.inputs or node.outputs:
        event_sub_process = node.kind == "subProcess" and node.triggered_by_event
        if node.kind.endswith("Gateway") or event_sub_process:
            report.error("extension_position", node, what="inputOutput")
        elif node.outputs and node.kind == "endEvent":
            report.error("extension_position", node, what="outputParameter")
    sends_signal_or_message = node.kind in _THROWS and node.event.kind in ("signal", "message")
    if node.call_in and not (node.kind == "callActivity" or sends_signal_or_message):
        report.error("extension_position", node, what="in")
    if node.call_out and node.kind != "callActivity":
        report.error("extension_position", node, what="out")
    if sends_signal_or_message and any(part.business_key for part in node.call_in):
        report.error("business_key_of_event", node)


def _watching(node: Node, report: Report) -> None:
    """A condition is looked at whenever a variable changes; it may watch one only if that makes no difference."""
    name, kinds = node.attributes.get("variableName", ""), node.attributes.get("variableEvents", "")
    if not name and not kinds:
        return
    condition = node.event.value
    read = spellings.look(condition.text).names if isinstance(condition, Expression) else frozenset()
    if kinds and not {"create", "update"} <= {kind.strip() for kind in kinds.split(",")}:
        report.error("condition_watches", node, what="variableEvents", value=kinds)
    elif name and read != {name}:
        report.error("condition_watches", node, what="variableName", value=name)
