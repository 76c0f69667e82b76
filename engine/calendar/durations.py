"""Keeps the rest from knowing how ISO 8601 durations and repetitions are read and added to dates in Kazakhstan.

Months and years are added in the local calendar of Asia/Almaty and stop at the month's end (31 Dec + P2M = 28 or
29 Feb); whole days keep the local time of day; hours, minutes and seconds are elapsed time. A repetition is always
computed from its schedule, never from the occurrence before, so quarter days stay quarter days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Self, overload

from engine.values import ALMATY, Months

_DAY = timedelta(days=1)

Duration = timedelta | Months | tuple[Months, timedelta]
"""Days and time, or whole months, or both (``P1M2D``)."""


class NotATime(ValueError):
    """A text is no duration, date, moment or repetition, or a result lies outside the calendar.

    ``reason`` is a code of the wording; ``params`` holds the offending ``text``.
    """

    def __init__(self, reason: str, text: str) -> None:
        from engine.wording import say

        self.reason, self.text = reason, text
        self.params = {"text": text}
        super().__init__(say(reason, "en", self.params))


_number = r"([0-9]{1,18}(?:[.,][0-9]{1,18})?)"
_DURATION = re.compile(
    rf"([+-]?)P(?=.)(?:{_number}Y)?(?:{_number}M)?(?:{_number}W)?(?:{_number}D)?"
    rf"(?:T(?=.)(?:{_number}H)?(?:{_number}M)?(?:{_number}S)?)?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,18})?)?)"
    r"(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_UNITS = (7 * 86400, 86400, 3600, 60, 1)  # weeks, days, hours, minutes, seconds


def parse_duration(text: str) -> Duration:
    """Read an ISO 8601 duration (years to seconds, weeks, a sign, decimals in the last component).

    ``P1Y2M`` is Months(14), ``P3DT4H`` a timedelta, ``P1M2D`` both. Raises NotATime; a fraction of a month has no
    length and is refused, half a year is six months.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise NotATime("duration_unreadable", text)
    parts = match.groups()[1:]
    given = [index for index, part in enumerate(parts) if part is not None]
    fractional = [index for index in given if not parts[index].isdigit()]
    if fractional and fractional != given[-1:]:
        raise NotATime("duration_unreadable", text)
    years, months, *rest = (Fraction(part.replace(",", ".")) if part else Fraction(0) for part in parts)
    count = years * 12 + months
    if count.denominator != 1:
        raise NotATime("duration_unreadable", text)
    micros = round(sum(n * unit for n, unit in zip(rest, _UNITS, strict=True)) * 1_000_000)
    sign = -1 if match[1] == "-" else 1
    try:
        delta, whole = timedelta(microseconds=sign * micros), Months(sign * int(count))
    except OverflowError:
        raise NotATime("time_out_of_range", text) from None
    if not any(index > 1 for index in given):
        return whole
    return (whole, delta) if count else delta


def parse_date(text: str) -> date:
    """Read ``YYYY-MM-DD``. Raises NotATime."""
    try:
        if _DATE.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise NotATime("date_unreadable", text)


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 date and time, or a date (its first moment); without a zone it is Almaty's. Raises NotATime.

    The result is aware, with the fixed offset that is in force in Almaty at that moment.
    """
    stripped = text.strip()
    match = _MOMENT.fullmatch(stripped)
    try:
        if match is None:
            return _local(datetime.fromisoformat(parse_date(stripped).isoformat()).replace(tzinfo=ALMATY))
        day, clock, zone = match.groups()
        moment = datetime.fromisoformat(f"{day}T{clock.replace(',', '.')}{zone or ''}")
        return _local(moment if zone else moment.replace(tzinfo=ALMATY))
    except (ValueError, OverflowError):
        raise NotATime("moment_unreadable", text) from None


def _local(moment: datetime) -> datetime:
    """The moment with Almaty's offset made fixed: two datetimes that share one ZoneInfo would subtract as clocks."""
    there = moment.astimezone(ALMATY)
    return there.replace(tzinfo=timezone(there.utcoffset() or timedelta(0)), fold=0)


