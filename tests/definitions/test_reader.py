"""Proves that the reader takes from Camunda Modeler's XML what the model means, and nothing from the drawing."""

from __future__ import annotations

import pytest

from engine.definitions.expressions import expression, listed
from engine.definitions.model import Expression, Node
from engine.definitions.reader import read
from tests.definitions.models import HEAD, between, event, ext, flow, properties, task, timer, whole


def node(model: bytes, id: str = "t") -> Node:
    return read(model, "m.bpmn").processes[0].nodes[id]


@pytest.mark.parametrize(
    ("text", "feel", "literal"),
    [
        ("${x > 1}", "x > 1", False),
        ("#{x}", "x", False),
        ("  ${ x }  ", "x", False),
        ('${f({a: "}"})}', 'f({a: "}"})', False),
        ("${append(all, {a: b, c: {d: e}})}", "append(all, {a: b, c: {d: e}})", False),
        ("Hello ${name}!", '"Hello " + string(name) + "!"', False),
        ('say "${x}"', '"say \\"" + string(x) + "\\""', False),
        ("plain", "plain", True),
        ("${open", "${open", False),
    ],
)
def test_marks_of_expressions_come_off(text: str, feel: str, literal: bool) -> None:
    pieced = feel.startswith('"')  # a text with expressions in it
    assert expression(text) == Expression(feel, literal=literal, pieced=pieced)


@pytest.mark.parametrize(("text", "feel"), [("x > 1", "x > 1"), ("=x > 1", "x > 1"), ("3", "3"), ("${y}", "y")])
def test_a_condition_is_feel_as_it_stands(text: str, feel: str) -> None:
    assert expression(text, plain="feel") == Expression(feel)


def test_candidates_are_separated_outside_expressions_only() -> None:
    assert listed("a, ${f(b, c)} ,d") == (
        Expression("a", literal=True),
        Expression("f(b, c)"),
        Expression("d", literal=True),
    )


def test_order_is_that_of_the_document() -> None:
    flows = flow("fb", "g", "b", "${true}") + flow("fa", "g", "a", "${true}")
    tasks = task(id="a") + task(id="b")
    gateway = (
        '<bpmn:exclusiveGateway id="g"><bpmn:outgoing>fa</bpmn:outgoing><bpmn:outgoing>fb</bpmn:outgoing>'
        "</bpmn:exclusiveGateway>"
    )
    process = read(whole('<bpmn:startEvent id="s"/>' + flow("f", "s", "g") + gateway + tasks + flows), "m").processes[0]
    assert process.nodes["g"].outgoing == ("fb", "fa")
    assert process.children == ("s", "g", "a", "b")
    assert process.nodes["a"].incoming == ("fa",)


def test_names_stand_in_three_languages() -> None:
    found = node(between(task()))
    assert found.names == {"kk": "Қадам", "ru": "Имя", "en": "Name"}


def test_names_lose_the_line_breaks_of_the_drawing() -> None:
    assert node(between(task(name="Бір&#10;екі")), "t").names["kk"] == "Бір екі"


def test_process_keeps_its_attributes_and_properties() -> None:
    attributes = 'camunda:versionTag="1.2" camunda:historyTimeToLive="P30D" camunda:isStartableInTasklist="false"'
    process = read(between(task(), process=attributes), "m").processes[0]
    assert (process.version_tag, process.history_time_to_live, process.startable) == ("1.2", "P30D", False)
    assert process.names["ru"] == "Имя"
    assert process.line == 3


def test_an_empty_property_is_none() -> None:
    assert node(between(task(extensions=properties(role=" ", onBehalf="", clause="7.3.1")))).properties == {
        "clause": "7.3.1"
    }


def test_a_process_that_does_not_say_so_is_executable() -> None:
    model = between(task()).replace(b'isExecutable="true"', b"")
    assert read(model, "m").processes[0].executable
    assert not read(between(task()).replace(b'"true"', b'"false"', 1), "m").processes[0].executable


