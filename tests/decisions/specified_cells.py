"""Keeps the cells of test_specification apart from how they are run: each form of a unary test with each kind of value.

A row is (cell, inputs that meet it, inputs that do not). DMN 1.3 §7.3.13, §8.3.3 and §10.3.2.8, worked by hand.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from engine.values import Months, Value

ALMATY = timezone(timedelta(hours=5))
MAY, JUNE = date(2026, 5, 5), date(2026, 6, 1)
NOON = datetime(2026, 5, 5, 12, 0, tzinfo=ALMATY)

SCOPE: dict[str, Value] = {
    "low": 10,
    "high": 20,
    "flag": True,
    "off": False,
    "allowed": ["a", "b"],
    "start": date(2026, 5, 1),
    "nothing": None,
    "person": {"age": 30, "active": False},
}

Cells = list[tuple[str, list[Value], list[Value]]]

ANYTHING: Cells = [
    ("-", [None, 0, "x", True, MAY, [], {}], []),
    ("", [None, 0, "x"], []),
]

NUMBERS: Cells = [
    ("5", [5, 5.0], [4, "5", None, True]),
    ("-5", [-5], [5]),
    ("0.5", [0.5], [0, 1]),
    ("= 5", [5], [6, None]),
    ("!= 5", [6, None], [5]),
    ("< 5", [4.9, -5], [5, 6, None, "4"]),
    ("<= 5", [5, 4], [5.1]),
    ("> -5", [-4.9, 0], [-5, None]),
    (">= 5", [5, 6], [4]),
    ("[1..5]", [1, 3, 5], [0.9, 5.1, None, "3"]),
    ("(1..5)", [1.1, 4.9], [1, 5]),
    ("]1..5[", [2, 4], [1, 5]),
    ("[1..5)", [1, 4.9], [5]),
    ("(1..5]", [5, 1.1], [1]),
    ("[1..5[", [1], [5]),
    ("]1..5]", [5], [1]),
    ("[5..1]", [], [1, 3, 5]),
    ("[3..3]", [3], [2, 4]),
    ("1, 3, 5", [1, 3, 5], [2, None]),
    ("< 1, [3..4], 9", [0, 3, 4, 9], [1, 2, 5]),
    ("not(5)", [4, None, "5"], [5]),
    ("not(< 5)", [5, 6, None], [4]),
    ("not([1..5], 9)", [0, 6], [1, 5, 9]),
    ("low", [10], [11]),
    ("low + 1", [11], [10]),
    ("< low * 2", [19], [20]),
    ("[low..high]", [10, 15, 20], [9, 21]),
    ("(low..high)", [15], [10, 20]),
    ("[low..nothing]", [], [10, 15]),
    ("< nothing", [], [1]),
    ("person.age", [30], [31]),
    ("2 * 3, 7", [6, 7], [8]),
]

TEXTS: Cells = [
    ('"a"', ["a"], ["b", "A", None, 1]),
    ('"a", "b"', ["a", "b"], ["c", None]),
    ('""', [""], ["a", None]),
    ('not("a")', ["b", None], ["a"]),
    ('not("a", "b")', ["c", None], ["a", "b"]),
    ('!= "a"', ["b", None], ["a"]),
    ('> "b"', ["c", "ba"], ["b", "a", 3]),
    ('["a".."c"]', ["a", "b", "bz", "c"], ["d", "A"]),
    ("allowed", ["a", "b"], ["c"]),
    ('"x" + "y"', ["xy"], ["x"]),
    ('"a, b"', ["a, b"], ["a"]),
]

BOOLEANS: Cells = [
    ("true", [True], [False, None, 1, "true"]),
    ("false", [False], [True, None, 0]),
    ("not(true)", [False, None], [True]),
    ("true, false", [True, False], [None]),
    ("flag", [True], [False]),
    ("off", [False], [True]),
    ("person.active", [False], [True]),
    ("not(flag)", [False], [True]),
]

NULLS: Cells = [
    ("null", [None], [0, "", False, [1]]),
    ("not(null)", [0, "", False], [None]),
    ("null, 5", [None, 5], [6]),
    ("nothing", [None], [0]),
    ("? = null", [None], [1]),
    ("? != null", [1, False], [None]),
]

DATES: Cells = [
    ('date("2026-05-05")', [MAY], [JUNE, None, "2026-05-05"]),
    ('@"2026-05-05"', [MAY], [JUNE]),
    ('< date("2026-06-01")', [MAY], [JUNE, None]),
    ('>= date("2026-06-01")', [JUNE], [MAY]),
    ('[date("2026-05-01")..date("2026-05-31")]', [MAY, date(2026, 5, 31)], [JUNE]),
    ('(@"2026-05-05"..@"2026-06-01")', [date(2026, 5, 6)], [MAY, JUNE]),
    ('not(date("2026-05-05"))', [JUNE, None], [MAY]),
    ('date("2026-05-05"), date("2026-06-01")', [MAY, JUNE], [date(2026, 5, 6)]),
    ("[start..start + duration(\"P1M\")]", [MAY, JUNE], [date(2026, 6, 2)]),
    ("< today()", [MAY, date(2026, 11, 1)], [date(2026, 11, 2)]),
    ("? - start < duration(\"P5D\")", [MAY], [date(2026, 5, 6)]),
    ("?.month = 5", [MAY], [JUNE]),
]  # fmt: skip

MOMENTS: Cells = [
    ('date and time("2026-05-05T12:00:00")', [NOON, NOON.astimezone(UTC)], [NOON + timedelta(seconds=1)]),
    ('< date and time("2026-05-05T12:00:01+05:00")', [NOON], [NOON + timedelta(seconds=1), None]),
    ('[@"2026-05-05T00:00:00"..@"2026-05-06T00:00:00")', [NOON], [NOON + timedelta(hours=12)]),
    ('not(@"2026-05-05T07:00:00Z")', [NOON + timedelta(hours=1)], [NOON]),
    ("< now()", [NOON], [datetime(2026, 11, 2, 6, 30, tzinfo=UTC)]),
]

TIMES: Cells = [
    ('time("12:00:00")', [time(12)], [time(12, 0, 1), None]),
    ('< time("12:00:00")', [time(11, 59, 59)], [time(12)]),
    ('[time("09:00:00")..time("18:00:00"))', [time(9), time(17, 59)], [time(18), time(8)]),
    ('@"12:00:00+05:00"', [time(12), time(7, tzinfo=UTC)], [time(12, tzinfo=UTC)]),
]

DURATIONS: Cells = [
    ('duration("P1D")', [timedelta(days=1), timedelta(hours=24)], [timedelta(hours=23), Months(1), None]),
    ('< duration("PT36H")', [timedelta(days=1)], [timedelta(days=2), Months(0)]),
    ('[@"P1D"..@"P3D"]', [timedelta(days=1), timedelta(days=3)], [timedelta(days=4)]),
    ('> duration("P1Y")', [Months(13)], [Months(12), timedelta(days=400)]),
    ('@"-P1M"', [Months(-1)], [Months(1)]),
    ('not(@"P12M")', [Months(11)], [Months(12)]),
]

CONDITIONS: Cells = [
    ("? > 3", [4], [3, None]),
    ("? >= low and ? <= high", [10, 20], [9, 21, None]),
    ("? < low or ? > high", [9, 21], [10]),
    ("? * 2 = 8", [4], [5]),
    ("? in [1..3]", [2], [4]),
    ("? in (1, 3)", [3], [2]),
    ("? between 1 and 3", [3], [4]),
    ('contains(?, "x")', ["axb"], ["ab", None]),
    ('starts with(?, "AB"), "x"', ["ABC", "x"], ["BA"]),
    ('matches(?, "^[0-9]{2}$")', ["12"], ["123"]),
    ("abs(?) < 5", [-4, 4], [-5]),
    ("count(?) > 1", [[1, 2], ["a", "b", "c"]], [[1]]),
    ("some x in ? satisfies x > 5", [[1, 6]], [[1, 5]]),
    ("list contains(?, low)", [[10, 11]], [[11]]),
    ("?.age > 18", [{"age": 19}], [{"age": 18}]),
    ("if flag then ? > 5 else false", [6], [5]),
    ("even(?)", [4], [3]),
    ("cellInput > 3", [4], [3]),
]

LISTS: Cells = [
    ("[5, 6]", [5, 6, [5, 6]], [7, [6, 5]]),
    ("[]", [[]], [1, [1]]),
    ("allowed", [["a", "b"]], [["b", "a"]]),
    ("{a: 1}", [{"a": 1}], [{"a": 2}, {}]),
]

ALL: Cells = [
    *(*ANYTHING, *NUMBERS, *TEXTS, *BOOLEANS, *NULLS, *DATES, *MOMENTS, *TIMES, *DURATIONS, *CONDITIONS, *LISTS),
]
