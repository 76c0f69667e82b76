"""Checks names in three languages, clauses, and the vocabulary of properties."""

from __future__ import annotations

import re

from engine.definitions.checking.known import Bundle, missing
from engine.definitions.findings import Place, Report
from engine.definitions.model import Node, Process
from engine.definitions.regulation import split_clauses

_WORDED = ("consequence", "submit", "title", "startLabel", "startNote", "name")
PROPERTIES = frozenset(
    [
        "clause", "role", "onBehalf", "about", "notSamePersonAs", "operation", "register", "document", "preview",
        "returns", "room", "confidential", "messageKey", "messageSchool", "delivery", "scope", "startRole",
        "businessKey", "workingDay", "measure", "calendar", "calendarStart", "calendarLength", "calendarPlace",
        "calendarPeople", "calendarReason", "each", "oneAtATime", "visitor", "visitorSees",
        "visitorCodes", "beginRecorded", "asks", "guarded", "guardedUnless",
        *(f"{word}:{lang}" for word in _WORDED for lang in ("kk", "ru", "en")),
    ]
)  # fmt: skip
_CHOICES = {
    "scope": ("school", "university"),
    "workingDay": ("following",),
    "confidential": ("true", "false", "own", "asked"),
    "oneAtATime": ("true", "false"),
    "calendar": ("publish", "withdraw"),
    "returns": ("answer",),
    "each": ("academicYear",),
    "visitor": ("true",),
    "beginRecorded": ("day",),
}
_PROCESS_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")
_SPLITTING = ("exclusiveGateway", "inclusiveGateway")


def check(process: Process, bundle: Bundle, report: Report) -> None:
    """All findings about names, clauses and properties of one process."""
    _names(process, report, required=True)
    _properties(process, bundle, report)
    if not _PROCESS_ID.match(process.id):
        report.error("process_id", process, id=process.id)
    for node in process.nodes.values():
        _names(node, report, required=_is_read(node))
        _properties(node, bundle, report)
    for flow in process.flows.values():
        _names(flow, report, required=False)


def _is_read(node: Node) -> bool:
    """Whether people meet the element's name: on their list, in the diagram's history, or as a question asked."""
    if node.kind.endswith("Gateway"):
        return node.kind in _SPLITTING and len(node.outgoing) > 1
    if node.kind.endswith("Event"):
        return node.event.kind != "none" and node.kind != "startEvent"
    return not node.triggered_by_event


def _names(place: Place, report: Report, *, required: bool) -> None:
    if "kk" not in place.names:
        if required:
            report.warning("name_missing", place)
        return
    absent = [lang for lang in ("ru", "en") if lang not in place.names]
    if absent:
        report.warning("name_untranslated", place, languages=", ".join(absent))


def _properties(place: Node | Process, bundle: Bundle, report: Report) -> None:
    for name, value in place.properties.items():
        if name == "clause":
            for clause in split_clauses(value):
                if missing(clause, bundle.known.clauses):
                    report.error("clause_unknown", place, clause=clause)
        elif name in _CHOICES and value not in _CHOICES[name]:
            report.error("property_value", place, property=name, value=value, choices=", ".join(_CHOICES[name]))
        elif name not in PROPERTIES:
            report.info("property_unknown", place, property=name)
    for word in ("consequence", "submit", "title", "startLabel", "startNote"):
        have = [lang for lang in ("kk", "ru", "en") if place.properties.get(f"{word}:{lang}", "").strip()]
        if have and len(have) < 3:
            absent = [lang for lang in ("kk", "ru", "en") if lang not in have]
            report.warning("text_untranslated", place, property=word, languages=", ".join(absent))
