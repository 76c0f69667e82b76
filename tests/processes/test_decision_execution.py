"""Execution of a decision: taken on, reported in time or late, verified, closed; the day of submission counts."""

from __future__ import annotations

import pytest

from engine.errors import NotPermitted, SamePerson
from tests.processes.execution import POOR, REPORT, Execution
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import DECISION, at, day, meeting_of
from tests.processes.stages import MakeFaculty

DUE = "2026-10-12"


@pytest.fixture
def given(decided: Faculty) -> Execution:
    """The decision as it reaches the department; due on Monday 12 October 2026."""
    return Execution(decided)


def by_person(make: MakeFaculty, person: str, **more: str) -> Execution:
    """A decision of which one person has charge."""
    faculty = make("in_session")
    meeting = meeting_of(faculty)
    meeting.decide(DECISION | {"executor_kind": "person", "executor": person, "executor_unit": None}, **more)
    return Execution(faculty, meeting.finish() + "-1")


def test_7_5_2_an_employee_from_outside_the_school_may_be_put_in_charge(make: MakeFaculty) -> None:
    faculty = make("in_session")
    faculty.person("archivist", ("archive", "univ"), unit="univ")
    meeting = meeting_of(faculty)
    meeting.decide(DECISION | {"executor_kind": "outside", "outside_executor": "archivist", "executor_unit": None})
    given = Execution(faculty, meeting.finish() + "-1")
    assert (given.row["executor_kind"], given.row["executor"], given.row["executor_unit"]) == (
        "person",
        "archivist",
        "univ",
    )
    assert faculty.offered("archivist", "accept_task", given.case)


# --- in time ----------------------------------------------------------------------------------------------------------


def test_7_4_1_in_time_verified_and_closed(given: Execution) -> None:
    faculty = given.faculty
    assert (given.row["status"], given.row["due_at"], given.row["in_work"]) == ("open", day(DUE), True)
    assert faculty.offered(faculty.head, "accept_task")[0].about == DECISION["decision_text"]
    given.accept()
    given.report()
    assert faculty.page(faculty.secretary, "verify").data["percent"] == 100
    given.verify()
    given.close()
    assert faculty.state(given.case) == "completed"
    row = given.row
    assert (row["status"], row["in_work"], row["quality"]) == ("done", False, "ok")
    assert (row["submitted_on"], row["closed_on"]) == (day("2026-09-21"), day("2026-09-21"))
    assert row["evidence"] == REPORT["evidence"]
    faculty.wait_for_day(day("2026-10-20"))
    assert faculty.register("breaches") == {}


def test_7_4_1_submitted_on_the_last_day_and_verified_later_is_in_time(given: Execution) -> None:
    given.accept()
    given.faculty.wait_until(at("2026-10-12 23:30"))
    given.report()
    given.faculty.wait_for_day(day("2026-10-15"))
    given.verify()
    given.close()
    assert (given.row["status"], given.row["submitted_on"]) == ("done", day(DUE))
    assert given.faculty.register("breaches") == {}


def test_7_4_2_three_working_days_before_the_term_it_is_noted_that_it_is_near(given: Execution) -> None:
    given.faculty.wait_until(at("2026-10-07 08:59"))
    assert "reminded_on" not in given.row
    given.faculty.wait_until(at("2026-10-07 09:00"))
    assert given.row["reminded_on"] == day("2026-10-07")


def test_7_4_1_a_term_on_a_day_off_ends_on_the_next_working_day(make: MakeFaculty) -> None:
    faculty = make("in_session")
    meeting = meeting_of(faculty)
    meeting.decide(due_at="2026-10-24")  # Saturday; Monday 26 October makes up for the Republic Day on Sunday
    execution = Execution(faculty, meeting.finish() + "-1")
    execution.accept()
    [row] = faculty.offered(faculty.head, "execute")
    assert row.due == at("2026-10-27 23:59:59")
    faculty.wait_until(at("2026-10-27 23:59"))
    assert execution.row["status"] == "open"
    faculty.wait_until(at("2026-10-28 00:00"))
    assert execution.row["status"] == "late"


# --- late -------------------------------------------------------------------------------------------------------------


def test_7_5_1_not_submitted_by_the_term_is_a_breach_and_the_work_goes_on(given: Execution) -> None:
    faculty = given.faculty
    given.accept()
    faculty.wait_until(at("2026-10-12 23:59"))
    assert (given.row["status"], faculty.register("breaches")) == ("open", {})
    faculty.wait_until(at("2026-10-13 00:00"))
    assert (given.row["status"], given.open) == ("late", ["execute"])
    [breach] = faculty.register("breaches").values()
    assert (breach["decision_id"], breach["breach_type"], breach["status"]) == (given.decision, "late", "reported")
    assert len(faculty.cases("non_fulfilment_escalation")) == 1


def test_7_4_1_submitted_after_the_term_is_done_late_and_the_breach_stays_in_the_record(given: Execution) -> None:
    faculty = given.faculty
    given.accept()
    faculty.wait_for_day(day("2026-10-14"))
    given.done()
    assert (given.row["status"], given.row["submitted_on"]) == ("done_late", day("2026-10-14"))
    assert len(faculty.register("breaches")) == 1


def test_7_5_1_a_decision_nobody_takes_on_is_late_as_well(given: Execution) -> None:
    given.faculty.wait_until(at("2026-10-13 09:00"))
    assert (given.row["status"], given.open) == ("late", ["accept_task"])


# --- poor -------------------------------------------------------------------------------------------------------------


