"""Conditions of events: when they are looked at, what null and a wrong type mean, and starts that have one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, do, follow, play, start, users

S, E, E2 = m.start(), m.end(), m.end("e2")
A, B, Z = (m.user(id) for id in "abz")
ASKED = m.start("s", m.conditional("x > 5"))
ONLY = m.model(m.process("P", ASKED, A, E, "s -> a -> e"))
TWO = m.model(
    m.process(
        "P", S, m.both("f"), m.catch("c1", m.conditional("x > 1")), m.catch("c2", m.conditional("x > 1")), m.user("w"),
        A, B, m.both("j"), E, "s -> f; f -> w -> j; f -> c1 -> a -> j; f -> c2 -> b -> j; j -> e",
    )
)  # fmt: skip
WATCHED = m.model(
    m.process(
        "P", S, m.both("f"), A, m.boundary("b", "a", m.conditional("x")), m.user("w"), Z, E, E2,
        "s -> f; f -> a -> e; f -> w -> e; b -> z -> e2",
    )
)  # fmt: skip


def test_one_change_lets_everybody_go_who_waits_for_it() -> None:
    follow(TWO, [(start(x=1), "w ~c1 ~c2"), (do("w", x=2), "a b")])


def test_a_condition_that_is_no_boolean_is_an_incident_that_names_the_variable() -> None:
    lines = play(WATCHED, START, do("w", x=7), {"correct": {"variables": {"x": False}}}, {"retry": "b"}, do("a"))
    assert (lines[1]["status"], lines[1]["error"]["code"]) == ("failed", "condition_not_boolean")
    assert lines[1]["error"]["element"] == "b"
    assert "x" in lines[1]["error"]["message"]
    assert lines[3]["status"] == "running"
    assert lines[4]["status"] == "completed"


def test_a_mended_condition_that_holds_fires() -> None:
    lines = play(WATCHED, START, do("w", x=7), {"correct": {"variables": {"x": True}}}, {"retry": "b"})
    assert users(lines[3]) == ["z"]


@pytest.mark.parametrize(
    ("given", "wanted"), [({"x": 9}, "a"), ({"x": 1}, " ?start_condition_false"), ({}, " ?start_condition_false")]
)
def test_a_process_that_begins_with_a_condition(given: dict[str, Any], wanted: str) -> None:
    lines = play(ONLY, start(**given))
    if wanted == "a":
        assert users(lines[0]) == ["a"]
    else:
        assert lines[0]["error"]["code"] == "start_condition_false"
        assert "x > 5" in lines[0]["error"]["message"]


def test_of_several_starts_with_a_condition_the_first_that_holds() -> None:
    model = m.model(
        m.process("P", ASKED, m.start("s2", m.conditional("x > 2")), A, B, E, E2, "s -> a -> e; s2 -> b -> e2")
    )
    assert users(play(model, start(x=9))[0]) == ["a"]
    assert users(play(model, start(x=3))[0]) == ["b"]


def test_a_plain_start_goes_before_one_with_a_condition() -> None:
    model = m.model(m.process("P", ASKED, m.start("s2"), A, B, E, E2, "s -> a -> e; s2 -> b -> e2"))
    assert users(play(model, start(x=9))[0]) == ["b"]


def test_a_start_condition_that_is_no_boolean_is_refused() -> None:
    model = m.model(m.process("P", m.start("s", m.conditional("x")), A, E, "s -> a -> e"))
    (line,) = play(model, start(x=3))
    assert (line["status"], line["error"]["code"]) == ("refused", "invalid")
    assert "x" in line["error"]["message"]
