"""Keeps expressions from knowing conversions and the parts of dates (DMN 1.3 §10.3.4.1, §10.3.4.6, §10.3.4.8)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from engine.feel import numbers, temporal
from engine.feel.builtins.registry import builtin, day_of
from engine.feel.kinds import MISSING, equals, kind
from engine.feel.limits import Run
from engine.feel.writing import string
from engine.values import Value

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@builtin("number", "from: string", "grouping separator: string?", "decimal separator: string?")
def number(run: Run, text: str, grouping: Any, point: Any) -> Value:
    """feelin wants all three arguments; here ``number("5")`` works too. Null for what is no number: feelin takes a
    blank text for 0 and reads hexadecimals."""
    grouping = None if grouping is MISSING else grouping
    point = "." if point is MISSING or point is None else point
    if grouping not in (None, " ", ",", ".") or point not in (".", ",") or grouping == point:
        return None
    if grouping:
        text = text.replace(grouping, "")
    return numbers.parse(text.replace(".", "#").replace(point, ".") if point != "." else text)


@builtin("string", "from: any")
def to_string(run: Run, value: Value) -> Value:
    return None if value is None else string(value, run)


@builtin("date", "year: any?", "month: number?", "day: number?", "from: any?")
def to_date(run: Run, year: Any, month: Any, day: Any, source: Any) -> Value:
    if not _is_number(year):
        source = year if source is MISSING or not source else source
        if isinstance(source, str):
            if source.startswith("-"):
                return None
            return temporal.parse_date(source)
        return day_of(source) if isinstance(source, date) else None
    parts = (year, month, day)
    if not all(_is_number(part) for part in parts) or (source is not MISSING and source is not None):
        return None
    try:
        return date(*(int(part) for part in parts))
    except (ValueError, OverflowError):
        return None


@builtin("date and time", "date: any?", "time: time?", "from: string?")
def to_moment(run: Run, day: Any, clock: Any, source: Any) -> Value:
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day_of(day), clock)
    source = day if isinstance(day, str) else source
    if isinstance(source, str):
        return None if source.startswith("-") else temporal.parse_moment(source)
    return None


@builtin("time", "hour: any?", "minute: number?", "second: number?", "offset: any?", "from: any?")
def to_time(run: Run, hour: Any, minute: Any, second: Any, offset: Any, source: Any) -> Value:
    if isinstance(hour, (str, date, time)):
        source, hour = hour, None
    if isinstance(source, str):
        return temporal.parse_time(source)
    if isinstance(source, datetime):
        return source.timetz()
    if isinstance(source, time):
        return source
    if isinstance(source, date):
        return time()
    if not all(_is_number(part) for part in (hour, minute, second)):
        return None
    zone = timezone(offset) if isinstance(offset, timedelta) and abs(offset) < timedelta(days=1) else None
    if offset is not None and offset is not MISSING and zone is None:
        return None
    try:
        return time(int(hour), int(minute), int(second), tzinfo=zone)
    except (ValueError, OverflowError):
        return None


@builtin("duration", "from: string")
def to_duration(run: Run, text: str) -> Value:
    return temporal.parse_duration(text)


@builtin("years and months duration", "from: date", "to: date")
def months_between(run: Run, start: date, end: date) -> Value:
    return temporal.months_between(start, end)


@builtin("@", "from: string")
def at_literal(run: Run, text: str) -> Value:
    return temporal.parse_any(text)


@builtin("not", "negand: any")
def negation(run: Run, value: Value) -> Value:
    return not value if isinstance(value, bool) else None


@builtin("is", "value1: any?", "value2: any?")
def is_same(run: Run, a: Any, b: Any) -> Value:
    """Strict equality: of moments and times the same zone too."""
    if a is MISSING or b is MISSING:
        return False
    if kind(a) in ("date", "time", "date time") and kind(b) in ("date", "time", "date time"):
        if kind(a) != kind(b):
            return False
        if kind(a) != "date" and (a.tzinfo is None or b.tzinfo is None or a.utcoffset() != b.utcoffset()):
            return bool(a.tzinfo is None and b.tzinfo is None and a == b)
    return kind(a) == kind(b) and equals(a, b) is True


@builtin("day of year", "date: date time")
def day_of_year(run: Run, day: datetime) -> Value:
    return day.timetuple().tm_yday


@builtin("day of week", "date: date time")
def day_of_week(run: Run, day: datetime) -> Value:
    return _WEEKDAYS[day.weekday()]


@builtin("month of year", "date: date time")
def month_of_year(run: Run, day: datetime) -> Value:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date: date time")
def week_of_year(run: Run, day: datetime) -> Value:
    return day.isocalendar().week
