"""Keeps quickjs and Python from knowing each other's dates: typed values go to feelin and come back exactly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from engine.feel.kinds import MISSING, local
from engine.feel.limits import Failed, Run
from engine.feel.temporal import parse_date, parse_duration, parse_moment, parse_time, written
from engine.values import Months, Value

_TAGS: tuple[tuple[Any, str], ...] = (
    (datetime, "dt"), (date, "date"), (time, "time"), (timedelta, "dur"), (Months, "mon"),
)  # fmt: skip
_PARSERS = {"date": parse_date, "time": parse_time, "dt": parse_moment, "dur": parse_duration, "mon": parse_duration}


def outward(value: Value) -> Any:
    """A value as JSON data for the FEEL bundle."""
    if value is None or value is MISSING:
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [outward(item) for item in value]
    if isinstance(value, Mapping):
        body = {str(key): outward(item) for key, item in value.items()}
        return {"@": "map", "v": body} if "@" in body else body
    for python, tag in _TAGS:
        if isinstance(value, python):
            return {"@": tag, "v": written(local(value) if isinstance(value, datetime) else value)}
    raise Failed(f"{type(value).__name__} is no value")


def inward(data: Any) -> Value:
    """The inverse. Raises Failed for what no variable can hold (a function, a range, a duration of months and days)."""
    if isinstance(data, list):
        return [inward(item) for item in data]
    if not isinstance(data, dict):
        return data
    tag = data.get("@")
    if tag is None:
        return {key: inward(item) for key, item in data.items()}
    if tag == "map":
        return {key: inward(item) for key, item in data["v"].items()}
    value = _PARSERS[tag](data["v"]) if tag in _PARSERS else None
    if value is None:
        raise Failed(f"the result holds a {data['v']}")
    return value


_AS_IT_IS = frozenset({int, bool, type(None), date, time, timedelta, Months})
_SHORT = 64


def settled(value: Value, run: Run) -> Value:
    """An expression's result as a process variable: whole doubles are ints, local moments Kazakhstan's, NaN is null.

    A result is as large as what it would be written out; what holds the same part many times is counted many times.
    """
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, str):
        run.spend(len(value) >> 4)
        return value
    if isinstance(value, float):
        if not isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, (list, tuple)):
        run.spend(len(value))
        return [
            item if type(item) in _AS_IT_IS or (type(item) is str and len(item) < _SHORT) else settled(item, run)
            for item in value
        ]
    if isinstance(value, dict):
        run.spend(len(value))
        return {
            key: item if type(item) in _AS_IT_IS or (type(item) is str and len(item) < _SHORT) else settled(item, run)
            for key, item in value.items()
        }
    raise Failed(f"the result holds a {type(value).__name__.lower()}")
