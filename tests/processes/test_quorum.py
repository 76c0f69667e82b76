"""Quorum: at least half of the members, chair and secretary counted, guests without a vote."""

from __future__ import annotations

import pytest

from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import INFORMATION, Meeting, at, day, meeting_of
from tests.processes.stages import MakeFaculty


def opened(make: MakeFaculty, size: int, present: int) -> Meeting:
    """A commission of ``size`` of whom the first ``present`` have come."""
    meeting = meeting_of(make("announced", size=size))
    return meeting.open_with(meeting.faculty.members[:present])


# --- at the opening ---------------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_7_3_1_three_of_seven_are_no_quorum(make: MakeFaculty) -> None:
    meeting = opened(make, 7, 3)
    assert (meeting.variables["quorum"], meeting.open) == ("no_quorum", ["no_quorum_record"])


def test_7_3_1_four_of_seven_are_a_quorum(make: MakeFaculty) -> None:
    meeting = opened(make, 7, 4)
    assert (meeting.variables["quorum"], meeting.open) == ("quorum", ["formulate"])


def test_7_3_1_exactly_half_is_a_quorum(make: MakeFaculty) -> None:
    meeting = opened(make, 8, 4)
    assert (meeting.variables["quorum"], meeting.open) == ("quorum", ["formulate"])


def test_7_3_1_chair_and_secretary_are_counted(make: MakeFaculty) -> None:
    meeting = opened(make, 5, 3)
    assert {meeting.faculty.chair, meeting.faculty.secretary} < set(meeting.variables["present"])
    assert (meeting.variables["present_voting"], meeting.variables["members_total"]) == (3, 5)


