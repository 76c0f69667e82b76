"""Keeps the rest from knowing how typed values survive JSON: dates, times and durations go in and come out exactly.

A process variable is one of: None, bool, number (a double; whole doubles are ints), str, date, aware datetime,
time, timedelta (days-and-time duration), Months (years-and-months duration), list, dict with str keys.
Plain JSON would make a FEEL date comparison silently false, so every value that is not plain JSON is tagged:
``{"@": "date", "v": "2026-01-31"}``. A user's own dict with a key "@" is escaped, so nothing typed can be forged.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")

type_names = ("date", "dt", "time", "dur", "mon", "map")

Value = Any
"""A process variable's value; see the module's first lines for the closed list of types."""


@dataclass(frozen=True, order=True, slots=True)
class Months:
    """A years-and-months duration (FEEL, DMN 1.3 §10.3.2.3.8): ``count`` whole months, negative allowed."""

    count: int

    def __post_init__(self) -> None:
        """Raises OverflowError beyond a billion years."""
        if abs(self.count) > 12_000_000_000:
            raise OverflowError("duration too long")

    def __str__(self) -> str:
        sign, n = ("-", -self.count) if self.count < 0 else ("", self.count)
        years, months = divmod(n, 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{sign}P{body or '0M'}"


class NotAValue(TypeError):
    """The value is of a type that a process variable cannot hold."""


_EXACT = 2**53
"""Beyond it a double does not hold every whole number."""


def _double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise NotAValue("number beyond a double") from None


def plain(value: Value) -> Any:
    """Turn a value into plain JSON data, tagging what JSON cannot carry. Raises NotAValue."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else _double(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotAValue("number is not finite")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotAValue("date and time without a zone")
        return {"@": "dt", "v": value.isoformat()}
    if isinstance(value, date):
        return {"@": "date", "v": value.isoformat()}
    if isinstance(value, time):
        return {"@": "time", "v": value.isoformat()}
    if isinstance(value, timedelta):
        return {"@": "dur", "v": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, Months):
        return {"@": "mon", "v": value.count}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotAValue("a context's keys must be text")
        body = {key: plain(item) for key, item in value.items()}
        return {"@": "map", "v": body} if "@" in body else body
    raise NotAValue(type(value).__name__)


def typed(data: Any) -> Value:
    """The inverse of plain(). Raises NotAValue for a tag that plain() never writes, and for what it cannot hold."""
    if isinstance(data, list):
        return [typed(item) for item in data]
    if not isinstance(data, dict):
        return _double(data) if type(data) is int and not -_EXACT <= data <= _EXACT else data
    tag = data.get("@")
    if tag is None:
        return {key: typed(item) for key, item in data.items()}
    try:
        return _tagged(tag, data["v"])
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise NotAValue(f"{tag}: {error}"[:200]) from None


def _tagged(tag: Any, content: Any) -> Value:
    if tag == "date":
        return date.fromisoformat(content)
    if tag == "dt":
        moment = datetime.fromisoformat(content)
        if moment.tzinfo is None:
            raise NotAValue("date and time without a zone")
        return moment
    if tag == "time":
        return time.fromisoformat(content)
    if tag == "dur":
        days, secs, micros = content
        return timedelta(days=days, seconds=secs, microseconds=micros)
    if tag == "mon" and type(content) is int:
        return Months(content)
    if tag == "map":
        return {key: typed(item) for key, item in content.items()}
    raise NotAValue(f"unknown tag {tag}"[:200])


def canonical(data: Any) -> str:
    """One text for one plain-JSON value: what hashes are taken over (RFC 8785 in spirit: sorted keys, no space)."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def instant(moment: datetime) -> str:
    """An aware moment as sortable UTC text, microseconds always written: ``2026-09-01T04:00:00.000000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day_in_almaty(moment: datetime) -> date:
    """The day on which an aware moment falls there."""
    return moment.astimezone(ALMATY).date()


def day_of(value: Any) -> date | None:
    """The day in Almaty of what a register holds as a date, a moment, or the beginning of a text."""
    if isinstance(value, datetime):
        return day_in_almaty(value)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def moment(text: str) -> datetime:
    """The inverse of instant(); the result is aware, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
