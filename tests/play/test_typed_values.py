"""Dates, times, durations and numbers through a case: given, compared in FEEL and DMN, kept from step to step."""

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import do, glance, play, start


def tagged(kind: str, value: Any) -> dict[str, Any]:
    return {"@": kind, "v": value}


DAY, LATER = tagged("date", "2026-10-01"), tagged("date", "2026-10-02")
NOON = tagged("dt", "2026-10-01T12:00:00+05:00")
SEVEN = tagged("dt", "2026-10-01T07:00:00+00:00")


def asking(text: str) -> bytes:
    """A question before a person works and the same after it: the case is saved and read in between."""
    steps = (m.script("one", text, "before"), m.user("z"), m.script("two", text, "after"))
    return m.model(m.process("P", m.start(), *steps, m.end(), "s -> one -> z -> two -> e"))


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        ("x", DAY, "2026-10-01"),
        ("x < y", {"x": DAY, "y": LATER}, True),
        ("x = y", {"x": NOON, "y": SEVEN}, True),
        ("x < y", {"x": DAY, "y": NOON}, None),  # of two kinds
        ("x = date(y)", {"x": DAY, "y": NOON}, True),
        ('x = date("2026-10-01")', DAY, True),
        ('x + duration("P1M")', tagged("date", "2026-01-31"), "2026-02-28"),
        ("x - y", {"x": LATER, "y": DAY}, "P1D"),
        ("x", tagged("dur", [-2, 3600, 1]), "-P1DT22H59M59.999999S"),
        ('x < duration("PT0S")', tagged("dur", [-1, 86399, 999999]), True),
        ('x = duration("-P1M")', tagged("mon", -1), True),
        ("x", tagged("mon", 14), "P1Y2M"),
        ("x", tagged("time", "09:30:00.000001+05:00"), "09:30:00.000001+05:00"),
        ('x = time("04:30:00Z")', tagged("time", "09:30:00+05:00"), True),
        ("x.day", tagged("date", "2024-02-29"), 29),
        ("x[item > y]", {"x": [DAY, LATER], "y": DAY}, ["2026-10-02"]),
        ("x.a[1].b", {"x": {"a": [{"b": [DAY]}]}}, ["2026-10-01"]),
        ("x", tagged("map", {"@": "date", "typename": 1}), {"@": "date", "typename": 1}),
        ("x + 0.2", 0.1, 0.30000000000000004),
        ("x + 1", 2**53, float(2**53)),
        ("x / 2", 10, 5),
        ("x * 2", 0.5, 1),
        ("string(x)", 5.0, "5"),
        ("x", 1e300, 1e300),
        ("today()", None, "2026-09-01"),
        ("now()", None, "2026-09-01T09:00:00+05:00"),
        ("x", None, None),
    ],
)
def test_a_value_means_the_same_before_and_after_it_is_saved(text: str, given: Any, found: Any) -> None:
    several = isinstance(given, dict) and "x" in given
    first, last = play(asking(text), start(**(given if several else {"x": given})), do("z"))
    assert (glance(first), glance(last)) == ("z", ".")
    shown = [first["variables"]["before"], last["variables"]["after"]]
    assert shown == [found, found]
    assert [type(one) for one in shown] == [type(found)] * 2


@pytest.mark.parametrize(
    "value",
    [
        tagged("date", "2026-02-30"),
        tagged("dt", "2026-10-01T12:00:00"),
        tagged("dur", "P1D"),
        tagged("mon", "x"),
        tagged("time", 9),
        tagged("nope", 1),
        {"@": "date"},
        10**400,
    ],
)
def test_what_is_no_value_is_refused_with_its_field(value: Any) -> None:
    (line,) = play(asking("x"), start(x=value))
    assert glance(line) == "?step_field"
    assert "variables" in line["error"]["message"]


def test_a_table_compares_typed_values_of_a_case() -> None:
    rows = [
        '< date("2026-10-01"), - => "early"',
        '[date("2026-10-01")..date("2026-10-31")], < duration("P7D") => "soon"',
        '- , - => "late"',
    ]
    found = m.decisions(m.table("d", ["day", "left"], ["r"], [row.replace(", ", " | ", 1) for row in rows], "FIRST"))
    for day, left, expected in [
        (tagged("date", "2026-09-30"), tagged("dur", [1, 0, 0]), "early"),
        (tagged("date", "2026-10-31"), tagged("dur", [6, 86399, 0]), "soon"),
        (tagged("date", "2026-10-31"), tagged("dur", [7, 0, 0]), "late"),
        (tagged("date", "2026-11-01"), None, "late"),
    ]:
        (line,) = play({"d.dmn": found}, {"decide": {"decision": "d", "variables": {"day": day, "left": left}}})
        assert (line["status"], line["result"]) == ("completed", expected)
