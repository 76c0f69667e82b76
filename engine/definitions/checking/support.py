"""The one list of what a model may say and the engine does not do. Each code is worded with what to use instead.

Shrinks as the runtime grows: take a row out when ``engine.runtime`` does what the row refuses. An error refuses the
deployment; a warning stands where leaving the thing out cannot change what happens; ``HONOURED`` is what is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.definitions.findings import Place, Report
from engine.definitions.model import BpmnFile, Node, Process
from engine.definitions.vocabulary import CAMUNDA_ATTRIBUTES

Severity = Literal["error", "warning", "info"]

# Neither is in Camunda 7, so its Modeler's users have no meaning of them to rely on: when a complex gateway fires again
# is open in BPMN itself, and what is done next inside an ad-hoc sub-process is said by nobody in the model.
NODES: Mapping[str, str] = {
    "complexGateway": "complex_gateway",
    "adHocSubProcess": "ad_hoc",
}

EXTENSIONS: Mapping[str, tuple[Severity, str]] = {
    "executionListener": ("error", "listener"),
    "taskListener": ("error", "listener"),
    "connector": ("error", "connector"),
    "formProperty": ("error", "form_property"),
    "errorEventDefinition": ("error", "external_error_mapping"),
    "field": ("warning", "extension_ignored"),  # speaks to Java code only, which is refused itself
    "potentialStarter": ("error", "potential_starter"),
    "script": ("error", "listener"),
}
ATTRIBUTES: Mapping[str, tuple[Severity, str]] = {
    "class": ("error", "java_code"),
    "delegateExpression": ("error", "java_code"),
    "formHandlerClass": ("error", "java_code"),
    "variableMappingClass": ("error", "java_code"),
    "variableMappingDelegateExpression": ("error", "java_code"),
    "caseRef": ("error", "case_call"),
    # nothing belongs to a tenant here: there is one of each
    "calledElementTenantId": ("warning", "attribute_ignored"),
    "decisionRefTenantId": ("warning", "attribute_ignored"),
    "caseTenantId": ("warning", "attribute_ignored"),
}
HONOURED = frozenset(
    [
        "assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formRef",
        "formRefBinding", "formRefVersion", "initiator", "decisionRef", "decisionRefBinding", "decisionRefVersion",
        "decisionRefVersionTag", "resultVariable", "mapDecisionResult", "collection", "elementVariable", "topic",
        "type", "taskPriority", "expression", "versionTag", "historyTimeToLive", "isStartableInTasklist",
        "calledElementBinding", "calledElementVersion", "calledElementVersionTag", "errorCodeVariable",
        "candidateStarterUsers", "candidateStarterGroups",
        # looked at by ``fields`` and ``attributes``
        "formKey", "variableName", "variableEvents",
        "errorMessageVariable", "escalationCodeVariable", "failedJobRetryTimeCycle", "resource", "parallelMultiple",
        # every command is a transaction of its own: a save point more or less changes nothing
        "asyncBefore", "asyncAfter", "exclusive", "async", "jobPriority",
        "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "diagramRelationId",
    ]
)  # fmt: skip


def evaluated(language: str) -> bool:
    """Whether expressions and scripts of this language are evaluated (as FEEL); none named means FEEL."""
    return not language or any(known in language.lower() for known in ("feel", "juel"))


def check(process: Process, model: BpmnFile, report: Report) -> None:
    """Everything in ``process`` that is refused or left out, by name."""
    if model.platform.lower().startswith("camunda cloud"):
        report.error("camunda8", process, what=model.platform)
    _attributes(process.attributes, process, report)
    _extensions(process.extensions, process, report)
    for node in process.nodes.values():
        _node(node, report)


def _node(node: Node, report: Report) -> None:
    code = NODES.get(node.kind)
    if code:
        report.error(code, node)
    if node.instantiate:
        report.error("instantiate", node)
    if node.attributes.get("eventGatewayType", "Exclusive") != "Exclusive":
        report.error("event_gateway_parallel", node)
    for quantity in ("startQuantity", "completionQuantity"):
        if node.attributes.get(quantity, "1").strip() != "1":
            report.error("quantity", node, attribute=quantity)
    kind = node.attributes.get("type", "external")
    if kind != "external" and node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
        report.error("task_type", node, type=kind)
    _attributes(node.attributes, node, report)
    _extensions(node.extensions, node, report)


def _attributes(attributes: Mapping[str, str], place: Place, report: Report) -> None:
    for name in attributes:
        if name in ATTRIBUTES:
            severity, code = ATTRIBUTES[name]
            _tell(report, severity, code, place, name)
        elif name not in HONOURED and name in CAMUNDA_ATTRIBUTES:  # of unknown ones ``grammar`` tells
            report.warning("attribute_ignored", place, what=name)


def _extensions(extensions: tuple[str, ...], place: Place, report: Report) -> None:
    for name in extensions:
        if name in EXTENSIONS:
            severity, code = EXTENSIONS[name]
            _tell(report, severity, code, place, name)
        elif ":" in name and not name.startswith("zeebe:"):  # of those and of unknown ones of Camunda ``grammar`` tells
            report.warning("extension_ignored", place, what=name.lstrip(":"))


def _tell(report: Report, severity: Severity, code: str, place: Place, what: str) -> None:
    {"error": report.error, "warning": report.warning, "info": report.info}[severity](code, place, what=what)
