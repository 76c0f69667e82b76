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
