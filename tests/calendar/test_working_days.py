"""Working days of Kazakhstan: the published calendars of 2025 to 2027, and a second, slow model of the same rules."""

from collections.abc import Mapping
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar.durations import NotATime
from engine.calendar.working_days import WorkingCalendar

ONE = timedelta(days=1)


class Stepping:
    """The same questions answered by walking from day to day."""

    def __init__(self, overrides: Mapping[date, bool]) -> None:
        self.overrides = overrides
        self.official = holidays.country_holidays("KZ", years=range(2024, 2030))

    def is_working(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day in self.official.weekend_workdays:
            return True
        return day.weekday() < 5 and day not in self.official

    def walk(self, day: date, n: int, step: timedelta) -> date:
        while n:
            day += step
            n -= self.is_working(day)
        return day

    def next(self, day: date) -> date:
        while not self.is_working(day):
            day += ONE
        return day

    def between(self, start: date, end: date) -> int:
        if end < start:
            return -self.between(end, start)
        count = 0
        while start < end:
            start += ONE
            count += self.is_working(start)
        return count


days = st.dates(date(2025, 6, 1), date(2028, 6, 1))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(days, st.booleans(), max_size=40), days, days, st.integers(0, 120))
def test_agrees_with_walking(overrides: dict[date, bool], day: date, other: date, n: int) -> None:
    fast, slow = WorkingCalendar(overrides), Stepping(overrides)
    assert fast.is_working(day) == slow.is_working(day)
    assert fast.next(day) == slow.next(day)
    assert fast.after(day, n) == slow.walk(day, n, ONE) == fast.before(day, -n)
    assert fast.before(day, n) == slow.walk(day, n, -ONE) == fast.after(day, -n)
    assert fast.between(day, other) == slow.between(day, other)
    assert fast.between(day, fast.after(day, n)) == n


OFF_2026 = "01-01 01-02 01-07 03-09 03-23 03-24 03-25 05-01 05-07 05-11 05-27 07-06 10-26 12-16"
OFF_2027 = "01-01 01-04 01-07 03-08 03-15 03-22 03-23 03-24 05-03 05-07 05-10 07-06 10-25 12-16"


@pytest.mark.parametrize(("year", "off"), [(2026, OFF_2026), (2027, OFF_2027)])
def test_days_off_of_the_week(year: int, off: str) -> None:
    calendar = WorkingCalendar()
    every = [date(year, 1, 1) + ONE * n for n in range(365)]
    found = [f"{day:%m-%d}" for day in every if day.weekday() < 5 and not calendar.is_working(day)]
    assert found == off.split()
    assert not any(calendar.is_working(day) for day in every if day.weekday() >= 5)


def test_moved_days_of_2025() -> None:
    calendar = WorkingCalendar()
    assert not calendar.is_working(date(2025, 1, 3))  # moved to Sunday 5 January
    assert calendar.is_working(date(2025, 1, 5))
    assert calendar.after(date(2024, 12, 31), 1) == date(2025, 1, 5)


def test_counting_by_the_regulation() -> None:
    calendar = WorkingCalendar()
    # Three working days before Friday 27 March 2026, over Nauryz (clause 5.1(3)).
    assert calendar.before(date(2026, 3, 27), 3) == date(2026, 3, 19)
    # Ten working days after approval on Thursday 30 April 2026, over the May holidays (clause 8.3.p3).
    assert calendar.after(date(2026, 4, 30), 10) == date(2026, 5, 19)
    # A quarter's first working day: 1 January to 5 January 2026; 1 October as it is.
    assert calendar.next(date(2026, 1, 1)) == date(2026, 1, 5)
    assert calendar.next(date(2026, 10, 1)) == date(2026, 10, 1)
    assert calendar.after(date(2026, 5, 22), 0) == date(2026, 5, 22)


def test_the_table_wins() -> None:
    monday, saturday = date(2026, 9, 7), date(2026, 9, 12)
    calendar = WorkingCalendar({monday: False, saturday: True, date(2026, 5, 27): True})
    assert calendar.next(monday) == date(2026, 9, 8)
    assert calendar.after(date(2026, 9, 11), 1) == saturday
    assert calendar.is_working(date(2026, 5, 27))
    assert not WorkingCalendar().is_working(date(2026, 5, 27))


def test_a_whole_year_off_is_stepped_over() -> None:
    closed = {date(2027, 1, 1) + ONE * n: False for n in range(365)}
    assert WorkingCalendar(closed).after(date(2026, 12, 31), 1) == date(2028, 1, 5)
    assert WorkingCalendar(closed).before(date(2028, 1, 5), 1) == date(2026, 12, 31)


def test_beyond_the_calendar() -> None:
    with pytest.raises(NotATime):
        WorkingCalendar().after(date(9999, 12, 1), 100)
    with pytest.raises(NotATime):
        WorkingCalendar().before(date(1, 1, 10), 100)
