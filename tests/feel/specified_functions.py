"""Keeps the tables of test_specification apart from how they are run: the functions of DMN 1.3 §10.3.4, worked by hand.

Rows of one function stand under its name, so that a function without a row is noticed.
"""

from __future__ import annotations

import math
from datetime import UTC, date, time, timedelta, timezone

from engine.values import Months, Value

ALMATY = timezone(timedelta(hours=5))

CONVERSIONS: dict[str, list[tuple[str, Value]]] = {
    "date": [
        ('date("2026-12-25")', date(2026, 12, 25)),
        ("date(2026, 12, 25)", date(2026, 12, 25)),
        ("date(noon)", date(2026, 10, 1)),
        ("date(month: 2, day: 1, year: 2026)", date(2026, 2, 1)),
        ('date("2026-" + "02-30")', None),
        ("date(2026, x + 8, 1)", None),
    ],
    "date and time": [
        ('date and time("2026-10-01T12:00:00+05:00") = noon', True),
        ('date and time(day, time("12:00:00")) = noon', True),
        ('date and time(noon, time("07:00:00Z")) = noon', True),
        ('date and time("2026-10-01" + "T24:61:00")', None),
    ],
    "time": [
        ('time("09:30:15")', time(9, 30, 15)),
        ("time(9, 30, 15)", time(9, 30, 15)),
        ('time(9, 30, 0, duration("PT5H"))', time(9, 30, tzinfo=ALMATY)),
        ("time(noon)", time(12, 0, tzinfo=ALMATY)),
        ('time("09:30:15Z")', time(9, 30, 15, tzinfo=UTC)),
        ("time(25, 0, 0 * x)", None),
    ],
    "number": [
        ('number("1 000,5", " ", ",")', 1000.5),
        ('number("1,000.5", ",", ".")', 1000.5),
        ('number("1000,5", null, ",")', 1000.5),
        ('number("12.5")', 12.5),
        ('number("-3")', -3),
        ('number("")', None),
        ('number("0x10")', None),
        ('number("Infinity")', None),
        ('number("1.5", ".", ".")', None),
        ('number("1x5", "x", ".")', None),
        ('number("әлем")', None),
    ],
    "string": [
        ("string(1.1)", "1.1"),
        ("string(5.0)", "5"),
        ("string(true)", "true"),
        ("string(null)", None),
        ("string(day)", "2026-10-01"),
        ("string(noon)", "2026-10-01T12:00:00+05:00"),
        ('string(duration("P1DT2H"))', "P1DT2H"),
        ('string(duration("P14M"))', "P1Y2M"),
        ('string([1, "a", null])', '[1, "a", null]'),
    ],
    "duration": [
        ('duration("P1DT2H")', timedelta(days=1, hours=2)),
        ('duration("-P14M")', Months(-14)),
        ('duration("PT" + "x")', None),
    ],
    "years and months duration": [
        ('years and months duration(date("2024-12-22"), date("2026-08-24"))', Months(20)),
        ('years and months duration(date("2026-08-24"), date("2024-12-22"))', Months(-20)),
        ('years and months duration(date("2026-01-31"), date("2026-02-28"))', Months(0)),
        ('years and months duration(date("2024-02-29"), date("2025-02-28"))', Months(11)),
    ],
    "not": [("not(true)", False), ("not(false)", True), ("not(null)", None), ('not("a")', None)],
}

TEXTS: dict[str, list[tuple[str, Value]]] = {
    "substring": [
        ('substring("оқытушы", 3)', "ытушы"),
        ('substring("оқытушы", 3, 2)', "ыт"),
        ('substring("оқытушы", -3, 2)', "уш"),
        ('substring("🐎ab", 2)', "ab"),
        ('substring("abc", 0)', None),
        ('substring("abc", 1, -1)', None),
        ('substring("abc", 9)', ""),
    ],
    "string length": [('string length("қала")', 4), ('string length("🐎")', 1), ('string length("")', 0)],
    "upper case": [('upper case("әліппе")', "ӘЛІППЕ")],
    "lower case": [('lower case("ҚАЗАҚ")', "қазақ")],
    "substring before": [
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring before("foobar", "foo")', ""),
    ],
    "substring after": [
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("", "a")', ""),
        ('substring after("foobar", "")', "foobar"),
    ],
    "replace": [
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("abra", "A", "x", "i")', "xbrx"),
        ('replace("a.b", "\\\\.", "-")', "a-b"),
    ],
    "contains": [
        ('contains("foobar", "of")', False),
        ('contains("foobar", "ob")', True),
        ('contains(null, "o")', None),
    ],
    "starts with": [('starts with("foobar", "fo")', True), ('starts with("foobar", "o")', False)],
    "ends with": [('ends with("foobar", "r")', True), ('ends with("foobar", "fo")', False)],
    "matches": [
        ('matches("foobar", "^fo*b")', True),
        ('matches("foobar", "^b")', False),
        ('matches("FOO", "foo", "i")', True),
        ('matches(null, "a")', None),
    ],
    "split": [
        ('split("Ая Бек", "\\\\s")', ["Ая", "Бек"]),
        ('split("a;b;c;;", ";")', ["a", "b", "c", "", ""]),
    ],
    "string join": [
        ('string join(["a", null, "c"], "-")', "a-c"),
        ('string join(["a", "b"])', "ab"),
        ("string join([])", ""),
    ],
}

