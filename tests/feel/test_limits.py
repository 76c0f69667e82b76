"""Expressions cannot reach beyond their data, and stop at limits that strike at the same step every time."""

from __future__ import annotations

import time

import pytest

from engine import feel
from engine.errors import LimitStruck, StepFailed
from tests.feel.world import SmallWorld

LONG = 6.0
"""Seconds of processor time; less than three on a machine that does nothing else."""


def struck(text: str) -> LimitStruck:
    scope = {"s": "x" * 1000, "l": list(range(1000)), "big": "y" * 900_000, "rows": [{"a": [n]} for n in range(1000)]}
    start = time.process_time()
    with pytest.raises(LimitStruck) as caught:
        feel.compile(text).evaluate(scope, SmallWorld())
    assert time.process_time() - start < LONG
    return caught.value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("count(for i in 1..1000000000 return i)", "steps"),
        ("for i in 1..1000, j in 1..1000, k in 1..1000 return k", "steps"),
        ("some i in 1..1000000000 satisfies i < 0", "steps"),
        ("for i in 1..99999999.5 return i", "steps"),
        ("for i in 1..200000 return 1", "list"),
        ("{f: function(n) f(n + 1), r: f(1)}.r", "depth"),
        ("{f: function(n) f(n) + f(n), r: f(1)}.r", "depth"),
        ("{d: function(t) d(t + t), r: d(s)}.r", "text"),
        ("string join(for i in 1..50000 return s, s)", "text"),
        ("l[count(for i in 1..100000 return i) = item]", "steps"),
        ("sort(l, function(a, b) count(l[item > a]) < count(l[item > b]))", "steps"),
        # what is gone through within one step counts too
        ("for i in 1..20000 return l = l", "steps"),
        ("for i in 1..20000 return rows != rows", "steps"),
        ("for i in 1..20000 return -1 in l", "steps"),
        ("for i in 1..20000 return upper case(big)", "steps"),
        ("for i in 1..20000 return substring(big, 2)", "steps"),
        ('for i in 1..20000 return contains(big, "z")', "steps"),
        ("for i in 1..20000 return l[item = big]", "steps"),
        # a result is as large as it would be written out
        ("for i in 1..60 return [partial[-1], partial[-1]]", "steps"),
        ("for i in 1..20000 return big", "steps"),
        ("for i in 1..1300 return [partial[-1]]", "depth"),
        ("for i in 1..1000, j in 1..1000 return {a: i, b: j}", "steps"),
    ],
)
def test_work_and_size_are_bounded(text: str, kind: str) -> None:
    error = struck(text)
    assert error.reason == "feel_limit"
    assert error.params["kind"] == kind
    assert error.params["expression"] == text


def test_a_pattern_that_backtracks_for_ever_is_stopped() -> None:
    error = struck('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")')
    assert error.params["kind"] == "time"


@pytest.mark.parametrize(
    "text",
    [
        'for i in 1..90000 return replace("abc", "[a-c]", "x")',
        'for i in 1..90000 return matches("aaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    ],
)
def test_many_patterns_are_stopped_together(text: str) -> None:
    """Each alone is quick enough."""
    assert struck(text).params["kind"] in ("time", "steps")


@pytest.mark.parametrize(
    "text",
    [
        "stddev(1e200, -1e200)",
        "sublist([1, 2], 10 ** 400)",
        'for i in 1..100 return if i = 1 then duration("P1M") else partial[-1] + partial[-1]',
        'duration("P9999999999M") * 1e300',
        'date("9999-12-31") + duration("P999999Y")',
        'date and time("2026-01-01T00:00:00") - duration("P999999999D")',
    ],
)
def test_numbers_and_dates_beyond_all_bounds_fail_with_their_expression(text: str) -> None:
    with pytest.raises(StepFailed) as caught:
        feel.compile(text).evaluate({}, SmallWorld())
    assert (caught.value.reason, caught.value.params["expression"]) == ("feel_failed", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9" * 5000, None),
        ("1." + "9" * 5000, 2),
        ("1" + "0" * 30, 1e30),
        ('duration("P" + string join(for i in 1..5000 return "9") + "M")', None),
        ('number(string join(for i in 1..5000 return "9"))', None),
        ("decimal(5, 400)", 5),
        ("floor(5, -400)", None),
        ("date(10 ** 400, 1, 1)", None),
        ("2 ** 1024", None),
        ("-(2 ** 1024)", None),
    ],
)
def test_numbers_beyond_the_doubles_are_null(text: str, expected: float | None) -> None:
    assert feel.compile(text).evaluate({}, SmallWorld()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "[" * 2900 + "]" * 2900,
        "{a:" * 1400 + "1" + "}" * 1400,
        "[1.." * 1400,
        "-" * 5000 + "1",
        "- " * 2000 + "1",
        " + ".join(["1"] * 1400),
        " + ".join(["1"] * 5000),
        "if a then " * 500 + "1" + " else 2" * 100,
        "not(" * 700 + "true" + ")" * 700,
        "a" + ".b" * 2900,
        '"' + "x" * 30_000 + '"',
    ],
)
def test_huge_expressions_are_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntax) as caught:
        feel.compile(text)
    assert caught.value.code == "feel_too_large"


@pytest.mark.parametrize(
    "text",
    [
        "name.__class__",
        "name.constructor",
        "l.__len__",
        "day.replace",
        "ctx.__proto__",
        "ctx.items",
        'get value(ctx, "__class__")',
        "day.iso",
        "day.value",
    ],
)
def test_nothing_but_entries_and_components_can_be_read(text: str) -> None:
    from datetime import date

    scope = {"name": "x", "l": [1], "day": date(2026, 1, 1), "ctx": {"a": 1}}
    found = feel.compile(text).evaluate(scope, SmallWorld())
    assert found is None or found == [None]


def test_a_date_outside_the_calendar_fails_with_its_expression() -> None:
    with pytest.raises(StepFailed) as caught:
        feel.compile('date("9999-12-31") + duration("P2D")').evaluate({}, SmallWorld())
    assert caught.value.reason == "feel_failed"
    assert caught.value.params["expression"].startswith("date(")