def add_months(day: date, count: int) -> date:
    """The date ``count`` months on, clamped to the month's end (29 Feb + 36 = 28 Feb). Raises NotATime."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise NotATime("time_out_of_range", f"{day} + P{count}M")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def prolonged(start: date, end: date, periods: Iterable[tuple[date, date]]) -> date:
    """``end`` put off by the days after ``start`` that lie in one of the periods (their first and last days count)."""
    off = list(periods)
    left, day = (end - start).days, start
    while left > 0:
        day += timedelta(days=1)
        left -= not any(first <= day <= last for first, last in off)
    return max(day, end)


@overload
def add(start: datetime, duration: Duration) -> datetime: ...
@overload
def add(start: date, duration: Duration) -> date: ...
def add(start: date, duration: Duration) -> date:
    """``start`` plus ``duration``: months first (clamped), then days, then time. Raises NotATime when out of range.

    A date stays a date: hours count from its midnight and what is not a whole day is dropped. A moment comes back
    with Almaty's offset of that moment; a moment without a zone is Almaty's.
    """
    months, delta = _split(duration)
    if isinstance(start, datetime):
        return _shift(start, months, delta, nominal=delta % _DAY == timedelta(0))
    try:
        return add_months(start, months) + delta
    except OverflowError:
        raise NotATime("time_out_of_range", f"{start} + {months}M {delta}") from None


def _split(duration: Duration) -> tuple[int, timedelta]:
    if isinstance(duration, Months):
        return duration.count, timedelta(0)
    if isinstance(duration, timedelta):
        return 0, duration
    return duration[0].count, duration[1]


def _shift(start: datetime, months: int, delta: timedelta, *, nominal: bool) -> datetime:
    """``nominal``: the delta counts calendar days and keeps the local time of day, else it is elapsed time."""
    try:
        here = start.astimezone(ALMATY) if start.tzinfo else start.replace(tzinfo=ALMATY)
        if months or nominal:
            day = add_months(here.date(), months) + (delta if nominal else timedelta(0))
            if day != here.date():  # a moment in the repeated hour keeps which of the two it is when nothing is added
                here = here.replace(year=day.year, month=day.month, day=day.day, fold=0)
        return _local(here if nominal else here.astimezone(UTC) + delta)
    except (ValueError, OverflowError):
        raise NotATime("time_out_of_range", f"{start.isoformat()} + {months}M {delta}") from None


@dataclass(frozen=True, slots=True)
class Cycle:
    """An ISO 8601 repetition. Occurrences are numbered from 1; ``count`` is None when it has no end.

    ``R/start/interval`` occurs first at ``start``; ``R/interval`` first one interval after the anchor, the moment
    the schedule began to wait (``since``); ``Rn/interval/end`` occurs n times, the last time at ``end``.
    """

    text: str
    count: int | None
    start: datetime | None
    end: datetime | None
    interval: Duration

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``R[n]/interval``, ``R[n]/start/interval``, ``R[n]/start/second`` or ``R[n]/interval/end``.

        Raises NotATime, also for an interval that does not lead forward.
        """
        head, *rest = text.strip().split("/")
        times = re.fullmatch(r"R([0-9]{1,12})?", head)
        if times is None or len(rest) not in (1, 2):
            raise NotATime("cycle_unreadable", text)
        start = end = None
        interval: Duration
        if len(rest) == 1:
            interval = parse_duration(rest[0])
        elif rest[0].lstrip("+-").startswith("P"):
            interval, end = parse_duration(rest[0]), parse_moment(rest[1])
        elif rest[1].lstrip("+-").startswith("P"):
            start, interval = parse_moment(rest[0]), parse_duration(rest[1])
        else:
            start = parse_moment(rest[0])
            interval = parse_moment(rest[1]) - start
        months, delta = _split(interval)
        if min(months, delta / _DAY) < 0 or not (months or delta):
            raise NotATime("cycle_not_forward", text)
        if not months and delta < timedelta(seconds=1):
            raise NotATime("cycle_too_often", text)
        return cls(text.strip(), int(times[1]) if times[1] else None, start, end, interval)

    def occurrence(self, n: int, since: datetime | None = None) -> datetime | None:
        """The n-th moment (n >= 1), or None beyond the last. ``since``: the anchor of a schedule without a start.

        Raises NotATime when the moment lies outside the calendar, ValueError without a needed anchor.
        """
        last = self._last(since)
        return self._at(n, last, since) if n >= 1 and (last is None or n <= last) else None

    def passed(self, moment: datetime, since: datetime | None = None) -> int:
        """How many occurrences lie at or before ``moment``, by bisection: a million of them cost forty additions."""
        last = self._last(since)
        return self._passed(moment, last, since)

    def next_after(self, moment: datetime, since: datetime | None = None) -> datetime | None:
        """The first occurrence strictly after ``moment``, None when there is none (or the calendar ends)."""
        last = self._last(since)
        n = self._passed(moment, last, since) + 1
        try:
            return self._at(n, last, since) if last is None or n <= last else None
        except NotATime:
            return None

    def remaining(self, moment: datetime, since: datetime | None = None) -> int | None:
        """How many occurrences come after ``moment``; None when the repetition has no end."""
        last = self._last(since)
        return None if last is None else last - self._passed(moment, last, since)

    def _at(self, n: int, last: int | None, since: datetime | None) -> datetime:
        if self.start is not None:
            return self._times(self.start, n - 1)
        if self.end is not None and last is not None:
            return self._times(self.end, n - last)
        return self._times(_needed(since), n)

    def _passed(self, moment: datetime, last: int | None, since: datetime | None) -> int:
        def due(n: int) -> bool:
            try:
                return (last is None or n <= last) and self._at(n, last, since) <= moment
            except NotATime:
                return self.end is not None  # outside the calendar: counted back from an end, long past

        return _greatest(due)

    def _last(self, since: datetime | None) -> int | None:
        """The number of the last occurrence. With an end but no count, those after the anchor are counted."""
        if self.count is not None or self.end is None:
            return self.count
        end, anchor = self.end, _needed(since)

        def after_anchor(steps: int) -> bool:
            try:
                return self._times(end, 1 - steps) > anchor
            except NotATime:
                return False

        return _greatest(after_anchor)

    def _times(self, origin: datetime, n: int) -> datetime:
        months, delta = _split(self.interval)
        try:
            product = delta * n
        except OverflowError:
            raise NotATime("time_out_of_range", self.text) from None
        # Whole days by the interval, not by the product: 144 x PT10M is elapsed time, else the order could break.
        return _shift(origin, months * n, product, nominal=delta % _DAY == timedelta(0))


def _greatest(holds: Callable[[int], bool]) -> int:
    """The greatest n >= 1 for which ``holds``, which holds up to some n and not beyond; 0 if it never does."""
    low, high = 0, 1
    while holds(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _needed(since: datetime | None) -> datetime:
    if since is None:
        raise ValueError("a repetition without a start needs the moment it began to wait")
    return since
