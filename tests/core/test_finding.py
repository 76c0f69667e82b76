"""The inbox finds tasks by any form of a word of theirs, by the case's key, and by the names of their people."""

from __future__ import annotations

from datetime import date

import pytest

from engine import commands as c
from tests.core.place import SECRETARY, Place
from tests.play import models as m

NAMED, OTHER_NAMED = "p7", "p8"


@pytest.fixture
def house(place: Place) -> Place:
    place.system(c.RecordPerson, person=NAMED, name="Әбенова Құралай Серікқызы", unit="eng")
    place.system(c.RecordPerson, person=OTHER_NAMED, name="Омаров Ерлан Қайратұлы", unit="eng")
    place.system(c.Appoint, person=NAMED, role="secretary", unit="eng", start=date(2026, 1, 1))
    role = m.extensions(m.properties(role='"secretary@" + school'))
    for process, name in (("p", "Хаттаманы тексеру"), ("q", "Проверить план работы"), ("r", "Акт тіркеу")):
        place.deploy(m.process(process, m.start(), m.user("a", role, name=name), m.end(), "s -> a -> e"))
    return place


def found(place: Place, search: str, view: str = "role", person: str = SECRETARY) -> set[str]:
    return {row.instance for row in place.engine.reader(person).inbox(view, "", search).rows}


@pytest.mark.parametrize(
    ("typed", "process"),
    [
        ("хаттама", "p"),
        ("хаттамалардың", "p"),
        ("ХАТТАМАНЫҢ тексерілуі", "p"),
        ("плана", "q"),
        ("планом работ", "q"),
        ("работами", "q"),
        ("акт", "r"),
        ("актінің", "r"),
        ("актинин", "r"),
    ],
)
def test_a_task_is_found_by_any_form_of_its_words(house: Place, typed: str, process: str) -> None:
    cases = {key: house.start(key) for key in ("p", "q", "r")}
    assert found(house, typed) == {cases[process]}


def test_a_task_is_found_by_the_people_of_its_case(house: Place) -> None:
    mine = house.engine.handle(
        c.StartProcess(actor=c.SYSTEM, definition="p", school="eng", variables={"x": 1})
    ).instance
    theirs = house.start("q")
    house.engine.handle(c.ClaimTask(actor=NAMED, instance=theirs, task=house.task(theirs, "a")))
    house.engine.handle(c.UnclaimTask(actor=NAMED, instance=theirs, task=house.task(theirs, "a")))
    for typed in ("Әбенова", "абеновой", "Әбенованың", "әбен", "Құралайдың"):
        assert found(house, typed) == {theirs}, typed
    assert found(house, "Әбенова план") == {theirs} and found(house, "Әбенова хаттама") == set()
    assert found(house, "Омаров") == set() and found(house, "хаттама") == {mine}


def test_who_has_it_is_found_among_what_one_waits_for(house: Place) -> None:
    case = house.start("p")
    task = house.task(case, "a")
    house.engine.handle(c.ClaimTask(actor=SECRETARY, instance=case, task=task))
    house.engine.handle(c.UnclaimTask(actor=SECRETARY, instance=case, task=task))
    house.engine.handle(c.ClaimTask(actor=NAMED, instance=case, task=task))
    assert found(house, "Әбенованы", "waiting") == {case}
    assert found(house, "хаттаманы", "waiting") == {case} and found(house, "Омаровты", "waiting") == set()
    assert found(house, "Әбенова", "mine", NAMED) == {case}


def test_every_page_of_a_search_is_read(house: Place) -> None:
    cases = {house.start("p") for _ in range(60)}
    reader = house.engine.reader(SECRETARY)
    first, second = reader.inbox("role", "", "хаттаманы", 1), reader.inbox("role", "", "хаттаманы", 2)
    assert first.more and not second.more
    assert {row.instance for row in (*first.rows, *second.rows)} == cases
