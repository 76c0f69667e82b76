"""The quarterly inquiry: on the first working day of each quarter, once a school, answered, reminded, summed up."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import DuplicateKey, NotPermitted
from tests.processes.execution import Execution
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import DECISION, Meeting, at, day
from tests.processes.stages import MakeFaculty

QUARTER = "2026-Q4"


class Inquiry:
    """The inquiry of the fourth quarter 2026, from its first day on."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        faculty.wait_until(at("2026-10-01 09:00"))
        self.case = next(x for x in faculty.cases("quarterly_inquiry") if faculty.variables(x)["school"] == SCHOOL)

    @property
    def row(self) -> dict[str, object]:
        return self.faculty.register("inquiries")[QUARTER]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def send(self, by: str = "", **more: str) -> None:
        self.faculty.answer(by or self.faculty.secretary, "send_inquiries", self.case,
                            inquiry_text="Шешімдердің орындалу барысын хабарлаңыздар", **more)  # fmt: skip

    def answer(self, by: str, status: str = "in_work", **more: object) -> None:
        rows = self.faculty.page(by, "answer", self.case).data["statuses"]
        statuses = [{**row, "status": status, "percent": 50, **more} for row in rows]
        self.faculty.answer(by, "answer", self.case, statuses=statuses)

    def review(self) -> None:
        self.faculty.answer(self.faculty.chair, "review_summary", self.case, summary_noted=True, chair_note="Оқыдым")


@pytest.fixture
def inquiry(decided: Faculty) -> Inquiry:
    return Inquiry(decided)


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_7_4_3_it_begins_at_nine_on_the_first_working_day_of_the_quarter(decided: Faculty) -> None:
    decided.wait_until(at("2026-10-01 08:59"))
    assert decided.cases("quarterly_inquiry") == []
    decided.wait_until(at("2026-10-01 09:00"))
    assert len(decided.cases("quarterly_inquiry")) == 2  # one a school


def test_7_4_3_after_the_new_year_it_begins_on_the_first_day_that_is_no_holiday(faculty: Faculty) -> None:
    """1 and 2 January are holidays, 3 January is a Sunday, the Monday makes up for the Saturday."""
    faculty.wait_until(at("2027-01-05 08:59"))
    assert set(faculty.register("inquiries")) == {QUARTER}
    faculty.wait_until(at("2027-01-05 09:00"))
    assert faculty.register("inquiries")["2027-Q1"]["asked_on"] == day("2027-01-05")


def test_7_4_3_it_stays_on_the_days_of_the_quarters_over_the_year(faculty: Faculty) -> None:
    faculty.wait_until(at("2027-10-02 09:00"))
    days = {quarter: row["asked_on"] for quarter, row in faculty.register("inquiries").items()}
    assert days == {
        "2026-Q4": day("2026-10-01"),
        "2027-Q1": day("2027-01-05"),
        "2027-Q2": day("2027-04-01"),
        "2027-Q3": day("2027-07-01"),
        "2027-Q4": day("2027-10-01"),
    }


def test_7_4_3_run_twice_there_is_one_set_of_inquiries(inquiry: Inquiry) -> None:
    faculty = inquiry.faculty
    again = c.StartProcess(actor=c.CLOCK, definition="quarterly_inquiry", school=SCHOOL, element="quarter_begins")
    assert isinstance(faculty.refused(again), DuplicateKey)
    faculty.engine.settle()
    assert len(faculty.cases("quarterly_inquiry")) == 2
    inquiry.send()
    assert len(faculty.offered(faculty.head, "answer")) == 1


def test_7_4_3_when_the_server_was_down_on_the_day_it_is_caught_up_with_once(decided: Faculty) -> None:
    decided.out_of_order_until(at("2026-10-06 11:20"))
    assert decided.cases("quarterly_inquiry") != []
    assert len(decided.offered(decided.secretary, "send_inquiries")) == 1
    decided.wait(days=60)
    assert len(decided.cases("quarterly_inquiry")) == 2


def test_7_4_3_when_it_was_down_over_the_turn_of_the_quarter_the_running_one_is_asked(faculty: Faculty) -> None:
    faculty.out_of_order_until(at("2027-01-20 10:00"))
    assert list(faculty.register("inquiries")) == ["2027-Q1"]
    faculty.wait_until(at("2027-04-01 09:00"))
    assert list(faculty.register("inquiries")) == ["2027-Q1", "2027-Q2"]


# --- nothing to ask ---------------------------------------------------------------------------------------------------


def test_7_4_3_with_nothing_in_work_the_duty_is_met_and_recorded(faculty: Faculty) -> None:
    inquiry = Inquiry(faculty)
    assert (inquiry.row["status"], inquiry.row["units"]) == ("nothing_open", [])
    assert faculty.state(inquiry.case) == "completed"
    assert faculty.register("inquiries", school="law")[QUARTER]["status"] == "nothing_open"


def test_7_4_3_a_closed_decision_is_not_asked_about(decided: Faculty) -> None:
    execution = Execution(decided)
    execution.accept()
    execution.done()
    assert Inquiry(decided).row["status"] == "nothing_open"


# --- asked and answered -----------------------------------------------------------------------------------------------


