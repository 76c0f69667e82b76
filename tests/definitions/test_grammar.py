"""Proves that nothing in a file is dropped without a word: it is read, refused by name, or told to be only drawn."""

from __future__ import annotations

import time

import pytest

from engine.definitions.model import Finding
from tests.definitions.faulty import INNER, ROOT, conditions, gateway, sub
from tests.definitions.faulty_words import CATCH, COUNT, between, many, mapped, talk
from tests.definitions.models import NAMED, codes, event, ext, findings, flow, task, timer, whole

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
RESOURCE = "<bpmn:resourceRef>r</bpmn:resourceRef>"
INPUT = '<camunda:inputParameter name="x">1</camunda:inputParameter>'
OUTPUT = '<camunda:outputParameter name="y">1</camunda:outputParameter>'

REFUSED: dict[str, tuple[bytes, str, str]] = {
    "an attribute nobody knows": (between(task(asignee="x")), "attribute_unknown", "t"),
    "an attribute with BPMN's own prefix": (between(task(bpmn__default="f2")), "attribute_unknown", "t"),
    "a misspelt attribute of a loop": (between(many(COUNT, 'camunda:collecton="x"')), "attribute_unknown", "t"),
    "a misspelt attribute of a flow": (
        between(task()).replace(b'id="f1"', b'id="f1" defalt="x"'), "attribute_unknown", "f1",
    ),
    "a misspelt mapping": (between(task(extensions=mapped("<camunda:inputs/>"))), "extension_unknown", "t"),
    "a misspelt extension": (between(task(extensions=NAMED + "<camunda:formDate/>")), "extension_unknown", "t"),
    "a mapping beside the extensions": (between(task(inner=f"<camunda:inputOutput>{INPUT}</camunda:inputOutput>")),
        "element_position", "t"),
    "BPMN inside the extensions": (between(task(extensions=NAMED + "<bpmn:script>1</bpmn:script>")),
        "element_position", "t"),
    "an event definition of a task": (between(task(inner=timer("timeDuration", "P1D"))), "element_position", "t"),
    "a script of a user task": (between(task(inner="<bpmn:script>1</bpmn:script>")), "element_position", "t"),
    "a loop of an event": (
        between(event(CATCH, "t", timer("timeDuration", "P1D") + "<bpmn:standardLoopCharacteristics/>")),
        "element_position", "t",
    ),
    "an event definition nobody knows": (between(event(CATCH, "t", "<bpmn:wobbleEventDefinition/>")),
        "element_unknown", "t"),
    "an element nobody knows in a task": (between(task(inner="<bpmn:wobble/>")), "element_unknown", "t"),
    "an element nobody knows at the root": (between(task(), root="<bpmn:wobble/>"), "element_unknown", "D"),
    "a foreign element in a process": (between(task(), '<x:y xmlns:x="urn:x"/>'), "element_unknown", "p"),
    "Flowable's words": (
        between(task(flowable__assignee="x")).replace(
            CAMUNDA.encode(), f'{CAMUNDA} xmlns:flowable="http://flowable.org/bpmn"'.encode()
        ), "foreign_namespace", "t",
    ),
    "Zeebe's attributes": (between(task(zeebe__x="1")), "camunda8", "t"),
    "two loops": (
        between(task(inner='<bpmn:standardLoopCharacteristics loopMaximum="2"/>'
                     f"<bpmn:multiInstanceLoopCharacteristics>{COUNT}</bpmn:multiInstanceLoopCharacteristics>")),
        "element_twice", "t",
    ),
    "two conditions of one flow": (
        gateway("exclusiveGateway", conditions("${x > 1}"), attributes='default="fb"').replace(
            b"</bpmn:sequenceFlow>\n<bpmn:sequenceFlow id=\"fb\"",
            b"<bpmn:conditionExpression>y</bpmn:conditionExpression></bpmn:sequenceFlow>\n<bpmn:sequenceFlow id=\"fb\"",
        ), "element_twice", "fa",
    ),
    "a truth that is none": (between(task()).replace(b'isExecutable="true"', b'isExecutable="yes"'),
        "attribute_value", "p"),
    "an unknown kind of event gateway": (
        gateway("eventBasedGateway", flow("fb", "g", "b"), attributes='eventGatewayType="Both"'),
        "attribute_value", "g",
    ),
    "correlation by subscription": (between(task(), '<bpmn:correlationSubscription id="cs" correlationKeyRef="k"/>'),
        "correlation", "p"),
    "a performer by resource": (between(task(inner=f"<bpmn:humanPerformer>{RESOURCE}</bpmn:humanPerformer>")),
        "resource_role", "t"),
    "a resource role": (between(task(inner=f"<bpmn:resourceRole>{RESOURCE}</bpmn:resourceRole>")),
        "resource_role", "t"),
    "what a loop gathers by itself": (between(many(COUNT + '<bpmn:outputDataItem id="o" name="x"/>')),
        "loop_unsupported", "t"),
    "a loop that throws": (between(many(COUNT, 'oneBehaviorEventRef="s1"')), "loop_unsupported", "t"),
    "inputs of a start": (
        between(task()).replace(b'<bpmn:startEvent id="s"/>',
                                f'<bpmn:startEvent id="s">{ext(mapped(INPUT))}</bpmn:startEvent>'.encode()),
        "extension_position", "s",
    ),
    "inputs of a boundary event": (
        between(task(), f'<bpmn:boundaryEvent id="b" name="x" attachedToRef="t">{ext(mapped(INPUT))}'
                + timer("timeDuration", "P1D") + "</bpmn:boundaryEvent>" + flow("fb", "b", "e")),
        "extension_position", "b",
    ),
    "inputs of a gateway": (
        gateway("exclusiveGateway", conditions("${x > 1}"), attributes='default="fb"').replace(
            b"</bpmn:extensionElements></bpmn:exclusiveGateway>",
            f"<camunda:inputOutput>{INPUT}</camunda:inputOutput></bpmn:extensionElements></bpmn:exclusiveGateway>"
            .encode()),
        "extension_position", "g",
    ),
    "outputs of an end": (
        between(task()).replace(b'<bpmn:endEvent id="e"/>',
                                f'<bpmn:endEvent id="e">{ext(mapped(OUTPUT))}</bpmn:endEvent>'.encode()),
        "extension_position", "e",
    ),
    "a listener of a flow": (
        between(task()).replace(
            b'<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t">',
            b'<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"><bpmn:extensionElements>'
            b'<camunda:executionListener class="x.Y" event="take"/></bpmn:extensionElements>',
        ), "listener", "f1",
    ),
    "only some variables": (
        between(task("callActivity", calledElement="other", extensions=NAMED + '<camunda:in variables="some"/>')),
        "attribute_value", "t",
    ),
    "a call of a global task": (
        between(task("callActivity", calledElement="gt"), root='<bpmn:globalUserTask id="gt" name="x"/>'),
        "called_element_unknown", "t",
    ),
}  # fmt: skip

