"""Where FEEL here differs on purpose: from feelin 8.2.0, where that is silently wrong, and from DMN 1.3 itself.

What else feelin does not do as DMN 1.3 has it is held by test_specification.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from engine import feel
from engine.values import Months, Value
from tests.feel.world import SmallWorld

ALMATY = timezone(timedelta(hours=5))
SCOPE: dict[str, Value] = {
    "count": 3,
    "people": [{"id": "p1", "absent": True, "name": "Ая"}, {"id": "p2", "absent": False, "name": "Бек"}],
    "ids": ["p1", "p2"],
    "days": [date(2026, 5, 1), date(2026, 5, 9)],
    "flags": [True, False, None, False],
    "noon": datetime(2026, 10, 1, 12, 0, tzinfo=ALMATY),
    "noon_utc": datetime(2026, 10, 1, 7, 0, tzinfo=UTC),
    "day": date(2026, 10, 1),
}


def value(text: str, given: Value = None, mode: str = "expression") -> Value:
    return feel.compile(text, mode).evaluate(SCOPE, SmallWorld(), given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # values of different kinds have no order
        ('"a" <= 1', None),
        ('"10" < 9', None),
        ("1 < true", None),
        ('5 between "a" and "z"', None),
        # durations are equal only when they are
        ('duration("P200D") = duration("P210D")', False),
        ('duration("P1M") = duration("P31D")', None),
        ('duration("P1Y") = duration("P12M")', True),
        # a local date and time is Kazakhstan's
        ('noon > date and time("2026-10-01T11:59:59")', True),
        ('noon = date and time("2026-10-01T12:00:00")', True),
        ("noon - noon_utc", timedelta(0)),
        ('day + duration("PT9H")', datetime(2026, 10, 1, 9, 0, tzinfo=ALMATY)),
        # a filter written as a name, path or call is asked for every element
        ("people[absent].id", ["p1"]),
        ("people[not(absent)].id", ["p2"]),
        ('people[contains(name, "е")].id', ["p2"]),
        ("count(flags[item = false])", 2),
        # elements are found by value
        ('list contains(days, date("2026-05-09"))', True),
        ('index of(days, date("2026-05-09"))', [2]),
        ('"p1" in (ids)', True),
        ("max(days)", date(2026, 5, 9)),
        ('min("b", "a")', "a"),
        ("median(10, 9, 100)", 10),
        # a variable does not hide a function of the same name
        ("count(ids) + count", 5),
        # in takes its list, not all that follows
        ('"p1" in ids and count > 2', True),
        ("1 = 2 and 5 in [1..3] or true", True),
        ("5 in > 3 and 2 in [1, 2] and false or count in (3, 4)", True),
        # arguments that feelin wants in vain
        ('number("12.5")', 12.5),
        ("1e3", 1000),
        ('years and months duration(date("2026-01-31"), date("2026-12-03"))', Months(10)),
    ],
)
def test_right_where_feelin_is_silently_wrong(text: str, expected: Value) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers are doubles, not 34 decimal digits
        ("0.1 + 0.2", 0.1 + 0.2),
        ("2 ** 53 + 1", float(2**53)),
        # exponents may be written
        ("1.5e3", 1500),
        # a list of one element equals its element, an unknown name is null
        ("[1] = 1", True),
        ("unknown_name", None),
        # texts of dates and times may be longer or shorter than their type needs
        ('date("2026-10-01T09:00:00")', date(2026, 10, 1)),
        ('time("09:30")', time(9, 30)),
        # a local date and time, and midnight of a date, are Kazakhstan's; named zones become offsets
        ('date and time("2026-10-01T12:00:00") = noon', True),
        ('date and time("2026-10-01T12:00:00@Asia/Almaty").timezone', "+05:00"),
        ('time("10:00:00@Asia/Almaty").time offset', timedelta(hours=5)),
        # days can be counted through (DMN 1.4), letters too (feelin)
        ('count(for d in date("2026-01-01")..date("2026-12-31") return d)', 365),
        ('for c in "a".."c" return c', ["a", "b", "c"]),
        # patterns are JavaScript's: a split at nothing takes the text apart
        ('split("abc", "")', ["a", "b", "c"]),
        ('replace("ab", "b", "$0$0")', "abb"),
        # lengths beyond the end are cut
        ("sublist([1, 2, 3], 2, 10)", [2, 3]),
    ],
)
def test_differs_from_the_specification(text: str, expected: Value) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", ["[1..3] instance of range<number>", "function(x) external {java: {class: x}}"])
def test_refused_although_specified(text: str) -> None:
    """What feelin's grammar cannot read never runs."""
    with pytest.raises(feel.FeelSyntax):
        feel.compile(text)


def test_a_list_of_dates_in_a_cell_holds_the_date() -> None:
    assert value("days", date(2026, 5, 1), "unary") is True
    assert value("days", date(2026, 5, 2), "unary") is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 / 2", 3),
        ("0.1 + 0.2", 0.1 + 0.2),
        ("9007199254740993 + 0", 9007199254740992.0),
        ("1e308 * 10", None),
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('duration("P14M")', Months(14)),
        ('time("09:30:00")', time(9, 30)),
        ('date and time("2026-10-01T09:00:00")', datetime(2026, 10, 1, 9, 0, tzinfo=ALMATY)),
        ('date and time("2026-10-01T04:00:00Z")', datetime(2026, 10, 1, 4, 0, tzinfo=UTC)),
        ('date and time("2026-10-01T09:00:00@Asia/Almaty")', datetime(2026, 10, 1, 9, 0, tzinfo=ALMATY)),
    ],
)
def test_results_are_process_variables(text: str, expected: Value) -> None:
    """Whole doubles are ints, numbers beyond the doubles null, moments aware."""
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)
