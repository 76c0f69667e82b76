"""Assignments of the chair to members: accepted, carried out, reported, closed; overdue ones, conflicts, who leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.processes.faculty import Faculty, FormRefused, NotOffered
from tests.processes.formation import candidate
from tests.processes.meeting import day

MODES = (False,)  # only the longest course runs a second time without memory


class Assignment:
    def __init__(self, faculty: Faculty, member: str = "m5", due: str = "2026-09-21") -> None:
        self.faculty = faculty
        self.case = faculty.start("member_assignment", faculty.chair)
        self.give(member, due)

    def do(self, person: str, element: str, **answers: Any) -> None:
        self.faculty.answer(person, element, self.case, **answers)

    def give(self, member: str, due: str = "2026-09-21") -> None:
        self.do("m1", "assign", member=member, task="Курстық жұмыстарды тексеру", due=due, report_form="report")

    def report(self, member: str = "m5") -> None:
        self.do(member, "work", progress="Барлық жұмыс қаралды")
        self.do(member, "report", report="Курстық жұмыстар тексерілді", proposals="Үлгі дайындау")

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    @property
    def row(self) -> Any:
        (row,) = self.faculty.register("assignments").values()
        return row


@pytest.mark.both_ways
def test_6_2_3_the_member_reports_in_the_set_form_and_the_chair_closes(faculty: Faculty) -> None:
    assignment = Assignment(faculty)
    assignment.do("m5", "accept", answer="accept")
    with pytest.raises(NotOffered):
        assignment.do("m6", "work", progress="Басқа мүше")
    assignment.report()
    assignment.do("m1", "check", close="close")
    assert (faculty.state(assignment.case), faculty.incidents()) == ("completed", [])
    row = assignment.row
    assert (row["status"], row["reported_on"], row["member"]) == ("closed", day("2026-09-07"), "m5")


def test_6_2_3_a_report_is_returned_with_a_new_term_and_done_again(faculty: Faculty) -> None:
    assignment = Assignment(faculty)
    assignment.do("m5", "accept", answer="accept")
    assignment.report()
    assignment.do("m1", "check", close="return", check_note="Көрсеткіштер жоқ", new_due="2026-10-01")
    assert (assignment.open, assignment.row["due"]) == (["work"], day("2026-10-01"))
    assignment.report()
    assignment.do("m1", "check", close="close")
    assert assignment.row["status"] == "closed"


def test_5_2_3_a_reminder_before_the_term_and_the_chair_s_note_after_it(faculty: Faculty) -> None:
    assignment = Assignment(faculty)
    assignment.do("m5", "accept", answer="accept")
    faculty.wait_for_day(day("2026-09-17"))
    assert assignment.row["reminded_on"] == day("2026-09-17")  # two working days before
    faculty.wait_for_day(day("2026-09-21"))
    assert assignment.open == ["work"]
    faculty.wait_for_day(day("2026-09-22"))
    assert assignment.open == ["chair_note", "work"]
    assignment.do("m1", "chair_note", overdue_note="Іссапарда болды")
    assert (assignment.row["overdue_note"], faculty.register("breaches")) == ("Іссапарда болды", {})
    assignment.report()  # the work goes on


def test_5_2_6_who_has_a_conflict_of_interest_says_so_and_another_is_charged(faculty: Faculty) -> None:
    assignment = Assignment(faculty)
    with pytest.raises(FormRefused):
        assignment.do("m5", "accept", answer="conflict")
    assignment.do("m5", "accept", answer="conflict", conflict_reason="Өз кафедрамды тексеру керек")
    assert faculty.page("m1", "assign", assignment.case).data["conflict_reason"] == "Өз кафедрамды тексеру керек"
    assignment.give("m6")
    assert [row["status"] for row in faculty.register("assignments").values()] == ["conflict", "open"]
    assert faculty.offered("m6", "accept", assignment.case)


def test_5_2_3_only_a_member_is_charged(faculty: Faculty) -> None:
    with pytest.raises(FormRefused):
        Assignment(faculty, "colleague")


def test_4_2_when_the_member_leaves_another_takes_it_over(faculty: Faculty) -> None:
    assignment = Assignment(faculty)
    assignment.do("m5", "accept", answer="accept")
    change, today = faculty.start("composition_change", "office"), faculty.today.isoformat()
    faculty.answer("office", "register_ground", change, leaver="m5", ground="resigned", date=today)
    faculty.answer("office", "nominate", change, candidates=[candidate("colleague", "teacher")])
    rows = faculty.page("dean", "sign_change_order", change).data["warnings"]
    reasons = [{**row, "warning_reason": "Басқа үміткер болмады"} for row in rows]
    faculty.answer("dean", "sign_change_order", change, order_no="22-ө", order_date=today, effective_from=today,
                   warnings=reasons)  # fmt: skip
    faculty.wait(minutes=1)
    (row,) = faculty.page("office", "reassign", change).data["open_items"]
    faculty.answer("office", "reassign", change, open_items=[{**row, "new_executor": "colleague"}])
    faculty.wait(minutes=1)
    assert (assignment.row["member"], assignment.row["replaced"]) == ("colleague", ["m5"])
    assert faculty.offered("colleague", "accept", assignment.case)