def test_7_5_1_poor_execution_is_a_breach_and_goes_back_with_the_remarks(given: Execution) -> None:
    faculty = given.faculty
    given.accept()
    given.report()
    given.verify("poor")
    assert (given.row["status"], given.open) == ("poor", ["execute"])
    [breach] = faculty.register("breaches").values()
    assert breach["breach_type"] == "poor_quality"
    data = faculty.page(faculty.head, "execute").data
    assert (data["remarks"], data["result"]) == (POOR["remarks"], REPORT["result"])


def test_7_4_1_resubmitted_by_the_term_it_is_done(given: Execution) -> None:
    given.accept()
    given.report()
    given.verify("poor")
    given.faculty.wait_for_day(day(DUE))
    given.done()
    assert (given.row["status"], given.row["submitted_on"]) == ("done", day(DUE))
    assert len(given.faculty.register("breaches")) == 1


def test_7_4_1_after_a_poor_result_the_day_of_resubmission_counts(given: Execution) -> None:
    faculty = given.faculty
    given.accept()
    given.report()
    given.verify("poor")
    faculty.wait_for_day(day("2026-10-13"))
    assert [row["breach_type"] for row in faculty.register("breaches").values()] == ["poor_quality", "late"]
    given.done()
    assert (given.row["status"], given.row["submitted_on"]) == ("done_late", day("2026-10-13"))


def test_7_5_1_found_poor_only_after_the_term_it_is_one_breach_not_two(given: Execution) -> None:
    faculty = given.faculty
    given.accept()
    faculty.wait_for_day(day("2026-10-12"))
    given.report()
    faculty.wait_for_day(day("2026-10-14"))
    given.verify("poor")
    assert [row["breach_type"] for row in faculty.register("breaches").values()] == ["poor_quality"]
    given.done()
    assert given.row["status"] == "done_late"


# --- who does what ----------------------------------------------------------------------------------------------------


def test_7_4_1_only_the_department_in_charge_takes_it_on(given: Execution) -> None:
    faculty = given.faculty
    assert faculty.offered(faculty.other_head) == []
    task = faculty.task("accept_task")
    assert isinstance(faculty.refused(faculty.completion(faculty.other_head, task, answer="accept")), NotPermitted)


def test_7_4_1_a_new_head_of_the_department_goes_on_with_it(given: Execution) -> None:
    faculty = given.faculty
    given.accept()
    faculty.dismiss(faculty.head, "department")
    faculty.appoint(faculty.teacher, "department", "eng-cs", start=faculty.today)
    assert faculty.offered(faculty.head) == []
    given.report(by=faculty.teacher)
    assert given.open == ["verify"]


def test_7_4_1_a_person_in_charge_gets_it_as_a_task_of_their_own(make: MakeFaculty) -> None:
    execution = by_person(make, "teacher")
    assert (execution.row["executor"], execution.row["executor_unit"]) == ("teacher", "eng-cs")
    assert execution.faculty.offered(execution.faculty.head) == []
    execution.accept(by="teacher")
    execution.report(by="teacher")
    execution.verify()
    execution.close()
    assert execution.row["status"] == "done"


def test_7_4_2_nobody_verifies_the_own_work(make: MakeFaculty) -> None:
    """The secretary is in charge: the chair verifies."""
    execution = by_person(make, "m2")
    faculty = execution.faculty
    execution.accept(by=faculty.secretary)
    execution.report(by=faculty.secretary)
    [row] = faculty.offered(faculty.secretary, "verify")
    assert isinstance(faculty.refused(faculty.completion(faculty.secretary, row.task)), SamePerson)
    faculty.submit(faculty.chair, row.task, **{**POOR, "quality": "ok", "remarks": None})
    assert execution.open == ["confirm_close"]


def test_6_2_3_the_chair_returns_what_is_not_to_be_closed_yet(given: Execution) -> None:
    given.accept()
    given.report()
    given.verify()
    given.do(given.faculty.chair, "confirm_close", close="return", close_note="Дәлел жеткіліксіз")
    assert given.open == ["verify"]
    given.verify("poor")
    assert (given.open, given.row["status"]) == (["execute"], "poor")


def test_7_4_2_a_report_has_evidence_and_a_percentage(given: Execution) -> None:
    given.accept()
    with pytest.raises(FormRefused) as refused:
        given.report(evidence=[], percent=120)
    assert set(refused.value.errors) == {"evidence", "percent"}
    with pytest.raises(FormRefused) as refused:
        given.report(evidence=[{"title": "Есеп", "reference": ""}])
    assert set(refused.value.errors) == {"evidence.0.reference"}


# --- contested --------------------------------------------------------------------------------------------------------


def test_7_4_1_the_chair_insists_and_the_executor_goes_on(given: Execution) -> None:
    faculty = given.faculty
    given.do(faculty.head, "accept_task", answer="contest", contest_reason="Біздің міндет емес")
    assert faculty.page(faculty.chair, "consider_objection").data["contest_reason"] == "Біздің міндет емес"
    given.do(faculty.chair, "consider_objection", objection_verdict="insist", objection_note="Кафедраның міндеті")
    assert given.open == ["execute"]


def test_7_4_1_while_an_objection_is_considered_the_term_runs(given: Execution) -> None:
    faculty = given.faculty
    given.do(faculty.head, "accept_task", answer="contest", contest_reason="Біздің міндет емес")
    faculty.wait_for_day(day("2026-10-13"))
    assert (given.open, given.row["status"]) == (["consider_objection"], "late")


def test_7_4_1_an_objection_needs_a_reason(given: Execution) -> None:
    with pytest.raises(FormRefused) as refused:
        given.do(given.faculty.head, "accept_task", answer="contest")
    assert set(refused.value.errors) == {"contest_reason"}
