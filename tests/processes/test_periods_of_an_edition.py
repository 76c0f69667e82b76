"""Periods that the regulation states: when an edition states others, the same models begin by those."""

from __future__ import annotations

from datetime import date

from engine import commands as c
from engine.values import Value
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import at, day
from tests.processes.reporting import calendar


def states(faculty: Faculty, name: str, value: Value) -> None:
    """The edition in force states the value."""
    faculty.person("owner", ("process_owner", "univ"), unit="univ")
    faculty.start("edition_life", "asb1", "univ", edition_no=1, approved_on=date(2026, 1, 15), decision_no="1",
                  legal_agreed_on=date(2026, 1, 10), url="https://univ.example",
                  published_on=date(2026, 1, 16))  # fmt: skip
    faculty.do(c.SetParameter(actor=c.SYSTEM, name=name, value=value, reason="1-редакция", edition="1"))


def test_7_4_3_an_inquiry_is_made_as_often_as_the_edition_says(decided: Faculty) -> None:
    """Every two months instead of three: 1 November is a Sunday."""
    states(decided, "INQUIRY", 2)
    decided.wait_until(at("2026-11-02 08:59"))
    assert decided.cases("quarterly_inquiry") == []
    decided.wait_until(at("2026-11-02 09:00"))
    assert [decided.variables(x)["quarter"] for x in decided.cases("quarterly_inquiry")] == ["2026-Q6", "2026-Q6"]
    decided.wait_until(at("2027-01-06 09:00"))
    assert {decided.variables(x)["quarter"] for x in decided.cases("quarterly_inquiry")} == {"2026-Q6", "2027-Q1"}


def test_7_4_4_execution_is_reviewed_as_often_as_the_edition_says(decided: Faculty) -> None:
    """Once a year instead of twice: so long before the year ends as it was before the first half-year."""
    states(decided, "REVIEW", 12)
    decided.wait_until(at("2026-10-16 08:59"))
    assert decided.cases("half_year_review") == []
    decided.wait_until(at("2026-10-16 09:00"))
    begun = [decided.variables(x) for x in decided.cases("half_year_review")]
    assert [(one["half_year"], one["half_from"], one["half_to"]) for one in begun] == [
        ("2026-H1", day("2026-01-01"), day("2026-12-31")),
        ("2026-H1", day("2026-01-01"), day("2026-12-31")),
    ]
    decided.wait_until(at("2027-06-01 09:00"))
    assert len(decided.cases("half_year_review")) == 2


def test_7_4_4_how_long_before_the_half_year_ends_a_review_begins_is_ours(decided: Faculty) -> None:
    decided.set_parameter("P_REVIEW_LEAD", 61)
    decided.wait_until(at("2026-11-02 08:59"))
    assert decided.cases("half_year_review") == []
    decided.wait_until(at("2026-11-02 09:00"))  # the first of May in the first half-year; 1 November is a Sunday
    assert len(decided.cases("half_year_review")) == 2


def test_7_6_1_with_one_report_a_year_there_is_none_of_the_autumn_semester(faculty: Faculty) -> None:
    states(faculty, "REPORTS", 1)
    calendar(faculty)
    faculty.wait_until(at("2027-06-26 09:00"))
    cases = [faculty.variables(x) for x in faculty.cases("semester_reporting")]
    assert [one["report_id"] for one in cases if one["school"] == SCHOOL] == ["2026/2027/final"]
