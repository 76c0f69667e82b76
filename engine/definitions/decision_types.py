"""Keeps decisions from knowing typeRef: the names DMN and Camunda 7 have for types, and whether a value is of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from engine.values import Months, Value


def _number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: dict[str, Callable[[Value], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole,
    "long": _whole,
    "double": _number,
    "number": _number,
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "datetime": lambda value: isinstance(value, datetime),
    "date and time": lambda value: isinstance(value, datetime),
    "time": lambda value: isinstance(value, time),
    "duration": lambda value: isinstance(value, (timedelta, Months)),
    "daytimeduration": lambda value: isinstance(value, timedelta),
    "days and time duration": lambda value: isinstance(value, timedelta),
    "yearmonthduration": lambda value: isinstance(value, Months),
    "years and months duration": lambda value: isinstance(value, Months),
    "context": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
}


def fits(value: Value, type_ref: str) -> bool:
    """Null fits every type; a name that is none of the known ones (``Any``, an item definition) takes everything.

    Camunda's ``date`` is a date and time: both are taken.
    """
    check = _CHECKS.get(type_ref.lower())
    if value is None or check is None:
        return True
    return check(value) or (type_ref == "date" and isinstance(value, datetime))
