"""Keeps expressions from knowing how Python holds FEEL's values: their kinds, when two are equal, which comes first.

Follows feelin, but for four things feelin answers without any basis: values of different kinds have no order (feelin
lets JavaScript convert them), durations are equal only when they are (feelin rounds beyond 180 days), a duration of
months and one of days do not compare, and a local date and time stands for Kazakhstan's, not Greenwich's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.values import ALMATY, Months, Value


class _Missing:
    """An argument that was not given, as opposed to null."""

    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Range:
    """``start`` or ``end`` None is no bound on that side."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function defined in an expression; ``invoke`` takes positional arguments."""

    parameters: tuple[str, ...]
    invoke: Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Test:
    """A unary test such as ``= 5``: ``holds(value)`` is True, False or None."""

    holds: Callable[[Value], bool | None]


_KINDS: dict[type, str] = {
    type(None): "nil", bool: "boolean", int: "number", float: "number", str: "string", list: "list", tuple: "list",
    dict: "context", date: "date", datetime: "date time", time: "time", timedelta: "duration", Months: "duration",
    Range: "range", Function: "function", Test: "literal", _Missing: "nil",
}  # fmt: skip
_ORDERED = frozenset({"number", "string", "date", "date time", "time", "duration"})


def kind(value: Value) -> str:
    """FEEL's name of the value's kind, as feelin gives it."""
    return _KINDS.get(type(value), "literal")


def local(moment: datetime) -> datetime:
    """A date and time without a zone is Kazakhstan's; the result has a fixed offset."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ALMATY)
    elif moment.tzinfo is UTC:
        return moment
    return datetime.fromisoformat(moment.isoformat())


def seconds(clock: time) -> float:
    """A time of day as seconds; a local one next to a zoned one counts as Kazakhstan's."""
    shift = clock.utcoffset() or timedelta(0)
    return clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6 - shift.total_seconds()


def _comparable(a: Value, b: Value, what: str) -> tuple[Any, Any] | None:
    """Two values of one ordered kind as things Python orders; None when they have no order."""
    if what == "date time":
        if (a.tzinfo is None) != (b.tzinfo is None):
            return local(a), local(b)
        return a, b
    if what == "time":
        if (a.tzinfo is None) != (b.tzinfo is None):
            almaty = datetime(2026, 1, 1, tzinfo=ALMATY).utcoffset()
            shift = almaty.total_seconds() if almaty else 0.0
            return (seconds(a) - shift * (a.tzinfo is None), seconds(b) - shift * (b.tzinfo is None))
        return seconds(a), seconds(b)
    if what == "duration" and type(a) is not type(b):
        return None
    return a, b


def compare(a: Value, b: Value) -> int | None:
    """-1, 0, 1, or None when the two have no order."""
    what = kind(a)
    if what != kind(b) or what not in _ORDERED:
        return None
    pair = _comparable(a, b, what)
    if pair is None:
        return None
    left, right = pair
    if left < right:
        return -1
    return 1 if left > right else 0


def equals(a: Value, b: Value) -> bool | None:
    """FEEL equality as feelin has it: null for different kinds, false when only one side is null."""
    if type(a) is type(b) and type(a) in (str, int):
        return bool(a == b)
    if (a is None) != (b is None):
        return False
    if isinstance(a, (list, tuple)) is not isinstance(b, (list, tuple)):  # a list of one is its element
        if isinstance(a, (list, tuple)) and len(a) < 2:
            a = a[0] if a else None
        if isinstance(b, (list, tuple)) and len(b) < 2:
            b = b[0] if b else None
    what = kind(a)
    if what != kind(b):
        return None
    if what == "nil":
        return True
    if what == "list":
        return len(a) == len(b) and all(equals(x, y) for x, y in zip(a, b, strict=True))
    if what == "context":
        return len(a) == len(b) and all(key in b and equals(value, b[key]) for key, value in a.items())
    if what == "range":
        return (
            a.start_included == b.start_included
            and a.end_included == b.end_included
            and equals(a.start, b.start) is True
            and equals(a.end, b.end) is True
        )
    if what in ("boolean", "number", "string"):
        return bool(a == b)
    if what in ("function", "literal"):
        return a is b
    if what == "duration" and type(a) is not type(b):
        return None
    return compare(a, b) == 0


def make_range(start: Value, end: Value, start_included: bool = True, end_included: bool = True) -> Range | None:
    """None when the bounds are no bounds of one kind."""
    kinds = {kind(bound) for bound in (start, end) if bound is not None}
    if len(kinds) > 1 or not kinds <= _ORDERED:
        return None
    if start is not None and end is not None and compare(start, end) is None:
        return None
    return Range(start, end, start_included, end_included)


def within(span: Range | None, value: Value) -> bool | None:
    """Whether the range holds the value or the other range; None when that cannot be said."""
    if span is None or value is None or (span.start is None and span.end is None):
        return None
    if isinstance(value, Range):
        return _holds_range(span, value)
    start, end, start_in, end_in = span.start, span.end, span.start_included, span.end_included
    if start is not None:
        order = compare(value, start)
        if order is None:
            return None
        if order < 0 or (order == 0 and not start_in):
            return False
    if end is not None:
        order = compare(value, end)
        if order is None:
            return None
        if order > 0 or (order == 0 and not end_in):
            return False
    return True


def _holds_range(outer: Range, inner: Range) -> bool | None:
    def reaches(mine: Value, its: Value, side: int, mine_in: bool, its_in: bool) -> bool | None:
        if mine is None:
            return True
        if its is None:
            return False
        order = compare(mine, its)
        return None if order is None else order == side or (order == 0 and (mine_in or not its_in))

    start = reaches(outer.start, inner.start, -1, outer.start_included, inner.start_included)
    end = reaches(outer.end, inner.end, 1, outer.end_included, inner.end_included)
    if start is None or end is None:
        return None
    return start and end


def meets_test(test: Value, value: Value) -> bool | None:
    """A value against a unary test, a range, or another value."""
    if isinstance(test, Test):
        return test.holds(value)
    if isinstance(test, Range):
        return within(test, value)
    return equals(test, value)


def among(value: Value, tests: Value) -> bool | None:
    """``value in tests``: one test or a list of them. A list among the tests is looked into (feelin would not)."""
    if tests is None:
        return None
    unknown = False
    for test in tests if isinstance(tests, (list, tuple)) else (tests,):
        result = meets_test(test, value)
        if result is not True and isinstance(test, (list, tuple)):
            result = among(value, test)
        if result is True:
            return True
        if result is None and isinstance(test, (Range, Test)):
            unknown = True
    return None if unknown else False
