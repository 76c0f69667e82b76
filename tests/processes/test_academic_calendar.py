"""The academic calendar: what is missing is asked for in time, what is recorded arms what begins by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import reading, ru_timer, vw_term
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import at
from tests.processes.stages import MakeFaculty

WHOLE = {"year_start": "2027-09-01", "autumn_end": "2027-12-25", "spring_start": "2028-01-17", "year_end": "2028-06-24"}


def terms(faculty: Faculty, year: str = "2027/2028") -> dict[str, str]:
    with reading(faculty.engine.database) as connection:
        rows = connection.execute(sa.select(vw_term.c.name, vw_term.c.day).where(vw_term.c.year == year))
        return {row.name: row.day for row in rows}


def armed(faculty: Faculty, element: str) -> set[str]:
    with reading(faculty.engine.database) as connection:
        query = sa.select(ru_timer.c.due).where(ru_timer.c.instance == "", ru_timer.c.element == element)
        return {due[:10] for due in connection.execute(query).scalars()}


@pytest.fixture
def faculty(make: MakeFaculty) -> Faculty:
    """No date of any academic year is recorded."""
    return make("settled")


def test_7_6_1_a_calendar_that_is_missing_is_asked_for_thirty_days_before_it_is_needed(faculty: Faculty) -> None:
    faculty.wait_until(at("2027-06-18 08:00"))
    assert faculty.cases("academic_calendar") == []
    faculty.wait_until(at("2027-06-18 09:00"))  # 30 days before the annual plan begins, 45 before 1 September
    (case,) = faculty.cases("academic_calendar")
    assert faculty.open_tasks(case) == ["fill_calendar"]
    faculty.answer(faculty.asb, "fill_calendar", case, **WHOLE)
    assert terms(faculty) == WHOLE
    assert armed(faculty, "autumn_ended") == {"2027-12-26"}
    assert faculty.state(case) == "completed"


def test_7_6_1_a_full_calendar_is_not_asked_for(faculty: Faculty) -> None:
    for name, day in WHOLE.items():
        faculty.do(c.SetTerm(actor=c.SYSTEM, year="2027/2028", name=name, day=date.fromisoformat(day)))
    faculty.wait_until(at("2027-06-18 09:00"))
    (case,) = faculty.cases("academic_calendar")
    assert faculty.state(case) == "completed"


def test_7_6_1_the_section_corrects_a_date_and_what_has_not_begun_moves(faculty: Faculty) -> None:
    first = faculty.start("academic_calendar", faculty.asb, "univ", academic_year="2027/2028")
    faculty.answer(faculty.asb, "fill_calendar", first, **WHOLE)
    faculty.wait(days=1)
    again = faculty.start("academic_calendar", faculty.asb, "univ", academic_year="2027/2028")
    shown: Any = faculty.page(faculty.asb, "fill_calendar", again).data
    assert shown["year_start"] == "2027-09-01"
    faculty.answer(faculty.asb, "fill_calendar", again, **{**WHOLE, "autumn_end_doctoral": "2028-01-15"})
    assert faculty.variables(again)["terms"] == [{"name": "autumn_end_doctoral", "day": date(2028, 1, 15)}]
    assert armed(faculty, "autumn_ended") == {"2028-01-16"}  # of several levels the latest


@pytest.mark.parametrize(
    "wrong", [{"autumn_end": "2027-08-31"}, {"year_end": "2027-12-01"}, {"year_start": "2026-09-01"}]
)
def test_7_6_1_dates_that_cannot_be_are_refused(faculty: Faculty, wrong: dict[str, str]) -> None:
    case = faculty.start("academic_calendar", faculty.asb, "univ", academic_year="2027/2028")
    with pytest.raises(FormRefused) as refused:
        faculty.answer(faculty.asb, "fill_calendar", case, **{**WHOLE, **wrong})
    assert next(iter(wrong)) in " ".join(refused.value.errors)
