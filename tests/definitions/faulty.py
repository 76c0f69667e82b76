"""Keeps the tests of lint from spelling models out twice: for each finding one small model that has it."""

from __future__ import annotations

from tests.definitions.faulty_undoing import UNDOING
from tests.definitions.faulty_words import WORDS
from tests.definitions.models import (
    DIAGRAM,
    HEAD,
    NAMED,
    between,
    event,
    ext,
    flow,
    properties,
    task,
    timer,
    whole,
)

END = '<bpmn:endEvent id="e"/>'
START = '<bpmn:startEvent id="s"/>'
MESSAGE = '<bpmn:message id="m1" name="report.sent"/>'
SIGNAL = '<bpmn:signal id="s1" name="alarm"/>'
ERROR = '<bpmn:error id="e1" name="Bad" errorCode="BAD"/>'
ROOT = MESSAGE + SIGNAL + ERROR
THROW, CATCH = "intermediateThrowEvent", "intermediateCatchEvent"
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m1"/>'


def gateway(kind: str, flows: str, more: str = "", attributes: str = "", second: str = "receiveTask") -> bytes:
    """start → gateway → a and b → end."""
    two = task(id="a") + (task(second, id="b", messageRef="m1") if second == "receiveTask" else task(second, id="b"))
    body = START + flow("f", "s", "g") + f'<bpmn:{kind} id="g" name="Таңдау" {attributes}>{ext()}</bpmn:{kind}>'
    return whole(body + flows + two + flow("ae", "a", "e") + flow("be", "b", "e") + END + more, ROOT)


def boundary(definition: str, **attributes: str) -> bytes:
    merged = {"attachedToRef": "t", **attributes}
    return between(task(), event("boundaryEvent", "b", definition, **merged) + flow("fb", "b", "e"), ROOT)


def sub(inside: str, more: str = "", attributes: str = "", kind: str = "subProcess") -> bytes:
    return between(f'<bpmn:{kind} id="t" name="Ішкі" {attributes}>{ext()}{inside}</bpmn:{kind}>', more, ROOT)


def loop(inner: str, kind: str = "multiInstanceLoopCharacteristics", attributes: str = "") -> bytes:
    return between(task(inner=f"<bpmn:{kind} {attributes}>{inner}</bpmn:{kind}>"))


def service(extensions: str = "", kind: str = "serviceTask", **attributes: str) -> bytes:
    return between(task(kind, extensions=NAMED + extensions, **attributes), root=ROOT)


def constraint(name: str, config: str = "") -> str:
    return f'<camunda:validation><camunda:constraint name="{name}" config="{config}"/></camunda:validation>'


def form(*fields: str, inner: str = "", **attributes: str) -> str:
    """A user task whose form stands in the model; a field is its attributes."""
    data = "".join(f"<camunda:formField {field}>{inner}</camunda:formField>" for field in fields)
    return task(extensions=f"{NAMED}<camunda:formData>{data}</camunda:formData>", **attributes)


def with_properties(**values: str) -> str:
    return properties(name_ru="Имя", name_en="Name", **values)


def conditions(first: str, second: str = "") -> str:
    return flow("fa", "g", "a", first) + flow("fb", "g", "b", second)


def yearly(text: str) -> bytes:
    start = event("startEvent", "s", timer("timeDate", text)).replace(ext(), ext(with_properties(each="academicYear")))
    return between(task()).replace(b'<bpmn:startEvent id="s"/>', start.encode())


INNER = '<bpmn:startEvent id="is"/>' + flow("if", "is", "ie") + '<bpmn:endEvent id="ie"/>'
EXCLUSIVE = conditions("${x > 1}", "${x &lt; 2}")

