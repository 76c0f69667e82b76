"""Proves of every finding that a model with the fault has it, and of good models that lint has nothing to say."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from engine.definitions import checks, reader
from engine.definitions.checking import formulas, shape, support
from engine.definitions.checks import Known, check
from engine.definitions.findings import describe
from engine.wording import catalogue
from tests.definitions.faulty import CASES, INNER, MESSAGE, ROOT, conditions, gateway, sub
from tests.definitions.models import (
    KNOWN,
    NAMED,
    between,
    codes,
    event,
    findings,
    flow,
    properties,
    task,
    timer,
    whole,
)

ENGINE = Path(checks.__file__).parent
IN_OTHER_TESTS = {
    "file_kind", "internal_check_failed", "key_twice", "too_many_nodes", "too_deep", "too_many_expressions",
    "message_without_receiver", "instances_keep_answers",
    "form_not_a_form", "form_unprocessable", "form_begins_case",
}  # fmt: skip


def good() -> dict[str, bytes]:
    """Models lint must be silent about."""
    role = properties(
        name_ru="Имя", name_en="Name", clause="7.3.1, 7.2.2", role="&quot;secretary@&quot; + school",
        submit_kk="а", submit_ru="б", submit_en="c",
    )  # fmt: skip
    catch = event("intermediateCatchEvent", "b", timer("timeCycle", "R/2026-10-01T09:00:00+05:00/P3M"))
    waits = flow("fa", "g", "a") + flow("fb", "g", "b")
    on_event = (
        f'<bpmn:subProcess id="esp" triggeredByEvent="true">{event("startEvent", "es", timer("timeDuration", "P1W"))}'
        + flow("ef", "es", "ee") + '<bpmn:endEvent id="ee"/></bpmn:subProcess>'
    )  # fmt: skip
    reminder = event("boundaryEvent", "b", timer("timeDate", "${due}"), attachedToRef="t", cancelActivity="false")
    round_and_round = '<bpmn:startEvent id="is"/>' + flow("if", "is", "it") + task(id="it") + flow("ig", "it", "it")
    cut = event("boundaryEvent", "b", timer("timeDuration", "P1D"), attachedToRef="t") + flow("fb", "b", "e")
    return {
        "user task": between(task(extensions=role, camunda__formRef="ask", camunda__dueDate="${due}")),
        "decision": between(
            task(
                "businessRuleTask", camunda__decisionRef="tally", camunda__mapDecisionResult="singleEntry",
                camunda__resultVariable="r",
            )
        ),
        "operation": between(task("serviceTask", extensions=NAMED + properties(operation="register.enter"))),
        "call": between(task("callActivity", calledElement="other")),
        "script": between(task("scriptTask")),
        "exclusive": gateway("exclusiveGateway", conditions("${x > 1}"), attributes='default="fb"'),
        "inclusive": gateway("inclusiveGateway", conditions("${x > 1}")),
        "events": whole(
            '<bpmn:startEvent id="s"/>' + flow("f", "s", "g") + '<bpmn:eventBasedGateway id="g"/>' + waits
            + task("receiveTask", id="a", messageRef="m1") + catch + flow("ae", "a", "e") + flow("be", "b", "e")
            + '<bpmn:endEvent id="e"/>', MESSAGE
        ),
        "reminder": between(task(), reminder + flow("fb", "b", "e2") + '<bpmn:endEvent id="e2"/>'),
        "event sub-process": between(task(), on_event),
        "nested": sub(INNER),
        "link": between(
            event("intermediateThrowEvent", "t", '<bpmn:linkEventDefinition name="x"/>'),
            event("intermediateCatchEvent", "l", '<bpmn:linkEventDefinition name="x"/>') + flow("fl", "l", "e"),
        ).replace(flow("f2", "t", "e").encode(), b""),
        "message start": between(task(), root=ROOT).replace(
            b'<bpmn:startEvent id="s"/>',
            event("startEvent", "s", '<bpmn:messageEventDefinition messageRef="m1"/>').encode(),
        ),
        "a circle that is cut from outside": sub(round_and_round, cut).replace(flow("f2", "t", "e").encode(), b""),
    }  # fmt: skip


@pytest.mark.parametrize("name", good())
def test_a_good_model_has_no_findings(name: str) -> None:
    told = [(f.severity, f.code, f.element, dict(f.params)) for f in findings(good()[name])]
    expected = {"a circle that is cut from outside": {"no_way_to_end", "no_way_on"}}.get(name, set())
    assert {code for _, code, _, _ in told} == expected, told
    assert all(severity != "error" for severity, _, _, _ in told)


@pytest.mark.parametrize("code", CASES)
def test_a_fault_is_found(code: str) -> None:
    found = [finding for finding in findings(CASES[code]) if finding.code == code]
    assert found, codes(CASES[code])
    for lang in ("kk", "ru", "en"):
        told = describe(found[0], lang)
        assert set(told) == {"severity", "file", "element", "name", "line", "code", "message", "remedy"}
        assert "—" not in told["message"].replace(" — ", ""), "a value is missing in the sentence"
        assert "{" not in told["message"] + told["remedy"].replace("${", "")
        assert told["line"] > 0 or code in ("diagram_missing", "findings_cut")


def used_codes() -> set[str]:
    """Every code that the reader and the checks can report: those written at the call, and those from tables."""
    files = [path for path in ENGINE.glob("*.py") if not path.name.startswith("decision")]
    text = "".join(path.read_text() for path in [*files, *(ENGINE / "checking").glob("*.py")])
    reporting = r"(?:report|reports\[name\])\.(?:error|warning|info)"
    calls = rf"(?:{reporting}|document\.report|self\._tell|_Refused)\(|line\(root\), "
    found = set(re.findall(rf'(?:{calls})\s*"(\w+)"', text))
    found |= set(support.NODES.values())
    found |= {code for _, code in [*support.EXTENSIONS.values(), *support.ATTRIBUTES.values()]}
    found |= set(re.findall(r'yield (?:field, \()?"(field_\w+)"', (ENGINE / "forms" / "embedded.py").read_text()))
    return found | {
        "form_key", "timer_invalid", "timer_cron", "message_missing", "signal_missing", "form_unknown",
        "decision_unknown", "no_way_to_end", "process_not_executable", "element_position", "element_unknown",
        "findings_cut", "too_many_nodes",
    }  # fmt: skip


def test_every_code_is_worded_and_proved() -> None:
    used = used_codes()
    assert len(used) > 100
    assert {code for code in used if f"finding.{code}" not in catalogue()} == set()
    assert {code for code in used if f"finding.{code}.remedy" not in catalogue()} == set()
    hardening = {code for code in used if code.startswith("xml_")} | {"not_bpmn"}
    assert used - set(CASES) - IN_OTHER_TESTS - hardening == set()


def test_nothing_is_worded_for_nothing() -> None:
    worded = {key.removeprefix("finding.").removesuffix(".remedy") for key in catalogue() if key.startswith("finding.")}
    ours = {code for code in worded if not code.startswith(("form_", "remedy", "decision_", "dmn_"))}
    assert ours - used_codes() - {"finding.remedy"} == set()


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("items[0] = 1", "[0]"), ("order.lines[0].price &gt; 5", "[0]"), ("map['k'] == 1", '["…"]'),
        ("map[&quot;k&quot;] = 1", '["…"]'), ("x % 2 == 0", "%"), ("x instanceof String", "instanceof"),
        ("a ? b : c", "? b :"), ("x mod 2 = 0", "mod"),
    ],
)  # fmt: skip
def test_what_juel_reads_otherwise_is_refused(text: str, spelling: str) -> None:
    (found,) = findings(between(task(camunda__dueDate=f"${{{text}}}")))
    assert (found.code, found.params["words"]) == ("juel_words", spelling)


@pytest.mark.parametrize(
    "text", ["x[1]", "x[y = 0]", "x in [0]", "x in[0]", "[0]", "if a then [0] else[0]", "matches(s, '[0]')", "'5 % 2'"]
)
def test_lists_and_places_of_feel_are_not_taken_for_juel(text: str) -> None:
    assert "juel_words" not in codes(between(task(camunda__dueDate=f"${{{text}}}")))


def test_java_code_that_sends_a_message_is_one_finding() -> None:
    for attribute in ("class", "delegateExpression"):
        sends = f'<bpmn:messageEventDefinition messageRef="m1" camunda:{attribute}="Sender"/>'
        model = between(event("intermediateThrowEvent", "t", sends), root=MESSAGE)
        assert [found.code for found in findings(model) if found.severity == "error"] == ["java_code"]


def test_what_is_made_for_camunda_8_is_one_finding() -> None:
    model = between(task(extensions=NAMED + '<zeebe:assignmentDefinition assignee="x"/>'))
    assert [found.code for found in findings(model)] == ["camunda8"]


@pytest.mark.parametrize(
    ("outputs", "elsewhere", "told"),
    [
        ("", "approved", True),
        ("", "other", False),
        ("", "one or nrOfInstances &gt; 2", False),
        ('<camunda:outputParameter name="approved">${approved}</camunda:outputParameter>', "approved", False),
        ('<camunda:outputParameter name="all">${append(all, approved)}</camunda:outputParameter>', "approved", True),
    ],
)
def test_what_stays_in_the_instances_is_told_where_others_read_it(outputs: str, elsewhere: str, told: bool) -> None:
    mapped = f"<camunda:inputOutput>{outputs}</camunda:inputOutput>" if outputs else ""
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="one">'
        "<bpmn:completionCondition>${not(approved)}</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
    )
    vote = task(id="v", extensions=NAMED + mapped, inner=loop)
    body = (
        '<bpmn:startEvent id="s"/>' + flow("f1", "s", "v") + vote + flow("f2", "v", "t")
        + task(camunda__dueDate=f"${{if {elsewhere} then today() else null}}") + flow("f3", "t", "e")
        + '<bpmn:endEvent id="e"/>'
    )  # fmt: skip
    found = [finding for finding in findings(whole(body)) if finding.code == "instances_keep_answers"]
    assert [(finding.element, finding.params["names"]) for finding in found] == ([("v", "approved")] if told else [])


def test_a_form_key_is_a_warning_where_no_form_is_asked_for() -> None:
    """Played, answers are taken as they are given: which form would have asked for them changes nothing."""
    model = between(task(camunda__formKey="embedded:app:x.html"))
    for known, severity in ((KNOWN, "error"), (Known.nothing(), "warning")):
        assert [f.severity for f in findings(model, known) if f.code == "form_key"] == [severity]


@pytest.mark.parametrize(
    ("attributes", "condition", "codes_"),
    [
        ('camunda:variableName="x"', "x &gt; 1", set()),
        ('camunda:variableName="x" camunda:variableEvents="create, update"', "x &gt; 1", set()),
        ('camunda:variableName="y"', "x &gt; 1", {"condition_watches"}),
        ('camunda:variableName="x"', "x &gt; y", {"condition_watches"}),
        ('camunda:variableName="x" camunda:variableEvents="create"', "x &gt; 1", {"condition_watches"}),
    ],
)
def test_a_condition_may_watch_a_variable_if_that_makes_no_difference(
    attributes: str, condition: str, codes_: set[str]
) -> None:
    definition = f"<bpmn:conditionalEventDefinition {attributes}><bpmn:condition>{condition}</bpmn:condition>"
    catch = event("intermediateCatchEvent", "t", definition + "</bpmn:conditionalEventDefinition>")
    assert codes(between(catch)) & {"condition_watches", "attribute_ignored"} == codes_


def test_all_findings_come_at_once_errors_first() -> None:
    model = between(
        task("serviceTask", name=""), flow("fx", "t", "nowhere"), process='camunda:calledElementBinding="latest"'
    )
    found = findings(model)
    assert {"nothing_to_do", "flow_dangling", "name_missing", "attribute_ignored"} <= {f.code for f in found}
    assert [f.severity for f in found] == sorted((f.severity for f in found), key=["error", "warning", "info"].index)


def test_files_are_checked_together() -> None:
    caller = between(task("callActivity", calledElement="q"))
    called = between(task()).replace(b'process id="p"', b'process id="q"')
    assert "called_element_unknown" in codes(caller)
    assert check({"a.bpmn": caller, "b.bpmn": called}, KNOWN) == []


def test_one_key_names_one_thing() -> None:
    (found,) = [
        f for f in check({"a.bpmn": between(task()), "b.bpmn": between(task())}, KNOWN) if f.code == "key_twice"
    ]
    assert (found.file, found.params["file"]) == ("b.bpmn", "a.bpmn")


def test_a_form_bound_to_the_deployment_must_come_along() -> None:
    assert "form_unknown" in codes(between(task(camunda__formRef="ask", camunda__formRefBinding="deployment")))


def test_unknown_kinds_of_file() -> None:
    assert codes(b"x", name="readme.txt") == {"file_kind"}


def test_names_outside_are_not_checked_when_nothing_is_known() -> None:
    model = between(task("callActivity", calledElement="nowhere"))
    assert "called_element_unknown" not in codes(model, Known.nothing())


def test_a_message_nobody_waits_for() -> None:
    model = between(
        event("intermediateThrowEvent", "t", '<bpmn:messageEventDefinition messageRef="m1"/>'), root=MESSAGE
    )
    known = Known.of_house(messages=frozenset({"something.else"}))
    assert "message_without_receiver" in codes(model, known)
    assert "message_without_receiver" not in codes(model, Known.of_house(messages=frozenset({"report.sent"})))


def test_moving_shapes_changes_nothing() -> None:
    model = CASES["condition_missing"]
    moved = model.replace(b'bpmnElement="s"/>', b'bpmnElement="s"><x y="-9"/></bpmndi:BPMNShape>')
    assert [(f.code, f.element) for f in findings(moved)] == [(f.code, f.element) for f in findings(model)]


def test_a_check_that_fails_itself_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("defect")

    monkeypatch.setattr(shape, "check", broken)
    (failed,) = [f for f in findings(CASES["name_missing"]) if f.code == "internal_check_failed"]
    assert failed.severity == "error"
    assert "defect" in describe(failed, "en")["message"]
    assert "name_missing" in codes(CASES["name_missing"]), "the other findings are still there"


def test_too_many_and_too_deep_are_refused_quickly() -> None:
    many = "".join(task(id=f"n{n}") for n in range(reader.MAX_NODES + 1))
    formulas_ = "".join(task(id=f"n{n}", camunda__dueDate=f"${{x + {n}}}") for n in range(formulas.MAX_EXPRESSIONS + 1))
    deep = INNER
    for level in range(shape.MAX_NESTING + 1):
        deep = (
            f'<bpmn:startEvent id="s{level}"/>' + flow(f"a{level}", f"s{level}", f"x{level}")
            + f'<bpmn:subProcess id="x{level}">{deep}</bpmn:subProcess>'
        )  # fmt: skip
    started = time.process_time()
    assert "too_many_nodes" in codes(whole(many))
    assert codes(whole(deep)) & {"too_deep", "xml_too_deep"}
    assert "too_many_expressions" in codes(whole(formulas_))
    assert time.process_time() - started < 6


def test_long_chains_and_deep_nests_within_the_limits_are_checked_in_time() -> None:
    chain = '<bpmn:startEvent id="s"/>' + flow("f", "s", "n0")
    chain += "".join(task("manualTask", id=f"n{n}") + flow(f"c{n}", f"n{n}", f"n{n + 1}") for n in range(2999))
    chain += task("manualTask", id="n2999") + flow("l", "n2999", "e") + '<bpmn:endEvent id="e"/>'
    deep = INNER
    for level in range(199):
        deep = (
            f'<bpmn:startEvent id="s{level}"/>' + flow(f"a{level}", f"s{level}", f"x{level}")
            + f'<bpmn:subProcess id="x{level}">{deep}</bpmn:subProcess>' + flow(f"b{level}", f"x{level}", f"e{level}")
            + f'<bpmn:endEvent id="e{level}"/>'
        )  # fmt: skip
    for body in (chain, deep):
        started = time.process_time()
        assert all(finding.severity != "error" for finding in findings(whole(body)))
        assert time.process_time() - started < 2