LISTS: dict[str, list[tuple[str, Value]]] = {
    "list contains": [
        ("list contains([1, 2], 2)", True),
        ("list contains([1, null], null)", True),
        ('list contains([day], date("2026-10-01"))', True),
        ("list contains([[1, 2]], [1, 2])", True),
    ],
    "count": [("count([1, 2])", 2), ("count([])", 0), ("count([1, [2, 3]])", 2)],
    "min": [
        ("min([3, 1, 2])", 1),
        ("min(3, 1, 2)", 1),
        ('min("b", "a")', "a"),
        ("min([])", None),
        ('min(1, "a")', None),
        ('min(date("2026-02-01"), date("2026-01-01"))', date(2026, 1, 1)),
    ],
    "max": [
        ("max([3, 1, 2])", 3),
        ("max(1, 3)", 3),
        ("max([])", None),
        ('max(duration("P1D"), duration("PT1H"))', timedelta(1)),
    ],
    "sum": [("sum([1, 2, 3])", 6), ("sum(1, 2.5)", 3.5), ("sum([])", None), ("sum([1, null])", None)],
    "mean": [("mean([1, 2, 3])", 2), ("mean(1, 2)", 1.5), ("mean([])", None)],
    "all": [
        ("all([true, true])", True),
        ("all(true, false)", False),
        ("all([false, null])", False),
        ("all([true, null])", None),
        ("all([])", True),
        ("all(0)", None),
    ],
    "any": [
        ("any([false, true])", True),
        ("any(false)", False),
        ("any([true, null])", True),
        ("any([false, null])", None),
        ("any([])", False),
        ("any(0)", None),
    ],
    "sublist": [
        ("sublist([4, 5, 6], 1, 2)", [4, 5]),
        ("sublist([4, 5, 6], 2)", [5, 6]),
        ("sublist([4, 5, 6], -2)", [5, 6]),
        ("sublist([4, 5, 6], 0)", None),
        ("sublist([4, 5, 6], 1, -1)", None),
    ],
    "append": [("append([1], 2, 3)", [1, 2, 3]), ("append([1], [2, 3])", [1, [2, 3]]), ("append([], null)", [None])],
    "concatenate": [("concatenate([1, 2], [3])", [1, 2, 3]), ("concatenate([1], [[2]])", [1, [2]])],
    "insert before": [
        ("insert before([1, 3], 1, 2)", [2, 1, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("insert before([1, 3], -1, 2)", [1, 2, 3]),
        ("insert before([1, 3], 3, 2)", [1, 3, 2]),
        ("insert before([1, 3], 0, 2)", None),
        ("insert before([1, 3], 9, 2)", None),
    ],
    "remove": [
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("remove([1, 2, 3], -3)", [2, 3]),
        ("remove([1, 2, 3], 0)", None),
        ("remove([1, 2, 3], 4)", None),
    ],
    "reverse": [("reverse([1, 2, 3])", [3, 2, 1])],
    "index of": [("index of([1, 2, 3, 2], 2)", [2, 4]), ("index of([1], 9)", []), ("index of([null], null)", [1])],
    "union": [("union([1, 2], [2, 3])", [1, 2, 3])],
    "distinct values": [("distinct values([1, 2, 1.0, null, null])", [1, 2, None])],
    "flatten": [("flatten([[1, 2], [[3]], 4])", [1, 2, 3, 4])],
    "product": [("product(2, 3, 4)", 24), ("product([2, 3, 4])", 24), ("product([])", None)],
    "median": [("median(8, 2, 5, 3, 4)", 4), ("median([6, 1, 2, 3])", 2.5), ("median([])", None)],
    # mean 4.5; squares 6.25 + 0.25 + 6.25 + 0.25 = 13; 13 / 3
    "stddev": [("stddev(2, 4, 7, 5)", math.sqrt(13 / 3)), ("stddev([47])", None), ("stddev([])", None)],
    "mode": [("mode(6, 3, 9, 6, 6)", [6]), ("mode([6, 1, 9, 6, 1])", [1, 6]), ("mode([])", [])],
    "sort": [
        ("sort([3, 1, 2], function(a, b) a < b)", [1, 2, 3]),
        ("sort(people, function(a, b) a.age > b.age).age", [20, 17]),
    ],
    "list replace": [
        ("list replace([2, 4, 7], 3, 6)", [2, 4, 6]),
        ("list replace([2, 4, 7], -1, 6)", [2, 4, 6]),
        ("list replace([2, 4, 7], function(a, b) a < b, 5)", [5, 5, 7]),
        ("list replace([2, 4, 7], 4, 6)", None),
    ],
}

NUMBERS: dict[str, list[tuple[str, Value]]] = {
    "decimal": [
        ("decimal(1/3, 2)", 0.33),
        ("decimal(1.5, 0)", 2),
        ("decimal(2.5, 0)", 2),
        ("decimal(15, -1)", 20),
    ],
    "floor": [("floor(1.5)", 1), ("floor(-1.5)", -2), ("floor(-1.56, 1)", -1.6)],
    "ceiling": [("ceiling(1.5)", 2), ("ceiling(-1.5)", -1), ("ceiling(-1.56, 1)", -1.5)],
    "round up": [("round up(5.5, 0)", 6), ("round up(-5.5, 0)", -6), ("round up(1.121, 2)", 1.13)],
    "round down": [("round down(5.5, 0)", 5), ("round down(-5.5, 0)", -5), ("round down(1.126, 2)", 1.12)],
    "round half up": [("round half up(5.5, 0)", 6), ("round half up(-5.5, 0)", -6), ("round half up(1.126, 2)", 1.13)],
    "round half down": [("round half down(5.5, 0)", 5), ("round half down(-5.5, 0)", -5)],
    "abs": [("abs(-10)", 10), ('abs(@"-PT5H")', timedelta(hours=5)), ('abs(@"-P1M")', Months(1)), ('abs("a")', None)],
    "modulo": [
        ("modulo(12, 5)", 2),
        ("modulo(-12, 5)", 3),
        ("modulo(12, -5)", -3),
        ("modulo(-12, -5)", -2),
        ("modulo(10.1, 4.5)", 1.1),
        ("modulo(5, 0)", None),
    ],
    "sqrt": [("sqrt(16)", 4), ("sqrt(-1)", None)],
    "log": [("log(1)", 0), ("log(0)", None)],
    "exp": [("exp(0)", 1)],
    "odd": [("odd(5)", True), ("odd(-4)", False)],
    "even": [("even(2)", True), ("even(5)", False)],
}

DATES: dict[str, list[tuple[str, Value]]] = {
    "is": [
        ("is(day, day)", True),
        ('is(day, time("10:00:00"))', False),
        ('is(time("10:00:00Z"), time("10:00:00"))', False),
        ('is(noon, date and time("2026-10-01T07:00:00Z"))', False),
        ('is(1, "1")', False),
        ("is([1], 1)", False),
        ("is(null, null)", True),
    ],
    "day of year": [("day of year(date(2026, 3, 1))", 60), ("day of year(date(2024, 3, 1))", 61)],
    "day of week": [("day of week(date(2026, 10, 1))", "Thursday")],
    "month of year": [("month of year(day)", "October")],
    "week of year": [
        ("week of year(date(2003, 12, 29))", 1),
        ("week of year(date(2005, 1, 1))", 53),
        ("week of year(date(2005, 1, 3))", 1),
    ],
}

RANGES: dict[str, list[tuple[str, Value]]] = {
    "before": [
        ("before(1, 10)", True),
        ("before(10, 1)", False),
        ("before(1, [1..10])", False),
        ("before(1, (1..10])", True),
        ("before([1..10], 10)", False),
        ("before([1..10), 10)", True),
        ("before([1..10], [10..20])", False),
        ("before([1..10), [10..20])", True),
        ("before([1..10], (10..20])", True),
        ('before(1, "a")', None),
    ],
    "after": [
        ("after(10, 5)", True),
        ("after(12, [1..10])", True),
        ("after(10, [1..10))", True),
        ("after(10, [1..10])", False),
        ("after([11..20], 11)", False),
        ("after((11..20], 11)", True),
        ("after([11..20], [1..11))", True),
    ],
    "meets": [("meets([1..5], [5..10])", True), ("meets([1..5), [5..10])", False), ("meets([1..5], [6..10])", False)],
    "met by": [("met by([5..10], [1..5])", True), ("met by([5..10], [1..5))", False)],
    "overlaps": [
        ("overlaps([1..5], [3..8])", True),
        ("overlaps([3..8], [1..5])", True),
        ("overlaps([1..5], [6..8])", False),
        ("overlaps([1..5], [5..8])", True),
        ("overlaps([1..5), [5..8])", False),
        ("overlaps([1..8], [3..5])", True),
    ],
    "overlaps before": [
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps before([1..5], [6..8])", False),
        ("overlaps before([1..5], [5..8])", True),
        ("overlaps before([1..5], (5..8])", False),
        ("overlaps before([1..5), [5..8])", False),
        ("overlaps before([1..5), (1..5])", True),
        ("overlaps before([1..5], (1..5])", True),
        ("overlaps before([1..5], [1..5])", False),
        ("overlaps before([3..8], [1..5])", False),
    ],
    "overlaps after": [
        ("overlaps after([3..8], [1..5])", True),
        ("overlaps after([6..8], [1..5])", False),
        ("overlaps after([5..8], [1..5])", True),
        ("overlaps after((5..8], [1..5])", False),
        ("overlaps after((1..5], [1..5))", True),
        ("overlaps after([1..5], [1..5])", False),
    ],
    "finishes": [
        ("finishes(10, [1..10])", True),
        ("finishes(10, [1..10))", False),
        ("finishes([5..10], [1..10])", True),
        ("finishes([5..10), [1..10])", False),
        ("finishes([5..10), [1..10))", True),
        ("finishes([1..10], [1..10])", True),
        ("finishes((1..10], [1..10])", True),
        ("finishes([1..10], (1..10])", False),
    ],
    "finished by": [
        ("finished by([1..10], 10)", True),
        ("finished by([1..10), 10)", False),
        ("finished by([1..10], [5..10])", True),
        ("finished by([1..10], (1..10])", True),
        ("finished by((1..10], [1..10])", False),
    ],
    "includes": [
        ("includes([1..10], 5)", True),
        ("includes([1..10), 10)", False),
        ("includes([1..10], [4..6])", True),
        ("includes([1..5), [1..5])", False),
        ("includes([1..5], [1..5))", True),
    ],
    "during": [
        ("during(5, [1..10])", True),
        ("during(10, [1..10))", False),
        ("during([4..6], [1..10))", True),
        ("during([1..10], (1..10])", False),
    ],
    "starts": [
        ("starts(1, [1..10])", True),
        ("starts(1, (1..10])", False),
        ("starts([1..5], [1..10])", True),
        ("starts((1..5], [1..10])", False),
        ("starts((1..5], (1..10])", True),
        ("starts([1..10], [1..10))", False),
        ("starts([1..10), [1..10])", True),
        ("starts([1..10], [1..10])", True),
    ],
    "started by": [
        ("started by([1..10], 1)", True),
        ("started by((1..10], 1)", False),
        ("started by([1..10], [1..5])", True),
        ("started by([1..10], [1..10))", True),
        ("started by([1..10), [1..10])", False),
    ],
    "coincides": [
        ("coincides(5, 5)", True),
        ("coincides(3, 4)", False),
        ("coincides([1..5], [1..5])", True),
        ("coincides([1..5], [1..5))", False),
        ("coincides(1, [1..1])", None),
    ],
}

CONTEXTS: dict[str, list[tuple[str, Value]]] = {
    "get value": [('get value({a: 1}, "a")', 1), ('get value({a: 1}, "b")', None)],
    "get entries": [("get entries({a: 1})", [{"key": "a", "value": 1}])],
    "context": [('context([{key: "a", value: 1}])', {"a": 1}), ("context([{key: 1, value: 1}])", None)],
    "context put": [
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ],
    "context merge": [("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3})],
}

FUNCTIONS = CONVERSIONS | TEXTS | LISTS | NUMBERS | DATES | RANGES | CONTEXTS
