"""Camunda's mappings: input and output parameters on every kind of element, camunda:in and out, what an error says."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, do, follow, glance, play, signal, start, tell

S, E, Z = m.start(), m.end(), m.user("z")
X = m.error("X")


def line_of(node: str, *, globals: str = "") -> bytes:
    """start → the element ``n`` → the task z → end."""
    return m.model(globals, m.process("P", S, node, Z, E, "s -> n -> z -> e"))


def io(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    return m.extensions(m.mapping(inputs, outputs))


# --- input and output parameters -----------------------------------------------------------------------------------

IN_AND_OUT = io({"a": "${x + 1}", "b": "${a * 2}"}, {"y": "${b}", "w": "${y + 1}"})
OUT = io(None, {"y": "${x + 6}", "w": "${y + 1}"})
RECEIVED = [start(x=4), tell("M")]
ELEMENTS: dict[str, tuple[bytes, list[Any]]] = {
    "user task": (line_of(m.user("n", IN_AND_OUT)), [start(x=4), do("n")]),
    "manual task": (line_of(m.element("manualTask", "n", IN_AND_OUT)), [start(x=4)]),
    "task": (line_of(m.element("task", "n", IN_AND_OUT)), [start(x=4)]),
    "script task": (line_of(m.element("scriptTask", "n", IN_AND_OUT + "<script>null</script>", scriptFormat="feel")), [start(x=4)]),
    "service task": (line_of(m.element("serviceTask", "n", IN_AND_OUT, camunda_expression="${1}")), [start(x=4)]),
    "receive task": (line_of(m.element("receiveTask", "n", IN_AND_OUT, messageRef="M"), globals=m.message("M")), RECEIVED),
    "sub-process": (line_of(m.sub("n", m.start("is") + m.end("ie") + m.flows("is -> ie"), before=IN_AND_OUT)), [start(x=4)]),
    "throw event": (line_of(m.throw("n", IN_AND_OUT)), [start(x=4)]),
    "message throw event": (line_of(m.throw("n", IN_AND_OUT + m.event("message", "M")), globals=m.message("M")), [start(x=4)]),
    "catch event": (line_of(m.catch("n", IN_AND_OUT + m.event("message", "M")), globals=m.message("M")), RECEIVED),
    "boundary event": (
        m.model(m.message("M"), m.process("P", S, m.user("h"), m.boundary("n", "h", OUT + m.event("message", "M")), Z, E, m.end("e2"), "s -> h -> e2; n -> z -> e")),
        RECEIVED,
    ),
    "boundary event that catches an error": (
        m.model(X, m.process("P", S, m.sub("h", m.start("is") + m.end("ie", m.event("error", "X")) + m.flows("is -> ie")), m.boundary("n", "h", OUT + m.event("error", "X")), Z, E, m.end("e2"), "s -> h -> e2; n -> z -> e")),
        [start(x=4)],
    ),
    "event behind a gateway": (
        m.model(m.message("M"), m.message("N"), m.process("P", S, m.element("eventBasedGateway", "g"), m.catch("n", IN_AND_OUT + m.event("message", "M")), m.catch("o", m.event("message", "N")), Z, E, "s -> g; g -> n -> z -> e; g -> o -> e")),
        RECEIVED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTS)
def test_parameters_go_in_and_out(name: str) -> None:
    model, steps = ELEMENTS[name]
    line = play(model, *steps)[-1]
    assert (glance(line), line["variables"]) == ("z", {"x": 4, "y": 10, "w": 11})


def test_an_end_event_sees_its_input_parameters() -> None:
    end = m.end("e", io({"said": "${x + 1}"}) + m.event("message", "M"))
    other = m.process("Q", m.start("qs", m.event("message", "M")), m.user("q"), m.end("qe"), "qs -> q -> qe")
    lines = play(m.model(m.message("M"), m.process("P", S, end, "s -> e"), other), start("P", x=4))
    assert [one["variables"] for one in lines[-1]["instances"] if one["process"] == "Q"] == [{"said": 5}]


def test_a_task_that_throws_its_message_maps_its_parameters_once() -> None:
    task = m.element("sendTask", "n", io({"x": "${x + 1}"}), messageRef="M")
    other = m.process("Q", m.start("qs", m.event("message", "M")), m.user("q"), m.end("qe"), "qs -> q -> qe")
    lines = play(m.model(m.message("M"), m.process("P", S, task, Z, E, "s -> n -> z -> e"), other), start("P", x=4))
    assert lines[-1]["variables"] == {"x": 4}
    assert [one["variables"] for one in lines[-1]["instances"] if one["process"] == "Q"] == [{"x": 5}]


def test_a_local_hides_a_variable_and_goes_with_its_activity() -> None:
    model = line_of(m.user("n", io({"x": "${x * 10}"})))
    lines = play(model, start(x=4), do("n", x=7, y=1))
    assert lines[-1]["variables"] == {"x": 4, "y": 1}


def test_parameters_of_many_instances_are_mapped_each() -> None:
    inner = io({"a": "${who + 1}"}, {"all": "${append(all, a)}"}) + m.loop("people", "who", sequential=True)
    lines = play(line_of(m.user("n", inner)), start(people=[1, 5], all=[]), do("n"), do("n"))
    assert lines[-1]["variables"]["all"] == [2, 6]


def test_lists_and_maps_hold_expressions() -> None:
    given = (
        '<camunda:inputOutput><camunda:outputParameter name="y"><camunda:list><camunda:value>${x}</camunda:value>'
        '<camunda:map><camunda:entry key="k">${x + 1}</camunda:entry></camunda:map></camunda:list>'
        "</camunda:outputParameter></camunda:inputOutput>"
    )
    lines = play(line_of(m.user("n", m.extensions(given))), start(x=4), do("n"))
    assert lines[-1]["variables"]["y"] == [4, {"k": 5}]


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (m.element("exclusiveGateway", "n", io({"a": "1"})), "extension_position"),
        (m.user("n", m.extensions('<camunda:in source="x" target="y"/>')), "extension_position"),
        (m.user("n", m.extensions('<camunda:out source="x" target="y"/>')), "extension_position"),
    ],
)
def test_a_mapping_where_none_is_done_is_refused(node: str, code: str) -> None:
    line = play(line_of(node), START)[0]
    assert (line["status"], [error["code"] for error in line["errors"]]) == ("refused", [code])


# --- called processes ----------------------------------------------------------------------------------------------


def calling(given: str, called: str = "1") -> bytes:
    call = m.element("callActivity", "n", m.extensions(given), calledElement="Q")
    other = m.process("Q", m.start("qs"), m.script("t", called, "seen"), m.user("u"), m.end("qe"), "qs -> t -> u -> qe")
    return m.model(m.process("P", S, call, Z, E, "s -> n -> z -> e"), other)


SEEN = '[if x = null then "-" else x, if a = null then "-" else a, if b = null then "-" else b]'
INPUT = m.mapping({"a": "${x + 1}"})
GIVEN = {
    "nothing": ("", ["-", "-", "-"]),
    "a source": ('<camunda:in source="x" target="x"/>', [4, "-", "-"]),
    "an expression": ('<camunda:in sourceExpression="${x * 2}" target="b"/>', ["-", "-", 8]),
    "everything": ('<camunda:in variables="all"/>', [4, "-", "-"]),
    "everything, then one": ('<camunda:in variables="all"/><camunda:in sourceExpression="${9}" target="x"/>', [9, "-", "-"]),
    "one, then everything": ('<camunda:in sourceExpression="${9}" target="x"/><camunda:in variables="all"/>', [4, "-", "-"]),
    "input parameters, which are the call's own": (INPUT, ["-", "-", "-"]),
    "what is the call's own": (INPUT + '<camunda:in variables="all" local="true"/>', ["-", 5, "-"]),
    "one of the call's own": (INPUT + '<camunda:in source="a" target="b" local="true"/>', ["-", "-", 5]),
    "what is not the call's own": ('<camunda:in source="x" target="b" local="true"/>', ["-", "-", "-"]),
    "an input parameter by its name": (INPUT + '<camunda:in source="a" target="b"/>', ["-", "-", 5]),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_a_called_process_sees_what_it_is_given(name: str) -> None:
    given, seen = GIVEN[name]
    out = '<camunda:out source="seen" target="seen"/>'
    lines = play(calling(given + out, called=SEEN), start("P", x=4), do("u"))
    assert (glance(lines[-1]), lines[-1]["variables"]) == ("z", {"x": 4, "seen": seen})


def test_what_comes_back_locally_is_for_the_output_parameters_only() -> None:
    given = '<camunda:out source="seen" target="s" local="true"/>' + m.mapping({"a": "3"}, {"y": "${[s, a]}"})
    lines = play(calling(given, called="7"), start("P", x=4), do("u"))
    assert lines[-1]["variables"] == {"x": 4, "y": [7, "3"]}


def test_everything_that_comes_back_leaves_the_case_what_it_is() -> None:
    lines = play(calling('<camunda:out variables="all"/>', called="7"), start("P", x=4), do("u", more=1))
    found = {name: value for name, value in lines[-1]["variables"].items() if not name.startswith("u_")}
    assert found == {"x": 4, "seen": 7, "more": 1}


# --- signals and messages ------------------------------------------------------------------------------------------


def carrying(kind: str, given: str, inputs: str = "") -> bytes:
    reference = f'<{kind}EventDefinition {kind}Ref="M">{m.extensions(given)}</{kind}EventDefinition>'
    other = m.process("Q", m.start("qs", m.event(kind, "M")), m.user("q"), m.end("qe"), "qs -> q -> qe")
    named = m.signal("M") if kind == "signal" else m.message("M")
    throw = m.throw("n", inputs + reference)
    return m.model(named, m.process("P", S, throw, Z, E, "s -> n -> z -> e"), other)


@pytest.mark.parametrize("kind", ["signal", "message"])
@pytest.mark.parametrize(
    ("given", "inputs", "arrived"),
    [
        ('<camunda:in source="x" target="y"/>', "", {"y": 4}),
        ('<camunda:in sourceExpression="${x + a}" target="y"/>', io({"a": "${1}"}), {"a": 1, "y": 5}),
        ('<camunda:in variables="all"/>', "", {"x": 4}),
    ],
)
def test_what_is_thrown_carries_what_it_is_given(kind: str, given: str, inputs: str, arrived: dict[str, Any]) -> None:
    lines = play(carrying(kind, given, inputs), start("P", x=4))
    assert [one["variables"] for one in lines[-1]["instances"] if one["process"] == "Q"] == [arrived]


def test_a_key_that_no_signal_carries_is_refused() -> None:
    line = play(carrying("signal", '<camunda:in businessKey="${x}"/>'), START)[0]
    assert [error["code"] for error in line["errors"]] == ["business_key_of_event"]


def test_a_signal_brings_its_values_to_output_parameters() -> None:
    catch = m.catch("n", io(None, {"y": "${said + 1}"}) + m.event("signal", "M"))
    given = m.extensions('<camunda:in sourceExpression="${1}" target="said"/>')
    throw = m.throw("t", f'<signalEventDefinition signalRef="M">{given}</signalEventDefinition>')
    model = m.model(
        m.signal("M"),
        m.process(
            "P",
            S,
            m.both("f"),
            catch,
            m.user("h"),
            throw,
            Z,
            E,
            m.end("e2"),
            "s -> f; f -> n -> z -> e; f -> h -> t -> e2",
        ),
    )
    lines = play(model, START, do("h"))
    assert (glance(lines[-1]), lines[-1]["variables"]) == ("z", {"y": 2})


# --- errors and escalations ----------------------------------------------------------------------------------------


def failing(definition: str, catch: str) -> bytes:
    inside = m.start("is") + m.end("ie", m.event("error", "X")) + m.flows("is -> ie")
    parts = (S, m.sub("h", inside), m.boundary("n", "h", catch), Z, E, m.end("e2"), "s -> h -> e2; n -> z -> e")
    return m.model(definition, m.process("P", *parts))


CATCH_ALL = '<errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="said"/>'


@pytest.mark.parametrize(
    ("definition", "code", "said"),
    [
        ('<error id="X" errorCode="E1" camunda:errorMessage="No line"/>', "E1", "No line"),
        ('<error id="X" errorCode="E1" camunda:errorMessage="${&quot;No &quot; + what}"/>', "E1", "No paper"),
        ('<error id="X" errorCode="${&quot;E&quot; + string(n)}"/>', "E2", ""),
    ],
)
def test_an_error_says_its_code_and_message(definition: str, code: str, said: str) -> None:
    lines = play(failing(definition, CATCH_ALL), start(what="paper", n=2))
    found = lines[-1]["variables"]
    assert (glance(lines[-1]), found["code"], found["said"]) == ("z", code, said)


def test_a_code_that_is_null_is_an_incident() -> None:
    follow(failing('<error id="X" errorCode="${nothing}"/>', CATCH_ALL), [(START, "!code_null")])


def test_an_escalation_says_its_code() -> None:
    inside = m.start("is") + m.throw("t", m.event("escalation", "X")) + m.end("ie") + m.flows("is -> t -> ie")
    catch = m.boundary(
        "n", "h", '<escalationEventDefinition camunda:escalationCodeVariable="code"/>', interrupting=False
    )
    model = m.model(
        m.escalation("X", "UP"),
        m.process("P", S, m.sub("h", inside), catch, Z, m.user("y"), E, m.end("e2"), "s -> h -> y -> e2; n -> z -> e"),
    )
    line = play(model, START)[0]
    assert (glance(line), line["variables"]) == ("y z", {"code": "UP"})


def test_signals_play_without_values_too() -> None:
    model = line_of(m.catch("n", m.event("signal", "M")), globals=m.signal("M"))
    follow(model, [(START, "~n"), (signal("M"), "z")])


# --- texts with expressions in them --------------------------------------------------------------------------------

GREETING = line_of(m.element("manualTask", "n", io({"a": "Сәлем, ${who}!"}, {"y": "${a}"})))


def test_a_text_is_put_together() -> None:
    assert play(GREETING, start(who="Айнұр"))[-1]["variables"]["y"] == "Сәлем, Айнұр!"


def test_a_text_whose_variable_is_missing_is_an_incident_that_names_it() -> None:
    (line,) = play(GREETING, START)
    assert (line["status"], line["error"]["code"], line["error"]["element"]) == ("failed", "text_null", "n")
    assert "who" in line["error"]["message"]
