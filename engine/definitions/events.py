"""Keeps the BPMN reader from knowing event definitions and loop characteristics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from engine.definitions import camunda
from engine.definitions.camunda import BPMN, line, text_of
from engine.definitions.expressions import expression
from engine.definitions.model import Event, EventKind, Expression, Finding, Loop

_KINDS: Mapping[str, EventKind] = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "terminateEventDefinition": "terminate",
    "compensateEventDefinition": "compensate",
    "cancelEventDefinition": "cancel",
}
_EXPRESSION = re.compile(r'^[a-zа-яёәғқңөұүһі_"]|\(')
"""A timer that is no ISO 8601 text but plainly FEEL (``due_at``, ``working_days_after(…)``) needs no ``${}``."""
MOST_FINDINGS = 2_000
"""Of the reader about one file."""
Severity = Literal["error", "warning", "info"]
Timer = Literal["", "date", "duration", "cycle"]
_TIMERS: Mapping[str, Timer] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_REF = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}


@dataclass
class Document:
    """What the readers of one file share: names of global elements, and the findings as they come."""

    file: str
    named: dict[str, dict[str, str]] = field(default_factory=dict)  # "message" -> id -> name; error -> id -> code
    error_messages: dict[str, str] = field(default_factory=dict)  # error id -> camunda:errorMessage
    definitions: dict[str, etree._Element] = field(default_factory=dict)  # event definitions at the root
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, element: etree._Element, severity: Severity = "error", **params: str) -> None:
        """Adds a finding about ``element``."""
        name = camunda.name_of(element)
        self.add(Finding(severity, self.file, element.get("id") or "", name, line(element), code, params))

    @property
    def full(self) -> bool:
        return len(self.findings) > MOST_FINDINGS

    def add(self, finding: Finding) -> None:
        """Keeps a finding. A file that is wrong everywhere is not told about for ever."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)
        elif len(self.findings) == MOST_FINDINGS:
            self.findings.append(Finding("error", self.file, "", "", 0, "findings_cut", {"limit": str(MOST_FINDINGS)}))

    def resolve(self, kind: str, ref: str, element: etree._Element) -> str:
        """The name (or code) behind a reference; reports a reference that leads nowhere."""
        local_ref = ref.rpartition(":")[2] or ref
        found = self.named.get(kind, {}).get(ref, self.named.get(kind, {}).get(local_ref))
        if found is None:
            self.report("reference_unknown", element, kind=kind, ref=ref)
            return ""
        return found


def definitions(element: etree._Element, document: Document) -> list[etree._Element]:
    """The event definitions of an event, those by reference included."""
    found = [child for child in element.iterchildren("*") if camunda.local(child) in _KINDS]
    for ref in element.iterchildren(BPMN + "eventDefinitionRef"):
        target = document.definitions.get(text_of(ref))
        if target is None:
            document.report("reference_unknown", element, kind="eventDefinition", ref=text_of(ref))
        else:
            found.append(target)
    return found


def event(element: etree._Element, owner: etree._Element, document: Document) -> Event:
    """One event definition; findings name the event that has it (``owner``)."""
    kind = _KINDS[camunda.local(element)]
    attributes = camunda.attributes(element)
    ref = (element.get(_REF[kind]) or "").strip() if kind in _REF else ""
    name = document.resolve(kind, ref, owner) if ref else ""
    if kind == "link":
        name = (element.get("name") or "").strip()
    timer: Timer = ""
    value = None
    said = document.error_messages.get(ref, "").strip() if kind == "error" else ""
    if kind == "timer":
        timer, value = _timer(element)
    if kind == "conditional":
        condition = element.find(BPMN + "condition")
        value = formal(condition) if condition is not None else None
    return Event(
        kind=kind,
        ref=ref,
        name=name,
        name_value=expression(name, line(element)) if "${" in name or "#{" in name else None,
        timer=timer,
        value=value,
        code_variable=attributes.get("errorCodeVariable", "") or attributes.get("escalationCodeVariable", ""),
        message_variable=attributes.get("errorMessageVariable", ""),
        message=expression(said, line(element)) if said else None,
        activity_ref=(element.get("activityRef") or "").strip(),
        wait=camunda.truth(element, "waitForCompletion", absent=True),
    )


def message(owner: etree._Element, document: Document) -> Event:
    """The message of a send or receive task."""
    ref = (owner.get("messageRef") or "").strip()
    if not ref:
        return Event()
    name = document.resolve("message", ref, owner)
    value = expression(name, line(owner)) if "${" in name or "#{" in name else None
    return Event("message", ref, name, value)


def _timer(element: etree._Element) -> tuple[Timer, Expression | None]:
    for child in element.iterchildren("*"):
        kind = _TIMERS.get(camunda.local(child))
        if kind is not None:
            text = text_of(child)
            return kind, expression(
                text, line(child), "feel" if _EXPRESSION.search(text) else "literal"
            ) if text else None
    return "", None


def formal(element: etree._Element) -> Expression | None:
    """A BPMN formal expression that is FEEL as it stands; None when empty. A named language is kept for the checks."""
    language = (element.get("language") or "").strip()
    resource = camunda.attributes(element).get("resource", "")
    if resource:
        return Expression(resource, line(element), language=language or "resource")
    text = text_of(element)
    return expression(text, line(element), "feel", language) if text else None


def loop(element: etree._Element, document: Document) -> Loop | None:
    """Multi-instance or standard loop characteristics of an activity."""
    standard = element.find(BPMN + "standardLoopCharacteristics")
    if standard is not None:
        condition = standard.find(BPMN + "loopCondition")
        return Loop(
            "standard",
            test_before=camunda.truth(standard, "testBefore"),
            condition=formal(condition) if condition is not None else None,
            maximum=_whole(standard.get("loopMaximum"), element, document),
        )
    multi = element.find(BPMN + "multiInstanceLoopCharacteristics")
    if multi is None:
        return None
    attributes = camunda.attributes(multi)
    parts = {camunda.local(child): child for child in multi.iterchildren("*")}
    collection = None
    if attributes.get("collection", "").strip():
        collection = expression(attributes["collection"], line(multi), "feel")
    elif "loopDataInputRef" in parts:
        collection = formal(parts["loopDataInputRef"])
    item = parts.get("inputDataItem")
    if multi.get("behavior", "All") != "All" or "loopDataOutputRef" in parts:
        document.report("loop_unsupported", element, what=multi.get("behavior") or "loopDataOutputRef")
    return Loop(
        "sequential" if camunda.truth(multi, "isSequential") else "parallel",
        collection=collection,
        element_variable=attributes.get("elementVariable", "").strip()
        or (camunda.name_of(item) if item is not None else ""),
        cardinality=formal(parts["loopCardinality"]) if "loopCardinality" in parts else None,
        completion=formal(parts["completionCondition"]) if "completionCondition" in parts else None,
    )


def _whole(text: str | None, element: etree._Element, document: Document) -> int | None:
    if text is None or not text.strip():
        return None
    if text.strip().isdecimal() and len(text.strip()) < 10:
        return int(text)
    document.report("loop_maximum_invalid", element, value=text[:80])
    return None
