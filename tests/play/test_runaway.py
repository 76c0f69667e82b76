"""Proves that what would go on for ever ends as an incident, within bounds, and that the case can be repaired."""

from __future__ import annotations

import time

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, do, glance, play, start

S, E = m.start(), m.end()
RETRY = {"retry": {}}


def correct(**variables: object) -> dict[str, object]:
    return {"correct": {"variables": variables}}


def by_event(id: str, event: str, inner: str, path: str, *, interrupting: bool = False) -> str:
    begin = m.start(f"{id}s", event, isInterrupting=str(interrupting).lower())
    return m.sub(id, begin + inner + m.end(f"{id}e") + m.flows(path), by_event=True)


def forwards(id: str, hears: str, says: str, kind: str) -> str:
    """An event sub-process that answers one event by another."""
    return by_event(id, m.event(kind, hears), m.throw(f"{id}t", m.event(kind, says)), f"{id}s -> {id}t -> {id}e")


def kicked(kind: str, first: str, *parts: str) -> bytes:
    heads = "".join(f'<{kind} id="{name}" name="{name}" {kind}Code="{name}"/>' for name in ("G", "H"))
    heads = heads.replace('signalCode="G"', "").replace('signalCode="H"', "")
    return m.model(
        heads, m.process("P", S, m.user("u"), E, m.throw("k", m.event(kind, first)), *parts, "s -> k -> u -> e")
    )


def flips(id: str, when: str, to: str) -> str:
    return by_event(id, m.conditional(when), m.script(f"{id}t", f"{{x: {to}}}"), f"{id}s -> {id}t -> {id}e")


def guarded(body: str, *parts: str, before: str = "") -> bytes:
    """i → the parts of ``body`` → g, back to i until stop = 1."""
    path = f"s -> i -> {body} -> g -> i; g -> e [stop = 1]"
    return m.model(
        *([before] if before else []), m.process("P", S, m.xor("i"), m.xor("g", default="g_i"), E, *parts, path)
    )


FAILS = m.sub("w", m.start("ws") + m.end("we", m.event("error", "X")) + m.flows("ws -> we"))
ENDLESS: dict[str, tuple[bytes, str]] = {
    "a circle that never waits": (guarded("t", m.element("task", "t")), "limit_steps"),
    "a circle by an error caught": (
        m.model(
            m.error("X"),
            m.process("P", S, m.xor("i"), FAILS, m.boundary("b", "w", m.event("error", "X")), E,
                      "s -> i -> w -> e; b -> i"),
        ),
        "limit_steps",
    ),
    "a circle by a condition that holds": (
        m.model(
            m.process("P", S, m.xor("i"), m.user("u"), m.boundary("b", "u", m.conditional("stop != 1")), E,
                      "s -> i -> u -> e; b -> i")
        ),
        "limit_steps",
    ),
    "conditions that undo each other": (
        m.model(
            m.process("P", S, m.script("k", "{x: true}"), m.user("u"), E, flips("q", "x = true", "false"),
                      flips("r", "x = false", "true"), "s -> k -> u -> e")
        ),
        "limit_steps",
    ),
    "a signal that calls itself": (kicked("signal", "G", forwards("q", "G", "G", "signal")), "limit_signals"),
    "two signals that call each other": (
        kicked("signal", "G", forwards("q", "G", "H", "signal"), forwards("r", "H", "G", "signal")), "limit_signals",
    ),
    "two escalations that call each other": (
        kicked("escalation", "G", forwards("q", "G", "H", "escalation"), forwards("r", "H", "G", "escalation")),
        "limit_steps",
    ),
    "a signal that is doubled each time": (
        kicked("signal", "G", forwards("q", "G", "G", "signal"), forwards("r", "G", "G", "signal")), "limit_signals",
    ),
    "a process that calls itself": (
        m.model(m.process("P", S, m.element("callActivity", "c", calledElement="P"), E, "s -> c -> e")),
        "limit_nesting",
    ),
    "a process that calls itself twice": (
        m.model(
            m.process("P", S, m.both("f"), *(m.element("callActivity", c, calledElement="P") for c in "cd"), E,
                      "s -> f -> c -> e; f -> d -> e")
        ),
        "limit_tokens",
    ),
    "a loop without an end": (
        m.model(m.process("P", S, m.element("task", "t", '<standardLoopCharacteristics loopMaximum="999999999"/>'), E,
                          "s -> t -> e")),
        "limit_steps",
    ),
    "a timer that is due at once, in a circle": (
        m.model(m.process("P", S, m.xor("i"), m.user("u"), m.boundary("b", "u", m.timer("Duration", "PT0S")), E,
                          "s -> i -> u -> e; b -> i")),
        "limit_pace",
    ),
    "links in a circle": (
        m.model(m.process("P", S, m.xor("i"), m.throw("l", '<linkEventDefinition name="L"/>'),
                          m.catch("c", '<linkEventDefinition name="L"/>'), E,
                          "s -> i -> l; c -> i; c -> e [stop = 1]")),
        "limit_steps",
    ),
    "a text that doubles": (guarded("t", m.script("t", "{x: x + x}")), "feel_limit"),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDLESS)
