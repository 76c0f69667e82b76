"""Keeps the tests of definitions from repeating XML: small BPMN models, good by default, with one thing changed."""

from __future__ import annotations

from engine.definitions.checks import Known, check
from engine.definitions.model import Finding

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D" targetNamespace="urn:t">\n'
)
DIAGRAM = (
    '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p">'
    '<bpmndi:BPMNShape id="sh" bpmnElement="s"/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)
KNOWN = Known.of_house(
    processes=frozenset({"other"}),
    decisions=frozenset({"tally"}),
    forms=frozenset({"ask", "bring"}),
    operations=frozenset({"register.enter"}),
    versions=frozenset({"form/ask:1"}),
    filing=frozenset({"bring"}),
)


def properties(**values: str) -> str:
    """camunda:properties; ``name_ru`` stands for name:ru."""
    items = "".join(
        f'<camunda:property name="{name.replace("_", ":")}" value="{value}"/>' for name, value in values.items()
    )
    return f"<camunda:properties>{items}</camunda:properties>"


NAMED = properties(name_ru="Имя", name_en="Name")


def ext(inner: str = NAMED) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def flow(id: str, source: str, target: str, condition: str = "", attributes: str = "") -> str:
    inner = f"<bpmn:conditionExpression {attributes}>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>\n'


def task(kind: str = "userTask", inner: str = "", extensions: str = NAMED, id: str = "t", **attributes: str) -> str:
    """An activity that lint has nothing to say about, unless it is given something."""
    defaults = {"userTask": {"camunda:candidateGroups": "secretary"}, "scriptTask": {"scriptFormat": "feel"}}
    merged = {"name": "Қадам", **defaults.get(kind, {}), **{k.replace("__", ":"): v for k, v in attributes.items()}}
    if kind == "scriptTask" and "<bpmn:script>" not in inner:
        inner += "<bpmn:script>{x: 1}</bpmn:script>"
    text = " ".join(f'{name}="{value}"' for name, value in merged.items())
    return f'<bpmn:{kind} id="{id}" {text}>{ext(extensions)}{inner}</bpmn:{kind}>\n'


def event(kind: str, id: str, definition: str = "", name: str = "Оқиға", **attributes: str) -> str:
    text = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{id}" name="{name}" {text}>{ext()}{definition}</bpmn:{kind}>\n'


def between(middle: str, more: str = "", root: str = "", process: str = "", id: str = "t") -> bytes:
    """start → the element ``id`` of ``middle`` → end."""
    body = (
        '<bpmn:startEvent id="s"/>\n'
        + flow("f1", "s", id)
        + middle
        + flow("f2", id, "e")
        + '<bpmn:endEvent id="e"/>\n'
        + more
    )
    return whole(body, root, process)


def whole(body: str, root: str = "", process: str = "", extensions: str = NAMED) -> bytes:
    """A file with one process ``p``."""
    return (
        f'{HEAD}{root}<bpmn:process id="p" name="Процесс" isExecutable="true" {process}>{ext(extensions)}\n'
        f"{body}</bpmn:process>{DIAGRAM}</bpmn:definitions>"
    ).encode()


def timer(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def findings(model: bytes, known: Known = KNOWN, name: str = "m.bpmn") -> list[Finding]:
    return check({name: model}, known)


def codes(model: bytes, known: Known = KNOWN, name: str = "m.bpmn") -> set[str]:
    return {finding.code for finding in findings(model, known, name)}
