"""Quarters, halves and academic years, by rule and by the recorded calendar."""

from datetime import date, time

import pytest

from engine.calendar.terms import (
    AcademicCalendar,
    academic_year,
    at_time,
    end_of_day,
    half_year,
    quarter,
    quarter_start,
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), ("2026-Q3", date(2026, 7, 1), "2026-H2", "2025/2026")),
        (date(2026, 9, 1), ("2026-Q3", date(2026, 7, 1), "2026-H2", "2026/2027")),
        (date(2027, 1, 1), ("2027-Q1", date(2027, 1, 1), "2027-H1", "2026/2027")),
        (date(2027, 6, 30), ("2027-Q2", date(2027, 4, 1), "2027-H1", "2026/2027")),
        (date(2027, 12, 31), ("2027-Q4", date(2027, 10, 1), "2027-H2", "2027/2028")),
    ],
)
def test_periods(day: date, expected: tuple[object, ...]) -> None:
    assert (quarter(day), quarter_start(day), half_year(day), academic_year(day)) == expected


def test_recorded_dates() -> None:
    calendar = AcademicCalendar(
        [
            ("2026/2027", "year_start", date(2026, 9, 7)),
            ("2026/2027", "autumn_end", date(2027, 1, 16)),
            ("2027/2028", "year_start", date(2027, 8, 23)),
        ]
    )
    assert calendar.term("2026/2027", "autumn_end") == date(2027, 1, 16)
    assert calendar.term("2026/2027", "spring_end") is None
    years = {day: calendar.academic_year(date.fromisoformat(day)) for day in ("2026-09-01", "2026-09-07", "2027-08-22")}
    assert years == {"2026-09-01": "2025/2026", "2026-09-07": "2026/2027", "2027-08-22": "2026/2027"}
    assert calendar.academic_year(date(2027, 8, 23)) == "2027/2028"
    assert calendar.academic_year(date(2028, 9, 1)) == "2028/2029"


def test_moments_of_a_day() -> None:
    assert end_of_day(date(2026, 9, 1)).isoformat() == "2026-09-01T23:59:59+05:00"
    assert end_of_day(date(2024, 2, 28)).isoformat() == "2024-02-28T23:59:59+06:00"
    assert at_time(date(2026, 9, 1), time(9)).isoformat() == "2026-09-01T09:00:00+05:00"
