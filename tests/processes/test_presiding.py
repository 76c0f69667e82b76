"""Who presides: the chair, else the deputy, else a member named by the dean's order; without one nothing opens."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotPermitted
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import DECISION, INFORMATION, Meeting, at, day, meeting_of
from tests.processes.stages import MakeFaculty


def report_absence(faculty: Faculty, *absent: str, **more: Any) -> None:
    faculty.answer(faculty.secretary, "report_absence", absent=list(absent), absence_reason="Іссапар",
                   absent_from="2026-09-18", absent_to="2026-10-02", **more)  # fmt: skip


def order(faculty: Faculty, person: str, scope: str = "meeting", **more: Any) -> None:
    """The dean names somebody and signs."""
    faculty.answer(faculty.dean, "choose_acting", acting_person=person, scope=scope, **more)
    faculty.answer(faculty.dean, "sign_order", order_no="15-ө", order_date=faculty.today.isoformat(), order_signed=True)


def nobody_may_preside(meeting: Meeting) -> None:
    """Three days before the meeting it is known that neither the chair nor the deputy will come."""
    meeting.faculty.wait_until(at("2026-09-18 10:00"))
    meeting.confirm(chair=False, deputy=False)


@pytest.mark.both_ways
def test_7_2_3_the_chair_presides(announced: Meeting) -> None:
    announced.open_with()
    assert (announced.variables["presiding_post"], announced.variables["presiding"]) == ("chair", "m1")


def test_7_2_3_in_the_absence_of_the_chair_the_deputy_presides(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.come()
    announced.confirm(chair=False)
    announced.attend([m for m in faculty.members if m != faculty.chair])
    announced.decide(tally="8-0-0")
    announced.draft()
    announced.sign(chair=faculty.deputy)
    number = announced.enter()
    assert announced.row["presiding_post"] == "deputy_chair"
    assert faculty.register("protocols")[number]["signed_by_chair"] == faculty.deputy


def test_7_2_3_the_chair_goes_before_the_deputy(announced: Meeting) -> None:
    announced.come()
    announced.confirm(chair=True, deputy=True)
    assert announced.variables["presiding"] == announced.faculty.chair


def test_7_2_3_whoever_lost_the_post_since_the_call_does_not_preside(announced: Meeting) -> None:
    announced.come()
    announced.confirm(chair=True)
    announced.faculty.dismiss(announced.faculty.chair, "chair")
    announced.attend()
    assert announced.open == ["confirm_presiding"]
    announced.confirm(deputy=True)
    announced.attend()
    assert announced.variables["presiding"] == announced.faculty.deputy


def test_7_3_1_members_are_those_of_the_day_even_if_the_sheet_was_drawn_up_before(announced: Meeting) -> None:
    announced.come()
    announced.confirm(chair=True)
    announced.faculty.dismiss("m8", "member")
    announced.attend()
    announced.confirm(chair=True)
    announced.attend([m for m in announced.faculty.members if m != "m8"])
    assert announced.variables["members_total"] == len(announced.faculty.members) - 1


# --- the dean's order -------------------------------------------------------------------------------------------------


def test_7_2_3_a_member_named_by_the_deans_order_presides_votes_casts_and_signs(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    order(faculty, "m4")
    assert announced.open == ["confirm_presiding"]
    announced.come()
    assert f"acting_chair@{SCHOOL}" in faculty.engine.reader("m4").access.keys
    announced.confirm(chair=False, deputy=False, acting=True)
    present = [m for m in faculty.members if m not in (faculty.chair, faculty.deputy)]
    announced.attend(present)
    announced.formulate(DECISION)
    announced.vote("3-3-1", chair="abstain")
    announced.do("m4", "casting_vote", casting_vote="for")
    assert announced.outcome["result"] == "adopted_casting"
    faculty.wait(days=1)
    assert f"acting_chair@{SCHOOL}" not in faculty.engine.reader("m4").access.keys
    announced.draft()
    announced.sign(chair="m4")
    number = announced.enter()
    assert faculty.register("protocols")[number]["signed_by_chair"] == "m4"
    assert (announced.row["presiding_post"], announced.row["presiding"]) == ("acting_chair", "m4")


def test_7_2_3_an_empty_post_of_deputy_counts_as_absent(make: MakeFaculty) -> None:
    meeting = meeting_of(make("announced", deputy=False))
    assert meeting.variables["deputy_chair"] is None
    meeting.faculty.wait_until(at("2026-09-18 10:00"))
    meeting.confirm(chair=False)
    assert meeting.faculty.offered(meeting.faculty.secretary, "report_absence")


def test_7_2_3_without_an_order_by_the_start_the_meeting_cannot_open_and_gets_a_new_date(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    announced.come()
    assert announced.open == ["reschedule"]
    assert faculty.offered(faculty.dean) == []
    assert announced.row["status"] == "not_opened"
    assert announced.row["failures"] == [
        {"at": at("2026-09-21 09:00"), "reason": "no_presiding", "sent": day("2026-09-07")}
    ]
    announced.do(faculty.secretary, "reschedule", meeting_at="2026-09-28T09:00", postpone_reason="Төрағалық етуші жоқ")
    announced.distribute("send_invitation")
    announced.open_with()
    announced.decide(INFORMATION)
    assert (announced.row["status"], announced.row["held_on"]) == ("held", day("2026-09-28"))


def test_7_2_3_if_it_turns_out_at_the_start_only_the_meeting_is_rescheduled(announced: Meeting) -> None:
    announced.come()
    announced.confirm(chair=False, deputy=False)
    announced.faculty.wait(minutes=1)
    assert announced.open == ["reschedule"]


def test_7_2_3_if_the_deputy_can_come_after_all_no_order_is_needed(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair)
    assert announced.open == ["confirm_presiding"]
    announced.come()
    announced.confirm(chair=False)
    assert announced.variables["presiding"] == faculty.deputy


def test_7_2_3_an_order_made_apart_from_the_meeting_reaches_it(announced: Meeting) -> None:
    """The secretary has started the appointment by hand, too; the order ends the wait of the meeting."""
    faculty = announced.faculty
    nobody_may_preside(announced)
    apart = faculty.start("acting_chair_appointment", faculty.office)
    task = faculty.task("report_absence", apart)
    faculty.submit(faculty.office, task, meeting_id="1/2026", absent=[faculty.chair, faculty.deputy],
                   absence_reason="Іссапар", absent_from="2026-09-18", absent_to="2026-10-02")  # fmt: skip
    order(faculty, "m4")
    assert faculty.state(apart) == "completed"
    assert announced.open == ["confirm_presiding"]
    assert announced.variables["acting_chair"] == "m4"


def test_7_2_3_if_the_named_member_is_absent_too_another_order_is_asked_for(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    order(faculty, "m4")
    announced.confirm(chair=False, deputy=False, acting=False)
    report_absence(faculty, faculty.chair, faculty.deputy)
    order(faculty, "m5")
    announced.come()
    announced.confirm(chair=False, deputy=False, acting=True)
    assert announced.variables["presiding"] == "m5"


def test_7_2_3_whoever_was_named_does_not_preside_once_the_order_has_ended(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    order(faculty, "m4")
    announced.come()
    announced.confirm(chair=False, deputy=False, acting=True)
    faculty.dismiss("m4", "acting_chair")
    present = [m for m in faculty.members if m not in (faculty.chair, faculty.deputy)]
    announced.attend(present)
    assert announced.open == ["confirm_presiding"]


def test_7_3_3_a_secretary_who_presides_leaves_the_protocol_to_another_member(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    order(faculty, faculty.secretary)
    announced.come()
    announced.confirm(chair=False, deputy=False, acting=True)
    present = [m for m in faculty.members if m not in (faculty.chair, faculty.deputy)]
    for nobody in (None, faculty.secretary):
        with pytest.raises(FormRefused) as refused:
            announced.attend(present, acting_secretary=nobody)
        assert set(refused.value.errors) == {"acting_secretary"}
    announced.attend(present, acting_secretary="m6")
    announced.formulate(INFORMATION, by="m6")
    announced.vote("7-0-0")
    announced.draft(by="m6")
    announced.sign(chair=faculty.secretary, secretary="m6")
    number = announced.enter(by="m6")
    protocol = faculty.register("protocols")[number]
    assert (protocol["signed_by_chair"], protocol["signed_by_secretary"]) == (faculty.secretary, "m6")


# --- what the form and the rules refuse -------------------------------------------------------------------------------


def test_7_2_3_only_a_member_who_is_there_can_be_named(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    for nobody in (faculty.chair, faculty.expert, faculty.dean, "nobody"):
        with pytest.raises(FormRefused) as refused:
            faculty.answer(faculty.dean, "choose_acting", acting_person=nobody, scope="meeting")
        assert set(refused.value.errors) == {"acting_person"}


@pytest.mark.parametrize("named", ["dean", None])
def test_4_7_who_may_not_preside_sent_past_the_form_is_asked_for_again(announced: Meeting, named: str | None) -> None:
    """The dean may not preside, not even as a member by mistake of the directory."""
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    person = named and faculty.dean
    faculty.complete(faculty.dean, faculty.task("choose_acting"), acting_person=person, scope="meeting")
    assert announced.open == ["choose_acting"]
    assert faculty.cases("acting_chair_appointment") == []


def test_7_2_3_the_order_is_not_dated_after_the_meeting(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    faculty.answer(faculty.dean, "choose_acting", acting_person="m4", scope="meeting")
    with pytest.raises(FormRefused) as refused:
        faculty.answer(faculty.dean, "sign_order", order_no="15-ө", order_date="2026-09-22", order_signed=True)
    assert set(refused.value.errors) == {"order_date"}


def test_7_2_3_only_the_dean_names_and_signs(announced: Meeting) -> None:
    faculty = announced.faculty
    nobody_may_preside(announced)
    report_absence(faculty, faculty.chair, faculty.deputy)
    task = faculty.task("choose_acting")
    for other in (faculty.office, faculty.secretary, faculty.chair):
        refusal = faculty.refused(faculty.completion(other, task, acting_person="m4", scope="meeting"))
        assert isinstance(refusal, NotPermitted)