SHAPE: dict[str, bytes] = {
    "id_duplicate": between(task() + task()),
    "id_invalid": between(task(id="1 t"), id="1 t"),
    "id_missing": between(task() + '<bpmn:task name="x"/>'),
    "no_process": f"{HEAD}</bpmn:definitions>".encode(),
    "process_not_executable": between(task()).replace(b'Executable="true"', b'Executable="false"'),
    "diagram_missing": between(task()).replace(DIAGRAM.encode(), b""),
    "import_unsupported": between(task(), root='<bpmn:import importType="x" location="y.wsdl" namespace="z"/>'),
    "element_unknown": between(task() + '<bpmn:choreographyTask id="x"/>'),
    "process_id": between(task()).replace(b'process id="p"', 'process id="үдеріс"'.encode()),
    "flow_dangling": between(task(), flow("fx", "t", "nowhere")),
    "flow_crosses_scope": sub(INNER, flow("fx", "is", "e")),
    "flow_out_of_end": between(task(), flow("fx", "e", "t")),
    "flow_into_start": between(task(), flow("fx", "t", "s")),
    "flow_into_boundary": between(
        task(), event("boundaryEvent", "b", timer("timeDuration", "P1D"), attachedToRef="t") + flow("fx", "t", "b")
    ),
    "flow_at_event_sub_process": sub(INNER, attributes='triggeredByEvent="true"'),
    "condition_ignored": gateway("parallelGateway", conditions("${x > 1}")),
    "default_with_condition": gateway("exclusiveGateway", EXCLUSIVE, attributes='default="fa"'),
    "default_unknown": gateway("exclusiveGateway", EXCLUSIVE, attributes='default="f"'),
    "boundary_without_host": boundary(timer("timeDuration", "P1D"), attachedToRef="nowhere"),
    "boundary_on_wrong_host": boundary(timer("timeDuration", "P1D"), attachedToRef="s"),
    "no_way_on": between(task(), task(id="last") + flow("fx", "t", "last")),
    "gateway_without_way_out": gateway("exclusiveGateway", "", task(id="x")),
    "condition_missing": gateway("exclusiveGateway", conditions("", "${x > 1}")),
    "default_unmarked": gateway("exclusiveGateway", conditions("${x > 1}")),
    "default_missing": gateway("exclusiveGateway", EXCLUSIVE),
    "event_gateway_target": gateway("eventBasedGateway", conditions("")),
    "event_gateway_shared": gateway(
        "eventBasedGateway", flow("fb", "g", "b"), flow("fx", "a", "b") + flow("fy", "s", "a")
    ),
    "event_gateway_receive": gateway(
        "eventBasedGateway",
        flow("fb", "g", "b"),
        event("boundaryEvent", "bb", timer("timeDuration", "P1D"), attachedToRef="b") + flow("fx", "bb", "e"),
    ),
    "start_missing": whole(task() + flow("f2", "t", "e") + END),
    "start_several": between(task(), '<bpmn:startEvent id="s2"/>' + flow("fx", "s2", "t")),
    "unreachable": between(task(), task(id="island") + flow("fx", "island", "e")),
    "no_way_to_end": whole(
        START + flow("f", "s", "a") + task(id="a") + task(id="b") + flow("g", "a", "b") + flow("h", "b", "a")
    ),
    "endless": between(task(), task(id="a") + flow("x", "t", "a") + flow("y", "a", "a")),
}

JOINED = (
    flow("ja", "a", "j")
    + flow("jb", "b", "j")
    + '<bpmn:parallelGateway id="j" name="Біріктіру"/>'
    + flow("je", "j", "e")
)
JOINS: dict[str, bytes] = {
    "join_of_one": gateway("exclusiveGateway", conditions("${x > 1}"), JOINED, 'default="fb"', "userTask")
    .replace(flow("ae", "a", "e").encode(), b"")
    .replace(flow("be", "b", "e").encode(), b""),
    "join_waits": between(
        task(),
        task(id="b")
        + flow("ja", "t", "j")
        + flow("jb", "b", "j")
        + '<bpmn:parallelGateway id="j"/>'
        + flow("je", "j", "e"),
    ).replace(flow("f2", "t", "e").encode(), b""),
}

EVENTS: dict[str, bytes] = {
    "reference_unknown": between(event(CATCH, "t", '<bpmn:messageEventDefinition messageRef="nowhere"/>')),
    "event_definitions_many": between(event(CATCH, "t", ON_MESSAGE + timer("timeDuration", "P1D")), root=ROOT),
    "event_position": between(event(CATCH, "t", '<bpmn:errorEventDefinition errorRef="e1"/>'), root=ROOT),
    "error_not_interrupting": boundary('<bpmn:errorEventDefinition errorRef="e1"/>', cancelActivity="false"),
    "message_missing": between(event(CATCH, "t", "<bpmn:messageEventDefinition/>")),
    "signal_missing": between(event(THROW, "t", "<bpmn:signalEventDefinition/>")),
    "event_without_name": between(event(CATCH, "t", ON_MESSAGE), root='<bpmn:message id="m1"/>'),
    "code_missing": between(task()).replace(
        b'<bpmn:endEvent id="e"/>', event("endEvent", "e", "<bpmn:errorEventDefinition/>").encode()
    ),
    "timer_missing": between(event(CATCH, "t", "<bpmn:timerEventDefinition/>")),
    "timer_invalid": between(event(CATCH, "t", timer("timeDuration", "P10BD"))),
    "timer_cron": between(event(CATCH, "t", timer("timeCycle", "0 0/5 * * * ?"))),
    "start_timer_variables": between(task()).replace(
        b'<bpmn:startEvent id="s"/>', event("startEvent", "s", timer("timeDate", "${due}")).encode()
    ),
    "each_misplaced": between(task(extensions=with_properties(each="academicYear"))),
    "each_year_date": yearly('${term("2026/2027", "x")}'),
    "each_year_key": yearly('${term(academic_year, "x")}'),
    "event_condition_missing": boundary("<bpmn:conditionalEventDefinition/>"),
    "link_without_name": between(event(THROW, "t", "<bpmn:linkEventDefinition/>")),
    "link_without_target": between(event(THROW, "t", '<bpmn:linkEventDefinition name="away"/>')),
    "link_twice": between(
        event(THROW, "t", '<bpmn:linkEventDefinition name="x"/>'),
        "".join(
            event(CATCH, id, '<bpmn:linkEventDefinition name="x"/>') + flow(f"f{id}", id, "e") for id in ("l1", "l2")
        ),
    ),
    "caught_twice": between(
        task(),
        "".join(
            event("boundaryEvent", id, ON_MESSAGE, attachedToRef="t") + flow(f"f{id}", id, "e") for id in ("b1", "b2")
        ),
        ROOT,
    ),
}

