"""A meeting that has not begun is moved or called off with a reason; what stood on its agenda goes to the next."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotPermitted
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import INFORMATION, Meeting, at, day


def change(meeting: Meeting, by: str = "", what: str = "cancel", **answers: Any) -> str:
    """Whoever leads the commission, or its secretary, tells the change."""
    faculty = meeting.faculty
    who = by or faculty.chair
    case = faculty.start("meeting_change", who)
    told = {"changed_meeting": meeting.variables["meeting_id"], "change": what, "change_reason": "Аудитория бос емес"}
    faculty.answer(who, "describe_change", case, **{**told, **answers})
    faculty.engine.settle()
    return case


def move(meeting: Meeting, to: str, by: str = "", **answers: Any) -> None:
    change(meeting, by, "move", new_meeting_at=to, **answers)


def test_7_2_1_a_meeting_called_off_stays_in_the_register_with_who_when_and_why(announced: Meeting) -> None:
    change(announced)
    row = announced.row
    assert (row["status"], row["cancel_reason"]) == ("cancelled", "Аудитория бос емес")
    assert (row["changed_by"], row["changed_on"]) == ("m1", announced.faculty.today)
    assert announced.faculty.state(announced.case) == "completed"


def test_7_2_1_what_stood_on_the_agenda_of_a_meeting_called_off_goes_to_the_next(announced: Meeting) -> None:
    change(announced)
    faculty = announced.faculty
    following = Meeting.call(faculty)
    faculty.engine.settle()
    following.collect("Жаңа мәселе")
    rows = faculty.page(faculty.chair, "approve_agenda", following.case).data["items"]
    assert [row["title"] for row in rows] == ["Жаңа мәселе", "Силлабустардың сапасы"]


def test_7_2_1_what_was_collected_for_a_meeting_called_off_early_goes_to_the_next(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Бірінші мәселе", "Екінші мәселе")
    change(meeting, faculty.secretary)
    following = Meeting.call(faculty)
    faculty.engine.settle()
    following.collect("Жаңа мәселе")
    rows = faculty.page(faculty.chair, "approve_agenda", following.case).data["items"]
    assert [row["title"] for row in rows] == ["Жаңа мәселе", "Бірінші мәселе", "Екінші мәселе"]


@pytest.mark.both_ways
def test_7_2_1_a_meeting_moved_is_announced_anew_and_held_at_its_new_time(announced: Meeting) -> None:
    faculty = announced.faculty
    move(announced, "2026-09-25T15:00", faculty.secretary)
    assert announced.open == ["send_invitation"]
    assert (announced.row["status"], announced.row["meeting_at"]) == ("postponed", at("2026-09-25 15:00"))
    announced.distribute("send_invitation")
    assert (announced.row["status"], announced.open) == ("announced", ["confirm_presiding"])
    announced.open_with()
    announced.decide(INFORMATION)
    announced.finish()
    assert (announced.row["status"], announced.row["held_on"]) == ("held", day("2026-09-25"))


def test_7_2_1_a_meeting_is_moved_while_its_attendance_is_noted_or_the_order_awaited(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.confirm()
    move(announced, "2026-09-25T15:00")
    assert announced.open == ["send_invitation"]
    announced.distribute("send_invitation")
    announced.confirm(chair=False, deputy=False)
    move(announced, "2026-09-28T15:00", faculty.secretary)
    assert announced.open == ["send_invitation"]


def test_6_2_2_a_meeting_moved_with_another_agenda_goes_to_the_chair_again(announced: Meeting) -> None:
    move(announced, "2026-10-05T15:00", agenda_anew=True)
    assert announced.open == ["approve_agenda"]


def test_7_2_1_a_date_told_before_the_materials_are_sent_needs_no_second_invitation(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Мәселе")
    meeting.approve(at("2026-09-21 09:00"))
    move(meeting, "2026-09-28T09:00")
    assert meeting.open == ["distribute"]
    meeting.distribute()
    assert (meeting.open, meeting.row["status"]) == (["confirm_presiding"], "announced")
    assert meeting.row["meeting_at"] == at("2026-09-28 09:00")


def test_7_3_1_a_meeting_in_session_is_neither_offered_nor_called_off(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.open_with()
    assert announced.row["status"] == "in_session"
    case = faculty.start("meeting_change", faculty.chair)
    assert (faculty.state(case), announced.row["status"]) == ("completed", "in_session")
    Meeting.call(faculty)
    case = faculty.start("meeting_change", faculty.chair)
    offered = faculty.page(faculty.chair, "describe_change", case).data["_options_changed_meeting"]
    assert [one["label"] for one in offered] == ["№ 2/2026"]


def test_7_3_1_a_meeting_that_began_while_the_change_was_written_is_named_and_another_asked_for(
    announced: Meeting,
) -> None:
    faculty = announced.faculty
    other = Meeting.call(faculty)
    case = faculty.start("meeting_change", faculty.chair)
    announced.open_with()
    told = {"change": "cancel", "change_reason": "Аудитория бос емес"}
    began = announced.variables["meeting_id"]
    faculty.answer(faculty.chair, "describe_change", case, changed_meeting=began, **told)
    shown = faculty.page(faculty.chair, "describe_change", case).data
    assert (shown["begun"], shown["changed_meeting"]) == ("№ 1/2026 — 21.09.2026, 09:00", None)
    assert [one["value"] for one in shown["_options_changed_meeting"]] == [other.variables["meeting_id"]]
    faculty.answer(faculty.chair, "describe_change", case, changed_meeting=other.variables["meeting_id"], **told)
    faculty.engine.settle()
    assert (announced.row["status"], other.row["status"]) == ("in_session", "cancelled")
    announced.decide(INFORMATION)
    announced.finish()
    assert announced.row["status"] == "held"


def test_7_2_1_a_meeting_is_not_moved_into_the_past_nor_without_a_reason(announced: Meeting) -> None:
    with pytest.raises(FormRefused):
        move(announced, "2026-01-05T15:00")
    faculty = announced.faculty
    case = faculty.start("meeting_change", faculty.secretary)
    with pytest.raises(FormRefused):
        faculty.answer(faculty.secretary, "describe_change", case, changed_meeting="1-2026", change="cancel")


def test_7_2_1_a_member_without_a_post_moves_no_meeting(announced: Meeting) -> None:
    with pytest.raises(NotPermitted):
        announced.faculty.start("meeting_change", "m5")


def test_7_2_1_without_a_meeting_to_come_there_is_nothing_to_change(faculty: Faculty) -> None:
    assert faculty.state(faculty.start("meeting_change", faculty.chair)) == "completed"
