"""Recommendations of experts: closed only with evidence that was verified and with a mark of the commission."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Refused
from tests.processes.experts import Report
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import at

CLOSE = {"result": "close"}


@pytest.fixture
def report(faculty: Faculty) -> Report:
    return Report(faculty)


@pytest.fixture
def assigned(report: Report) -> Report:
    report.split()
    report.assign()
    return report


def test_3_8_1_each_recommendation_has_its_executor_and_term(assigned: Report) -> None:
    assert assigned.open == ["plan", "plan"]
    row = assigned.row(2)
    assert (row["executor"], row["due_at"], row["status"]) == ("head2", date(2026, 10, 30), "open")


def test_3_8_1_the_experts_own_term_is_not_passed(report: Report) -> None:
    report.split(body_due="2026-10-15")
    with pytest.raises(FormRefused):
        report.assign()


def test_3_8_1_it_is_closed_with_evidence_and_the_commissions_mark(report: Report) -> None:
    report.done()
    assert report.row(1)["status"] == "verified"  # not closed yet
    report.consider(CLOSE, CLOSE)
    row = report.row(1)
    assert (row["status"], row["evidence"][0]["title"]) == ("closed", "Жаңартылған силлабустар")
    assert row["meeting_id"]
    assert report.faculty.state(report.case) == "completed"


def test_3_8_1_nothing_is_accepted_without_evidence(assigned: Report) -> None:
    assigned.plan("head")
    assigned.faculty.answer("head", "progress", assigned.case, percent=0, evidence=[])
    with pytest.raises(FormRefused):
        assigned.verify()
    assigned.verify(accepted=False)
    assert assigned.row(1)["status"] == "returned"


def test_3_8_1_what_proves_it_goes_to_the_evidence_base(report: Report) -> None:
    report.done()
    report.faculty.wait(minutes=1)
    assert len(report.faculty.offered("head", "describe")) == 1


def test_3_8_1_what_is_not_enough_goes_back_and_nobody_verifies_their_own(assigned: Report) -> None:
    assigned.plan("head")
    assigned.progress("head", percent=50)
    assigned.verify(accepted=False)
    assert (assigned.row(1)["status"], assigned.row(1)["submitted_on"]) == ("returned", None)
    page = assigned.faculty.page("head", "progress", assigned.case)
    assert page.data["remarks"] == "Жартысы ғана жаңартылған"


def test_3_8_1_the_executor_does_not_verify(faculty: Faculty) -> None:
    faculty.appoint("head", "secretary")
    report = Report(faculty)
    report.split()
    report.assign()
    report.plan("head")
    report.progress("head")
    with pytest.raises(Refused) as refusal:
        faculty.complete("head", faculty.task("verify", report.case), rec_accepted=True)
    assert refusal.value.code == "same_person"


def test_3_8_1_what_does_not_apply_is_decided_by_the_commission(assigned: Report) -> None:
    assigned.plan("head", "not_applicable")
    assigned.plan("head2")
    assigned.progress("head2")
    assigned.verify()
    with pytest.raises(FormRefused):
        assigned.consider(CLOSE, CLOSE)
    assigned.check({"result": "not_applicable"}, CLOSE)
    assert [assigned.row(n)["status"] for n in (1, 2)] == ["not_applicable", "closed"]


def test_3_8_1_the_commission_may_give_a_new_term(report: Report) -> None:
    report.done()
    report.consider({"result": "continue", "new_due": "2027-02-01"}, CLOSE)
    assert report.open == ["plan"]
    row = report.row(1)
    assert (row["status"], row["due_at"], len(row["extensions"])) == ("open", date(2027, 2, 1), 1)


def test_3_8_1_reminded_two_weeks_before_and_on_the_agenda_when_overdue(assigned: Report) -> None:
    for who in ("head", "head2"):
        assigned.plan(who)
    assigned.faculty.wait_until(at("2026-10-16 09:01"))
    assert assigned.row(1)["reminded_on"] == date(2026, 10, 16)
    assigned.faculty.wait_until(at("2026-10-31 00:01"))
    assert assigned.open == ["progress", "progress"]
    assert assigned.faculty.cases("non_fulfilment_escalation") == []


def test_3_8_1_the_tracker_is_made_every_half_year(assigned: Report) -> None:
    assigned.faculty.wait_until(at("2027-03-08 10:00"))
    assert [row["rec_no"] for row in assigned.faculty.variables(assigned.case)["tracked"]] == ["1/2026/1", "1/2026/2"]


def test_3_8_1_capa_are_asked_of_the_department(report: Report) -> None:
    report.split()
    report.assign(capa=True)
    report.faculty.wait(minutes=1)
    (plan,) = report.faculty.register("capa_plans").values()
    assert (plan["department"], plan["source"]) == ("eng-cs", "expert_recommendation")
