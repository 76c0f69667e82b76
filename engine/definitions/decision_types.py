"""Keeps decisions from knowing typeRef: the names DMN and Camunda 7 have for types, and whether a value is of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from engine.feel import temporal
from engine.feel.kinds import Function, Range, kind, local
from engine.values import Months, Value, day_in_almaty


def _number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(value: Value) -> bool:
    return _number(value) and (isinstance(value, int) or value.is_integer())


def _anything(value: Value) -> bool:
    return True


_CHECKS: dict[str, Callable[[Value], bool]] = {
    "": _anything,
    "any": _anything,
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole,
    "long": _whole,
    "double": _number,
    "number": _number,
    "date": lambda value: isinstance(value, date),  # Camunda's date is a date and time
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
    "function": lambda value: isinstance(value, Function),
    "range": lambda value: isinstance(value, Range),
}
_MOMENTS = ("datetime", "date and time")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def _number_of(text: str) -> Value:
    match = _NUMBER.fullmatch(text)
    return None if match is None else float(text) if match[1] else int(text)


def _day_or_moment(text: str) -> Value:
    return temporal.parse_moment(text) if "T" in text else temporal.parse_date(text)


_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(("integer", "long", "double", "number"), _number_of),
    "boolean": {"true": True, "false": False}.get,
    "date": _day_or_moment,
    **dict.fromkeys(_MOMENTS, _day_or_moment),
    "time": temporal.parse_time,
    **dict.fromkeys(
        (
            "duration", "daytimeduration", "days and time duration", "yearmonthduration", "years and months duration",
        ),
        temporal.parse_duration,
    ),
}  # fmt: skip


def known(type_ref: str) -> bool:
    return type_ref.lower() in _CHECKS


def fits(value: Value, type_ref: str) -> bool:
    """Null fits every type; a name that is none of the known ones takes everything."""
    return value is None or _CHECKS.get(type_ref.lower(), _anything)(value)


def read(text: str, type_ref: str) -> Value:
    """A text where a column wants something else, as Camunda 7 reads it ("5", "true", "2026-10-01"); null if it is not.

    Answers from outside come as JSON, which has no dates.
    """
    reader = _READERS.get(type_ref.lower())
    return None if reader is None else reader(text.strip())


def comparable(value: Value, type_ref: str) -> bool:
    """Whether an input of the type can equal the value, or come before or after it."""
    of_number = type_ref.lower() in ("integer", "long") and _number(value)
    return of_number or fits(value, type_ref) or (type_ref.lower() in _MOMENTS and kind(value) == "date")


def taken(value: Value, type_ref: str, days: bool, moments: bool) -> Value:
    """An input as its column compares it; ``days`` and ``moments`` tell what the column's cells speak of.

    Camunda's ``date`` holds dates and dates with a time. Where every cell speaks of days a moment counts as its day in
    Kazakhstan, where every cell speaks of moments a day counts as its midnight there.
    """
    if isinstance(value, datetime):
        if type_ref.lower() == "date" and days and not moments:
            return day_in_almaty(local(value))
    elif isinstance(value, date):
        lower = type_ref.lower()
        if lower in _MOMENTS or (lower == "date" and moments and not days):
            return local(datetime.combine(value, time()))
    return value
