"""What a person marks in their inbox is theirs alone: seen, put off, filters; the record knows nothing of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import commands as c
from engine.errors import Invalid
from engine.wording import catalogue
from tests.core.place import SECRETARY, Place, user
from tests.play import models as m

FRIEND = "p7"
TODAY = date(2026, 9, 1)


@pytest.fixture
def house(place: Place) -> Place:
    place.system(c.RecordPerson, person=FRIEND, name="Адам p7", unit="eng")
    place.system(c.Appoint, person=FRIEND, role="secretary", unit="eng", start=date(2026, 1, 1))
    place.deploy(m.process("p", m.start(), user("a"), m.end(), "s -> a -> e"))
    due = user("a", camunda_dueDate="2026-09-05T10:00:00+05:00")
    place.deploy(m.process("q", m.start(), due, m.end(), "s -> a -> e"))
    return place


def listed(place: Place, person: str, view: str = "role", only: str = "", search: str = "") -> set[str]:
    return {row.task for row in place.engine.reader(person).inbox(view, only, search).rows}


def test_what_is_put_off_is_out_of_every_list_until_its_day_and_comes_back_as_new(house: Place) -> None:
    task = house.task(house.start(), "a")
    other = house.task(house.start(), "a")
    house.engine.marks.see(SECRETARY, task)
    house.engine.marks.snooze(SECRETARY, task, None, TODAY + timedelta(days=3))
    assert listed(house, SECRETARY) == {other} and listed(house, FRIEND) == {task, other}
    reader = house.engine.reader(SECRETARY)
    [row] = reader.inbox("snoozed").rows
    assert row.task == task and row.snoozed is not None
    counts = reader.inbox("role").counts
    assert counts["role"] == 1 and counts["snoozed"] == 1
    house.later(days=3)
    assert listed(house, SECRETARY) == {task, other} and listed(house, SECRETARY, "snoozed") == set()
    assert listed(house, SECRETARY, only="unread") == {task, other}


def test_it_is_brought_back_by_hand_and_forgotten_with_the_task(house: Place) -> None:
    case = house.start()
    task = house.task(case, "a")
    house.engine.marks.snooze(SECRETARY, task, None, TODAY + timedelta(days=3))
    house.engine.marks.wake(SECRETARY, task)
    assert listed(house, SECRETARY) == {task}
    house.engine.marks.snooze(SECRETARY, task, None, TODAY + timedelta(days=3))
    house.do(case, "a", FRIEND)
    reader = house.engine.reader(SECRETARY)
    assert reader.inbox("snoozed").rows == () and reader.inbox("role").counts["snoozed"] == 0
    assert house.verified()


@pytest.mark.parametrize(("days", "code"), [(0, "snooze_not_ahead"), (400, "snooze_too_long"), (5, "snooze_after_due")])
def test_nothing_is_put_off_past_its_due_date_or_into_the_past(house: Place, days: int, code: str) -> None:
    task = house.task(house.start("q"), "a")
    [row] = house.engine.reader(SECRETARY).chosen([task])
    due = row.due if days == 5 else None
    with pytest.raises(Invalid) as refused:
        house.engine.marks.snooze(SECRETARY, task, due, TODAY + timedelta(days=days))
    assert refused.value.problems == {"until": code} and code in catalogue()
    house.engine.marks.snooze(SECRETARY, task, row.due, TODAY + timedelta(days=4))


def test_unread_is_what_a_person_has_not_opened_yet(house: Place) -> None:
    task, other = (house.task(house.start(), "a") for _ in range(2))
    house.engine.marks.see(SECRETARY, task)
    house.engine.marks.see(SECRETARY, task)
    unread = {row.task: row.unread for row in house.engine.reader(SECRETARY).inbox("role").rows}
    assert unread == {task: False, other: True}
    assert listed(house, SECRETARY, only="unread") == {other} and listed(house, FRIEND, only="unread") == {task, other}
    house.engine.marks.unsee(SECRETARY, task)
    assert listed(house, SECRETARY, only="unread") == {task, other}


def test_filters_are_personal_and_one_at_most_comes_first(house: Place) -> None:
    marks = house.engine.marks
    marks.keep_filter(SECRETARY, " Кешіккен  істер ", "view=role&only=overdue", first=True)
    marks.keep_filter(SECRETARY, "Бүгін", "only=today", first=True)
    kept = {one.name: (one.asked, one.first) for one in marks.filters(SECRETARY)}
    assert kept == {"Кешіккен істер": ("view=role&only=overdue", False), "Бүгін": ("only=today", True)}
    assert marks.filters(FRIEND) == ()
    for n in range(10):
        marks.keep_filter(SECRETARY, f"f{n}", "", first=False)
    for name, code in (("", "filter_name_missing"), ("x" * 61, "filter_name_long"), ("тағы", "filter_too_many")):
        with pytest.raises(Invalid) as refused:
            marks.keep_filter(SECRETARY, name, "", first=False)
        assert refused.value.problems == {"name": code} and code in catalogue()
    marks.drop_filter(SECRETARY, "Бүгін")
    assert all(one.name != "Бүгін" for one in marks.filters(SECRETARY))
