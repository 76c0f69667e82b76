"""Who is away names who acts meanwhile: in those days, those tasks, under everybody's rules; it is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine import commands as c
from engine.database import hi_entry
from engine.errors import (
    ClaimedInStead,
    Invalid,
    NotFound,
    NotPermitted,
    SamePerson,
    SubstitutionOver,
    TaskTaken,
)
from engine.history.in_place import rebuild_in_place
from engine.wording import catalogue
from tests.core.place import ADMIN, CHAIR, OTHER, SECRETARY, Place, user
from tests.play import models as m

TODAY = date(2026, 9, 1)
FRIEND, SECOND, DEAN = "p7", "p8", "p9"
ALLOWED = m.extensions(m.properties(startRole="secretary@school"))
ONE = m.process("p", ALLOWED, m.start(), user("a"), m.end(), "s -> a -> e")


@pytest.fixture
def house(place: Place) -> Place:
    for person in (FRIEND, SECOND, DEAN):
        place.system(c.RecordPerson, person=person, name=f"Адам {person}", unit="eng")
    place.system(c.Appoint, person=DEAN, role="dean", unit="eng", start=date(2026, 1, 1))
    place.deploy(ONE)
    return place


def away(place: Place, person: str = SECRETARY, substitute: str = FRIEND, days: int = 5, **more: Any) -> str:
    start = more.pop("start", TODAY)
    actor = more.pop("actor", person)
    command = c.RecordAbsence(
        actor=actor, person=person, substitute=substitute, start=start, end=start + timedelta(days=days), **more
    )
    return str(place.engine.handle(command).result)


def refused(place: Place, **more: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        away(place, **more)
    problems = dict(refusal.value.problems)
    assert all(code in catalogue() for code in problems.values())
    return problems


def appointment_of(place: Place, person: str) -> str:
    return place.engine.reader(ADMIN).directory.card(person).now[0].id


def sound(place: Place) -> None:
    assert place.verified()


def test_a_substitute_sees_and_does_the_tasks_only_in_those_days(house: Place) -> None:
    case, later = house.start(), house.start()
    assert house.engine.reader(FRIEND).inbox("substitute").rows == ()
    away(house, days=2)
    found = house.engine.reader(FRIEND).inbox("substitute")
    assert {row.instance for row in found.rows} == {case, later} and found.counts["substitute"] == 2
    shown = house.engine.reader(FRIEND).task(house.task(case, "a"))
    assert shown.may_complete and not shown.may_claim and shown.stead and shown.stead.person == SECRETARY
    house.do(case, "a", FRIEND)
    house.later(days=2)
    assert house.engine.reader(FRIEND).inbox("substitute").rows == ()
    with pytest.raises(NotFound):
        house.engine.reader(FRIEND).task(house.task(later, "a"))
    with pytest.raises(SubstitutionOver):
        house.do(later, "a", FRIEND)
    sound(house)


def test_the_record_says_in_whose_stead(house: Place) -> None:
    case = house.start()
    absence = away(house)
    house.do(case, "a", FRIEND)
    [entry] = [row for row in house.rows(hi_entry) if row.kind == "CompleteTask"]
    assert f'"{appointment_of(house, SECRETARY)}/{absence}/{SECRETARY}"' in entry.body
    last = house.engine.reader(CHAIR).case(case).timeline[-1]
    assert (last.actor, last.acted_as, last.stead) == (FRIEND, "secretary@eng", SECRETARY)
    assert house.engine.reader(CHAIR).case(case).people[SECRETARY] == "Адам p1"
    sound(house)


def test_an_absence_outlives_a_rebuild(house: Place) -> None:
    away(house)
    engine = house.engine
    rebuild_in_place(engine.bus)
    assert [one.person for one in engine.reader(FRIEND).access.stands] == [SECRETARY]
    sound(house)


def test_standing_in_gives_tasks_and_no_rights(house: Place) -> None:
    away(house)
    access = house.engine.reader(FRIEND).access
    assert access.keys == {f"person:{FRIEND}"} and access.rights == {"start"} and access.schools == ()
    assert [one.key for one in access.stands] == ["secretary@eng"]
    with pytest.raises(NotPermitted):
        house.engine.handle(c.StartProcess(actor=FRIEND, definition="p", school="eng"))


def test_what_was_asked_of_a_person_by_name_stays_theirs(house: Place) -> None:
    house.deploy(m.process("q", m.start(), user("a", f'"person:{SECRETARY}"'), m.end(), "s -> a -> e"))
    case = house.start("q")
    away(house)
    with pytest.raises(NotPermitted):
        house.do(case, "a", FRIEND)


def test_nothing_is_claimed_in_somebodys_stead_but_what_the_absent_one_claimed_is_done(house: Place) -> None:
    case = house.start()
    away(house)
    task = house.task(case, "a")
    with pytest.raises(ClaimedInStead):
        house.engine.handle(c.ClaimTask(actor=FRIEND, instance=case, task=task))
    house.engine.handle(c.ClaimTask(actor=SECRETARY, instance=case, task=task))
    assert [row.task for row in house.engine.reader(FRIEND).inbox("substitute").rows] == [task]
    house.do(case, "a", FRIEND)
    sound(house)


def test_what_a_colleague_claimed_is_not_the_absent_ones(house: Place) -> None:
    house.system(c.Appoint, person=SECOND, role="secretary", unit="eng", start=TODAY)
    case = house.start()
    away(house)
    house.engine.handle(c.ClaimTask(actor=SECOND, instance=case, task=house.task(case, "a")))
    assert house.engine.reader(FRIEND).inbox("substitute").rows == ()
    with pytest.raises(TaskTaken):
        house.do(case, "a", FRIEND)


SIGNED = m.start() + user("one") + m.user("two", m.extensions(
    m.properties(role='"dean@" + school', notSamePersonAs="one"))) + m.end()  # fmt: skip


def test_7_3_3_nobody_signs_twice_by_standing_in(house: Place) -> None:
    house.deploy(m.process("q", SIGNED, "s -> one -> two -> e"))
    case = house.start("q")
    away(house, DEAN, SECRETARY)
    house.do(case, "one", SECRETARY)
    with pytest.raises(SamePerson):
        house.do(case, "two", SECRETARY)
    assert house.engine.reader(SECRETARY).task(house.task(case, "two")).blocked["code"] == "same_person"
    house.do(case, "two", DEAN)


def test_7_3_3_a_substitute_may_no_more_than_the_person_who_is_away(house: Place) -> None:
    house.deploy(m.process("q", SIGNED, "s -> one -> two -> e"))
    house.system(c.Appoint, person=DEAN, role="secretary", unit="eng", start=TODAY)
    case = house.start("q")
    house.do(case, "one", DEAN)
    away(house, DEAN, FRIEND)
    with pytest.raises(SamePerson):
        house.do(case, "two", FRIEND)


def test_an_appointment_that_ends_ends_what_is_done_in_its_stead(house: Place) -> None:
    case = house.start()
    away(house, days=9)
    house.system(c.EndAppointment, appointment=appointment_of(house, SECRETARY), end=date(2026, 9, 3), reason="б")
    house.later(days=3)
    with pytest.raises(NotPermitted):
        house.do(case, "a", FRIEND)
    assert house.engine.reader(FRIEND).access.stands == ()


def test_for_one_appointment_or_for_all(house: Place) -> None:
    house.system(c.Appoint, person=SECRETARY, role="asb", unit="univ", start=TODAY)
    away(house, appointment=appointment_of(house, SECRETARY))
    assert [one.key for one in house.engine.reader(FRIEND).access.stands] == ["secretary@eng"]
    other = next(one.id for one in house.engine.reader(ADMIN).directory.card(SECRETARY).now if one.role == "asb")
    away(house, substitute=SECOND, appointment=other)
    assert [one.key for one in house.engine.reader(SECOND).access.stands] == ["asb@univ"]


def test_what_is_refused_says_where_and_why(house: Place) -> None:
    assert refused(house, substitute=SECRETARY) == {"substitute": "substitute_self"}
    assert refused(house, substitute="nobody") == {"substitute": "person_unknown"}
    assert refused(house, start=TODAY - timedelta(days=1)) == {"start": "absence_backdated"}
    assert refused(house, days=0) == {"end": "end_before_start"}
    assert refused(house, days=400) == {"end": "absence_too_long"}
    assert refused(house, appointment=appointment_of(house, CHAIR)) == {"appointment": "absence_not_held"}
    own = appointment_of(house, CHAIR)
    assert refused(house, person=CHAIR, appointment=own) == {"appointment": "role_replaced_otherwise"}
    house.system(c.RecordPerson, person=SECOND, name="Кеткен", unit="eng", active=False)
    assert refused(house, substitute=SECOND) == {"substitute": "person_inactive"}


def test_no_circle_no_substitute_of_a_substitute_no_overlap(house: Place) -> None:
    away(house, start=TODAY + timedelta(days=3))
    assert refused(house) == {"start": "absence_overlaps"}
    assert refused(house, appointment=appointment_of(house, SECRETARY)) == {"start": "absence_overlaps"}
    assert refused(house, person=FRIEND, substitute=SECRETARY, days=4) == {"person": "absent_stands_in"}
    assert refused(house, person=FRIEND, substitute=SECOND, days=4) == {"person": "absent_stands_in"}
    assert refused(house, person=CHAIR, substitute=SECRETARY, days=4) == {"substitute": "substitute_away"}
    assert away(house, person=FRIEND, substitute=SECOND, days=3)  # the days touch, but are not shared


def test_7_2_3_the_chair_is_replaced_as_the_regulation_says(house: Place) -> None:
    away(house, CHAIR)
    assert house.engine.reader(FRIEND).access.stands == ()


def test_it_is_ended_early_withdrawn_or_given_back(house: Place) -> None:
    case = house.start()
    absence = away(house)
    house.engine.handle(c.EndAbsence(actor=FRIEND, absence=absence, end=TODAY, reason="ауырып қалдым"))
    with pytest.raises(NotPermitted):
        house.do(case, "a", FRIEND)
    coming = away(house, start=TODAY + timedelta(days=2))
    with pytest.raises(Invalid) as early:
        house.engine.handle(c.EndAbsence(actor=SECRETARY, absence=coming, end=TODAY, reason="x"))
    assert early.value.problems == {"end": "absence_end_outside"}
    house.engine.handle(c.EndAbsence(actor=SECRETARY, absence=coming, end=TODAY + timedelta(days=2), reason="қалды"))
    with pytest.raises(Invalid) as over:
        house.engine.handle(c.EndAbsence(actor=SECRETARY, absence=coming, end=TODAY, reason="x"))
    assert over.value.problems == {"absence": "absence_over"}
    shown = house.engine.reader(ADMIN).directory.card(SECRETARY).absences
    assert [(one.id, one.start < one.end) for one in shown] == [(coming, False), (absence, False)]
    sound(house)


def test_who_may_record_an_absence(house: Place) -> None:
    assert away(house, actor=DEAN)
    for actor in (CHAIR, FRIEND):
        with pytest.raises(NotPermitted):
            away(house, start=TODAY + timedelta(days=30), actor=actor)
    with pytest.raises(NotPermitted):  # p3 is a secretary of another school: not this dean's to hand on
        away(house, OTHER, actor=DEAN)
    assert away(house, OTHER, actor=ADMIN)


def test_a_task_is_not_given_to_somebody_who_is_away(house: Place) -> None:
    case = house.start()
    give = c.AssignTask(actor=CHAIR, instance=case, task=house.task(case, "a"), person=SECRETARY)
    away(house)
    with pytest.raises(Invalid) as refusal:
        house.engine.handle(give)
    assert refusal.value.problems == {"person": "person_away"}


def test_a_role_is_vacant_while_its_only_holder_is_away_and_nobody_stands_in(house: Place) -> None:
    def empty() -> dict[str, date]:
        return {f"{one.role}@{one.unit.id}": one.since for one in house.engine.reader(ADMIN).vacancies(30)}

    assert "secretary@eng" not in empty()
    absence = away(house, substitute="", start=TODAY + timedelta(days=3), days=2)
    assert empty()["secretary@eng"] == TODAY + timedelta(days=3)
    end = TODAY + timedelta(days=3)
    house.engine.handle(c.EndAbsence(actor=SECRETARY, absence=absence, end=end, reason="қалды"))
    away(house, start=TODAY + timedelta(days=3), days=2)
    assert "secretary@eng" not in empty()
    house.system(c.RecordPerson, person=FRIEND, name="Кетті", unit="eng", active=False)
    assert empty()["secretary@eng"] == TODAY + timedelta(days=3)
