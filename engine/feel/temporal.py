"""Keeps expressions from knowing how dates, times and durations are read, written, added and taken apart.

Texts are ISO 8601 as FEEL takes them. A date and time without a zone stays local within an expression; hours added to
a date count from midnight in Kazakhstan. Differences of moments are elapsed time whatever their zones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar.durations import add_months
from engine.feel.kinds import local, seconds
from engine.values import Months, Value

_TIME = r"(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?"
_DATE = r"(\d{4})-(\d{2})-(\d{2})"
_OFFSET = r"[+-]\d{2}:\d{2}(?::\d{2})?"
_DAY = re.compile(rf"{_DATE}(?:[Tt ]{_TIME}(?:{_OFFSET})?)?", re.ASCII)
_CLOCK = re.compile(rf"[Tt]?{_TIME}", re.ASCII)
_MOMENT = re.compile(rf"{_DATE}T{_TIME}", re.ASCII)
_ZONE = re.compile(rf"(.*?)(@[A-Za-z0-9_+/-]+|[Zz]|{_OFFSET})?", re.ASCII)
_DURATION = re.compile(
    r"(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?",
    re.ASCII,
)


_ANY_DAY = date(2026, 1, 1)
"""Whose offset a time of day in a named zone gets: one and the same for ever, so that replay agrees."""


def parse_date(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _clock(parts: tuple[str | None, ...]) -> time:
    hour, minute, second, fraction = parts
    micros = int((fraction or "").ljust(6, "0")[:6])
    return time(int(hour or 0), int(minute or 0), min(int(second or 0), 59), micros)


def _split_zone(text: str) -> tuple[str, str]:
    match = _ZONE.fullmatch(text)
    return (match[1], match[2] or "") if match else (text, "")


def _zone(text: str) -> tzinfo | None:
    """Raises ValueError for a zone that does not exist."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise ValueError(text) from error
        except KeyError as error:
            raise ValueError(text) from error
    hours, minutes, *rest = (int(part) for part in text[1:].split(":"))
    shift = timedelta(hours=hours, minutes=minutes, seconds=rest[0] if rest else 0)
    return timezone(-shift if text[0] == "-" else shift)


def parse_time(text: str) -> time | None:
    body, zone = _split_zone(text)
    match = _CLOCK.fullmatch(body)
    if match is None or match[3] == "60":
        return None
    try:
        clock = _clock(match.groups())
        if not zone:
            return clock
        there = datetime.combine(_ANY_DAY, clock, _zone(zone))
        return time.fromisoformat(there.timetz().isoformat()) if zone[0] != "@" else clock.replace(tzinfo=_fixed(there))
    except ValueError:
        return None


def _fixed(moment: datetime) -> tzinfo:
    return timezone(moment.utcoffset() or timedelta(0))


def parse_moment(text: str) -> datetime | None:
    body, zone = _split_zone(text)
    match = _MOMENT.fullmatch(body if "T" in body else body + "T00:00:00")
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        moment = datetime.combine(day, _clock(match.groups()[3:]))
        return local(moment.replace(tzinfo=_zone(zone))) if zone else moment
    except ValueError:
        return None