def test_people_times_and_forms_of_a_user_task() -> None:
    found = node(
        between(
            task(
                camunda__assignee="${who}",
                camunda__candidateGroups="a, b@${school}",
                camunda__dueDate="${due}",
                camunda__followUpDate="2026-12-31",
                camunda__priority="70",
                camunda__formRef="ask",
                camunda__formRefBinding="latest",
            )
        )
    )
    assert found.attributes["assignee"] == "${who}"
    assert found.attributes["formRefBinding"] == "latest"
    shown = {name: [(e.text, e.literal) for e in many] for name, many in found.expressions.items()}
    assert shown == {
        "assignee": [("who", False)],
        "candidateGroups": [("a", True), ('"b@" + string(school)', False)],
        "dueDate": [("due", False)],
        "followUpDate": [("2026-12-31", True)],
        "priority": [("70", True)],
        "formRef": [("ask", True)],
    }


def test_owners_as_bpmn_writes_them() -> None:
    def owner(tag: str, text: str) -> str:
        formal = f"<bpmn:formalExpression>{text}</bpmn:formalExpression>"
        return (
            f"<bpmn:{tag}><bpmn:resourceAssignmentExpression>{formal}</bpmn:resourceAssignmentExpression></bpmn:{tag}>"
        )

    found = node(between(task(inner=owner("humanPerformer", "kim") + owner("potentialOwner", "user(a), group(b), c"))))
    assert found.expressions["assignee"][0].text == "kim"
    assert [e.text for e in found.expressions["candidateUsers"]] == ["a"]
    # bpmn:potentialOwner comes on top of the attribute camunda:candidateGroups
    assert [e.text for e in found.expressions["candidateGroups"]] == ["secretary", "b", "c"]


def test_mappings_become_feel() -> None:
    inner = """<camunda:inputOutput>
      <camunda:inputParameter name="a">${x + 1}</camunda:inputParameter>
      <camunda:inputParameter name="b">text</camunda:inputParameter>
      <camunda:inputParameter name="c"/>
      <camunda:inputParameter name="d"><camunda:list><camunda:value>q"r</camunda:value>
        <camunda:value>${y}</camunda:value>
        <camunda:map><camunda:entry key="k">v</camunda:entry></camunda:map></camunda:list></camunda:inputParameter>
      <camunda:inputParameter name="e"><camunda:script scriptFormat="groovy">1</camunda:script>
      </camunda:inputParameter>
      <camunda:outputParameter name="f"><camunda:script scriptFormat="feel">[1]</camunda:script>
      </camunda:outputParameter>
    </camunda:inputOutput>"""
    found = node(between(task("serviceTask", extensions=inner)))
    values = {p.name: p.value and (p.value.text, p.value.literal, p.value.language) for p in found.inputs}
    assert values == {
        "a": ("x + 1", False, ""),
        "b": ("text", True, ""),
        "c": None,
        "d": ('["q\\"r", y, {"k": "v"}]', False, ""),
        "e": ("1", False, "groovy"),
    }
    assert [(p.name, p.value and p.value.text) for p in found.outputs] == [("f", "[1]")]


def test_call_activity_and_its_mappings() -> None:
    inner = """<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in variables="all" local="true"/>
      <camunda:in source="a" target="b"/><camunda:in sourceExpression="${a + 1}" target="c"/>
      <camunda:out source="z" target="w"/>"""
    found = node(
        between(task("callActivity", extensions=inner, calledElement="other", camunda__calledElementBinding="version"))
    )
    assert found.called_element == Expression("other", found.line, literal=True)
    assert found.attributes["calledElementBinding"] == "version"
    shown = [(p.name, p.value and p.value.text, p.all, p.local, p.business_key) for p in found.call_in]
    assert shown == [
        ("", "business_key", False, False, True),
        ("", None, True, True, False),
        ("b", "a", False, False, False),
        ("c", "a + 1", False, False, False),
    ]
    assert [(p.name, p.value and p.value.text) for p in found.call_out] == [("w", "z")]