def test_it_ends_as_an_incident(what: str) -> None:
    model, code = ENDLESS[what]
    started = time.process_time()
    line = play(model, start(x="ab", stop=0))[-1]
    assert line["status"] == "failed", line
    assert line["error"]["code"] == code
    assert time.process_time() - started < 6


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_processes_that_begin_each_other_are_stopped(kind: str) -> None:
    names = [m.message(name) if kind == "message" else m.signal(name) for name in ("A", "B")]
    answers = [
        m.process(id, m.start(f"{id}s", m.event(kind, hears)), m.end(f"{id}e", m.event(kind, says)), f"{id}s -> {id}e")
        for id, hears, says in (("p", "A", "B"), ("q", "B", "A"))
    ]
    first = m.process("r", S, m.end("e", m.event(kind, "A")), "s -> e")
    line = play(m.model(*names, first, *answers), start("r"))[-1]
    assert (line["status"], line["error"]["code"]) == ("failed", "limit_chain")


def test_a_circle_goes_on_when_its_variables_are_put_right() -> None:
    model, _ = ENDLESS["a circle that never waits"]
    lines = play(model, start(stop=0), RETRY, correct(stop=1), RETRY)
    assert [glance(line) for line in lines] == ["!limit_steps", "!limit_steps", "!limit_steps", "."]


def test_a_condition_that_always_holds_can_be_put_right() -> None:
    model, _ = ENDLESS["a circle by a condition that holds"]
    lines = play(model, start(stop=0), correct(stop=1), RETRY, do("u"))
    assert [glance(line) for line in lines] == ["u !limit_steps", "u !limit_steps", "u", "."]


def test_a_timer_in_a_circle_can_be_put_right() -> None:
    boundary = m.boundary("b", "u", m.timer("Duration", '${if stop = 1 then "P1D" else "PT0S"}'))
    model = m.model(m.process("P", S, m.xor("i"), m.user("u"), boundary, E, "s -> i -> u -> e; b -> i"))
    lines = play(model, start(stop=0), correct(stop=1), RETRY, do("u"))
    assert [glance(line) for line in lines] == ["u !limit_pace", "u !limit_pace", "u", "."]


def test_a_reminder_every_second_is_no_circle() -> None:
    boundary = m.boundary("b", "u", m.timer("Cycle", "R/PT1S"), interrupting=False)
    model = m.model(m.process("P", S, m.user("u"), boundary, m.end("e2"), E, "s -> u -> e; b -> e2"))
    assert [glance(line) for line in play(model, START, advance("PT1H"), do("u"))] == ["u", "u", "."]


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("count", [1e9, 10**9, 1e300, -1, 2.5, "abc", "99999999999999999999", None, True, [], {}])
def test_a_count_nobody_can_do_is_an_incident_that_can_be_put_right(count: object, sequential: bool) -> None:
    many = m.loop(cardinality="${n}", sequential=sequential)
    model = m.model(m.process("P", S, m.element("task", "t", many), E, "s -> t -> e"))
    started = time.process_time()
    lines = play(model, start(n=count), correct(n=3), RETRY)
    assert [line["status"] for line in lines] == ["failed", "failed", "completed"], lines[0]
    assert time.process_time() - started < 2


def test_many_of_many_are_an_incident() -> None:
    inner = m.start("xs") + m.user("u", m.loop(cardinality="1000")) + m.end("xe") + m.flows("xs -> u -> xe")
    model = m.model(m.process("P", S, m.sub("x", inner, before=m.loop(cardinality="1000")), E, "s -> x -> e"))
    line = play(model, START)[-1]
    assert (line["status"], line["error"]["code"]) == ("failed", "limit_tokens")
