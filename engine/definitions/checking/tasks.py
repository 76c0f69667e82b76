"""Checks activities: each has somebody or something to do it, and what it names exists."""

from __future__ import annotations

from engine.definitions.checking import fields
from engine.definitions.checking.known import Bundle, Names, missing
from engine.definitions.findings import Report
from engine.definitions.model import Loop, Node, Process

_PEOPLE = ("assignee", "candidateUsers", "candidateGroups")
_BINDINGS = ("latest", "deployment", "version", "versionTag")
_KINDS = {"formRef": "form", "decisionRef": "decision", "calledElement": "process"}
_DONE_BY_MACHINE = ("serviceTask", "sendTask", "businessRuleTask")


def check(process: Process, bundle: Bundle, report: Report) -> None:
    """All findings about the activities of one process."""
    for node in process.nodes.values():
        if node.kind == "userTask":
            _user_task(node, report)
        elif node.kind in _DONE_BY_MACHINE:
            _machine(node, bundle, report)
        elif node.kind == "scriptTask" and node.script is None and not node.script_resource:
            report.error("script_missing", node)
        elif node.kind == "callActivity":
            _call(node, bundle, report)
        if fields.shows(node, process):
            _named(node, "formRef", bundle.known.forms, bundle.forms, bundle.known.versions, report)
        fields.check(node, process, bundle, report)
        if node.loop is not None:
            _loop(node, node.loop, report)
        _others(node, process, report)
        _mappings(node, report)


def _user_task(node: Node, report: Report) -> None:
    has_people = node.properties.get("role", "").strip() or any(name in node.expressions for name in _PEOPLE)
    if not has_people:
        report.warning("nobody_asked", node)


def _machine(node: Node, bundle: Bundle, report: Report) -> None:
    operation = node.properties.get("operation", "").strip()
    attributes = node.attributes
    external = attributes.get("type") == "external" or "topic" in attributes
    if operation:
        if missing(operation, bundle.known.operations):
            report.error("operation_unknown", node, operation=operation)
    elif node.kind == "businessRuleTask" and attributes.get("decisionRef", "").strip():
        _named(node, "decisionRef", bundle.known.decisions, bundle.decisions, bundle.known.versions, report)
        if not attributes.get("resultVariable") and not node.outputs:
            report.warning("decision_result_unused", node)
    elif external:
        if not attributes.get("topic", "").strip():
            report.error("topic_missing", node)
    elif node.sends_message:
        if not node.event.name:
            report.error("event_without_name", node, kind="message", ref=node.event.ref)
    elif (
        not {"class", "delegateExpression", "expression", "type"} & set(attributes)
        and "connector" not in node.extensions
    ):
        report.error("nothing_to_do", node, kind=node.kind)
    if attributes.get("resultVariable") and (external or node.sends_message) and not operation:
        report.warning("attribute_ignored", node, what="resultVariable")  # a worker hands back variables by name
    mapping = attributes.get("mapDecisionResult", "resultList")
    if mapping not in ("singleEntry", "singleResult", "collectEntries", "resultList"):
        report.error("decision_mapping", node, mapping=mapping)


def _call(node: Node, bundle: Bundle, report: Report) -> None:
    called = node.called_element
    if called is None and "caseRef" not in node.attributes:
        report.error("called_element_missing", node)
    elif called is not None and called.literal and missing(called.text, bundle.known.processes, bundle.processes):
        report.error("called_element_unknown", node, ref=called.text)
    _binding(node, "calledElement", report)
    if called is not None and called.literal:
        _version(node, "calledElement", called.text, bundle.processes, bundle.known.versions, report)


def _named(
    node: Node, attribute: str, deployed: Names, brought: frozenset[str], versions: Names, report: Report
) -> None:
    """A form or decision by name: it exists, in this deployment if the binding says so."""
    found = node.expressions.get(attribute)
    if not found:
        return
    if found[0].literal:
        only_here = node.attributes.get(f"{attribute}Binding") == "deployment" and deployed is not None
        if missing(found[0].text, frozenset() if only_here else deployed, brought):
            report.error(f"{attribute.removesuffix('Ref')}_unknown", node, ref=found[0].text)
        else:
            _version(node, attribute, found[0].text, brought, versions, report)
    _binding(node, attribute, report)


def _version(node: Node, attribute: str, key: str, brought: frozenset[str], versions: Names, report: Report) -> None:
    """A version named as it stands exists. One of what is only now deployed cannot be told yet."""
    binding = node.attributes.get(f"{attribute}Binding", "latest")
    suffix, mark = {"version": ("Version", ":"), "versionTag": ("VersionTag", "@")}.get(binding, ("", ""))
    if not suffix or key in brought:
        return
    found, kind = node.expressions.get(attribute + suffix), _KINDS[attribute]
    if found and found[0].literal and missing(f"{kind}/{key}{mark}{found[0].text}", versions):
        report.error("version_unknown", node, ref=key, version=found[0].text)


def _binding(node: Node, attribute: str, report: Report) -> None:
    binding = node.attributes.get(f"{attribute}Binding", "latest")
    if binding not in _BINDINGS or (attribute == "formRef" and binding == "versionTag"):
        report.error("binding_unknown", node, binding=binding)
    elif binding.startswith("version"):
        suffix = "Version" if binding == "version" else "VersionTag"
        if not node.attributes.get(attribute + suffix, "").strip():
            report.error("binding_without_version", node, binding=binding, attribute=attribute + suffix)


def _loop(node: Node, loop: Loop, report: Report) -> None:
    if node.triggered_by_event:
        report.error("loop_on_event_sub_process", node)
    elif loop.kind == "standard":
        if loop.condition is None and loop.maximum is None:
            report.error("loop_endless", node)
    elif loop.collection is None and loop.cardinality is None:
        report.error("loop_without_count", node)


def _others(node: Node, process: Process, report: Report) -> None:
    """notSamePersonAs names user tasks of the same process."""
    for other in node.properties.get("notSamePersonAs", "").split(","):
        name = other.strip()
        if name and (name not in process.nodes or process.nodes[name].kind not in ("userTask", "manualTask")):
            report.error("task_unknown", node, ref=name, property="notSamePersonAs")


def _mappings(node: Node, report: Report) -> None:
    for parameter in (*node.inputs, *node.outputs):
        if not parameter.name:
            report.error("mapping_without_name", node, what="camunda:inputOutput")
    for parameter in (*node.call_in, *node.call_out):
        if not parameter.name and not parameter.all and not parameter.business_key:
            report.error("mapping_without_name", node, what="camunda:in / camunda:out")
