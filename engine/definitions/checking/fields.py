"""Checks the form of a task or start: one form, of a kind that is shown, and camunda:formData a form can express."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.definitions import forms
from engine.definitions.checking.known import Bundle
from engine.definitions.findings import Report
from engine.definitions.model import Node, Process

_FORM = ("formRef", "formRefBinding", "formRefVersion")
_PROPERTIES = ("label:ru", "label:en", "description", "description:ru", "description:en")


def check(node: Node, process: Process, bundle: Bundle, report: Report) -> None:
    """All findings about the form of one node."""
    if not shows(node, process):
        for name in _FORM:
            if name in node.attributes:
                report.warning("attribute_ignored", node, what=name)
        if node.fields:
            report.warning("extension_ignored", node, what="formData")
        return
    if node.attributes.get("formKey", "").strip():
        # Played without forms, answers are taken as they are given: which form would have asked for them is the same.
        (report.warning if bundle.known.forms is None else report.error)("form_key", node, what="formKey")
    if node.fields and node.attributes.get("formRef", "").strip():
        report.error("form_twice", node)
    if node.kind == "startEvent" and any(not one.literal for one in node.expressions.get("formRef", ())):
        report.error("start_form_expression", node)
    if node.kind == "startEvent" and _takes_files(node, bundle):  # files lie beside a case: there is none yet
        report.error("start_form_files", node, ref=node.expressions["formRef"][0].text)
    for field, (code, params) in forms.faults(node.fields):
        report.error(code, node, field.line, **params)
    for field in node.fields:
        choices = {f"value:{id}:{lang}" for id, _ in field.values for lang in ("ru", "en")}
        for name in sorted(field.properties.keys() - {*_PROPERTIES, *choices}):
            report.warning("property_unknown", node, field.line, property=f"{field.id}: {name}")
    if node.key_field and node.kind != "startEvent":
        report.warning("attribute_ignored", node, what="formData businessKey")
    elif node.key_field and node.key_field not in {field.id for field in node.fields}:
        report.error("field_unknown", node, field=node.key_field)


def shows(node: Node, process: Process) -> bool:
    """Whether a person meets the form of this node: a task, or the start that a person or a visitor can take."""
    first = node.kind == "startEvent" and node.parent == process.id
    by_visitor = node.event.kind == "message" and node.open_to_visitors
    begins = first and (node.event.kind in ("none", "conditional") or by_visitor)
    return begins or node.kind in ("userTask", "manualTask")


def beginning(processes: Iterable[Process]) -> Mapping[str, frozenset[str]]:
    """Form -> ids of those of the processes that begin with its newest version."""
    begun = [(form, process.id) for process in processes for form in _first_forms(process)]
    return {form: frozenset(id for one, id in begun if one == form) for form, _ in begun}


def _first_forms(process: Process) -> frozenset[str]:
    starts = (process.nodes[id] for id in process.children if process.nodes[id].kind == "startEvent")
    follows = [
        one for one in starts if shows(one, process) and one.attributes.get("formRefBinding", "latest") == "latest"
    ]
    return frozenset(ref.text for one in follows for ref in one.expressions.get("formRef", ()) if ref.literal)


def _takes_files(node: Node, bundle: Bundle) -> bool:
    """A form that comes along is meant before one of the same name that is there already."""
    for one in node.expressions.get("formRef", ()):
        if one.literal:
            deployed = bundle.known.filing or frozenset[str]()
            return one.text in (bundle.filing if one.text in bundle.forms else deployed)
    return False