def parse_duration(text: str) -> timedelta | Months | None:
    """None also for a duration of months and days together: FEEL knows one or the other (feelin takes it)."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    years, months, days, hours, minutes, secs, fraction = match.groups()[1:]
    sign = -1 if match[1] else 1
    by_month = years is not None or months is not None
    if by_month and any(part is not None for part in (days, hours, minutes, secs)):
        return None
    try:
        if by_month:
            return Months(sign * (_figures(years) * 12 + _figures(months)))
        parts = (("days", days), ("hours", hours), ("minutes", minutes), ("seconds", secs))
        whole = timedelta(**{name: _figures(part) for name, part in parts})
        return sign * (whole + timedelta(microseconds=int((fraction or "").ljust(6, "0")[:6])))
    except OverflowError:
        return None


def _figures(text: str | None) -> int:
    """Raises OverflowError for more figures than any calendar has."""
    if text is not None and len(text) > 18:
        raise OverflowError(text[:18])
    return int(text or 0)


def parse_any(text: str) -> Value:
    """``@"…"``: a duration, a time, a date and time, or a date."""
    if re.match(r"-?P", text):
        return parse_duration(text)
    if re.match(r"\d{1,2}:\d{1,2}:\d{1,2}", text, re.ASCII):
        return parse_time(text)
    return parse_moment(text) if "T" in text else parse_date(text)


def _fraction(micros: int) -> str:
    return f".{micros:06d}".rstrip("0") if micros else ""


def _suffix(shift: timedelta | None, zone: tzinfo | None) -> str:
    if shift is None:
        return ""
    if zone is UTC:
        return "Z"
    total = int(shift.total_seconds())
    sign, total = ("-", -total) if total < 0 else ("+", total)
    rest = f":{total % 60:02d}" if total % 60 else ""
    return f"{sign}{total // 3600:02d}:{total // 60 % 60:02d}{rest}"


def written(value: date | datetime | time | timedelta | Months) -> str:
    """As ``string()`` writes it: seconds always, ``Z`` for UTC, else the offset."""
    if isinstance(value, Months):
        return str(value)
    if isinstance(value, timedelta):
        return _duration_text(value)
    if isinstance(value, datetime):
        clock = value.strftime("%H:%M:%S") + _fraction(value.microsecond)
        return f"{value.date().isoformat()}T{clock}{_suffix(value.utcoffset(), value.tzinfo)}"
    if isinstance(value, time):
        return value.strftime("%H:%M:%S") + _fraction(value.microsecond) + _suffix(value.utcoffset(), value.tzinfo)
    return value.isoformat()


def _parts(value: timedelta) -> tuple[int, int, int, int, int, int]:
    """Sign, days, hours, minutes, seconds, microseconds; all but the sign not negative."""
    sign = -1 if value < timedelta(0) else 1
    value = abs(value)
    minutes, second = divmod(value.seconds, 60)
    hours, minute = divmod(minutes, 60)
    return sign, value.days, hours, minute, second, value.microseconds


def _duration_text(value: timedelta) -> str:
    sign, days, hours, minutes, secs, micros = _parts(value)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    if secs or micros:
        clock += f"{secs}{_fraction(micros)}S"
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if sign < 0 else ''}P{body or 'T0S'}"


def add(value: Any, duration: timedelta | Months, sign: int) -> Value:
    """A date, moment or time plus (or minus) a duration. Raises OverflowError, ValueError outside the calendar."""
    if isinstance(duration, Months):
        if isinstance(value, time) and not isinstance(value, datetime):
            return value
        if isinstance(value, datetime):
            return datetime.combine(add_months(value.date(), sign * duration.count), value.timetz())
        return add_months(value, sign * duration.count)
    delta = duration * sign
    if isinstance(value, datetime):
        return value + delta
    if isinstance(value, time):
        there = datetime.combine(date(2000, 1, 3), value.replace(tzinfo=None)) + timedelta(
            seconds=delta.seconds, microseconds=delta.microseconds
        )
        return there.time().replace(tzinfo=value.tzinfo)
    if delta.seconds or delta.microseconds:
        return datetime.combine(value, time()) + delta
    return value + delta


def difference(a: Any, b: Any) -> timedelta | None:
    """a - b of two dates, moments or times; None when one is a time of day and the other is not."""
    a_clock, b_clock = isinstance(a, time), isinstance(b, time)
    if a_clock or b_clock:
        if not (a_clock and b_clock):
            return None
        plain = (a.replace(tzinfo=None), b.replace(tzinfo=None)) if (a.tzinfo is None) != (b.tzinfo is None) else (a, b)
        return timedelta(microseconds=round((seconds(plain[0]) - seconds(plain[1])) * 1e6))
    if not isinstance(a, datetime) and not isinstance(b, datetime):
        return timedelta(days=(a - b).days)
    left, right = (v if isinstance(v, datetime) else datetime.combine(v, time()) for v in (a, b))
    if (left.tzinfo is None) != (right.tzinfo is None):
        left, right = local(left), local(right)
    return left - right


def months_between(start: date, end: date) -> Months:
    """Whole months from ``start`` to ``end``, negative when end is earlier; 29 Feb to 28 Feb is not a whole year."""
    count = (end.year - start.year) * 12 + end.month - start.month
    if count > 0 and end.day < start.day:
        return Months(count - 1)
    if count < 0 and end.day > start.day:
        return Months(count + 1)
    return Months(count)


def _years(value: Months) -> tuple[int, int]:
    sign = -1 if value.count < 0 else 1
    years, months = divmod(abs(value.count), 12)
    return sign * years, sign * months


def _zone_name(value: Any) -> str | None:
    if value.tzinfo is None:
        return None
    return "UTC" if value.tzinfo is UTC else _suffix(value.utcoffset(), value.tzinfo)


_date_parts: dict[str, Callable[[Any], Value]] = {
    "year": lambda v: v.year,
    "month": lambda v: v.month,
    "day": lambda v: v.day,
    "weekday": lambda v: v.isoweekday(),
}
_time_parts: dict[str, Callable[[Any], Value]] = {
    "hour": lambda v: v.hour,
    "minute": lambda v: v.minute,
    "second": lambda v: v.second,
    "timezone": _zone_name,
    "time offset": lambda v: v.utcoffset(),
}


def _signed(index: int) -> Callable[[timedelta], Value]:
    def part(value: timedelta) -> Value:
        parts = _parts(value)
        return parts[0] * parts[index] or 0

    return part


def _nothing(value: object) -> Value:
    return None


COMPONENTS: dict[type, dict[str, Callable[[Any], Value]]] = {
    date: _date_parts,
    datetime: _date_parts | _time_parts,
    time: _time_parts,
    Months: {"years": lambda v: _years(v)[0], "months": lambda v: _years(v)[1]}
    | dict.fromkeys(("days", "hours", "minutes", "seconds"), _nothing),
    timedelta: {"days": _signed(1), "hours": _signed(2), "minutes": _signed(3), "seconds": _signed(4)}
    | dict.fromkeys(("years", "months"), _nothing),
}
"""The only things that can be read of a value that is no context."""