def test_7_4_3_the_unit_answers_within_ten_working_days_and_the_chair_reads_the_summary(inquiry: Inquiry) -> None:
    faculty, decision = inquiry.faculty, inquiry.faculty.notes["decision"]
    inquiry.send()
    assert (inquiry.row["status"], inquiry.row["reply_due"]) == ("asked", day("2026-10-15"))
    asked = faculty.register("decisions")[decision]
    assert (asked["asked_quarter"], asked["asked_on"]) == (QUARTER, day("2026-10-01"))
    [row] = faculty.offered(faculty.head, "answer")
    assert row.due == at("2026-10-15 23:59:59")
    inquiry.answer(faculty.head)
    assert inquiry.open == ["review_summary"]
    inquiry.review()
    assert faculty.state(inquiry.case) == "completed"
    assert (inquiry.row["status"], inquiry.row["unanswered"]) == ("summarised", [])
    answered = faculty.register("decisions")[decision]
    assert (answered["inquiry_status"], answered["percent"], answered["status"]) == ("in_work", 50, "open")


def test_7_4_3_each_unit_is_asked_about_its_own_decisions_only(make: MakeFaculty) -> None:
    faculty = make("several")
    inquiry = Inquiry(faculty)
    inquiry.send()
    mine = faculty.page(faculty.head, "answer").data["statuses"]
    assert [row["decision_id"] for row in mine] == faculty.notes["decisions"][:3]
    theirs = faculty.page(faculty.other_head, "answer").data["statuses"]
    assert [row["decision_id"] for row in theirs] == faculty.notes["decisions"][3:]
    task = faculty.offered(faculty.head, "answer")[0].task
    assert isinstance(faculty.refused(faculty.completion(faculty.other_head, task)), NotPermitted)
    inquiry.answer(faculty.head)
    assert inquiry.open == ["answer"]
    inquiry.answer(faculty.other_head)
    assert len(faculty.variables(inquiry.case)["summary"]) == 4


def test_5_2_8_without_an_answer_it_is_reminded_and_then_told_to_the_chair(make: MakeFaculty) -> None:
    faculty = make("several")
    inquiry = Inquiry(faculty)
    inquiry.send()
    inquiry.answer(faculty.other_head)
    faculty.wait_until(at("2026-10-15 23:59"))
    assert "reminded_on" not in inquiry.row
    faculty.wait_until(at("2026-10-16 09:00"))
    assert (inquiry.row["reminded_on"], inquiry.open) == (day("2026-10-15"), ["answer"])
    faculty.wait_until(at("2026-10-22 23:59"))
    assert inquiry.open == ["answer"]
    faculty.wait_until(at("2026-10-23 09:00"))
    assert inquiry.open == ["review_summary"]
    assert faculty.page(faculty.chair, "review_summary").data["unanswered"] == ["eng-cs"]
    inquiry.review()
    assert (inquiry.row["unanswered"], inquiry.row["chair_note"]) == (["eng-cs"], "Оқыдым")


def test_7_4_3_an_answer_after_the_reminder_still_counts(inquiry: Inquiry) -> None:
    inquiry.send()
    inquiry.faculty.wait_until(at("2026-10-19 09:00"))
    inquiry.answer(inquiry.faculty.head)
    inquiry.review()
    assert inquiry.row["unanswered"] == []


def test_7_4_3_done_without_evidence_is_verified(inquiry: Inquiry) -> None:
    faculty = inquiry.faculty
    inquiry.send()
    inquiry.answer(faculty.head, "done")
    assert inquiry.open == ["check_claims"]
    rows = faculty.page(faculty.secretary, "check_claims").data["claims"]
    assert [row["decision_id"] for row in rows] == [faculty.notes["decision"]]
    claims = [{**row, "claim_ok": "no", "claim_note": "Есеп жоқ"} for row in rows]
    faculty.answer(faculty.secretary, "check_claims", inquiry.case, claims=claims)
    inquiry.review()
    [line] = inquiry.row["summary"]
    assert (line["status"], line["claim_ok"]) == ("done", "no")
    assert Execution(faculty).row["status"] == "open"


def test_7_4_3_done_with_evidence_needs_no_check(inquiry: Inquiry) -> None:
    inquiry.send()
    inquiry.answer(inquiry.faculty.head, "done", evidence="https://example.kz/8")
    assert inquiry.open == ["review_summary"]


@pytest.mark.parametrize("status", ["delayed", "blocked"])
def test_7_4_3_a_delay_is_explained(inquiry: Inquiry, status: str) -> None:
    inquiry.send()
    with pytest.raises(FormRefused) as refused:
        inquiry.answer(inquiry.faculty.head, status)
    assert set(refused.value.errors) == {"statuses.0.comment"}
    inquiry.answer(inquiry.faculty.head, status, comment="Деректер әлі келмеді")
    inquiry.review()
    assert inquiry.faculty.register("decisions")[inquiry.faculty.notes["decision"]]["inquiry_status"] == status


# --- who asks, who is asked -------------------------------------------------------------------------------------------


def test_7_4_3_without_a_secretary_the_chair_asks(decided: Faculty) -> None:
    decided.dismiss(decided.secretary, "secretary")
    inquiry = Inquiry(decided)
    assert decided.offered(decided.secretary) == []
    inquiry.send(by=decided.chair)
    assert inquiry.open == ["answer"]


def test_7_4_3_where_nobody_heads_the_unit_the_person_in_charge_is_asked(faculty: Faculty) -> None:
    """The dean is in charge: the school itself is the dean's unit."""
    meeting = Meeting.call(faculty).announce().open_with()
    dean = {"executor_kind": "person", "executor": faculty.dean, "executor_unit": None}
    meeting.decide(DECISION | dean, due_at="2026-12-01")
    meeting.finish()
    inquiry = Inquiry(faculty)
    inquiry.send()
    inquiry.answer(faculty.dean)
    assert inquiry.open == ["review_summary"]


def test_7_4_3_the_reply_is_due_in_the_future(inquiry: Inquiry) -> None:
    with pytest.raises(FormRefused) as refused:
        inquiry.send(reply_due="2026-10-01")
    assert set(refused.value.errors) == {"reply_due"}
