"""Meetings of the plan in force are called by themselves, each once, as long as they stand in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.calendar.working_days import WorkingCalendar
from tests.processes.faculty import Faculty
from tests.processes.meeting import Meeting, at
from tests.processes.planning import Plan
from tests.processes.stages import MakeFaculty


@pytest.fixture
def plan(make: MakeFaculty) -> Plan:
    """The plan of this academic year, signed by everybody on Monday 7 September 2026."""
    made = Plan(make("settled"), year="current").draft().review().sign()
    made.faculty.engine.settle()
    return made


def planned(plan: Plan) -> list[date]:
    return sorted(one["planned_date"] for one in plan.row["items"] if one["kind"] == "meeting")


def meetings(faculty: Faculty) -> list[dict[str, Any]]:
    return list(faculty.register("meetings").values())


def open_for(plan: Plan, day: date) -> None:
    """The morning comes on which items for a meeting of that day begin to be collected."""
    plan.faculty.wait_until(at(f"{WorkingCalendar().before(day, 15)} 10:00"))


def test_6_2_3_an_assignment_is_offered_the_items_of_the_plan_in_the_order_of_their_days(plan: Plan) -> None:
    faculty = plan.faculty
    assert len(plan.row["items"]) > 9, "by their keys, 10 comes before 2"
    case = faculty.start("member_assignment", faculty.chair)
    labels = [row["label"] for row in faculty.page(faculty.chair, "assign", case).data["plan_rows"]]
    days = [(label[6:10], label[3:5], label[:2]) for label in labels]
    assert (len(labels), days) == (len(plan.row["items"]), sorted(days))


@pytest.mark.both_ways
def test_7_2_1_items_are_collected_fifteen_working_days_before_a_planned_meeting(plan: Plan) -> None:
    faculty, days = plan.faculty, planned(plan)
    (first,) = meetings(faculty)  # less than fifteen working days ahead: at once
    assert (first["meeting_kind"], first["meeting_at"]) == ("regular", at(f"{days[0]} 15:00"))
    assert [row.element for row in faculty.offered(faculty.secretary, "collect_items")] == ["collect_items"]


def test_7_2_1_a_meeting_under_preparation_is_not_called_twice(plan: Plan) -> None:
    faculty, second = plan.faculty, planned(plan)[1]
    faculty.wait_until(at(f"{WorkingCalendar().before(second, 17)} 10:00"))
    Meeting.call(faculty)
    open_for(plan, second)
    assert len(meetings(faculty)) == 2


def test_7_2_1_one_whose_day_has_gone_by_does_not_stand_in_the_way_of_the_next(plan: Plan) -> None:
    open_for(plan, planned(plan)[1])
    assert len(meetings(plan.faculty)) == 2


def test_7_1_s1_a_day_that_has_left_the_plan_calls_nothing(make: MakeFaculty) -> None:
    faculty = make("decided")  # its first meeting was held before there was a plan
    plan = Plan(faculty, year="current").draft().review().sign()
    faculty.engine.settle()
    before, days = len(meetings(faculty)), planned(plan)
    late = next(day for day in days if WorkingCalendar().before(day, 15) > faculty.today)
    amended = Plan(faculty, "amend", "current")
    moved = {
        **next(one for one in amended.items if one["planned_date"] == late),
        "planned_date": late + timedelta(days=7),
    }
    amended.draft([*(one for one in amended.items if one["planned_date"] != late), moved]).review().sign()
    open_for(plan, late)
    assert len(meetings(faculty)) == before
    open_for(plan, late + timedelta(days=7))
    assert len(meetings(faculty)) == before + 1


def asked(make: MakeFaculty, kind: str, **more: Any) -> tuple[Faculty, dict[str, Any]]:
    """A plan in force with one item more, six weeks ahead; its day has come."""
    faculty = make("settled")
    plan = Plan(faculty, year="current")
    day = WorkingCalendar().next(faculty.today + timedelta(weeks=6))
    item = {**plan.items[0], "kind": kind, "title": "Жоспарға қосылған іс-шара", "planned_date": day, **more}
    plan.draft([*plan.items, item]).review().sign()
    faculty.engine.settle()
    faculty.wait_until(at(f"{day} 08:59"))
    return faculty, item


@pytest.mark.both_ways
def test_3_1_the_secretary_is_asked_for_each_department_on_the_day_planned_for_monitoring(make: MakeFaculty) -> None:
    faculty, item = asked(make, "monitoring", department=None, tool="Сабақты бақылау парағы")
    earlier = {row.instance for row in faculty.offered(faculty.secretary, "instruct")}  # of the item planned before
    faculty.wait_until(at(f"{item['planned_date']} 09:01"))
    cases = {row.instance for row in faculty.offered(faculty.secretary, "instruct")} - earlier
    found = [faculty.variables(case) for case in cases]
    assert sorted(one["department_id"] for one in found) == ["eng-cs", "eng-me"]
    (key,) = {one["plan_item"] for one in found}
    assert faculty.register("plan_items")[key]["title"] == item["title"]
    assert {one["tool"] for one in found} == {item["tool"]}


def test_2_2_4_a_planned_survey_begins_on_its_day(make: MakeFaculty) -> None:
    faculty, item = asked(make, "survey")
    assert faculty.register("surveys") == {}
    faculty.wait_until(at(f"{item['planned_date']} 09:01"))
    (survey,) = faculty.register("surveys").values()
    assert (survey["purpose"], survey["status"]) == (item["title"], "planned")
    assert faculty.register("plan_items")[survey["plan_item"]]["kind"] == "survey"


def test_7_8_1_a_planned_peer_review_begins_on_its_day_until_the_semester_ends(make: MakeFaculty) -> None:
    faculty, item = asked(make, "peer_review", department="eng-cs")
    faculty.wait_until(at(f"{item['planned_date']} 09:01"))
    ((key, cycle),) = faculty.register("peer_cycles").items()
    assert (key, cycle["ends_on"]) == ("eng-cs/2026/2027/autumn", date(2026, 12, 31))


def test_7_8_1_a_cycle_begun_by_hand_is_not_begun_again(make: MakeFaculty) -> None:
    faculty, item = asked(make, "peer_review", department="eng-cs")
    period = {"department": "eng-cs", "academic_year": "2026/2027", "semester": "autumn"}
    faculty.start("peer_review_cycle", faculty.secretary, **period, ends_on=date(2026, 12, 20))
    faculty.wait_until(at(f"{item['planned_date']} 09:01"))
    (cycle,) = faculty.register("peer_cycles").values()
    assert cycle["ends_on"] == date(2026, 12, 20)


def test_2_2_5_planned_monitoring_of_integrity_asks_the_secretary_for_risks_on_its_day(make: MakeFaculty) -> None:
    faculty, item = asked(make, "integrity", department=None)
    assert not faculty.offered(faculty.secretary, "register_risk")
    faculty.wait_until(at(f"{item['planned_date']} 09:01"))
    (row,) = faculty.offered(faculty.secretary, "register_risk")
    found = faculty.variables(row.instance)
    assert (found["source"], found["description"]) == ("plan", item["title"])
    faculty.answer(faculty.secretary, "register_risk", row.instance, signal="false", false_note="Бұзушылық жоқ")
    assert faculty.register("risks")[found["risk_no"]]["source"] == "plan"


def test_2_2_1_an_item_that_has_left_the_plan_begins_nothing(make: MakeFaculty) -> None:
    faculty, item = asked(make, "survey")
    amended = Plan(faculty, "amend", "current")
    amended.draft([one for one in amended.items if one["title"] != item["title"]]).review().sign()
    faculty.wait_until(at(f"{item['planned_date']} 09:01"))
    assert faculty.register("surveys") == {}


def test_6_2_3_the_plans_items_are_offered_with_their_days_as_people_write_them(plan: Plan) -> None:
    faculty = plan.faculty
    case = faculty.start("member_assignment", faculty.chair)
    labels = [row["label"] for row in faculty.page(faculty.chair, "assign", case).data["plan_rows"]]
    row = next(iter(faculty.register("plan_items").values()))
    assert f"{row['planned_date']:%d.%m.%Y} — {row['title']}" in labels
