"""ASB's consolidated report: waits for the schools, names who sent nothing, and tells each what it thinks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at, day
from tests.processes.procedure import Procedure
from tests.processes.reporting import Reporting, calendar

WRITTEN = {"comparison": "Мектептер жоспарын орындады", "conclusions": "Мерзімдер қысқаруы керек"}
LOOK = "2027-01-20 09:01"


class Consolidation(Procedure):
    """The interim reports of 2026/2027: the autumn semester ends on 26 December, reports are due."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        if faculty.clock() < at(LOOK):
            faculty.wait_until(at(LOOK))
        (self.case,) = faculty.cases("asb_consolidation")

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("consolidations", "univ")["2026/2027/interim"]

    def consolidate(self, **more: Any) -> Consolidation:
        self.answer("asb1", "consolidate", **WRITTEN | {"feedback": []} | more)
        return self

    def publish(self) -> None:
        self.answer("asb1", "publish_institutional", published_on=self.faculty.today.isoformat(), reference="Сайт, № 4")


@pytest.fixture
def academic(faculty: Faculty) -> Faculty:
    calendar(faculty)
    return faculty


def test_7_6_3_a_school_without_a_report_is_reminded_and_says_why(academic: Faculty) -> None:
    consolidation = Consolidation(academic)
    assert consolidation.open == ["explain_delay"] * 2  # of both schools
    assert len(academic.offered(academic.chair, "explain_delay")) == 1
    with pytest.raises(FormRefused):
        consolidation.answer(academic.chair, "explain_delay", expected_on="2027-01-19", delay_cause="Отырыс кешікті")
    consolidation.answer(academic.chair, "explain_delay", expected_on="2027-01-25", delay_cause="Отырыс кешікті")
    assert academic.offered(academic.chair, "explain_delay") == []
    academic.wait_until(at("2027-01-27 09:01"))
    assert len(academic.offered(academic.chair, "explain_delay")) == 1


def test_7_9_4_4_where_there_is_no_chair_the_deans_office_answers_for_the_school(academic: Faculty) -> None:
    academic.dismiss(academic.chair, "chair")
    consolidation = Consolidation(academic)
    assert len(academic.offered(academic.office, "explain_delay")) == 1
    academic.wait_for_day(day("2027-02-04"))
    consolidation.consolidate(feedback=[{"school": SCHOOL, "text": "Индикаторлар салыстырмалы болсын"}]).publish()
    consolidation.answer(academic.office, "read_feedback", feedback_read=True)
    assert academic.state(consolidation.case) == "completed"


def test_7_9_4_4_after_three_looks_the_rest_is_consolidated_and_the_gap_named(academic: Faculty) -> None:
    consolidation = Consolidation(academic)
    academic.wait_for_day(day("2027-02-04"))
    assert consolidation.open == ["consolidate"]
    consolidation.consolidate()
    assert (consolidation.row["missing"], consolidation.row["received"]) == ([SCHOOL, "law"], [])


def test_7_9_4_4_reports_are_consolidated_published_and_answered(academic: Faculty) -> None:
    report = Reporting(academic)
    report.inputs()
    report.draft(no_capa_reason="Ауытқу жоқ")
    report.until_signing()
    report.sign()
    consolidation = Consolidation(academic)
    assert consolidation.open == ["explain_delay"]  # of the other school
    academic.wait_for_day(day("2027-02-04"))
    page = academic.page("asb1", "consolidate", consolidation.case).data
    assert [row["school"] for row in page["received"]] == [SCHOOL]
    consolidation.consolidate(feedback=[{"school": SCHOOL, "text": "Индикаторлар салыстырмалы болсын"}])
    assert [(row["school"], row["report_no"]) for row in consolidation.row["reports"]] == [(SCHOOL, "2026/2027-1")]
    consolidation.publish()
    consolidation.answer(academic.chair, "read_feedback", feedback_read=True)
    assert (consolidation.row["status"], consolidation.row["missing"]) == ("closed", ["law"])
    assert academic.state(consolidation.case) == "completed"
