"""Expressions cannot reach beyond their data, and stop at limits that strike at the same step every time."""

from __future__ import annotations

import pytest

from engine import feel
from engine.errors import LimitStruck, StepFailed
from tests.feel.world import SmallWorld


def struck(text: str) -> LimitStruck:
    with pytest.raises(LimitStruck) as caught:
        feel.compile(text).evaluate({"s": "x" * 1000, "l": list(range(1000))}, SmallWorld())
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
