"""A step that fails is tried again by the clock as its retry cycle says, and is an incident afterwards."""

from __future__ import annotations

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, do, follow, play, start, users

S, E, E2 = m.start(), m.end(), m.end("e2")
A, Z = m.user("a"), m.user("z")


def cycle(text: str) -> str:
    return m.extensions(f"<camunda:failedJobRetryTimeCycle>{text}</camunda:failedJobRetryTimeCycle>")


def service(text: str, expression: str = "${found}") -> str:
    """A script that fails as long as ``found`` is a number."""
    return m.element("scriptTask", "t", cycle(text) + "<script>found</script>", scriptFormat="feel")


def model(text: str) -> bytes:
    return m.model(m.process("P", S, service(text), Z, E, "s -> t -> z -> e"))


MEND = {"correct": {"variables": {"found": None}}}


@pytest.mark.parametrize("text", ["R2/PT10M", "PT10M,PT10M"])
def test_after_the_last_try_it_is_an_incident(text: str) -> None:
    waiting = [(start(found=1), "~t"), (advance("PT10M"), "~t"), (advance("PT9M"), "~t")]
    follow(
        model(text), [*waiting, (advance("PT1M"), "!script_result"), (MEND, "!script_result"), ({"retry": "t"}, "z")]
    )


def test_a_try_that_succeeds_goes_on() -> None:
    lines = follow(
        model("R2/PT10M"), [(start(found=1), "~t"), (MEND, "~t"), (advance("PT10M"), "z"), (advance("P1D"), "z")]
    )
    assert lines[0]["open"][0]["retry"] == 1
    assert lines[0]["open"][0]["due"] == "2026-09-01T09:10:00+05:00"


def test_each_delay_has_its_own_length() -> None:
    follow(
        model("PT1M,PT1H"),
        [
            (start(found=1), "~t"),
            (advance("PT1M"), "~t"),
            (advance("PT59M"), "~t"),
            (advance("PT1M"), "!script_result"),
        ],
    )


def test_the_cycle_may_be_an_expression() -> None:
    follow(model("${often}"), [(start(found=1, often="R1/PT5M"), "~t"), (advance("PT5M"), "!script_result")])


def test_a_cycle_that_cannot_be_told_hides_nothing() -> None:
    follow(model("${often}"), [(start(found=1), "!script_result")])


def test_a_condition_that_was_told_has_all_its_tries_again() -> None:
    watching = m.boundary("b", "a", cycle("R1/PT10M") + m.conditional("x"), interrupting=False)
    model = m.model(m.process("P", S, A, watching, Z, E, E2, "s -> a -> e; b -> z -> e2"))
    follow(
        model,
        [
            (start(x=7), "a"),
            ({"correct": {"variables": {"x": False}}}, "a"),
            (advance("PT10M"), "a"),
            ({"correct": {"variables": {"x": 8}}}, "a"),
            (advance("PT10M"), "a !condition_not_boolean"),
        ],
    )


def test_what_is_taken_away_is_not_tried_again() -> None:
    inner = m.start("s1") + service("R/PT10M") + m.end("e1") + m.flows("s1 -> t -> e1")
    watched = m.model(
        m.message("M"),
        m.process(
            "P",
            S,
            m.sub("sp", inner),
            m.boundary("b", "sp", m.event("message", "M")),
            Z,
            E,
            E2,
            "s -> sp -> e; b -> z -> e2",
        ),
    )
    follow(watched, [(start(found=1), "~t"), ({"message": "M"}, "z"), (advance("P1D"), "z"), (do("z"), ".")])


def test_an_answer_is_kept_while_its_flow_is_tried_again() -> None:
    asked = m.user("a", cycle("R1/PT10M"))
    branching = m.model(m.process("P", S, asked, Z, E, E2, "s -> a; a -> z [answer > 1] -> e; a -> e2 [answer <= 1]"))
    lines = play(branching, START, do("a", other=5), {"correct": {"variables": {"answer": 3}}}, advance("PT10M"))
    assert lines[1]["status"] == "running"
    assert users(lines[1]) == []
    assert users(lines[3]) == ["z"]
    assert lines[3]["variables"]["other"] == 5


def test_an_endless_loop_is_not_tried_again() -> None:
    task = m.element("task", "t", cycle("R9/PT1M"))
    looping = m.model(m.process("P", S, m.xor("g"), task, E, "s -> g; g -> t [on] -> g; g -> e [not(on)]"))
    (line,) = play(looping, start(on=True))
    assert (line["status"], line["error"]["code"]) == ("failed", "limit_steps")