SUPPORT: dict[str, bytes] = {
    "complex_gateway": gateway("complexGateway", EXCLUSIVE),
    "ad_hoc": sub(task(id="x"), kind="adHocSubProcess"),
    "instantiate": between(task("receiveTask", messageRef="m1", instantiate="true"), root=ROOT),
    "event_gateway_parallel": gateway(
        "eventBasedGateway", flow("fb", "g", "b"), attributes='eventGatewayType="Parallel"'
    ),
    "quantity": between(task(startQuantity="2")),
    "task_type": service(camunda__type="mail"),
    "listener": service('<camunda:executionListener class="x.Y" event="start"/>', camunda__expression="${1}"),
    "connector": service("<camunda:connector/>"),
    "form_property": between(task(extensions=NAMED + '<camunda:formProperty id="x"/>')),
    "external_error_mapping": service('<camunda:errorEventDefinition errorRef="e1"/>', camunda__topic="q"),
    "extension_ignored": service('<camunda:field name="x"/>', camunda__expression="${1}"),
    "potential_starter": between(task()).replace(
        b"</camunda:properties>", b"</camunda:properties><camunda:potentialStarter/>", 1
    ),
    "starter_expression": between(task(), process='camunda:candidateStarterUsers="${who}"'),
    "history_time_to_live": between(task(), process='camunda:historyTimeToLive="half a year"'),
    "extension_position": gateway(
        "exclusiveGateway", EXCLUSIVE
    ).replace(b"</camunda:properties></bpmn:extensionElements></bpmn:exclusiveGateway>",
              b"</camunda:properties><camunda:inputOutput><camunda:inputParameter name='a'>1</camunda:inputParameter>"
              b"</camunda:inputOutput></bpmn:extensionElements></bpmn:exclusiveGateway>"),
    "business_key_of_event": between(
        event(THROW, "t", '<bpmn:signalEventDefinition signalRef="s1"><bpmn:extensionElements>'
              '<camunda:in businessKey="x"/></bpmn:extensionElements></bpmn:signalEventDefinition>'), root=ROOT
    ),
    "code_expression": boundary('<bpmn:errorEventDefinition errorRef="e2"/>').replace(
        ERROR.encode(), ERROR.encode() + b'<bpmn:error id="e2" errorCode="${x}"/>'
    ),
    "java_code": service(camunda__class="x.Y"),
    "case_call": between(task("callActivity", camunda__caseRef="c")),
    "form_key": between(task(camunda__formKey="embedded:app:x.html")),
    "condition_watches": boundary(
        '<bpmn:conditionalEventDefinition camunda:variableEvents="create"><bpmn:condition>x &gt; 1</bpmn:condition>'
        "</bpmn:conditionalEventDefinition>"
    ),
    "attribute_ignored": between(task(camunda__topic="x")),
    "camunda8": between(task(extensions=NAMED + '<zeebe:userTask/>')),
}  # fmt: skip