TOLD: dict[str, tuple[bytes, str]] = {
    "what is beside the processes": (
        between(task(), root='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
        "element_not_executed",
    ),
    "a choreography": (between(task(), root='<bpmn:choreography id="ch"/>'), "element_not_executed"),
    "a global task": (between(task(), root='<bpmn:globalTask id="gt" name="x"/>'), "element_not_executed"),
    "how many take part": (
        between(task(), root=talk("").replace("/></", "><bpmn:participantMultiplicity/></bpmn:participant></")),
        "element_not_executed",
    ),
    "an operation of an interface": (between(task("receiveTask", messageRef="m1", operationRef="o"), root=ROOT),
        "attribute_ignored"),
    "a message flow to nowhere": (
        between(task(), root=talk('<bpmn:messageFlow id="mf" sourceRef="t" targetRef="x"/>')), "reference_unknown",
    ),
    "a list to choose from on a task": (between(task(camunda__collection="x")), "attribute_ignored"),
    "another tool's attribute": (
        between(task(qa__level="2")).replace(CAMUNDA.encode(), f'{CAMUNDA} xmlns:qa="urn:qa"'.encode()),
        "attribute_ignored",
    ),
}  # fmt: skip


def errors(model: bytes) -> list[Finding]:
    return [finding for finding in findings(model) if finding.severity == "error"]


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_by_name(what: str) -> None:
    model, code, element = REFUSED[what]
    model = model.replace(b"bpmn__", b"bpmn:")
    found = [finding for finding in errors(model) if finding.code == code]
    assert [finding.element for finding in found] == [element], findings(model)
    assert all(finding.line for finding in found)


@pytest.mark.parametrize("what", TOLD)
def test_it_is_told_that_it_changes_nothing(what: str) -> None:
    model, code = TOLD[what]
    assert errors(model) == []
    assert code in codes(model)


def test_the_name_that_was_meant_is_told() -> None:
    (found,) = errors(between(task(camunda__asignee="x")))
    assert found.params == {"what": "camunda:asignee", "near": "camunda:assignee"}


def test_what_is_only_drawn_passes() -> None:
    drawn = (
        '<bpmn:dataObject id="do" isCollection="true"/><bpmn:dataObjectReference id="dr" name="x" dataObjectRef="do"/>'
        '<bpmn:textAnnotation id="ta"><bpmn:text>Ескерту</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" sourceRef="t" targetRef="ta"/><bpmn:group id="g" categoryValueRef="cv"/>'
    )
    root = (
        '<bpmn:category id="ca"><bpmn:categoryValue id="cv" value="x"/></bpmn:category>'
        '<bpmn:itemDefinition id="i" structureRef="xsd:string"/><bpmn:dataStore id="ds" name="Қойма"/>'
    )
    note = (
        '<bpmn:documentation textFormat="text/html"><p xmlns="http://www.w3.org/1999/xhtml">x</p></bpmn:documentation>'
    )
    assert findings(between(task(inner=note), drawn, root)) == []


@pytest.mark.parametrize("yes", ["true", "1", " true "])
def test_a_truth_may_be_a_number(yes: str) -> None:
    model = sub(INNER, attributes=f'triggeredByEvent="{yes}"')
    assert "event_position" in codes(model), "the sub-process is one by event"


def test_the_forerunner_of_camunda_is_read_and_told_the_same() -> None:
    model = between(task(camunda__asignee="x")).replace(
        b"http://camunda.org/schema/1.0/bpmn", b"http://activiti.org/bpmn"
    )
    assert [finding.code for finding in errors(model)] == ["attribute_unknown"]


def test_a_flood_of_slips_is_told_in_time() -> None:
    started = time.process_time()
    flood = " ".join(f'camunda:a{n}="x"' for n in range(400))
    found = findings(whole("".join(f'<bpmn:dataObject id="s{n}" {flood}/>' for n in range(200))))
    assert time.process_time() - started < 2
    assert "findings_cut" in {finding.code for finding in found}
    assert len(found) < 2_100
