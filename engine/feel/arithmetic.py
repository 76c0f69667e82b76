"""Keeps closures from knowing what ``+ - * / **`` do with each pair of kinds; null where they do nothing.

Durations are multiplied and divided as in DMN 1.3 (Table 57), which feelin leaves out: by numbers, and by durations of
their own kind. Whole months stay whole months: a half is cut off; days and time are exact to the microsecond.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from math import isnan
from typing import Any

from engine.calendar.durations import NotATime
from engine.feel import temporal
from engine.feel.limits import Failed, Run
from engine.feel.numbers import double, power, whole
from engine.values import Months, Value

_INSTANTS = (date, time)
_DURATIONS = (timedelta, Months)
_NUMBERS = (int, float)


def _numbers(a: Value, b: Value) -> bool:
    return type(a) in _NUMBERS and type(b) in _NUMBERS


def _in_calendar(operate: Callable[[], Value]) -> Value:
    try:
        return operate()
    except (OverflowError, ValueError, NotATime):
        raise Failed("a date outside the calendar") from None


def add(a: Any, b: Any, run: Run) -> Value:
    if _numbers(a, b):
        return double(a + b)
    if isinstance(a, str) and isinstance(b, str):
        return run.texted(a + b)
    if isinstance(a, _DURATIONS):
        if isinstance(b, _DURATIONS):
            return _add_durations(a, b, 1)
        a, b = b, a
    if isinstance(a, _INSTANTS) and isinstance(b, _DURATIONS):
        return _in_calendar(lambda: temporal.add(a, b, 1))
    return None


def subtract(a: Any, b: Any, run: Run) -> Value:
    if _numbers(a, b):
        return double(a - b)
    if isinstance(a, _INSTANTS):
        if isinstance(b, _DURATIONS):
            return _in_calendar(lambda: temporal.add(a, b, -1))
        if isinstance(b, _INSTANTS):
            return _in_calendar(lambda: temporal.difference(a, b))
        return None
    if isinstance(a, _DURATIONS) and isinstance(b, _DURATIONS):
        return _add_durations(a, b, -1)
    return None


def _add_durations(a: Any, b: Any, sign: int) -> Value:
    if isinstance(a, Months) and isinstance(b, Months):
        return _in_calendar(lambda: Months(a.count + sign * b.count))
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return _in_calendar(lambda: a + sign * b)
    return None


def multiply(a: Any, b: Any, run: Run) -> Value:
    if _numbers(a, b):
        return double(a * b)
    if isinstance(a, _DURATIONS) and type(b) in _NUMBERS:
        return _in_calendar(lambda: _times(a, b))
    if isinstance(b, _DURATIONS) and type(a) in _NUMBERS:
        return _in_calendar(lambda: _times(b, a))
    return None


def _times(duration: Any, factor: int | float) -> Value:
    """Raises ValueError, OverflowError for a factor that is no number or takes it too far."""
    if isinstance(duration, Months):
        return Months(int(duration.count * factor))
    made: timedelta = duration * factor
    return made


def divide(a: Any, b: Any, run: Run) -> Value:
    """Null for division by zero."""
    if type(b) in _NUMBERS:
        if not b or isnan(b):
            return None
        if type(a) in _NUMBERS:
            return whole(a / b)
        if isinstance(a, Months):
            return _in_calendar(lambda: Months(int(a.count / b)))
        return _in_calendar(lambda: a / b) if isinstance(a, timedelta) else None
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return whole(a / b) if b else None
    if isinstance(a, Months) and isinstance(b, Months):
        return whole(a.count / b.count) if b.count else None
    return None


def negate(a: Any) -> Value:
    """``-a`` of a number or a duration."""
    if type(a) in _NUMBERS:
        return 0 - a
    if isinstance(a, Months):
        return Months(-a.count)
    return -a if isinstance(a, timedelta) else None


def exponentiate(a: Any, b: Any, run: Run) -> Value:
    return power(a, b) if _numbers(a, b) else None


OPERATIONS: dict[str, Callable[[Any, Any, Run], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": exponentiate,
    "^": exponentiate,
}