def test_multi_instance_of_either_spelling() -> None:
    loops = [
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item">'
        "<bpmn:completionCondition>${nrOfCompletedInstances > 1}</bpmn:completionCondition>"
        "</bpmn:multiInstanceLoopCharacteristics>",
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
        "<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem name="item"/></bpmn:multiInstanceLoopCharacteristics>',
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>",
    ]
    first, second, third = (node(between(task(inner=inner))).loop for inner in loops)
    assert first and second and third
    assert (first.kind, first.collection and first.collection.text, first.element_variable) == (
        "parallel",
        "items",
        "item",
    )
    assert first.completion and first.completion.text == "nrOfCompletedInstances > 1"
    assert (second.kind, second.collection and second.collection.text) == ("sequential", "items")
    assert second.element_variable == "item"
    assert third.cardinality and third.cardinality.text == "3"


def test_standard_loop() -> None:
    inner = (
        '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="5"><bpmn:loopCondition>x &lt; 3'
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    loop = node(between(task(inner=inner))).loop
    assert loop and (loop.kind, loop.test_before, loop.maximum) == ("standard", True, 5)
    assert loop.condition and loop.condition.text == "x < 3"


@pytest.mark.parametrize(
    ("kind", "text", "feel", "literal"),
    [
        ("timeDuration", "P1W", "P1W", True),
        ("timeDate", "2026-12-31T23:59:59+05:00", "2026-12-31T23:59:59+05:00", True),
        ("timeCycle", "R/${start}/P3M", '"R/" + string(start) + "/P3M"', False),
        ("timeDate", "due_at", "due_at", False),
        ("timeDate", "working_days_after(today(), 3)", "working_days_after(today(), 3)", False),
        ("timeDuration", '"PT1H"', '"PT1H"', False),
    ],
)
def test_timers(kind: str, text: str, feel: str, literal: bool) -> None:
    found = node(between(event("intermediateCatchEvent", "t", timer(kind, text)))).event
    assert found.kind == "timer"
    assert found.timer == kind.removeprefix("time").lower()
    assert found.value and (found.value.text, found.value.literal) == (feel, literal)


def test_references_become_names_and_codes() -> None:
    root = (
        '<bpmn:message id="m1" name="report.sent"/><bpmn:signal id="s1" name="alarm"/>'
        '<bpmn:error id="e1" name="Bad" errorCode="BAD"/><bpmn:escalation id="c1" escalationCode="UP"/>'
        '<bpmn:message id="m2" name="order-${id}"/>'
    )
    cases = {
        '<bpmn:messageEventDefinition messageRef="m1"/>': ("message", "report.sent"),
        '<bpmn:signalEventDefinition signalRef="s1"/>': ("signal", "alarm"),
        '<bpmn:errorEventDefinition errorRef="e1" camunda:errorCodeVariable="c"/>': ("error", "BAD"),
        '<bpmn:escalationEventDefinition escalationRef="c1"/>': ("escalation", "UP"),
        '<bpmn:linkEventDefinition name="there"/>': ("link", "there"),
    }
    for definition, wanted in cases.items():
        found = node(between(event("intermediateThrowEvent", "t", definition), root=root)).event
        assert (found.kind, found.name) == wanted
    named = node(
        between(event("intermediateThrowEvent", "t", '<bpmn:messageEventDefinition messageRef="m2"/>'), root=root)
    )
    value = named.event.name_value
    assert value is not None
    assert value == Expression('"order-" + string(id)', value.line, pieced=True)


def test_boundary_events_nesting_lanes_and_event_sub_processes() -> None:
    inside = (
        '<bpmn:startEvent id="is"/>' + flow("if", "is", "it") + task(id="it") + flow("ig", "it", "ie")
        + '<bpmn:endEvent id="ie"/><bpmn:subProcess id="esp" triggeredByEvent="true"><bpmn:startEvent id="es" '
        'isInterrupting="false"><bpmn:signalEventDefinition signalRef="s1"/></bpmn:startEvent></bpmn:subProcess>'
    )  # fmt: skip
    boundary = event("boundaryEvent", "b", timer("timeDuration", "P1D"), attachedToRef="t", cancelActivity="false")
    lane = '<bpmn:lane id="l" name="Деканат"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane>'
    lanes = f"<bpmn:laneSet>{lane}</bpmn:laneSet>"
    sub = f'<bpmn:subProcess id="t" name="Ішкі">{ext()}{inside}</bpmn:subProcess>'
    model = between(lanes + sub + boundary, root='<bpmn:signal id="s1" name="alarm"/>')
    process = read(model, "m").processes[0]
    nodes = process.nodes
    assert nodes["t"].children == ("is", "it", "ie", "esp")
    assert nodes["it"].parent == "t"
    assert nodes["t"].boundaries == ("b",)
    assert (nodes["b"].attached_to, nodes["b"].interrupting) == ("t", False)
    assert nodes["esp"].triggered_by_event
    assert not nodes["es"].interrupting
    assert process.lanes == {"Деканат": ("t",)}
    assert nodes["it"].lane == "Деканат"
    assert list(nodes) == ["s", "t", "is", "it", "ie", "esp", "es", "b", "e"]


def test_embedded_form_fields() -> None:
    inner = """<camunda:formData><camunda:formField id="sum" label="Сома" type="long" defaultValue="${x}">
      <camunda:validation><camunda:constraint name="min" config="1"/></camunda:validation></camunda:formField>
      <camunda:formField id="pick" type="enum"><camunda:value id="a" name="A"/></camunda:formField>
    </camunda:formData>"""
    fields = node(between(task(extensions=inner))).fields
    assert [(f.id, f.type, f.label) for f in fields] == [("sum", "long", "Сома"), ("pick", "enum", "")]
    assert fields[0].constraints == (("min", "1"),)
    assert fields[0].default and fields[0].default.text == "x"
    assert fields[1].values == (("a", "A"),)


def test_every_pool_is_read() -> None:
    body = '<bpmn:startEvent id="{0}s"/>' + flow("{0}f", "{0}s", "{0}e") + '<bpmn:endEvent id="{0}e"/>'
    processes = "".join(
        f'<bpmn:process id="{id}" isExecutable="true">{body.format(id)}</bpmn:process>' for id in ("a", "b")
    )
    pools = (
        '<bpmn:collaboration id="c"><bpmn:participant id="pa" processRef="a"/>'
        '<bpmn:participant id="pb" processRef="b"/>'
        '<bpmn:participant id="outside" name="Басқа"/></bpmn:collaboration>'
    )
    found = read(f"{HEAD}{pools}{processes}</bpmn:definitions>".encode(), "m")
    assert [process.id for process in found.processes] == ["a", "b"]
    assert found.findings == ()
    assert not found.diagram


def test_what_only_draws_is_ignored() -> None:
    more = (
        '<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dor" dataObjectRef="do"/>'
        '<bpmn:dataStoreReference id="ds"/><bpmn:textAnnotation id="ta"><bpmn:text>…</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" sourceRef="t" targetRef="ta"/><bpmn:group id="gr"/>'
    )
    found = read(between(task(), more), "m")
    assert set(found.processes[0].nodes) == {"s", "t", "e"}
    assert found.findings == ()


def test_unknown_extensions_are_remembered() -> None:
    inner = '<camunda:executionListener event="start" class="x.Y"/><zeebe:taskDefinition type="q"/>'
    assert node(between(task(extensions=inner))).extensions == ("executionListener", "zeebe:taskDefinition")


def test_lines_are_those_of_the_file() -> None:
    model = between(task())
    lines = model.decode().splitlines()
    found = read(model, "m").processes[0]
    assert 'id="t"' in lines[found.nodes["t"].line - 1]
    assert 'id="f2"' in lines[found.flows["f2"].line - 1]


def test_an_element_called_like_its_process_is_told_and_ends_nothing() -> None:
    """The walk from an element to the process around it would go round in a circle."""
    file = read(between(task()).replace(b'<bpmn:endEvent id="e"/>', b'<bpmn:endEvent id="p"/>'), "m.bpmn")
    assert "id_duplicate" in {finding.code for finding in file.findings}
    assert "p" not in file.processes[0].nodes
