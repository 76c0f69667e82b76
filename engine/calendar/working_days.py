"""Keeps the rest from knowing which days are working days in Kazakhstan and how they are counted.

The five-day week, public holidays and moved days come from the ``holidays`` package; the calendar's own table of days
wins over it, because decrees move days every year. Counting excludes the day it starts from (clauses 5.1(3), 8.3.p3).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays

from engine.calendar.durations import NotATime

_ONE = timedelta(days=1)


@lru_cache(maxsize=256)
def _built_in(year: int) -> tuple[date, ...]:
    """The working days of a year without any override, ascending."""
    # The following year's decree may make a weekend day of this one working.
    official = holidays.country_holidays("KZ", years=(year, min(year + 1, date.max.year)))
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, last + 1))
    moved = official.weekend_workdays
    return tuple(day for day in days if day in moved or (day.weekday() < 5 and day not in official))


class WorkingCalendar:
    """The working calendar; ``overrides``: day -> is it a working day, against the built-in calendar.

    Days outside the years 1 to 9999 raise engine.calendar.durations.NotATime. Immutable; cheap to make.
    """

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._overrides: dict[int, dict[date, bool]] = {}
        for day, working in (overrides or {}).items():
            self._overrides.setdefault(day.year, {})[day] = working
        self._years: dict[int, tuple[date, ...]] = {}

    def is_working(self, day: date) -> bool:
        days = self._days(day.year)
        index = bisect_left(days, day)
        return index < len(days) and days[index] == day

    def next(self, day: date) -> date:
        """The day itself if it is a working day, else the first working day after it."""
        return day if self.is_working(day) else self.after(day, 1)

    def after(self, day: date, n: int) -> date:
        """The n-th working day after ``day``, which is not counted itself; 0 gives ``day``, negative counts back."""
        if n < 0:
            return self.before(day, -n)
        if n == 0:
            return day
        year, days = day.year, self._days(day.year)
        index = bisect_right(days, day) + n - 1
        while index >= len(days):
            index -= len(days)
            year += 1
            days = self._days(year)
        return days[index]

    def before(self, day: date, n: int) -> date:
        """The n-th working day before ``day``, which is not counted itself; 0 gives ``day``, negative counts on."""
        if n < 0:
            return self.after(day, -n)
        if n == 0:
            return day
        year, days = day.year, self._days(day.year)
        index = bisect_left(days, day) - n
        while index < 0:
            year -= 1
            days = self._days(year)
            index += len(days)
        return days[index]

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and with ``end``: ``between(d, after(d, n)) == n``; negative backwards."""
        if end < start:
            return -self.between(end, start)
        whole = sum(len(self._days(year)) for year in range(start.year, end.year))
        return whole + bisect_right(self._days(end.year), end) - bisect_right(self._days(start.year), start)

    def _days(self, year: int) -> tuple[date, ...]:
        known = self._years.get(year)
        if known is None:
            if not date.min.year <= year <= date.max.year:
                raise NotATime("time_out_of_range", str(year))
            known = _built_in(year)
            own = self._overrides.get(year)
            if own:
                known = tuple(sorted({day for day in known if own.get(day, True)} | {day for day in own if own[day]}))
            self._years[year] = known
        return known
