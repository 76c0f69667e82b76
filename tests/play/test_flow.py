"""Sequence, gateways and loops: what is open after each step."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

import pytest

from tests.play import models as m
from tests.play.playing import START, do, follow, play, start

A, B, C, D, Z = (m.user(id) for id in "abcdz")
S, E = m.start(), m.end()

LOOP = m.model(
    m.process("P", S, A, B, C, Z, E, m.some("o"), m.some("j"), m.xor("g", default="g_z"),
              "s -> a -> o; o -> b [x]; o -> c [y]; b -> j; c -> j; j -> g; g -> a [again]; g -> z -> e")
)  # fmt: skip

CASES = {
    "sequence": (
        m.process("P", S, A, B, E, "s -> a -> b -> e"),
        [(START, "a"), (do("a"), "b"), (do("*"), ".")],
    ),
    "no end event": (m.process("P", S, A, "s -> a"), [(START, "a"), (do("a"), ".")]),
    "tasks that need nobody": (
        m.process("P", S, m.element("task", "t"), m.element("manualTask", "h"), A, E, "s -> t -> h -> a -> e"),
        [(START, "a")],
    ),
    "exclusive: the first that holds": (
        m.process("P", S, m.xor("g", default="g_c"), A, B, C, E, "s -> g; g -> a [x > 5]; g -> b [x > 3]; g -> c; a -> e"),
        [(start(x=9), "a")],
    ),
    "exclusive: second": (
        m.process("P", S, m.xor("g", default="g_c"), A, B, C, E, "s -> g; g -> a [x > 5]; g -> b [x > 3]; g -> c; a -> e"),
        [(start(x=4), "b")],
    ),
    "exclusive: default": (
        m.process("P", S, m.xor("g", default="g_c"), A, B, C, E, "s -> g; g -> a [x > 5]; g -> b [x > 3]; g -> c; a -> e"),
        [(start(x=1), "c")],
    ),
    "exclusive: the last without a condition is the default": (
        m.process("P", S, m.xor("g"), A, B, E, "s -> g; g -> a [x > 5]; g -> b; a -> e"), [(start(x=1), "b")],
    ),
    "exclusive: null is no false": (
        m.process("P", S, m.xor("g", default="g_c"), A, C, E, "s -> g; g -> a [x > 5]; g -> c; a -> e"),
        [(START, "!condition_not_boolean")],
    ),
    "exclusive: nothing holds": (
        m.process("P", S, m.xor("g"), A, C, E, "s -> g; g -> a [x > 5]; g -> c [x > 7]; a -> e"),
        [(start(x=1), "!no_flow_matches")],
    ),
    "exclusive merge lets every token through": (
        m.process("P", S, m.both("f"), A, B, m.xor("g"), Z, E, "s -> f; f -> a -> g; f -> b -> g; g -> z -> e"),
        [(START, "a b"), (do("a"), "b z"), (do("b"), "z z"), (do("z"), "z"), (do("z"), ".")],
    ),
    "parallel": (
        m.process("P", S, m.both("f"), A, B, m.both("j"), Z, E, "s -> f; f -> a -> j; f -> b -> j; j -> z -> e"),
        [(START, "a b"), (do("b"), "a"), (do("a"), "z"), (do("z"), ".")],
    ),
    "parallel: two tokens on one way wait for one on the other": (
        m.process("P", S, m.both("f"), m.xor("g"), A, B, C, m.both("j"), Z, E,
                  "s -> f; f -> a -> g; f -> b -> g; g -> j; f -> c -> j; j -> z -> e"),
        [(START, "a b c"), (do("a"), "b c"), (do("b"), "c"), (do("c"), "z"), (do("z"), "")],
    ),
    "parallel: a way that never comes waits for ever": (
        m.process("P", S, m.both("f"), A, B, m.xor("g", default="g_j"), m.both("j"), E, m.end("e2"), Z,
                  "s -> f; f -> a -> g; g -> e2 [x]; g -> j; f -> b -> j; j -> z -> e"),
        [(START, "a b"), (do("a", x=True), "b"), (do("b"), "")],
    ),
    "parallel in a loop": (
        m.process("P", S, m.xor("i"), m.both("f"), A, B, m.both("j"), m.xor("g", default="g_e"), E,
                  "s -> i -> f; f -> a -> j; f -> b -> j; j -> g -> e; g -> i [n < 3]"),
        [(start(n=1), "a b"), (do("a"), "b"), (do("b", n=2), "a b"), (do("b"), "a"), (do("a", n=3), ".")],
    ),
    "inclusive: both": (LOOP, [(start(x=True, y=True), "a"), (do("a"), "b c"), (do("b"), "c"), (do("c", again=False), "z")]),
    "inclusive: one": (LOOP, [(start(x=True, y=False, again=False), "a"), (do("a"), "b"), (do("b"), "z"), (do("z"), ".")]),
    "inclusive in a loop": (
        LOOP,
        [(start(x=True, y=True), "a"), (do("a"), "b c"), (do("b"), "c"), (do("c", again=True), "a"),
         (do("a"), "b c"), (do("c"), "b"), (do("b"), "a"), (do("a", y=False), "b"), (do("b", again=False), "z")],
    ),
    "inclusive: nothing holds": (LOOP, [(start(x=False, y=False), "a"), (do("a"), "!no_flow_matches")]),
    "inclusive: null": (LOOP, [(start(x=True), "a"), (do("a"), "!condition_not_boolean")]),
    "inclusive join also waits for who is still upstream": (
        m.process("P", S, m.both("f"), A, B, C, m.some("j"), Z, E,
                  "s -> f; f -> a -> j; f -> b -> c -> j; j -> z -> e"),
        [(START, "a b"), (do("a"), "b"), (do("b"), "c"), (do("c"), "z"), (do("z"), ".")],
    ),
    "condition on a flow out of a task": (
        m.process("P", S, A, B, C, E, "s -> a; a -> b [x]; a -> c [not(x)]; b -> e; c -> e"),
        [(START, "a"), (do("a", x=True), "b"), (do("b"), ".")],
    ),
    "several flows out of a task": (
        m.process("P", S, A, B, C, E, "s -> a; a -> b; a -> c; b -> e; c -> e"),
        [(START, "a"), (do("a"), "b c"), (do("b"), "c"), (do("c"), ".")],
    ),
    "default flow of a task": (
        m.process("P", S, m.user("a", default="a_c"), B, C, E, "s -> a; a -> b [x]; a -> c; b -> e; c -> e"),
        [(START, "a"), (do("a", x=False), "c")],
    ),
    "link": (
        m.process("P", S, A, m.throw("l1", '<linkEventDefinition name="L"/>'), m.catch("l2", '<linkEventDefinition name="L"/>'),
                  B, E, "s -> a -> l1; l2 -> b -> e"),
        [(START, "a"), (do("a"), "b"), (do("b"), ".")],
    ),
    "terminate takes everything": (
        m.process("P", S, m.both("f"), A, B, m.end("t", m.event("terminate")), E, "s -> f; f -> a -> t; f -> b -> e"),
        [(START, "a b"), (do("a"), ".")],
    ),
    "two tokens, two ends": (
        m.process("P", S, m.both("f"), A, B, E, m.end("e2"), "s -> f; f -> a -> e; f -> b -> e2"),
        [(START, "a b"), (do("a"), "b"), (do("b"), ".")],
    ),
    "nothing open by that name": (
        m.process("P", S, A, E, "s -> a -> e"),
        [(START, "a"), (do("b"), "a ?task_not_open"), (do("a"), "."), (do("a"), "?task_not_open")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_open(name: str) -> None:
    model, script = CASES[name]
    follow(model if isinstance(model, bytes) else m.model(model), script)


def test_the_condition_that_failed_is_named_with_its_variables() -> None:
    model = m.model(
        m.process("P", S, m.xor("g", default="g_b"), A, B, E, "s -> g; g -> a [amount > 5]; g -> b; a -> e; b -> e")
    )
    error = play(model, START)[0]["error"]
    assert error["element"] == "g"
    assert "amount" in error["message"]
    assert "amount > 5" in error["message"]


def test_variables_of_both_branches_are_kept() -> None:
    model = m.model(
        m.process("P", S, m.both("f"), A, B, m.both("j"), Z, E, "s -> f; f -> a -> j; f -> b -> j; j -> z -> e")
    )
    lines = play(model, start(x=0, y=0), do("a", x=1), do("b", y=2))
    assert lines[-1]["variables"] == {"x": 1, "y": 2}
