"""Compensation and transactions: what is undone, in which order, with which variables, and how a scope is left."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, do, follow, play, signal, start, users

COMPENSATE, CANCEL = "<compensateEventDefinition/>", "<cancelEventDefinition/>"
S, E, E2, E3 = m.start(), m.end(), m.end("e2"), m.end("e3")
A, B, R, Z = (m.user(id) for id in "abrz")


def naming(id: str) -> str:
    return f'<compensateEventDefinition activityRef="{id}"/>'


def undone(host: str, handler: str, kind: str = "", **more: str) -> str:
    """A compensation event on ``host`` and its handler: a user task unless ``kind`` is a whole element."""
    event = m.element("boundaryEvent", f"on_{host}", COMPENSATE, attachedToRef=host)
    element = kind or m.user(handler, isForCompensation="true", **more)
    return event + element + f'<association id="as_{host}" sourceRef="on_{host}" targetRef="{handler}"/>'


def logged(id: str, text: str) -> str:
    """A handler that writes down what it saw."""
    return m.element("scriptTask", id, f"<script>append(log, {text})</script>", isForCompensation="true",
                     scriptFormat="feel", camunda_resultVariable="log")  # fmt: skip


T = m.throw("t", COMPENSATE)
TWO = A + B + undone("a", "ua") + undone("b", "ub")
OUTER = m.process("P", S, TWO, T, Z, E, "s -> a -> b -> t -> z -> e")
INSIDE = m.start("s1") + A + B + undone("a", "ua") + undone("b", "ub") + m.end("e1") + m.flows("s1 -> a -> b -> e1")
SUB = m.sub("sp", INSIDE)
LOOP = (
    S + m.xor("i") + A + undone("a", "ua") + m.xor("g", default="g_i") + T + Z + E
    + m.flows("s -> i -> a -> g; g -> i; g -> t [done] -> z -> e")
)  # fmt: skip
CANCELLED = m.element("boundaryEvent", "bc", CANCEL, attachedToRef="tx")


def transaction(inner: str, *more: str, before: str = "") -> bytes:
    """A transaction, the way out of it and the way out after it was cancelled."""
    tx = m.element("transaction", "tx", before + inner)
    return m.model(m.process("P", S, tx, CANCELLED, R, Z, E, E2, *more, "s -> tx -> z -> e; bc -> r -> e2"))


BOOKING = (
    m.start("s1") + m.both("f") + A + B + undone("a", "ua") + m.user("c") + m.xor("g") + m.end("e1") + m.end("ec", CANCEL)
    + m.flows("s1 -> f; f -> a -> b -> g; f -> c -> g; g -> ec [cancel]; g -> e1 [not(cancel)]")
)  # fmt: skip

CASES: dict[str, tuple[bytes, list[tuple[Any, str]]]] = {
    "the latest first, one after another": (
        m.model(OUTER), [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "ua"), (do("ua"), "z"), (do("z"), ".")],
    ),
    "only what has completed": (
        m.model(m.process("P", S, TWO, T, Z, E, "s -> a -> t -> z -> e")), [(START, "a"), (do("a"), "ua"), (do("ua"), "z")],
    ),
    "nothing to undo": (m.model(m.process("P", S, T, Z, E, "s -> t -> z -> e")), [(START, "z")]),
    "one by its name": (
        m.model(m.process("P", S, TWO, m.throw("t", naming("a")), Z, E, "s -> a -> b -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ua"), (do("ua"), "z")],
    ),
    "what was undone is not undone again": (
        m.model(m.process("P", S, TWO, m.throw("t", naming("a")), m.throw("t2", COMPENSATE), Z, E, "s -> a -> b -> t -> t2 -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ua"), (do("ua"), "ub"), (do("ub"), "z")],
    ),
    "each round of a loop": (
        m.model(m.process("P", LOOP)),
        [(start(done=False), "a"), (do("a"), "a"), (do("a", done=True), "ua"), (do("ua"), "ua"), (do("ua"), "z")],
    ),
    "at the end": (
        m.model(m.process("P", S, TWO, m.end("e", COMPENSATE), "s -> a -> b -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "ua"), (do("ua"), ".")],
    ),
    "without waiting": (
        m.model(m.process("P", S, TWO, m.throw("t", '<compensateEventDefinition waitForCompletion="false"/>'), Z, E, "s -> a -> b -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub z"), (do("z"), "ub"), (do("ub"), "ua"), (do("ua"), ".")],
    ),
    "a sub-process as a whole": (
        m.model(m.process("P", S, SUB, T, Z, E, "s -> sp -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "ua"), (do("ua"), "z")],
    ),
    "a sub-process by its name": (
        m.model(m.process("P", S, SUB, m.user("c"), undone("c", "uc"), m.throw("t", naming("sp")), Z, E, "s -> sp -> c -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "c"), (do("c"), "ub"), (do("ub"), "ua"), (do("ua"), "z")],
    ),
    "a sub-process with a handler of its own": (
        m.model(m.process("P", S, SUB, undone("sp", "usp"), T, Z, E, "s -> sp -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "usp"), (do("usp"), "z")],
    ),
    "a sub-process that was interrupted leaves nothing": (
        m.model(m.signal("G"), m.process("P", S, SUB, m.boundary("x", "sp", m.event("signal", "G")), T, Z, E, "s -> sp -> e; x -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (signal("G"), "z")],
    ),
    "a sub-process two levels deep": (
        m.model(m.process("P", S, m.sub("top", m.start("s0") + SUB + m.end("e0") + m.flows("s0 -> sp -> e0")), T, Z, E, "s -> top -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "ua"), (do("ua"), "z")],
    ),
    "from an event sub-process: what the scope around it has done": (
        m.model(m.signal("G"), m.process("P", S, TWO, m.user("c"), E,
                m.sub("ev", m.start("s1", m.event("signal", "G")) + T + m.end("e1") + m.flows("s1 -> t -> e1"), by_event=True), "s -> a -> b -> c -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "c"), (signal("G"), "ub"), (do("ub"), "ua"), (do("ua"), ".")],
    ),
    "a compensation event sub-process instead of the handlers": (
        m.model(m.process("P", S, m.sub("sp", INSIDE + m.sub("ev", m.start("s2", COMPENSATE) + m.user("c") + m.end("e2") + m.flows("s2 -> c -> e2"), by_event=True)),
                          T, Z, E, "s -> sp -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "c"), (do("c"), "z")],
    ),
    "a compensation event sub-process that calls for the handlers": (
        m.model(m.process("P", S, m.sub("sp", INSIDE + m.sub("ev", m.start("s2", COMPENSATE) + m.throw("t2", COMPENSATE) + m.end("e2") + m.flows("s2 -> t2 -> e2"), by_event=True)),
                          T, Z, E, "s -> sp -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "ua"), (do("ua"), "z")],
    ),
    "a handler that is a sub-process": (
        m.model(m.process("P", S, A, undone("a", "ua", m.element("subProcess", "ua", m.start("s1") + B + m.end("e1") + m.flows("s1 -> b -> e1"), isForCompensation="true")),
                          T, Z, E, "s -> a -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "z")],
    ),
    "a throw that is interrupted undoes no further": (
        m.model(m.signal("G"), m.process("P", S, m.sub("sp", m.start("s1") + TWO + T + m.end("e1") + m.flows("s1 -> a -> b -> t -> e1")),
                                         m.boundary("x", "sp", m.event("signal", "G")), Z, E, "s -> sp -> e; x -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (signal("G"), "z"), (do("z"), ".")],
    ),
    "an error in a handler is caught outside": (
        m.model(m.error("X"), m.process("P", S, m.sub("sp", m.start("s1") + A + undone("a", "ua", m.element("subProcess", "ua", m.start("s2") + m.end("e2", m.event("error", "X")) + m.flows("s2 -> e2"), isForCompensation="true"))
                                                      + T + m.end("e1") + m.flows("s1 -> a -> t -> e1")),
                                        m.boundary("x", "sp", m.event("error", "X")), Z, E, "s -> sp -> e; x -> z -> e")),
        [(START, "a"), (do("a"), "z")],
    ),
    "a called process is undone by the handler of its call": (
        m.model(m.process("P", S, m.element("callActivity", "k", calledElement="Q"), undone("k", "uk"), T, Z, E, "s -> k -> t -> z -> e"),
                m.process("Q", m.start("qs"), A, undone("a", "ua"), m.end("qe"), "qs -> a -> qe")),
        [(START, "a"), (do("a"), "uk"), (do("uk"), "z")],
    ),
    "a called process is not undone without one": (
        m.model(m.process("P", S, m.element("callActivity", "k", calledElement="Q"), B, undone("b", "ub"), T, Z, E, "s -> k -> b -> t -> z -> e"),
                m.process("Q", m.start("qs"), A, undone("a", "ua"), m.end("qe"), "qs -> a -> qe")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "z")],
    ),
    "an inclusive join does not wait for what is undone aside": (
        m.model(m.process("P", S, A, undone("a", "ua"), m.some("f"), m.throw("t", '<compensateEventDefinition waitForCompletion="false"/>'), B, m.some("j"), Z, E,
                          "s -> a -> f; f -> t [true] -> j; f -> b [true] -> j; j -> z -> e")),
        [(START, "a"), (do("a"), "b ua"), (do("b"), "ua z"), (do("ua"), "z"), (do("z"), ".")],
    ),
    "an inclusive join waits for a throw that waits": (
        m.model(m.process("P", S, A, undone("a", "ua"), m.some("f"), T, B, m.some("j"), Z, E,
                          "s -> a -> f; f -> t [true] -> j; f -> b [true] -> j; j -> z -> e")),
        [(START, "a"), (do("a"), "b ua"), (do("b"), "ua"), (do("ua"), "z")],
    ),
    "a transaction that succeeds": (
        transaction(BOOKING), [(start(cancel=False), "a c"), (do("a"), "b c"), (do("b"), "c"), (do("c"), "z"), (do("z"), ".")],
    ),
    "a transaction that is cancelled: what runs goes, what is done is undone": (
        transaction(BOOKING), [(start(cancel=False), "a c"), (do("a"), "b c"), (do("c", cancel=True), "ua"), (do("ua"), "r"), (do("r"), ".")],
    ),
    "a transaction with nothing to undo": (
        transaction(BOOKING), [(start(cancel=False), "a c"), (do("c", cancel=True), "r")],
    ),
    "a transaction disarms its other events": (
        transaction(BOOKING, m.boundary("bt", "tx", m.timer("Duration", "P1D")), E3, "bt -> e3"),
        [(start(cancel=False), "a c"), (do("a"), "b c"), (do("c", cancel=True), "ua"), (advance("P2D"), "ua"), (do("ua"), "r")],
    ),
    "a transaction that succeeded is undone later": (
        m.model(m.process("P", S, m.element("transaction", "tx", INSIDE), T, Z, E, "s -> tx -> t -> z -> e")),
        [(START, "a"), (do("a"), "b"), (do("b"), "ub"), (do("ub"), "ua"), (do("ua"), "z")],
    ),
    "cancelling undoes inside open sub-processes too": (
        transaction(m.start("s1") + m.both("f") + m.sub("sp", INSIDE.replace('"s1"', '"s3"').replace('"e1"', '"e3"').replace("s1_a", "s3_a").replace("b_e1", "b_e3"))
                    + m.user("c") + m.end("e1") + m.end("ec", CANCEL) + m.flows("s1 -> f; f -> sp -> e1; f -> c -> ec")),
        [(START, "a c"), (do("a"), "b c"), (do("c"), "ua"), (do("ua"), "r"), (do("r"), ".")],
    ),
    "cancelling does not ask what undoes a sub-process that has not completed": (
        transaction(m.start("s1") + m.both("f") + m.sub("sp", m.start("s3") + A + undone("a", "ua") + B + m.end("e3") + m.flows("s3 -> a -> b -> e3")
                                                        + m.sub("ev", m.start("s4", COMPENSATE) + m.user("d") + m.end("e4") + m.flows("s4 -> d -> e4"), by_event=True))
                    + m.user("c") + m.end("e1") + m.end("ec", CANCEL) + m.flows("s1 -> f; f -> sp -> e1; f -> c -> ec")),
        [(START, "a c"), (do("a"), "b c"), (do("c"), "ua"), (do("ua"), "r"), (do("r"), ".")],
    ),
    "one of many transactions cancels all": (
        transaction(m.start("s1") + A + undone("a", "ua") + m.xor("g") + m.end("e1") + m.end("ec", CANCEL) + m.flows("s1 -> a -> g; g -> ec [stop = true]; g -> e1 [not(stop = true)]"),
                    before=m.loop(cardinality="3", sequential=True)),
        [(start(stop=False), "a"), (do("a"), "a"), ({"correct": {"variables": {"stop": True}}}, "a"), (do("a"), "ua"), (do("ua"), "ua"), (do("ua"), "r")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_open(name: str) -> None:
    model, script = CASES[name]
    follow(model, script)


def test_handlers_of_many_see_each_its_own_and_the_latest_goes_first() -> None:
    handler = logged("u", "{item: item, n: loopCounter}")
    one = m.script("a", "1", "x").replace(
        "</scriptTask>", m.loop('${["p", "q"]}', "item", sequential=True) + "</scriptTask>"
    )
    model = m.model(m.process("P", S, one, undone("a", "u", handler), T, E, "s -> a -> t -> e"))
    (line,) = play(model, start(log=[]))
    assert line["status"] == "completed"
    assert line["variables"]["log"] == [{"item": "q", "n": 1}, {"item": "p", "n": 0}]


def test_handlers_of_a_sub_process_see_the_variables_it_had() -> None:
    inner = (
        m.extensions(m.mapping({"room": "${number}"})) + m.start("s1") + m.script("a", "room", "x")
        + undone("a", "u", logged("u", "room")) + m.end("e1") + m.flows("s1 -> a -> e1")
    )  # fmt: skip
    model = m.model(
        m.process("P", S, m.sub("sp", inner), m.script("c", "99", "number"), T, E, "s -> sp -> c -> t -> e")
    )
    (line,) = play(model, start(number=7, log=[]))
    assert line["variables"]["log"] == [7]


def test_a_handler_that_fails_stays_where_it_is_and_goes_on_when_mended() -> None:
    failing = m.element("scriptTask", "u", "<script>found</script>", isForCompensation="true", scriptFormat="feel")
    model = m.model(
        m.process("P", S, m.script("a", "1", "x"), undone("a", "u", failing), T, Z, E, "s -> a -> t -> z -> e")
    )
    mended = {"correct": {"variables": {"found": {"y": 2}}}}
    lines = play(model, start(found=5), mended, {"retry": "u"})
    assert (lines[0]["status"], lines[0]["error"]["element"]) == ("failed", "u")
    assert users(lines[2]) == ["z"]
    assert lines[2]["variables"]["y"] == 2
