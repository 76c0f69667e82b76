"""Timers: durations, dates and cycles on events, boundaries and starts, fired in order as the clock advances."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, do, follow, play, start, users

A, B, R, Z = (m.user(id) for id in "abrz")
S, E = m.start(), m.end()


def waiting(kind: str, text: str) -> bytes:
    return m.model(m.process("P", S, m.catch("t", m.timer(kind, text)), Z, E, "s -> t -> z -> e"))


def beside(kind: str, text: str, *, interrupting: bool) -> bytes:
    return m.model(
        m.process(
            "P", S, A, m.boundary("t", "a", m.timer(kind, text), interrupting=interrupting), R, E, m.end("e2"),
            "s -> a -> e; t -> r -> e2",
        )
    )  # fmt: skip


def starting(kind: str, text: str) -> bytes:
    return m.model(m.process("P", m.start("s", m.timer(kind, text)), A, E, "s -> a -> e"))


def to(moment: str) -> dict[str, Any]:
    return {"advance_to": moment}


CASES = {
    "duration": (waiting("Duration", "P3D"), [(START, "~t"), (advance("P2D"), "~t"), (advance("P1D"), "z"), (do("z"), ".")]),
    "duration in FEEL": (waiting("Duration", '${duration("PT2H")}'), [(START, "~t"), (advance("PT2H"), "z")]),
    "duration from a variable": (waiting("Duration", "${wait}"), [(start(wait="P1M"), "~t"), (to("2026-10-01"), "~t"), (to("2026-10-01T09:00"), "z")]),
    "date": (waiting("Date", "2026-10-05T10:00:00+05:00"), [(START, "~t"), (advance("P1M"), "~t"), (to("2026-10-05T10:00:00+05:00"), "z")]),
    "date in FEEL": (waiting("Date", '${date(due)}'), [(start(due="2026-09-03"), "~t"), (advance("P1D"), "~t"), (advance("P1D"), "z")]),
    "date that has passed": (waiting("Date", "2026-08-01T00:00:00+05:00"), [(START, "z")]),
    "no time at all": (waiting("Duration", "PT0S"), [(START, "z")]),
    "null is an incident": (waiting("Duration", "${wait}"), [(START, "!timer_invalid")]),
    "31 December and two months": (
        waiting("Duration", "P2M"),
        [({"advance_to": "2026-12-31T10:00:00+05:00"}, ""), (START, "~t"), (to("2027-02-28T09:59:59+05:00"), "~t"), (to("2027-02-28T10:00:00+05:00"), "z")],
    ),
    "boundary: interrupting": (
        beside("Duration", "P1D", interrupting=True),
        [(START, "a"), (advance("P1D"), "r"), (do("r"), ".")],
    ),
    "boundary: in time": (
        beside("Duration", "P1D", interrupting=True), [(START, "a"), (do("a"), "."), (advance("P1D"), ".")],
    ),
    "boundary: beside": (
        beside("Duration", "P1D", interrupting=False),
        [(START, "a"), (advance("P1D"), "a r"), (advance("P9D"), "a r"), (do("a"), "r"), (do("r"), ".")],
    ),
    "boundary: beside, again and again": (
        beside("Cycle", "R3/P1D", interrupting=False),
        [(START, "a"), (advance("P1D"), "a r"), (advance("P1D"), "a r r"), (advance("P9D"), "a r r r"), (do("a"), "r r r")],
    ),
    "boundary: quarter days": (
        beside("Cycle", "R/2026-10-01T09:00:00+05:00/P3M", interrupting=False),
        [(START, "a"), (to("2026-10-01T08:59:59+05:00"), "a"), (to("2026-10-01T09:00:00+05:00"), "a r"),
         (to("2027-01-01T09:00:00+05:00"), "a r r"), (to("2027-07-02"), "a r r r r")],
    ),
    "boundary: interrupting cycle interrupts once": (
        beside("Cycle", "R/P1D", interrupting=True), [(START, "a"), (advance("P9D"), "r"), (do("r"), ".")],
    ),
    "boundary leads back to its own task": (
        m.model(m.process("P", S, A, m.boundary("t", "a", m.timer("Duration", "P1D")), E, "s -> a -> e; t -> a")),
        [(START, "a"), (advance("P1D"), "a"), (advance("P3D"), "a"), (do("a"), ".")],
    ),
    "start by a date": (starting("Date", "2026-09-02T09:00:00+05:00"), [(advance("PT1H"), ""), (advance("P1D"), "a"), (do("a"), ".")]),
    "event gateway: the timer": (
        m.model(m.message("M"), m.process(
            "P", S, m.element("eventBasedGateway", "g"), m.catch("t", m.timer("Duration", "P1D")), A,
            m.catch("c", m.event("message", "M")), B, E, "s -> g; g -> t -> a -> e; g -> c -> b -> e")),
        [(START, "~c ~t"), (advance("P1D"), "a"), ({"message": {"name": "M"}}, "a ?not_waiting")],
    ),
    "two timers at an event gateway": (
        m.model(m.process(
            "P", S, m.element("eventBasedGateway", "g"), m.catch("t", m.timer("Duration", "P2D")), A,
            m.catch("c", m.timer("Duration", "P1D")), B, E, "s -> g; g -> t -> a -> e; g -> c -> b -> e")),
        [(START, "~c ~t"), (advance("P9D"), "b"), (do("b"), ".")],
    ),
    "a reminder that escalates step by step": (
        m.model(m.process(
            "P", S, m.catch("t1", m.timer("Duration", "P1D")), m.catch("t2", m.timer("Duration", "P1D")), A,
            m.boundary("b", "a", m.timer("Duration", "P1D")), Z, E, "s -> t1 -> t2 -> a -> e; b -> z -> e")),
        [(START, "~t1"), (advance("P2D"), "a"), (advance("P1D"), "z")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_open(name: str) -> None:
    model, script = CASES[name]
    follow(model, script)


@pytest.mark.parametrize("kind", ["Date", "Duration", "Cycle"])
@pytest.mark.parametrize(
    ("given", "shown"), [({}, "when = null"), ({"when": 5}, "when = 5"), ({"when": "soon"}, "= soon")]
)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_time_that_cannot_be_read_names_its_variable(kind: str, given: dict[str, Any], shown: str, lang: str) -> None:
    (line,) = play(waiting(kind, "${when}"), start(**given), lang=lang)
    message = line["error"]["message"]
    assert line["error"]["code"] == "timer_invalid"
    assert shown in message and ": when." in message
    assert "NoneType" not in message and ("is not" not in message or lang == "en")


def test_due_moments_are_shown_in_almaty() -> None:
    (line,) = play(beside("Duration", "P1D", interrupting=False), START)
    (timer,) = [entry for entry in line["open"] if entry["waiting"] == "timer"]
    assert timer == {"id": "t", "name": "t", "waiting": "timer", "due": "2026-09-02T09:00:00+05:00", "on": "a"}


def test_everything_due_on_the_way_fires_at_its_own_moment() -> None:
    model = m.model(m.process(
        "P", S, m.both("f"), m.catch("t2", m.timer("Duration", "P2D")), m.catch("t1", m.timer("Duration", "P1D")),
        m.script("w2", 'append(seen, "late " + string(now()))', "seen"), m.script("w1", 'append(seen, "early " + string(now()))', "seen"),
        m.both("j"), E, "s -> f; f -> t2 -> w2 -> j; f -> t1 -> w1 -> j; j -> e"))  # fmt: skip
    line = play(model, start(seen=[]), advance("P1M"))[-1]
    assert line["status"] == "completed"
    assert [text[:16] for text in line["variables"]["seen"]] == ["early 2026-09-02", "late 2026-09-03T"]
    assert line["now"] == "2026-10-01T09:00:00+05:00"


def test_a_timer_set_on_the_way_fires_on_the_way() -> None:
    model = m.model(m.process("P", S, m.catch("t", m.timer("Duration", "P1D")), m.xor("i"), m.xor("g", default="g_i"),
                              m.script("n", "n + 1", "n"), E, "s -> i -> t -> n -> g -> i; g -> e [n >= 5]"))  # fmt: skip
    lines = play(model, start(n=0), advance("P3D"), advance("P9D"))
    assert [line["variables"]["n"] for line in lines] == [0, 3, 5]


def test_a_cycle_starts_an_instance_each_time() -> None:
    lines = play(starting("Cycle", "R/2026-10-01T09:00:00+05:00/P3M"), advance("P1M"), advance("P6M"))
    assert users(lines[0]) == ["a"]
    assert [i["status"] for i in lines[1]["instances"]] == ["running", "running"]


def test_a_start_timer_that_cannot_be_told_refuses_the_model() -> None:
    (line,) = play(starting("Date", "${some_variable}"), START)
    assert (line["step"], line["status"]) == (0, "refused")
    assert line["errors"][0]["element"] == "s"


@pytest.mark.parametrize(
    "step", [advance("-P1D"), to("2026-08-31T00:00:00+05:00"), to("tomorrow"), advance("3 days"), {"advance": 3}]
)
def test_time_that_cannot_be_advanced_to_is_refused(step: Any) -> None:
    line = play(beside("Duration", "P1D", interrupting=True), START, step)[-1]
    assert line["status"] == "refused"
    assert users(line) == ["a"]


def test_working_days_move_a_timer() -> None:
    shifted = m.catch(
        "t", m.extensions(m.properties(workingDay="following")) + m.timer("Date", "2026-09-05T09:00:00+05:00")
    )
    model = m.model(m.process("P", S, shifted, Z, E, "s -> t -> z -> e"))
    (line,) = play(model, START)
    assert line["open"][0]["due"] == "2026-09-07T09:00:00+05:00"


def test_a_start_by_the_academic_calendar_begins_in_each_year_with_its_name() -> None:
    text = "${date(number(substring(academic_year, 1, 4)), 12, 27)}"
    each = m.extensions(m.properties(each="academicYear")) + m.timer("Date", text)
    key = m.extensions(m.properties(businessKey="academic_year"))
    model = m.model(m.process("P", key, m.start("s", each), m.user("a"), E, "s -> a -> e"))
    lines = play(model, advance("P2M"), advance("P2M"), advance("P1Y"))
    assert lines[0]["variables"] == {}
    assert (lines[1]["variables"]["academic_year"], lines[1]["variables"]["begun_by"]) == ("2026/2027", "s")
    assert [one["variables"]["academic_year"] for one in lines[2]["instances"]] == ["2027/2028"]
