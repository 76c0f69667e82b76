"""Models that would run away end as incidents; wide ones cost no more than they must."""

from __future__ import annotations

from tests.play import models as m
from tests.play.playing import START, do_all, follow, play, start, users

S, E = m.start(), m.end()


def each(count: str) -> bytes:
    return m.model(m.process("P", S, m.user("u", m.loop(cardinality=count)), E, "s -> u -> e"))


def test_a_loop_that_never_waits_is_an_incident() -> None:
    round_and_round = m.process(
        "P",
        S,
        m.xor("i"),
        m.script("t", "n + 1", "n"),
        m.xor("g", default="g_i"),
        E,
        "s -> i -> t -> g -> i; g -> e [n < 0]",
    )
    follow(m.model(round_and_round), [(start(n=1), "!limit_steps")])


def test_tokens_that_multiply_are_an_incident() -> None:
    model = m.process(
        "P",
        S,
        m.xor("i"),
        m.both("f"),
        m.element("task", "k"),
        m.user("u"),
        E,
        "s -> i -> f -> i; f -> u -> e; f -> k -> i",
    )
    line = play(m.model(model), START)[0]
    assert (line["status"], line["error"]["code"]) == ("failed", "limit_steps")


def test_a_huge_multi_instance_is_an_incident() -> None:
    follow(each("${n}"), [(start(n=10_000_000), "!limit_tokens")])


def test_one_too_many_is_taken_back_whole() -> None:
    line = play(each("${n}"), start(n=20_000))[0]
    assert (line["error"]["code"], line["open"]) == ("limit_tokens", [])


def test_ten_thousand_at_once() -> None:
    lines = play(each("${n}"), start(n=10_000), do_all("u"))
    assert len(users(lines[0])) == 10_000
    assert lines[1]["status"] == "completed"
