"""The processes the workloads run, as BPMN text."""

from __future__ import annotations

from itertools import pairwise

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="bench" targetNamespace="bench">'
)
_ROLE = (
    '<bpmn:extensionElements><camunda:properties><camunda:property name="role" value="&quot;teacher@unit&quot;"/>'
    "</camunda:properties></bpmn:extensionElements>"
)


def _document(key: str, body: str) -> bytes:
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return f"{_HEAD}{process}</bpmn:definitions>".encode()


def _task(id: str, more: str = "") -> str:
    return f'<bpmn:userTask id="{id}" name="{id}">{_ROLE}{more}</bpmn:userTask>'


def _flow(source: str, target: str, condition: str = "") -> str:
    body = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${{{condition}}}</bpmn:conditionExpression>'
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{body if condition else ''}</bpmn:sequenceFlow>"


def _chain(*nodes: str) -> str:
    return "".join(_flow(a, b) for a, b in pairwise(nodes))


def steps() -> bytes:
    """W1: task, choice, script, task, two tasks in parallel, join."""
    return _document(
        "steps",
        '<bpmn:startEvent id="s"/>' + _task("first") + '<bpmn:exclusiveGateway id="g" default="g_other"/>'
        '<bpmn:scriptTask id="script" scriptFormat="feel" camunda:resultVariable="total">'
        "<bpmn:script>amount * 2</bpmn:script>"
        "</bpmn:scriptTask>"
        + _task("other")
        + _task("second")
        + '<bpmn:parallelGateway id="fork"/>'
        + _task("left")
        + _task("right")
        + '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="e"/>'
        + _chain("s", "first", "g", "other", "e")
        + _flow("g", "script", "amount &gt; 5")
        + _chain("script", "second", "fork", "left", "join")
        + _chain("fork", "right", "join")
        + _flow("join", "end_it")
        + '<bpmn:endEvent id="end_it"/>',
    )


def timer() -> bytes:
    """W3: waits for a date it is given."""
    return _document(
        "timer",
        '<bpmn:startEvent id="s"/><bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition>'
        '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">${due}</bpmn:timeDate></bpmn:timerEventDefinition>'
        '</bpmn:intermediateCatchEvent><bpmn:endEvent id="e"/>' + _chain("s", "t", "e"),
    )


_LOOP = _task("work") + '<bpmn:exclusiveGateway id="g" default="g_done"/>'


def loop() -> bytes:
    """W4 a: task, choice, back again."""
    return _document(
        "loop",
        '<bpmn:startEvent id="s"/>'
        + _LOOP
        + '<bpmn:endEvent id="done"/>'
        + _chain("s", "work", "g", "done")
        + _flow("g", "work", "again"),
    )


def loop_beside() -> bytes:
    """W4 b: the same beside a branch that waits with a timer armed."""
    return _document(
        "loop_beside",
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
        + _task("hold")
        + '<bpmn:boundaryEvent id="late" attachedToRef="hold" cancelActivity="false"><bpmn:timerEventDefinition>'
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P900D</bpmn:timeDuration></bpmn:timerEventDefinition>'
        '</bpmn:boundaryEvent><bpmn:endEvent id="late_end"/>'
        + _flow("late", "late_end")
        + _LOOP
        + '<bpmn:endEvent id="e"/>'
        + _chain("s", "fork", "hold", "join", "e")
        + _chain("fork", "work", "g")
        + '<bpmn:task id="done"/>'
        + _chain("g", "done", "join")
        + _flow("g", "work", "again"),
    )


def loop_inside() -> bytes:
    """W4 c: the same inside a sub-process."""
    return _document(
        "loop_inside",
        '<bpmn:startEvent id="s"/><bpmn:subProcess id="sub" name="sub"><bpmn:startEvent id="s2"/>'
        + _LOOP
        + '<bpmn:endEvent id="done"/>'
        + _chain("s2", "work", "g", "done")
        + _flow("g", "work", "again")
        + '</bpmn:subProcess><bpmn:endEvent id="e"/>'
        + _chain("s", "sub", "e"),
    )


def many() -> bytes:
    """W5: one task for each of a list of people, at once."""
    body = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="person"/>'
    task = (
        '<bpmn:userTask id="answer" name="answer" camunda:assignee="${person}">'
        "<bpmn:extensionElements><camunda:inputOutput>"
        '<camunda:outputParameter name="answers">${append(answers, {who: person, what: what})}'
        "</camunda:outputParameter>"
        f"</camunda:inputOutput></bpmn:extensionElements>{body}</bpmn:userTask>"
    )
    return _document(
        "many", '<bpmn:startEvent id="s"/>' + task + '<bpmn:endEvent id="e"/>' + _chain("s", "answer", "e")
    )
