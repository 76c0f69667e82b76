"""A whole meeting: from the first agenda item to a delivered protocol and decisions under control."""

from __future__ import annotations

from tests.processes.faculty import Faculty
from tests.processes.meeting import DECISION, INFORMATION, RECOMMENDATION, Meeting, at, day
from tests.processes.stages import MakeFaculty


def test_7_2_1_from_the_first_item_to_decisions_under_control(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    assert meeting.row["status"] == "planned"
    assert meeting.open == ["collect_items"]
    meeting.announce("Силлабустардың сапасы", "Бағалау тәртібі", "Тоқсандық есеп", at=at("2026-09-21 15:00"))
    assert meeting.row["status"] == "announced"
    meeting.open_with()
    meeting.decide(DECISION, due_at="2026-10-30")
    meeting.decide(RECOMMENDATION)
    meeting.decide(INFORMATION)
    assert meeting.row["status"] == "held"
    assert (meeting.row["held_on"], meeting.row["presiding"]) == (day("2026-09-21"), faculty.chair)
    number = meeting.finish()
    assert faculty.state(meeting.case) == "completed"

    protocol = faculty.register("protocols")[number]
    assert (protocol["status"], protocol["meeting_id"]) == ("sent", "1/2026")
    assert (protocol["signed_by_chair"], protocol["signed_by_secretary"]) == (faculty.chair, faculty.secretary)
    decisions = faculty.register("decisions")
    assert [(key, row["outcome_type"], row["status"], row["in_work"]) for key, row in decisions.items()] == [
        (f"{number}-1", "decision", "open", True),
        (f"{number}-2", "recommendation", "not_required", False),
        (f"{number}-3", "information", "not_required", False),
    ]
    assert len(faculty.register("votes")) == 3 * len(faculty.members)

    [execution] = faculty.cases("decision_execution")
    [row] = faculty.offered(faculty.head, "accept_task")
    assert (row.instance, row.business_key) == (execution, f"{number}-1")
    assert faculty.register("decisions", school="law") == {}


def test_7_2_1_the_commission_of_another_school_sees_nothing_of_it(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.open_with()
    announced.decide()
    announced.finish()
    reader = faculty.engine.reader(faculty.stranger)
    assert reader.access.schools == ("law",)
    assert reader.cases() == ((), False)
    assert [reader.register(name).rows for name in ("meetings", "votes", "protocols", "decisions")] == [()] * 4
    assert faculty.offered(faculty.stranger) == []


def test_6_1_4_meetings_and_protocols_are_numbered_by_school_and_year(make: MakeFaculty) -> None:
    faculty = make("decided")
    assert list(faculty.register("protocols")) == ["1/2026"]
    second = Meeting.call(faculty).announce().open_with()
    second.decide(INFORMATION)
    assert (second.variables["meeting_id"], second.finish()) == ("2/2026", "2/2026")
    other_school = faculty.start("meeting_cycle", faculty.stranger, school="law", meeting_kind="regular")
    assert faculty.variables(other_school)["meeting_id"] == "1/2026"
    faculty.wait_until(at("2027-01-11 10:00"))
    assert Meeting.call(faculty).variables["meeting_id"] == "1/2027"


def test_7_2_2_every_member_is_invited_and_an_expert_only_for_the_own_item(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.announce("Силлабустардың сапасы", "Бағалау тәртібі", experts={"Бағалау тәртібі": faculty.expert})
    assert sorted(meeting.variables["recipients"]) == sorted([*faculty.members, faculty.expert])
    assert [row["expert"] for row in meeting.row["agenda"]] == [None, faculty.expert]


def test_7_2_2_members_may_take_part_online(announced: Meeting) -> None:
    members = announced.faculty.members
    announced.open_with(members[:3], online=members[3:6])
    assert announced.variables["present_voting"] == 6
    announced.decide(tally="6-0-0")
    modes = [row["mode"] for row in announced.row["attendance"]]
    assert (modes.count("in_person"), modes.count("online"), modes.count("absent")) == (3, 3, 3)


def test_7_2_1_the_chair_may_call_an_extraordinary_meeting(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty, by=faculty.chair, kind="extraordinary", extraordinary_reason="Шұғыл өтініш түсті")
    assert meeting.row["meeting_kind"] == "extraordinary"
    assert meeting.row["extraordinary_reason"] == "Шұғыл өтініш түсті"


def test_7_2_1_a_meeting_without_a_date_given_at_the_start_gets_it_with_the_agenda(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    assert meeting.row["meeting_at"] is None
    meeting.approve(at("2026-09-28 10:00"))
    meeting.distribute()
    assert meeting.row["meeting_at"] == at("2026-09-28 10:00")


def test_7_2_1_two_months_from_the_last_meeting_held_to_the_end_of_february(faculty: Faculty) -> None:
    """31 December and two months is 28 February."""
    faculty.wait_until(at("2026-12-14 10:00"))
    first = Meeting.call(faculty)
    assert first.row["latest_day"] is None
    first.announce(at=at("2026-12-31 10:00")).open_with()
    first.decide(INFORMATION)
    assert first.row["held_on"] == day("2026-12-31")
    second = Meeting.call(faculty)
    assert second.row["latest_day"] == day("2027-02-28")


def test_7_2_1_the_limit_counts_from_the_latest_of_several_meetings(faculty: Faculty) -> None:
    for _ in range(2):
        meeting = Meeting.call(faculty).announce().open_with()
        meeting.decide(INFORMATION)
    assert faculty.today == day("2026-10-05")
    assert Meeting.call(faculty).row["latest_day"] == day("2026-12-05")