TASKS: dict[str, bytes] = {
    "nobody_asked": between(f'<bpmn:userTask id="t" name="Қадам">{ext()}</bpmn:userTask>'),
    "nothing_to_do": service(),
    "topic_missing": service(camunda__type="external"),
    "operation_unknown": between(task("serviceTask", extensions=with_properties(operation="fly"))),
    "form_unknown": between(task(camunda__formRef="nowhere")),
    "decision_unknown": service(kind="businessRuleTask", camunda__decisionRef="nowhere"),
    "decision_result_unused": service(kind="businessRuleTask", camunda__decisionRef="tally"),
    "decision_mapping": service(
        kind="businessRuleTask", camunda__decisionRef="tally", camunda__mapDecisionResult="all"
    ),
    "called_element_missing": between(task("callActivity")),
    "called_element_unknown": between(task("callActivity", calledElement="nowhere")),
    "binding_unknown": between(task(camunda__formRef="ask", camunda__formRefBinding="newest")),
    "binding_without_version": between(task(camunda__formRef="ask", camunda__formRefBinding="version")),
    "script_missing": between(task("scriptTask", inner="<bpmn:script></bpmn:script>")),
    "script_resource": between(task("scriptTask", camunda__resource="x.groovy")),
    "script_language_missing": between(task("scriptTask", scriptFormat="")),
    "language": between(task("scriptTask", scriptFormat="groovy")),
    "loop_unsupported": loop("<bpmn:loopCardinality>2</bpmn:loopCardinality>", attributes='behavior="One"'),
    "loop_maximum_invalid": loop("", "standardLoopCharacteristics", 'loopMaximum="many"'),
    "loop_endless": loop("", "standardLoopCharacteristics"),
    "loop_without_count": loop(""),
    "loop_on_event_sub_process": sub(
        INNER + "<bpmn:standardLoopCharacteristics loopMaximum='2'/>", attributes='triggeredByEvent="true"'
    ),
    "task_unknown": between(task(extensions=with_properties(notSamePersonAs="s"))),
    "mapping_without_name": service(
        "<camunda:inputOutput><camunda:inputParameter>1</camunda:inputParameter></camunda:inputOutput>"
    ),
    "version_unknown": between(
        task(camunda__formRef="ask", camunda__formRefBinding="version", camunda__formRefVersion="7")
    ),
    "form_twice": between(form('id="x"', camunda__formRef="ask")),
    "start_form_expression": between(task()).replace(b'id="s"', b'id="s" camunda:formRef="${x}"', 1),
    "start_form_files": between(task()).replace(b'id="s"', b'id="s" camunda:formRef="bring"', 1),
    "field_id": between(form('id="a.b"')),
    "field_twice": between(form('id="x"', 'id="x"')),
    "field_unknown": between(task()).replace(
        b'<bpmn:startEvent id="s"/>',
        b'<bpmn:startEvent id="s"><bpmn:extensionElements><camunda:formData businessKey="x"/>'
        b"</bpmn:extensionElements></bpmn:startEvent>", 1
    ),
    "field_constraint": between(form('id="x" type="date"', inner=constraint("min", "1"))),
    "field_constraint_value": between(form('id="x" type="long"', inner=constraint("min", "few"))),
    "field_choices": between(form('id="x" type="enum"')),
    "field_default": between(form('id="x" type="long" defaultValue="1.5"')),
    "field_without_id": between(task(extensions=NAMED + "<camunda:formData><camunda:formField/></camunda:formData>")),
    "field_type": between(
        task(extensions=NAMED + '<camunda:formData><camunda:formField id="x" type="rainbow"/></camunda:formData>')
    ),
}  # fmt: skip

TEXTS: dict[str, bytes] = {
    "expression_invalid": between(task(camunda__assignee="${1 +}")),
    "expression_juel": gateway("exclusiveGateway", conditions("${x == 1 &amp;&amp; y}"), attributes='default="fb"'),
    "juel_words": between(task(camunda__dueDate="${x ? 1 : 2}")),
    "bean": between(task(camunda__assignee="${execution.getVariable('x')}")),
    "retry_invalid": service(
        "<camunda:failedJobRetryTimeCycle>thrice</camunda:failedJobRetryTimeCycle>", camunda__expression="${1}"
    ),
    "number_invalid": between(task(camunda__priority="high")),
    "role_unknown": between(task(extensions=with_properties(role='&quot;wizard@&quot; + school'))),
    "group_unknown": between(task(camunda__candidateGroups="wizards")),
    "parameter_unknown": between(task(camunda__dueDate="${working_days_after(today(), parameter(&quot;P_NO&quot;))}")),
    "document_unknown": between(task(extensions=with_properties(document="novel"))),
    "clause_unknown": between(task(extensions=with_properties(clause="7.3.1, 99.9"))),
    "name_missing": between(task(name="")),
    "name_untranslated": between(task(extensions="")),
    "text_untranslated": between(task(extensions=with_properties(submit_kk="Жіберу"))),
    "property_value": between(task(extensions=with_properties(workingDay="before"))),
    "property_unknown": between(task(extensions=with_properties(claus="7.3.1"))),
}  # fmt: skip

CASES: dict[str, bytes] = {**SHAPE, **EVENTS, **SUPPORT, **TASKS, **TEXTS, **UNDOING, **WORDS, **JOINS}
