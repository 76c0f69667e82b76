"""A task is prepared by somebody else and comes back: only its owner completes it, and the record tells both."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import commands as c
from engine.database import ru_task
from engine.delegations import ru_delegation
from engine.errors import ClaimedInStead, Invalid, NotFound, NotPermitted, TaskDelegated
from engine.history.in_place import rebuild_in_place
from engine.wording import catalogue
from tests.core.place import CHAIR, OTHER, SECRETARY, Place, user
from tests.play import models as m

FRIEND, SECOND = "p7", "p8"
TODAY = date(2026, 9, 1)


@pytest.fixture
def house(place: Place) -> Place:
    for person, unit in ((FRIEND, "eng"), (SECOND, "eng"), ("p9", "law")):
        place.system(c.RecordPerson, person=person, name=f"Адам {person}", unit=unit)
    place.deploy(m.process("p", m.start(), user("a"), m.end(), "s -> a -> e"))
    return place


def delegate(place: Place, case: str, to: str = FRIEND, actor: str = SECRETARY) -> None:
    command = c.DelegateTask(actor=actor, instance=case, task=place.task(case, "a"), person=to, reason="дайындаңыз")
    place.engine.handle(command)


def hand_back(place: Place, case: str, actor: str = FRIEND) -> None:
    place.engine.handle(c.HandBackTask(actor=actor, instance=case, task=place.task(case, "a"), reason="дайын"))


def holder(place: Place, case: str) -> str:
    return next(row.assignee for row in place.rows(ru_task) if row.instance == case)


def test_it_goes_to_the_other_and_comes_back_for_completion(house: Place) -> None:
    case = house.start()
    delegate(house, case)
    task = house.task(case, "a")
    inbox = house.engine.reader(FRIEND).inbox("mine")
    assert [row.task for row in inbox.rows] == [task] and inbox.owners == {task: SECRETARY}
    assert [row.task for row in house.engine.reader(SECRETARY).inbox("waiting").rows] == [task]
    shown = house.engine.reader(FRIEND).task(task)
    assert shown.owner == SECRETARY and not shown.may_complete
    for actor in (FRIEND, SECRETARY):
        with pytest.raises(TaskDelegated):
            house.do(case, "a", actor)
    hand_back(house, case)
    assert holder(house, case) == SECRETARY and house.rows(ru_delegation) == []
    with pytest.raises(NotPermitted):
        house.do(case, "a", FRIEND)
    house.do(case, "a", SECRETARY)
    assert house.verified()


def test_the_owner_takes_it_back_and_whoever_assigns_ends_it(house: Place) -> None:
    case = house.start()
    delegate(house, case)
    hand_back(house, case, SECRETARY)
    assert holder(house, case) == SECRETARY
    delegate(house, case, SECOND)
    task = house.task(case, "a")
    house.engine.handle(c.AssignTask(actor=CHAIR, instance=case, task=task, person=SECRETARY))
    assert house.rows(ru_delegation) == []
    house.do(case, "a", SECRETARY)
    assert house.verified()


def test_it_outlives_a_rebuild_and_a_restart(house: Place) -> None:
    case = house.start()
    delegate(house, case)
    rebuild_in_place(house.engine.bus)
    house.engine.bus.hot.clear()
    assert [(row.task, row.owner) for row in house.rows(ru_delegation)] == [(house.task(case, "a"), SECRETARY)]
    assert house.verified()
    hand_back(house, case)
    assert house.verified()


def test_it_is_not_passed_on_released_or_handed_back_by_strangers(house: Place) -> None:
    case = house.start()
    delegate(house, case)
    task = house.task(case, "a")
    for command in (
        c.DelegateTask(actor=FRIEND, instance=case, task=task, person=SECOND),
        c.UnclaimTask(actor=FRIEND, instance=case, task=task),
    ):
        with pytest.raises(TaskDelegated):
            house.engine.handle(command)
    with pytest.raises(NotPermitted):
        hand_back(house, case, SECOND)
    with pytest.raises(NotFound):
        house.engine.reader(SECOND).task(task)
    hand_back(house, case)
    with pytest.raises(Invalid):
        hand_back(house, case)


def test_who_may_be_asked(house: Place) -> None:
    house.engine.handle(
        c.RecordAbsence(actor=SECOND, person=SECOND, start=TODAY, end=TODAY + timedelta(days=2), substitute="")
    )
    case = house.start()
    told = {
        SECRETARY: "delegate_self",
        "nobody": "person_unknown",
        "p9": "delegate_other_school",
        SECOND: "person_away",
    }
    for person, code in told.items():
        with pytest.raises(Invalid) as refused:
            delegate(house, case, person)
        assert refused.value.problems == {"person": code} and code in catalogue()
    with pytest.raises(NotPermitted):
        delegate(house, case, FRIEND, OTHER)


def test_a_confidential_case_goes_to_nobody_new(house: Place) -> None:
    secret = m.extensions(m.properties(confidential="true"))
    house.deploy(m.process("q", secret, m.start(), user("a"), m.end(), "s -> a -> e"))
    case = house.start("q")
    with pytest.raises(Invalid) as refused:
        delegate(house, case)
    assert refused.value.problems == {"person": "delegate_confidential"}
    house.system(c.Appoint, person=FRIEND, role="secretary", unit="eng", start=TODAY)
    delegate(house, case)


def test_a_substitute_does_the_task_and_asks_nobody_else(house: Place) -> None:
    case = house.start()
    days = {"start": TODAY, "end": TODAY + timedelta(days=3)}
    house.engine.handle(c.RecordAbsence(actor=SECRETARY, person=SECRETARY, substitute=FRIEND, **days))
    with pytest.raises(ClaimedInStead):
        delegate(house, case, SECOND, FRIEND)
