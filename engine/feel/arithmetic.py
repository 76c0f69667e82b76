"""Keeps closures from knowing what ``+ - * / **`` do with each pair of kinds; null where they do nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from math import isnan
from typing import Any

from engine.calendar.durations import NotATime
from engine.feel import temporal
from engine.feel.limits import Failed, Run
from engine.feel.numbers import double, power
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
        return Months(a.count + sign * b.count)
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return _in_calendar(lambda: a + sign * b)
    return None


def multiply(a: Any, b: Any, run: Run) -> Value:
    return double(a * b) if _numbers(a, b) else None


def divide(a: Any, b: Any, run: Run) -> Value:
    """Null for division by zero."""
    if not _numbers(a, b) or not b or isnan(b):
        return None
    result = a / b
    return int(result) if result.is_integer() and abs(result) < 2**53 else result


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
