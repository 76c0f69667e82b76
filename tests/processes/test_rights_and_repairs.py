"""Who may, at the moment of asking; and what can be repaired: returned, claimed, given away, held up, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from engine.errors import (
    AppointmentExpired,
    InstanceNotRunning,
    Invalid,
    NotFound,
    NotPermitted,
    TaskNotOpen,
    TaskTaken,
    TooLarge,
)
from tests.processes.execution import Execution
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import INFORMATION, Meeting, at, day, item

ITEMS = {"items": [item("Силлабустардың сапасы")]}


@pytest.fixture
def called(faculty: Faculty) -> Meeting:
    """A meeting is being prepared; the secretary collects items."""
    return Meeting.call(faculty)


# --- appointments -----------------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_4_3_an_appointment_that_has_ended_opens_nothing_any_more(called: Meeting) -> None:
    faculty = called.faculty
    task = faculty.task("collect_items")
    faculty.dismiss(faculty.secretary, "secretary")
    assert faculty.offered(faculty.secretary) == []
    refusal = faculty.refused(faculty.completion(faculty.secretary, task, **ITEMS))
    assert isinstance(refusal, AppointmentExpired)
    assert refusal.params["end"] == "2026-09-07"
    assert "07" in refusal.say("kk") and "2026" in refusal.say("kk")


def test_4_3_an_appointment_counts_from_its_first_to_its_last_day(called: Meeting) -> None:
    faculty = called.faculty
    faculty.appoint("m7", "secretary", start=day("2026-09-10"), end=day("2026-09-12"))
    task = faculty.task("collect_items")
    assert isinstance(faculty.refused(faculty.completion("m7", task, **ITEMS)), NotPermitted)
    faculty.wait_until(at("2026-09-12 00:00"))
    assert isinstance(faculty.refused(faculty.completion("m7", task, **ITEMS)), AppointmentExpired)
    other = Meeting.call(faculty)
    assert faculty.offered("m7") == []
    assert other.open == ["collect_items"]


def test_4_3_on_the_last_day_it_still_counts(called: Meeting) -> None:
    faculty = called.faculty
    faculty.appoint("m7", "secretary", start=day("2026-09-10"), end=day("2026-09-12"))
    faculty.wait_until(at("2026-09-11 23:59"))
    called.do("m7", "collect_items", **ITEMS)
    assert called.open == ["approve_agenda"]


def test_7_2_1_another_school_can_neither_see_nor_do_anything(called: Meeting) -> None:
    faculty = called.faculty
    task = faculty.task("collect_items")
    with pytest.raises(NotFound):
        faculty.engine.reader(faculty.stranger).task(task)
    with pytest.raises(NotFound):
        faculty.engine.reader(faculty.stranger).case(called.case)
    commands = [
        faculty.completion(faculty.stranger, task, **ITEMS),
        c.ClaimTask(actor=faculty.stranger, instance=called.case, task=task),
        c.AssignTask(actor=faculty.stranger, instance=called.case, task=task, person=faculty.stranger),
        c.SuspendInstance(actor=faculty.stranger, instance=called.case, reason="Тексеру"),
        c.CancelInstance(actor=faculty.stranger, instance=called.case, reason="Тексеру"),
        c.CorrectVariables(actor=faculty.stranger, instance=called.case, variables={"x": 1}, reason="Тексеру"),
        c.StartProcess(actor=faculty.stranger, definition="meeting_cycle", school=SCHOOL),
    ]
    for command in commands:
        assert isinstance(faculty.refused(command), NotPermitted), command
    assert called.open == ["collect_items"]


@pytest.mark.parametrize("person", ["m5", "dean", "office", "head", "asb1", "admin"])
def test_7_2_1_only_secretary_and_chair_call_a_meeting(faculty: Faculty, person: str) -> None:
    start = c.StartProcess(actor=person, definition="meeting_cycle", school=SCHOOL)
    assert isinstance(faculty.refused(start), NotPermitted)


@pytest.mark.parametrize("process", ["decision_execution", "quarterly_inquiry", "non_fulfilment_escalation"])
def test_7_4_1_what_begins_by_itself_is_started_by_nobody(faculty: Faculty, process: str) -> None:
    for person in (faculty.chair, faculty.secretary, faculty.dean, faculty.admin):
        start = c.StartProcess(actor=person, definition=process, school=SCHOOL)
        assert isinstance(faculty.refused(start), NotPermitted)


# --- two at once ------------------------------------------------------------------------------------------------------


def test_7_2_1_of_two_who_complete_one_task_the_second_is_told_by_whom_and_when(called: Meeting) -> None:
    faculty = called.faculty
    task = faculty.task("collect_items")
    faculty.submit(faculty.chair, task, **ITEMS)
    refusal = faculty.refused(faculty.completion(faculty.secretary, task, **ITEMS))
    assert isinstance(refusal, TaskNotOpen)
    assert (refusal.params["who"], refusal.params["when"]) == ("Адам m1", "07.09.2026 09:00")
    assert len(called.variables["items"]) == 1


def test_7_2_1_a_double_click_calls_one_meeting(faculty: Faculty) -> None:
    click = c.StartProcess(actor=faculty.secretary, key="click-7", definition="meeting_cycle", school=SCHOOL,
                           variables={"meeting_kind": "regular"})  # fmt: skip
    first, second = faculty.do(click), faculty.do(click)
    assert (first.instance, second.repeated) == (second.instance, True)
    assert list(faculty.register("meetings")) == ["1/2026"]


def test_7_2_1_an_oversized_answer_is_refused_and_changes_nothing(called: Meeting) -> None:
    faculty = called.faculty
    huge = [{**item("Силлабустардың сапасы"), "source": "ә" * 10_000_000}]
    task = faculty.task("collect_items")
    assert isinstance(faculty.refused(faculty.completion(faculty.secretary, task, items=huge)), TooLarge)
    called.collect("Силлабустардың сапасы")
    assert called.open == ["approve_agenda"]


# --- returned for correction ------------------------------------------------------------------------------------------


def test_6_2_2_the_chair_returns_the_collected_items_for_correction(called: Meeting) -> None:
    faculty = called.faculty
    called.collect("Силлабустардың сапасы")
    [row] = faculty.offered(faculty.chair, "approve_agenda")
    back = c.ReturnTask(actor=faculty.chair, instance=called.case, task=row.task, reason="Есепті қосыңыз")
    faculty.do(back)
    assert (called.open, called.variables["return_reason"]) == (["collect_items"], "Есепті қосыңыз")
    shown = faculty.page(faculty.secretary, "collect_items").data["items"]
    assert [row["title"] for row in shown] == ["Силлабустардың сапасы"]
    called.do(faculty.secretary, "collect_items", items=[*shown, item("Тоқсандық есеп")])
    titles = [row["title"] for row in faculty.page(faculty.chair, "approve_agenda").data["items"]]
    assert titles == ["Силлабустардың сапасы", "Тоқсандық есеп"]


def test_7_4_2_the_secretary_returns_a_report_for_correction_without_a_breach(decided: Faculty) -> None:
    execution = Execution(decided)
    execution.accept()
    execution.report()
    [row] = decided.offered(decided.secretary, "verify")
    back = c.ReturnTask(actor=decided.secretary, instance=execution.case, task=row.task, reason="Сілтеме ашылмайды")
    decided.do(back)
    assert (execution.open, decided.register("breaches")) == (["execute"], {})
    execution.done()
    assert execution.row["status"] == "done"


def test_7_4_2_a_return_needs_a_reason_and_a_step_that_was_done(called: Meeting) -> None:
    faculty = called.faculty
    task = faculty.task("collect_items")
    nowhere = c.ReturnTask(actor=faculty.secretary, instance=called.case, task=task, reason="Қайтару")
    assert isinstance(faculty.refused(nowhere), Invalid)
    called.collect("Силлабустардың сапасы")
    task = faculty.task("approve_agenda")
    silent = c.ReturnTask(actor=faculty.chair, instance=called.case, task=task, reason=" ")
    assert isinstance(faculty.refused(silent), Invalid)
    outsider = c.ReturnTask(actor=faculty.secretary, instance=called.case, task=task, reason="Қайтару")
    assert isinstance(faculty.refused(outsider), NotPermitted)


# --- claimed and given ------------------------------------------------------------------------------------------------


def at_asb(meeting: Meeting) -> tuple[Faculty, str]:
    """The protocol lies with ASB, where two people work; the task."""
    faculty = meeting.faculty
    faculty.person("asb2", ("asb", "univ"), unit="asb")
    meeting.decide(INFORMATION)
    meeting.draft()
    meeting.sign()
    meeting.enter()
    return faculty, faculty.task("receive_at_asb")


def test_6_1_5_who_claims_a_task_has_it_alone_until_it_is_given_back(in_session: Meeting) -> None:
    faculty, task = at_asb(in_session)
    claim = c.ClaimTask(actor=faculty.asb, instance=in_session.case, task=task)
    faculty.do(claim)
    assert [row.task for row in faculty.offered(faculty.asb)] == [task]
    assert faculty.offered("asb2") == []
    assert isinstance(faculty.refused(faculty.completion("asb2", task, received=True)), TaskTaken)
    other = c.ClaimTask(actor="asb2", instance=in_session.case, task=task)
    assert isinstance(faculty.refused(other), TaskTaken)
    faculty.do(c.UnclaimTask(actor=faculty.asb, instance=in_session.case, task=task))
    faculty.do(other)
    in_session.do("asb2", "receive_at_asb", received=True)
    assert in_session.open == ["receive_at_deans_office"]


def test_6_2_3_the_chair_gives_a_task_to_one_of_those_it_is_open_to(in_session: Meeting) -> None:
    faculty, task = at_asb(in_session)
    give = {"instance": in_session.case, "task": task, "reason": "Әріптес демалыста"}
    outsider = faculty.refused(c.AssignTask(actor=faculty.chair, person=faculty.head, **give))
    assert isinstance(outsider, Invalid)
    assert isinstance(faculty.refused(c.AssignTask(actor=faculty.secretary, person="asb2", **give)), NotPermitted)
    faculty.do(c.AssignTask(actor=faculty.chair, person="asb2", **give))
    assert isinstance(faculty.refused(faculty.completion(faculty.asb, task, received=True)), TaskTaken)
    in_session.do("asb2", "receive_at_asb", received=True)


# --- held up, ended, corrected ----------------------------------------------------------------------------------------


def test_6_2_3_a_suspended_case_takes_no_answer_and_its_timers_fire_when_it_goes_on(called: Meeting) -> None:
    faculty = called.faculty
    called.collect("Силлабустардың сапасы")
    called.approve(at("2026-09-21 09:00"))
    task = faculty.task("distribute")
    faculty.do(c.SuspendInstance(actor=faculty.chair, instance=called.case, reason="Тексеру жүріп жатыр"))
    assert isinstance(faculty.refused(faculty.completion(faculty.secretary, task)), InstanceNotRunning)
    assert faculty.offered(faculty.secretary) == []
    faculty.wait_for_day(day("2026-09-18"))
    assert called.open == ["distribute"]
    faculty.do(c.ResumeInstance(actor=faculty.chair, instance=called.case, reason="Тексеру аяқталды"))
    faculty.wait(seconds=1)
    assert called.open == ["distribute_late"]


def test_6_2_3_a_cancelled_meeting_leaves_no_task_and_no_timer(called: Meeting) -> None:
    faculty = called.faculty
    called.collect("Силлабустардың сапасы")
    called.approve(at("2026-09-21 09:00"))
    faculty.do(c.CancelInstance(actor=faculty.chair, instance=called.case, reason="Қате шақырылған"))
    assert (faculty.state(called.case), called.open) == ("cancelled", [])
    late = faculty.completion(faculty.secretary, f"{called.case}.7")
    assert isinstance(faculty.refused(late), TaskNotOpen)
    faculty.wait(days=20)
    resume = c.ResumeInstance(actor=faculty.chair, instance=called.case)
    assert isinstance(faculty.refused(resume), InstanceNotRunning)


def test_6_2_3_a_correction_is_made_by_the_chair_with_a_reason_and_stays_in_the_record(called: Meeting) -> None:
    faculty = called.faculty
    called.collect("Силлабустардың сапасы")
    later = at("2026-09-28 10:00")
    correction = {"instance": called.case, "variables": {"meeting_at": later}, "reason": "Күні қате берілген"}
    assert isinstance(faculty.refused(c.CorrectVariables(actor=faculty.secretary, **correction)), NotPermitted)
    faculty.do(c.CorrectVariables(actor=faculty.chair, **correction))
    assert called.variables["meeting_at"] - later == timedelta(0)
    row = faculty.engine.reader(faculty.chair).case(called.case).timeline[-1]
    assert (row.kind, row.actor) == ("CorrectVariables", faculty.chair)