def test_7_3_1_an_expert_does_not_make_four_of_nine_a_quorum(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.announce(experts={"Силлабустардың сапасы": faculty.expert})
    meeting.open_with(faculty.members[:4], experts=[faculty.expert])
    assert meeting.variables["present_voting"] == 4
    assert (meeting.variables["quorum"], meeting.open) == ("no_quorum", ["no_quorum_record"])


def test_7_3_1_who_takes_part_online_counts(announced: Meeting) -> None:
    members = announced.faculty.members
    announced.open_with(members[:2], online=members[2:5])
    assert announced.variables["quorum"] == "quorum"


def test_7_3_1_the_base_is_the_composition_of_the_day(announced: Meeting) -> None:
    """Two memberships end between the notice and the meeting: four of seven."""
    faculty = announced.faculty
    faculty.wait_until(at("2026-09-18 10:00"))
    for member in faculty.members[-2:]:
        faculty.dismiss(member, "member")
    announced.open_with(faculty.members[:4])
    assert (announced.variables["members_total"], announced.variables["quorum"]) == (7, "quorum")
    assert [row["member"] for row in announced.variables["attendance"]] == faculty.members[:7]


# --- no quorum --------------------------------------------------------------------------------------------------------


def test_7_3_1_without_quorum_it_is_recorded_a_new_date_set_and_all_invited_anew(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.open_with(faculty.members[:4])
    announced.do(faculty.secretary, "no_quorum_record", no_quorum_note="5 мүше келмеді",
                 new_meeting_at="2026-09-25T09:00")  # fmt: skip
    assert announced.row["status"] == "no_quorum"
    assert announced.row["failures"] == [
        {
            "at": at("2026-09-21 09:00"),
            "reason": "no_quorum",
            "note": "5 мүше келмеді",
            "sent": announced.row["materials_sent_on"],
        }
    ]
    announced.distribute("send_invitation")
    assert announced.row["meeting_at"] == at("2026-09-25 09:00")
    announced.open_with()
    announced.decide(INFORMATION)
    assert (announced.row["status"], announced.row["held_on"]) == ("held", day("2026-09-25"))
    assert len(announced.row["failures"]) == 1


def test_7_3_1_a_new_agenda_is_approved_and_sent_three_working_days_ahead_again(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.open_with(faculty.members[:4])
    announced.do(faculty.secretary, "no_quorum_record", new_meeting_at="2026-10-05T09:00", agenda_changed=True)
    assert announced.open == ["approve_agenda"]
    announced.approve(at("2026-10-05 09:00"), more=["Қосымша мәселе"])
    [row] = faculty.offered(faculty.secretary, "distribute")
    assert row.due == at("2026-09-30 23:59:59")


def test_7_2_1_a_failed_meeting_does_not_stop_the_two_month_clock(make: MakeFaculty) -> None:
    """Held on 21 September: the limit stays 21 November although a meeting failed on 12 October."""
    faculty = make("decided")
    second = Meeting.call(faculty).announce()
    second.open_with(faculty.members[:4])
    second.do(faculty.secretary, "no_quorum_record", new_meeting_at="2026-10-30T09:00")
    assert second.row["latest_day"] == day("2026-11-21")
    assert Meeting.call(faculty).row["latest_day"] == day("2026-11-21")
    second.distribute("send_invitation")
    second.open_with()
    second.decide(INFORMATION)
    assert Meeting.call(faculty).row["latest_day"] == day("2026-12-30")


def test_7_2_1_days_of_a_vacation_the_university_has_named_do_not_count(make: MakeFaculty) -> None:
    """Held on 21 September: with ten days of November left out the limit is 1 December."""
    faculty = make("decided")
    faculty.set_parameter("P_PAUSE", [{"from": day("2026-11-01"), "to": day("2026-11-10")}])
    assert Meeting.call(faculty).row["latest_day"] == day("2026-12-01")


def test_7_3_1_where_nobody_is_a_member_any_more_there_is_no_quorum(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce("Бірінші мәселе")
    meeting.come()
    meeting.confirm()
    for member in faculty.members:
        faculty.dismiss(member, "member")
    here = faculty.members[:6]
    meeting.attend(here)  # the sheet was drawn up before
    meeting.confirm()
    meeting.attend(acting_secretary=None, by=faculty.secretary)
    assert meeting.open == ["no_quorum_record"]


# --- lost later -------------------------------------------------------------------------------------------------------


def test_7_3_1_quorum_lost_during_an_item_makes_it_void_and_the_next_item_is_asked_again(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе", "Үшінші мәселе")
    meeting.open_with(faculty.members[:6])
    meeting.decide()
    assert meeting.outcome["result"] == "adopted"
    meeting.formulate(absent_now=faculty.members[4:6])
    assert (meeting.outcome["result"], meeting.outcome["adopted"]) == ("invalid", False)
    assert meeting.votes(2) == {}
    meeting.decide(absent_now=faculty.members[5:6])
    assert (meeting.outcome["result"], meeting.outcome["present_voting"]) == ("adopted", 5)
    number = meeting.finish()
    assert list(faculty.register("decisions")) == [f"{number}-1", f"{number}-3"]


def test_5_1_5_an_item_left_undecided_for_want_of_a_quorum_is_proposed_to_the_next_meeting(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе")
    meeting.open_with(faculty.members[:6])
    meeting.decide()
    meeting.formulate(absent_now=faculty.members[4:6])
    meeting.finish()
    again = Meeting.call(faculty)
    assert [(row["title"], row["awaited"]) for row in again.variables["proposals"]] == [("Екінші мәселе", False)]


def test_7_3_1_who_left_has_no_ballot(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate(absent_now=[faculty.members[8]])
    assert in_session.voters() == faculty.members[:8]
    in_session.vote("5-3-0")
    assert in_session.outcome["present_voting"] == 8


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_6_1_4_without_the_secretary_somebody_present_writes_the_protocol(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.come()
    announced.confirm(by=faculty.secretary)
    present = [m for m in faculty.members if m != faculty.secretary]
    with pytest.raises(FormRefused) as refused:
        announced.attend(present, by=faculty.chair)
    assert set(refused.value.errors) == {"acting_secretary"}
    for nobody in (faculty.chair, faculty.secretary):  # presides; absent
        with pytest.raises(FormRefused) as refused:
            announced.attend(present, by=faculty.chair, acting_secretary=nobody)
        assert set(refused.value.errors) == {"acting_secretary"}
    writer = faculty.members[4]
    announced.attend(present, by=faculty.chair, acting_secretary=writer)
    announced.formulate(INFORMATION, by=writer)
    announced.vote()
    announced.draft(by=writer)
    announced.sign(secretary=writer)
    number = announced.enter(by=writer)
    assert faculty.register("protocols")[number]["minutes_taker"] == writer
    assert announced.row["acting_secretary"] == writer


def test_7_2_3_if_who_was_to_preside_does_not_come_it_is_asked_again(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.come()
    announced.confirm()
    announced.attend([m for m in faculty.members if m != faculty.chair])
    assert announced.open == ["confirm_presiding"]
    announced.confirm(chair=False)
    announced.attend([m for m in faculty.members if m != faculty.chair])
    assert announced.variables["presiding"] == faculty.deputy
    assert announced.open == ["formulate"]


def test_5_2_1_an_excuse_is_written_down_with_its_reason(announced: Meeting) -> None:
    faculty = announced.faculty
    absent = faculty.members[7]
    announced.open_with([m for m in faculty.members if m != absent], excused=[absent])
    announced.decide(INFORMATION)
    [row] = [row for row in announced.row["attendance"] if row["member"] == absent]
    assert (row["mode"], row["reason"]) == ("absent_excused", "науқас")
