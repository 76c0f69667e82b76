"""Sub-processes, event sub-processes, called processes and multi-instances: what is open, whose variables are whose."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, do, do_all, follow, play, signal, start, tell, users

A, B, R, U, Z = (m.user(id) for id in "abruz")
S, E, E2 = m.start(), m.end(), m.end("e2")
M, G, X, Q = m.message("M"), m.signal("G"), m.error("X"), m.escalation("Q")


def inside(*parts: str) -> str:
    return "".join(m.flows(part) if "->" in part and not part.startswith("<") else part for part in parts)


def with_event_sub(definition: str, *globals_: str, interrupting: bool = True, body: str = "") -> bytes:
    """A process with task a, then b, and an event sub-process with task u."""
    esp = m.sub(
        "esp",
        inside(m.start("es", definition, isInterrupting=str(interrupting).lower()), U, m.end("ee"), "es -> u -> ee"),
        by_event=True,
    )
    return m.model(*globals_, m.process("P", S, A, body or B, E, esp, "s -> a -> b -> e"))


def nested(levels: int) -> bytes:
    body = inside(m.start(f"s{levels}"), U, m.end(f"e{levels}"), f"s{levels} -> u -> e{levels}")
    for level in reversed(range(1, levels)):
        body = inside(
            m.start(f"s{level}"), m.sub(f"p{level}", body), m.end(f"e{level}"), f"s{level} -> p{level} -> e{level}"
        )
    return m.model(m.process("P", S, m.sub("p0", body), Z, E, "s -> p0 -> z -> e"))


SUB = inside(
    m.start("s1"), m.both("f1"), m.user("u"), m.user("v"), m.end("e1"), "s1 -> f1; f1 -> u -> e1; f1 -> v -> e1"
)
ESP_IN_SUB = inside(
    m.start("s1"), A, m.end("e1"), "s1 -> a -> e1",
    m.sub("esp", inside(m.start("es", m.event("message", "M")), U, m.end("ee"), "es -> u -> ee"), by_event=True),
)  # fmt: skip

CASES = {
    "sub-process ends with its last token": (
        m.model(m.process("P", S, m.sub("sp", SUB), Z, E, "s -> sp -> z -> e")),
        [(START, "u v"), (do("u"), "v"), (do("v"), "z"), (do("z"), ".")],
    ),
    "terminate ends its own scope only": (
        m.model(m.process("P", S, m.sub("sp", inside(m.start("s1"), m.both("f1"), U, m.user("v"), m.end("t", m.event("terminate")), m.end("e1"),
                                                     "s1 -> f1; f1 -> u -> t; f1 -> v -> e1")), Z, E, "s -> sp -> z -> e")),
        [(START, "u v"), (do("u"), "z")],
    ),
    "interrupting boundary takes all within": (
        m.model(m.process("P", S, m.sub("sp", SUB), m.boundary("b1", "sp", m.timer("Duration", "P1D")), R, E, E2, "s -> sp -> e; b1 -> r -> e2")),
        [(START, "u v"), (advance("P1D"), "r")],
    ),
    "event sub-process: message interrupts": (with_event_sub(m.event("message", "M"), M), [(START, "a"), (tell("M"), "u"), (do("u"), ".")]),
    "event sub-process: message beside": (
        with_event_sub(m.event("message", "M"), M, interrupting=False),
        [(START, "a"), (tell("M"), "a u"), (tell("M"), "a u u"), (do("a"), "b u u"), (do("b"), "u u"), (do_all("u"), "."), (tell("M"), "?not_waiting")],
    ),
    "event sub-process: signal": (with_event_sub(m.event("signal", "G"), G), [(START, "a"), (signal("G"), "u")]),
    "event sub-process: timer": (with_event_sub(m.timer("Duration", "P2D")), [(START, "a"), (advance("P1D"), "a"), (advance("P1D"), "u")]),
    "event sub-process: timer beside": (
        with_event_sub(m.timer("Cycle", "R/P1D"), interrupting=False), [(START, "a"), (advance("P2D"), "a u u"), (do("a"), "b u u")],
    ),
    "event sub-process: a waiting timer does not keep the process": (
        with_event_sub(m.timer("Duration", "P2D")), [(START, "a"), (do("a"), "b"), (do("b"), "."), (advance("P9D"), ".")],
    ),
    "event sub-process: error": (
        m.model(X, m.process("P", S, A, m.end("e", m.event("error", "X")), "s -> a -> e",
                             m.sub("esp", inside(m.start("es", m.event("error", "X")), U, m.end("ee"), "es -> u -> ee"), by_event=True))),
        [(START, "a"), (do("a"), "u"), (do("u"), ".")],
    ),
    "event sub-process: escalation beside": (
        m.model(Q, m.process("P", S, m.throw("t", m.event("escalation", "Q")), A, E, "s -> t -> a -> e",
                             m.sub("esp", inside(m.start("es", m.event("escalation", "Q"), isInterrupting="false"), U, m.end("ee"), "es -> u -> ee"), by_event=True))),
        [(START, "a u"), (do("u"), "a"), (do("a"), ".")],
    ),
    "an event sub-process is nearer than a boundary event, whichever names the code": (
        m.model(X, m.process("P", S, m.boundary("w", "sp", m.event("error", "X")), R, E, E2, "s -> sp -> e; w -> r -> e2",
                             m.sub("sp", inside(m.start("s1"), A, m.end("e1", m.event("error", "X")), "s1 -> a -> e1",
                                   m.sub("esp", inside(m.start("es", m.event("error")), U, m.end("ee"), "es -> u -> ee"), by_event=True))))),
        [(START, "a"), (do("a"), "u"), (do("u"), ".")],
    ),
    "event sub-process: condition": (with_event_sub(m.conditional("x > 5")), [(start(x=1), "a"), (do("a", x=9), "u")]),
    "event sub-process in a sub-process": (
        m.model(M, m.process("P", S, m.sub("sp", ESP_IN_SUB), Z, E, "s -> sp -> z -> e")),
        [(START, "a"), (tell("M"), "u"), (do("u"), "z"), (tell("M"), "z ?not_waiting")],
    ),
    "event sub-process in a sub-process is gone with it": (
        m.model(M, m.process("P", S, m.sub("sp", ESP_IN_SUB), Z, E, "s -> sp -> z -> e")),
        [(START, "a"), (do("a"), "z"), (tell("M"), "z ?not_waiting")],
    ),
    "the nearest scope catches an error first": (
        m.model(X, m.process("P", S, m.sub("outer", inside(
            m.start("s1"), m.sub("inner", inside(m.start("s2"), U, m.end("e2x", m.event("error", "X")), "s2 -> u -> e2x")),
            m.boundary("bi", "inner", m.event("error", "X")), A, m.end("e1"), m.end("e1b"), "s1 -> inner -> e1; bi -> a -> e1b")),
            m.boundary("bo", "outer", m.event("error", "X")), B, E, E2, "s -> outer -> e; bo -> b -> e2")),
        [(START, "u"), (do("u"), "a"), (do("a"), ".")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_open(name: str) -> None:
    model, script = CASES[name]
    follow(model, script)


def test_two_hundred_levels_take_no_time() -> None:
    """Budget two seconds; far less is needed, and the time limit of play itself is ten."""
    follow(nested(200), [(START, "u"), (do("u"), "z"), (do("z"), ".")])


def test_what_is_armed_beside_says_on_what() -> None:
    line = play(with_event_sub(m.event("message", "M"), M), START)[0]
    assert [(entry["id"], entry.get("on")) for entry in line["open"]] == [("a", None), ("es", "P")]


# --- called processes ----------------------------------------------------------------------------------------------

IN_OUT = (
    '<camunda:in source="x" target="y"/><camunda:in sourceExpression="${x + 1}" target="w"/>'
    '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:out source="answer" target="back"/>'
)
CALLER = m.process(
    "P", S, m.element("callActivity", "c", m.extensions(IN_OUT), calledElement="Q"), Z, E, "s -> c -> z -> e"
)
CALLED = m.process("Q", m.start("sq"), m.script("t", "y * 10 + w", "answer"), U, m.end("eq"), "sq -> t -> u -> eq")


def test_a_called_process_has_its_own_variables_and_hands_back_what_is_mapped() -> None:
    files = {"p.bpmn": m.model(CALLER), "q.bpmn": m.model(CALLED)}
    lines = follow(files, [(start("P", x=4), "u"), (do("u", secret=1), "z"), (do("z"), ".")])
    assert lines[0]["variables"] == {"x": 4}
    assert lines[1]["variables"] == {"x": 4, "back": 45}


def test_an_error_in_a_called_process_is_caught_on_the_call() -> None:
    caller = m.process(
        "P",
        S,
        m.element("callActivity", "c", calledElement="Q"),
        m.boundary("b", "c", m.event("error", "X")),
        R,
        E,
        E2,
        "s -> c -> e; b -> r -> e2",
    )
    called = m.process("Q", m.start("sq"), U, m.end("eq", m.event("error", "X")), "sq -> u -> eq")
    follow(m.model(X, caller, called), [(start("P"), "u"), (do("u"), "r")])


def test_a_process_that_calls_itself_for_ever_is_an_incident() -> None:
    model = m.model(m.process("P", S, m.element("callActivity", "c", calledElement="P"), E, "s -> c -> e"))
    follow(model, [(START, "!limit_nesting")])


def test_a_called_process_that_is_not_there_refuses_the_model() -> None:
    line = play(m.model(CALLER), START)[0]
    assert (line["status"], line["errors"][0]["code"], line["errors"][0]["element"]) == (
        "refused",
        "called_element_unknown",
        "c",
    )


def test_a_version_that_nobody_carries_is_named() -> None:
    bound = {
        "calledElement": "Q",
        "camunda_calledElementBinding": "versionTag",
        "camunda_calledElementVersionTag": "v9",
    }
    caller = m.process("P", S, m.element("callActivity", "c", **bound), E, "s -> c -> e")
    (line,) = play(m.model(caller, CALLED), start("P"))
    assert (line["error"]["code"], line["error"]["element"]) == ("version_unknown", "c")
    assert "v9" in line["error"]["message"] and "Q" in line["error"]["message"]


# --- multi-instance ------------------------------------------------------------------------------------------------

RESULTS = m.extensions(m.mapping(outputs={"results": "${append(results, {who: who, answer: answer})}"}))


def each(loop: str, inner: str = "") -> bytes:
    return m.model(m.process("P", S, m.user("u", inner + loop), Z, E, "s -> u -> z -> e"))


WHO = {"people": ["p1", "p2", "p3"], "results": []}
MANY = {
    "parallel": (each(m.loop("people", "who")), [(start(**WHO), "u u u"), (do("u"), "u u"), (do_all("u"), "z")]),
    "sequential": (each(m.loop("people", "who", sequential=True)), [(start(**WHO), "u"), (do("u"), "u"), (do_all("u"), "u"), (do("u"), "z")]),
    "cardinality": (each(m.loop(cardinality="${n}")), [(start(n=2), "u u"), (do_all("*"), "z")]),
    "nobody": (each(m.loop("people", "who")), [(start(people=[]), "z")]),
    "no list": (each(m.loop("people", "who")), [(start(people="p1"), "!collection_not_list")]),
    "not there": (each(m.loop("people", "who")), [(START, "!collection_not_list")]),
    "no number": (each(m.loop(cardinality="${n}")), [(start(n=-1), "!cardinality_not_number")]),
    "until enough": (
        each(m.loop("people", "who", until="nrOfCompletedInstances >= 2")), [(start(**WHO), "u u u"), (do("u"), "u u"), (do("u"), "z")],
    ),
    "until enough, all at once": (
        each(m.loop("people", "who", until="nrOfCompletedInstances >= 2")), [(start(**WHO), "u u u"), (do_all("u"), "z")],
    ),
    "sequential until enough": (
        each(m.loop("people", "who", sequential=True, until="answer = true")), [(start(**WHO), "u"), (do("u", answer=False), "u"), (do("u", answer=True), "z")],
    ),
    "interrupted": (
        m.model(m.process("P", S, m.user("u", m.loop("people", "who")), m.boundary("b", "u", m.timer("Duration", "P1D")), R, E, E2, "s -> u -> e; b -> r -> e2")),
        [(start(**WHO), "u u u"), (do("u"), "u u"), (advance("P1D"), "r"), (do("r"), ".")],
    ),
    "beside": (
        m.model(m.process("P", S, m.user("u", m.loop("people", "who")), m.boundary("b", "u", m.timer("Duration", "P1D"), interrupting=False), R, E, E2, "s -> u -> e; b -> r -> e2")),
        [(start(**WHO), "u u u"), (advance("P1D"), "r u u u"), (do_all("u"), "r")],
    ),
    "sub-process for each": (
        m.model(m.process("P", S, m.sub("sp", inside(m.start("s1"), A, B, m.end("e1"), "s1 -> a -> b -> e1"), before=m.loop("people", "who")), Z, E, "s -> sp -> z -> e")),
        [(start(**WHO), "a a a"), (do("a"), "a a b"), (do_all("a"), "b b b"), (do_all("b"), "z")],
    ),
    "called process for each": (
        m.model(m.process("P", S, m.element("callActivity", "c", m.extensions('<camunda:in source="who" target="who"/>') + m.loop("people", "who"), calledElement="Q"), Z, E, "s -> c -> z -> e"),
                m.process("Q", m.start("sq"), U, m.end("eq"), "sq -> u -> eq")),
        [(start("P", **WHO), "u u u"), (do_all("u"), "z")],
    ),
    "standard loop": (
        each('<standardLoopCharacteristics testBefore="false"><loopCondition>${n &lt; 3}</loopCondition></standardLoopCharacteristics>'),
        [(start(n=1), "u"), (do("u", n=2), "u"), (do("u", n=3), "z")],
    ),
    "standard loop asked first": (
        each('<standardLoopCharacteristics testBefore="true"><loopCondition>${n &lt; 3}</loopCondition></standardLoopCharacteristics>'), [(start(n=3), "z")],
    ),
    "standard loop three times": (each('<standardLoopCharacteristics loopMaximum="3"/>'), [(START, "u"), (do("u"), "u"), (do("u"), "u"), (do("u"), "z")]),
}  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_how_many_are_open(name: str) -> None:
    model, script = MANY[name]
    follow(model, script)


@pytest.mark.parametrize(("given", "shown"), [({}, "people = null."), ({"people": "p1"}, "people = p1.")])
def test_a_list_that_is_none_is_named_with_its_value(given: dict[str, Any], shown: str) -> None:
    (line,) = play(each(m.loop("people", "who")), start(**given))
    assert shown in line["error"]["message"] and ": people." in line["error"]["message"]


def test_results_are_collected_one_by_one_and_locals_stay_inside() -> None:
    lines = play(
        each(m.loop("people", "who"), RESULTS),
        start(**WHO),
        do("u", answer="yes"),
        do("u", answer="no"),
        do("u", answer="yes"),
    )
    assert lines[-1]["variables"] == {
        "people": ["p1", "p2", "p3"],
        "results": [{"who": "p1", "answer": "yes"}, {"who": "p2", "answer": "no"}, {"who": "p3", "answer": "yes"}],
    }
    assert users(lines[-1]) == ["z"]


# --- whose variables -----------------------------------------------------------------------------------------------


def in_each(*parts: str, outputs: dict[str, str] | None = None) -> bytes:
    body = inside(m.start("s1"), *parts, m.end("e1"))
    before = (m.extensions(m.mapping(outputs=outputs)) if outputs else "") + m.loop("people", "who")
    return m.model(m.process("P", S, m.sub("sp", body, before=before), Z, E, "s -> sp -> z -> e"))


def test_what_is_computed_for_each_stays_with_each() -> None:
    parts = (m.script("t", "who * 2", "y"), A, m.script("w", "y + 1", "w"), "s1 -> t -> a -> w -> e1")
    lines = play(in_each(*parts, outputs={"all": "${append(all, w)}"}), start(people=[1, 2, 3], all=[]), do_all("a"))
    assert lines[1]["variables"] == {"people": [1, 2, 3], "all": [3, 5, 7]}


def test_what_is_answered_for_each_stays_with_each() -> None:
    parts = (A, m.xor("g", default="g_r"), B, R, "s1 -> a -> g; g -> b [x]; g -> r; b -> e1; r -> e1")
    lines = follow(
        in_each(*parts), [(start(people=[1, 2]), "a a"), (do("a", x=True), "a b"), (do("a", x=False), "b r")]
    )
    assert lines[-1]["variables"] == {"people": [1, 2]}


def test_an_answer_does_not_overwrite_what_stands_outside() -> None:
    model = in_each(A, "s1 -> a -> e1", outputs={"all": "${append(all, x)}"})
    lines = play(model, start(people=[1, 2], x=0, all=[]), do("a", x=7), do("a", x=8))
    assert lines[-1]["variables"] == {"people": [1, 2], "x": 0, "all": [7, 8]}


def test_a_script_for_each_changes_what_stands_outside() -> None:
    model = in_each(m.script("t", "n + who", "n"), "s1 -> t -> e1")
    assert play(model, start(people=[1, 2, 3], n=0))[0]["variables"] == {"people": [1, 2, 3], "n": 6}


def test_rounds_of_a_loop_go_on_with_the_same_variables() -> None:
    again = "<standardLoopCharacteristics><loopCondition>${n &lt; 3}</loopCondition></standardLoopCharacteristics>"
    lines = play(each(again), start(n=1), do("u", n=2), do("u", n=3))
    assert (users(lines[-1]), lines[-1]["variables"]) == (["z"], {"n": 3})


# --- called for each -----------------------------------------------------------------------------------------------


def called_for_each(extra: str, loop: str) -> bytes:
    call = m.element("callActivity", "c", m.extensions(extra) + loop, calledElement="Q")
    called = m.process("Q", m.start("sq"), U, m.script("t", "who * 10", "r"), m.end("eq"), "sq -> u -> t -> eq")
    return m.model(m.process("P", S, call, Z, E, "s -> c -> z -> e"), called)


GIVE_AND_TAKE = '<camunda:in source="who" target="who"/><camunda:out source="r" target="r"/>'


def test_results_of_called_processes_are_collected_one_by_one() -> None:
    model = called_for_each(GIVE_AND_TAKE + m.mapping(outputs={"all": "${append(all, r)}"}), m.loop("people", "who"))
    lines = play(model, start("P", people=[1, 2, 3], all=[]), do_all("u"))
    assert (users(lines[1]), lines[1]["variables"]) == (["z"], {"people": [1, 2, 3], "all": [10, 20, 30]})


def test_calling_until_enough() -> None:
    model = called_for_each(GIVE_AND_TAKE, m.loop("people", "who", until="nrOfCompletedInstances >= 2"))
    follow(model, [(start("P", people=[1, 2, 3]), "u u u"), (do("u"), "u u"), (do("u"), "z")])


def test_calling_until_one_gives_the_answer() -> None:
    model = called_for_each(GIVE_AND_TAKE, m.loop("people", "who", sequential=True, until="r >= 20"))
    follow(model, [(start("P", people=[1, 2, 3]), "u"), (do("u"), "u"), (do("u"), "z")])


def test_conditions_behind_a_call_see_the_callers_variables() -> None:
    call = m.element("callActivity", "c", calledElement="Q")
    called = m.process("Q", m.start("sq"), m.script("t", "1", "x"), m.end("eq"), "sq -> t -> eq")
    model = m.model(m.process("P", S, call, A, B, E, "s -> c; c -> a [x > 5]; c -> b [x < 5]; a -> e; b -> e"), called)
    follow(model, [(start("P", x=9), "a")])


def test_an_empty_output_is_null() -> None:
    empty = '<camunda:inputOutput><camunda:outputParameter name="x"/></camunda:inputOutput>'
    model = m.model(m.process("P", S, m.user("a", m.extensions(empty)), Z, E, "s -> a -> z -> e"))
    assert play(model, start(x=1), do("a"))[1]["variables"] == {"x": None}
