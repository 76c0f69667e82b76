"""Acting chair by the dean's order, started by hand when a long absence is known."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import NotPermitted
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import INFORMATION, Meeting, at, day, meeting_of
from tests.processes.stages import MakeFaculty

ROLE = f"acting_chair@{SCHOOL}"


def long_absence(faculty: Faculty) -> str:
    """The chair and the deputy are away from 14 September to 2 October 2026; answers the case."""
    case = faculty.start("acting_chair_appointment", faculty.secretary)
    faculty.answer(faculty.secretary, "report_absence", case, absent=[faculty.chair, faculty.deputy],
                   absence_reason="Шетелдік іссапар", absent_from="2026-09-14", absent_to="2026-10-02")  # fmt: skip
    return case


def choose(faculty: Faculty, case: str, person: str) -> None:
    faculty.answer(faculty.dean, "choose_acting", case, acting_person=person, scope="period", acting_from="2026-09-14",
                   acting_to="2026-10-02")  # fmt: skip


def sign(faculty: Faculty, case: str, number: str = "15-ө") -> None:
    faculty.answer(faculty.dean, "sign_order", case, order_no=number, order_date="2026-09-07", order_signed=True)


def named_for_the_period(faculty: Faculty) -> str:
    case = long_absence(faculty)
    choose(faculty, case, "m4")
    sign(faculty, case)
    return case


def acts(faculty: Faculty, person: str = "m4") -> bool:
    return ROLE in faculty.engine.reader(person).access.keys


@pytest.mark.both_ways
def test_7_2_3_the_role_is_held_from_the_first_to_the_last_day_of_the_order(faculty: Faculty) -> None:
    case = named_for_the_period(faculty)
    assert not acts(faculty)
    faculty.wait_for_day(day("2026-09-14"))
    assert acts(faculty)
    faculty.wait_until(at("2026-10-02 23:59"))
    assert acts(faculty)
    assert faculty.state(case) == "active"
    faculty.wait_until(at("2026-10-03 00:00"))
    assert not acts(faculty)
    assert faculty.state(case) == "completed"


def test_7_2_3_a_returning_chair_ends_the_role_early(faculty: Faculty) -> None:
    case = named_for_the_period(faculty)
    faculty.wait_for_day(day("2026-09-23"))
    faculty.submit(faculty.chair, faculty.task("record_return", case), returned_on="2026-09-23")
    assert faculty.state(case) == "completed"
    assert not acts(faculty)
    faculty.wait_for_day(day("2026-10-05"))
    assert faculty.incidents() == []


def test_7_2_3_where_neither_post_is_held_nobody_need_be_named_as_absent(make: MakeFaculty) -> None:
    faculty = make("announced", deputy=False)
    faculty.dismiss(faculty.chair, "chair")
    faculty.wait_until(at("2026-09-18 10:00"))
    meeting_of(faculty).confirm(chair=False)
    faculty.answer(faculty.secretary, "report_absence", absence_reason="Төраға сайланған жоқ",
                   absent_from="2026-09-21", absent_to="2026-09-21")  # fmt: skip
    faculty.answer(faculty.dean, "choose_acting", acting_person="m4", scope="meeting")
    faculty.answer(faculty.dean, "sign_order", order_no="15-ө", order_date=faculty.today.isoformat(), order_signed=True)
    (order,) = [row for row in faculty.register("orders").values() if row["kind"] == "acting_chair"]
    assert (order["person"], order["effective_from"]) == ("m4", day("2026-09-21"))


def test_7_2_3_the_return_is_recorded_on_the_day_it_happened_not_later(faculty: Faculty) -> None:
    named_for_the_period(faculty)
    faculty.wait_for_day(day("2026-09-23"))
    with pytest.raises(FormRefused) as refused:
        faculty.answer(faculty.secretary, "record_return", returned_on="2026-09-24")
    assert set(refused.value.errors) == {"returned_on"}


def test_7_2_3_during_the_period_the_acting_chair_approves_and_presides(faculty: Faculty) -> None:
    named_for_the_period(faculty)
    faculty.wait_for_day(day("2026-09-14"))
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    shown = faculty.page("m4", "approve_agenda", meeting.case)
    items = [{**row, "verdict": "accept"} for row in shown.data["items"]]
    faculty.submit("m4", shown.task, meeting_at="2026-09-28T10:00", format="in_person", place="305", items=items)
    meeting.distribute()
    meeting.come()
    meeting.confirm(chair=False, deputy=False, acting=True)
    meeting.attend([m for m in faculty.members if m not in (faculty.chair, faculty.deputy)])
    meeting.decide(INFORMATION)
    assert (meeting.row["presiding_post"], meeting.row["presiding"]) == ("acting_chair", "m4")


def test_7_2_3_after_the_period_the_acting_chair_may_not_approve_any_more(faculty: Faculty) -> None:
    named_for_the_period(faculty)
    faculty.wait_for_day(day("2026-10-02"))
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    task = faculty.task("approve_agenda")
    faculty.wait_for_day(day("2026-10-05"))
    assert isinstance(faculty.refused(faculty.completion("m4", task, items=[])), NotPermitted)


def test_7_2_3_while_the_deputy_is_there_no_order_is_needed(faculty: Faculty) -> None:
    case = faculty.start("acting_chair_appointment", faculty.secretary)
    faculty.answer(faculty.secretary, "report_absence", case, absent=[faculty.chair], absence_reason="Іссапар",
                   absent_from="2026-09-14", absent_to="2026-10-02")  # fmt: skip
    assert faculty.state(case) == "completed"
    assert faculty.offered(faculty.dean) == []


def test_7_2_3_an_order_for_a_meeting_announced_reaches_only_that_meeting(announced: Meeting) -> None:
    faculty = announced.faculty
    case = faculty.start("acting_chair_appointment", faculty.secretary)
    faculty.answer(faculty.secretary, "report_absence", case, meeting_id="1/2026",
                   absent=[faculty.chair, faculty.deputy], absence_reason="Іссапар", absent_from="2026-09-18",
                   absent_to="2026-09-25")  # fmt: skip
    faculty.answer(faculty.dean, "choose_acting", case, acting_person="m4", scope="meeting")
    faculty.answer(faculty.dean, "sign_order", case, order_no="15-ө", order_date="2026-09-07", order_signed=True)
    assert faculty.state(case) == "completed"
    assert announced.open == ["confirm_presiding"]
    announced.come()
    assert acts(faculty)
    announced.confirm(chair=False, deputy=False, acting=True)
    assert announced.variables["presiding"] == "m4"


def test_7_2_3_an_order_for_a_period_is_known_to_a_meeting_announced_before_and_after_it(faculty: Faculty) -> None:
    before = Meeting.call(faculty).announce(at=at("2026-09-21 09:00"))
    named_for_the_period(faculty)
    after = Meeting.call(faculty).announce(at=at("2026-10-02 09:00"))
    too_late = Meeting.call(faculty).announce(at=at("2026-10-05 09:00"))
    assert [m.variables["acting_chair"] for m in (before, after, too_late)] == ["m4", "m4", None]
    before.come()
    before.confirm(chair=False, deputy=False, acting=True)
    assert before.variables["presiding"] == "m4"


def test_7_2_3_orders_are_registered_with_their_last_day(faculty: Faculty) -> None:
    named_for_the_period(faculty)
    [row] = faculty.register("acting_chairs").values()
    assert (row["order_no"], row["person"], row["status"]) == ("15-ө", "m4", "in_force")
    assert (row["start"], row["last_day"]) == (day("2026-09-14"), day("2026-10-02"))
    faculty.wait_for_day(day("2026-09-23"))
    faculty.answer(faculty.secretary, "record_return", returned_on="2026-09-22", return_note="Төраға оралды")
    [row] = faculty.register("acting_chairs").values()
    assert (row["status"], row["end"], row["returned_on"]) == ("ended_early", day("2026-09-22"), day("2026-09-22"))


def test_7_2_3_a_chair_who_does_not_leave_after_all_annuls_the_role(faculty: Faculty) -> None:
    case = named_for_the_period(faculty)
    faculty.wait_for_day(day("2026-09-10"))
    faculty.answer(faculty.secretary, "record_return", returned_on="2026-09-10")
    assert faculty.state(case) == "completed"
    faculty.wait_for_day(day("2026-09-14"))
    assert not acts(faculty)
    meeting = Meeting.call(faculty).announce()
    assert meeting.variables["acting_chair"] is None


def test_7_2_3_nobody_is_appointed_twice_for_the_same_days(faculty: Faculty) -> None:
    named_for_the_period(faculty)
    again = long_absence(faculty)
    period = {"scope": "period", "acting_from": "2026-10-01", "acting_to": "2026-10-09"}
    faculty.answer(faculty.dean, "choose_acting", again, acting_person="m4", **period)
    assert faculty.open_tasks(again) == ["choose_acting"]
    faculty.answer(faculty.dean, "choose_acting", again, acting_person="m4", **period | {"acting_from": "2026-10-03"})
    assert faculty.open_tasks(again) == ["sign_order"]


def test_7_2_3_who_was_named_by_another_order_meanwhile_is_chosen_anew(faculty: Faculty) -> None:
    first, second = long_absence(faculty), long_absence(faculty)
    for case in (first, second):
        choose(faculty, case, "m4")
    sign(faculty, first, "8-ө")
    sign(faculty, second, "9-ө")
    assert (faculty.open_tasks(second), faculty.incidents()) == (["choose_acting"], [])
    choose(faculty, second, "m5")
    sign(faculty, second, "10-ө")
    assert sorted(row["person"] for row in faculty.register("acting_chairs").values()) == ["m4", "m5"]


def test_7_2_3_an_absence_does_not_end_before_it_begins(faculty: Faculty) -> None:
    case = faculty.start("acting_chair_appointment", faculty.secretary)
    with pytest.raises(FormRefused) as refused:
        faculty.answer(faculty.secretary, "report_absence", case, absent=[faculty.chair], absence_reason="Іссапар",
                       absent_from="2026-09-14", absent_to="2026-09-13")  # fmt: skip
    assert set(refused.value.errors) == {"absent_to"}


def test_7_2_3_only_the_secretary_or_the_deans_office_may_start_it(faculty: Faculty) -> None:
    for person in (faculty.chair, faculty.head, faculty.stranger):
        start = c.StartProcess(actor=person, definition="acting_chair_appointment", school=SCHOOL)
        assert isinstance(faculty.refused(start), NotPermitted)
    assert faculty.start("acting_chair_appointment", faculty.office)
