"""Keeps the rest from knowing how dates fall into quarters, halves, and the university's academic years and terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from engine.values import ALMATY

YEAR_START = "year_start"
"""The name under which the academic calendar records the first day of an academic year."""


def quarter(day: date) -> str:
    """The calendar quarter: ``2026-Q4``."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_start(day: date) -> date:
    """The first day of the date's calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def half_year(day: date) -> str:
    """The calendar half: ``2026-H2`` (1 January to 30 June, 1 July to 31 December)."""
    return f"{day.year}-H{1 if day.month <= 6 else 2}"


def academic_year(day: date) -> str:
    """The academic year by the usual rule, from 1 September: ``2026/2027``."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}/{first + 1}"


def at_time(day: date, clock: time) -> datetime:
    """The moment when Almaty's clocks show ``clock`` on that day, with the offset in force then."""
    there = datetime.combine(day, clock.replace(tzinfo=None), ALMATY)
    return datetime.fromisoformat(there.isoformat())


def end_of_day(day: date) -> datetime:
    """23:59:59 of the day in Almaty: the last second in which an act is still in time."""
    return at_time(day, time(23, 59, 59))


class AcademicCalendar:
    """The recorded dates of academic years; ``rows`` are (year "2026/2027", name, day)."""

    def __init__(self, rows: Iterable[tuple[str, str, date]] = ()) -> None:
        self._days = {(year, name): day for year, name, day in rows}

    def term(self, year: str, name: str) -> date | None:
        """The recorded date, e.g. ``term("2026/2027", "autumn_end")``; None when it is not recorded."""
        return self._days.get((year, name))

    def academic_year(self, day: date) -> str:
        """The academic year of a date: by recorded first days where they are known, else from 1 September."""
        first = int(academic_year(day)[:4])
        for year in (first + 1, first):
            name = f"{year}/{year + 1}"
            if (self.term(name, YEAR_START) or date(year, 9, 1)) <= day:
                return name
        return f"{first - 1}/{first}"
