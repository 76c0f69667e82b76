"""Proves that what begins by the academic calendar begins once a school and year, on the date the calendar tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import commands as c
from engine.database import hi_entry, ru_instance, ru_timer
from engine.errors import Invalid, ModelRefused
from engine.history.in_place import rebuild_in_place
from engine.timers.yearly import UNTOLD
from engine.values import instant
from tests.core.place import OTHER, Place
from tests.play import models as m

AFTER_AUTUMN = '${term(academic_year, "autumn_end") + duration("P1D")}'
BEFORE_YEAR = '${term(academic_year, "year_start") - duration("P" + string(parameter("P_PLAN_LEAD")) + "D")}'
NEVER = instant(UNTOLD)[:10]


def model(text: str = AFTER_AUTUMN, after: str = "", **properties: str) -> str:
    own = m.extensions(m.properties(each="academicYear", **properties))
    key = m.extensions(m.properties(businessKey='academic_year + "/interim"'))
    start = m.element("startEvent", "s", own + m.timer("Date", text))
    return m.process("p", key, start, after or m.user("a"), m.end(), "s -> a -> e")


def term(place: Place, name: str, day: str, year: str = "2026/2027") -> None:
    place.system(c.SetTerm, year=year, name=name, day=date.fromisoformat(day))


def due(place: Place) -> list[tuple[str, int, str]]:
    return [(row.school, row.round, row.due[:10]) for row in place.rows(ru_timer)]


def begun(place: Place) -> list[tuple[str, str]]:
    return sorted((row.school, row.business_key) for row in place.rows(ru_instance))


def moved(place: Place, day: str) -> None:
    place.clock.move_to(place.clock() + (date.fromisoformat(day) - place.clock().date()))
    place.engine.settle()


def whole(place: Place) -> bool:
    """The record is sound, and the caches are what the record makes of them."""
    before = due(place), begun(place)
    rebuild_in_place(place.engine.bus)
    return place.verified() and (due(place), begun(place)) == before


def test_each_school_begins_once_a_year_on_the_date_told(place: Place) -> None:
    term(place, "autumn_end", "2026-12-26")
    term(place, "autumn_end", "2027-12-25", "2027/2028")
    place.deploy(model())
    assert due(place) == [("eng", 2026, "2026-12-26"), ("law", 2026, "2026-12-26")]  # midnight in Almaty, told in UTC
    moved(place, "2026-12-26")
    assert begun(place) == []
    moved(place, "2026-12-27")
    assert begun(place) == [("eng", "2026/2027/interim"), ("law", "2026/2027/interim")]
    assert due(place) == [("eng", 2027, "2027-12-25"), ("law", 2027, "2027-12-25")]
    moved(place, "2028-01-03")  # nobody was there at the turn of the year
    assert [key for _, key in begun(place)] == ["2026/2027/interim", "2027/2028/interim"] * 2
    assert due(place) == [("eng", 2028, NEVER), ("law", 2028, NEVER)]
    assert whole(place)


def test_a_start_missed_while_the_system_was_down_happens_once_even_after_an_update(place: Place) -> None:
    term(place, "autumn_end", "2026-12-26")
    place.deploy(model())
    place.clock.move_to(place.clock() + timedelta(days=160))
    place.deploy(model(after=m.user("a", m.extensions(m.properties(role='"secretary@law"')))))
    place.engine.settle()
    place.engine.settle()
    assert begun(place) == [("eng", "2026/2027/interim"), ("law", "2026/2027/interim")]
    assert whole(place)


@pytest.mark.parametrize(("day", "told"), [("2026-12-12", "2026-12-12"), ("2027-01-16", "2027-01-16")])
def test_another_date_in_the_calendar_arms_the_start_anew(place: Place, day: str, told: str) -> None:
    term(place, "autumn_end", "2026-12-26")
    place.deploy(model())
    term(place, "autumn_end", day)
    assert due(place) == [("eng", 2026, told), ("law", 2026, told)]
    entries = [row for row in place.rows(hi_entry) if row.stream == "schedule"]
    term(place, "autumn_end", day)  # said again: nothing is written for it
    term(place, "year_end", "2027-06-25")
    assert [row for row in place.rows(hi_entry) if row.stream == "schedule"] == entries
    moved(place, "2027-02-01")
    assert len(begun(place)) == 2
    assert whole(place)


def test_a_change_after_the_start_begins_nothing_again(place: Place) -> None:
    term(place, "autumn_end", "2026-12-12")
    place.deploy(model())
    moved(place, "2026-12-20")
    assert len(begun(place)) == 2
    term(place, "autumn_end", "2026-12-26")
    moved(place, "2027-01-20")
    assert len(begun(place)) == 2
    assert whole(place)


def test_a_date_moved_into_the_past_begins_at_the_next_tick(place: Place) -> None:
    term(place, "autumn_end", "2026-12-26")
    place.deploy(model())
    moved(place, "2026-12-20")
    term(place, "autumn_end", "2026-12-18")
    place.engine.settle()
    assert len(begun(place)) == 2


def test_a_term_that_is_not_recorded_waits_and_is_owed_when_it_comes_late(place: Place) -> None:
    place.deploy(model())
    assert due(place) == [("eng", 2026, NEVER), ("law", 2026, NEVER)]
    moved(place, "2027-02-01")
    assert begun(place) == []
    term(place, "autumn_end", "2026-12-26")
    place.engine.settle()
    assert begun(place) == [("eng", "2026/2027/interim"), ("law", "2026/2027/interim")]
    assert whole(place)


def test_what_was_over_before_the_model_or_the_school_is_not_made_up_for(place: Place) -> None:
    term(place, "autumn_end", "2026-12-26")
    moved(place, "2027-02-01")
    place.deploy(model())
    place.system(c.RecordUnit, unit="med", kind="school", parent="univ", names={"kk": "med"})
    term(place, "year_end", "2027-06-25")
    term(place, "autumn_end", "2026-12-27")
    place.engine.settle()
    assert begun(place) == []
    assert due(place) == [(school, 2027, NEVER) for school in ("eng", "law", "med")]
    assert whole(place)


def test_a_missing_year_does_not_hold_up_the_next(place: Place) -> None:
    place.deploy(model(BEFORE_YEAR))
    term(place, "year_start", "2027-09-01", "2027/2028")
    assert due(place) == [("eng", 2026, "2027-07-17"), ("law", 2026, "2027-07-17")]
    place.system(c.SetParameter, name="P_PLAN_LEAD", value=30, reason="кеңес шешімі")
    assert due(place) == [("eng", 2026, "2027-08-01"), ("law", 2026, "2027-08-01")]
    moved(place, "2027-08-10")
    assert begun(place) == [("eng", "2027/2028/interim"), ("law", "2027/2028/interim")]
    assert due(place) == [("eng", 2028, NEVER), ("law", 2028, NEVER)]
    assert whole(place)


def test_a_day_that_becomes_free_moves_the_start(place: Place) -> None:
    term(place, "autumn_end", "2026-12-23")
    place.deploy(model(workingDay="following"))
    assert due(place)[0] == ("eng", 2026, "2026-12-23")
    place.system(c.SetDay, day=date(2026, 12, 24), working=False, reason="карантин")
    assert due(place)[0] == ("eng", 2026, "2026-12-24")


def test_a_start_by_hand_with_the_key_of_the_year_leaves_nothing_to_the_clock(place: Place) -> None:
    by_hand = model().replace('<startEvent id="s"', m.start("h") + '<startEvent id="s"')
    term(place, "autumn_end", "2026-12-26")
    place.deploy(by_hand.replace("</process>", '<sequenceFlow id="fh" sourceRef="h" targetRef="a"/></process>'))
    place.system(c.StartProcess, definition="p", school="eng", variables={"academic_year": "2026/2027"}, element="h")
    moved(place, "2026-12-30")
    assert begun(place) == [("eng", "2026/2027/interim"), ("law", "2026/2027/interim")]
    assert due(place) == [("eng", 2027, NEVER), ("law", 2027, NEVER)]
    assert whole(place)


def test_a_model_records_a_date_of_the_calendar(place: Place) -> None:
    inputs = {"year": "2026/2027", "name": "autumn_end", "day": '${date("2026-12-26")}'}
    operation = m.element(
        "serviceTask", "a", m.extensions(m.properties(operation="calendar.record") + m.mapping(inputs))
    )
    place.deploy(model())
    place.deploy(m.process("keep", m.start(), operation, m.user("b"), m.end(), "s -> a -> b -> e"))
    place.start("keep")
    assert [row[2] for row in due(place) if row[1]] == ["2026-12-26", "2026-12-26"]
    assert place.verified()


def test_a_year_that_is_none_is_refused(place: Place) -> None:
    for year in ("2026", "2026/2028", "2026-2027"):
        with pytest.raises(Invalid) as refused:
            term(place, "autumn_end", "2026-12-26", year)
        assert refused.value.problems == {"year": "academic_year_unreadable"}


def test_who_watches_sees_which_starts_the_calendar_does_not_tell(place: Place) -> None:
    place.system(c.RecordPerson, person="p9", name="Бақылаушы", unit="univ")
    place.system(c.Appoint, person="p9", role="asb", unit="univ", start=date(2026, 1, 1))
    term(place, "autumn_end", "2026-12-26")
    place.deploy(model())
    seen = place.engine.reader("p9").untold()
    assert [(one.school, one.year, one.begun, one.pressing) for one in seen] == [
        ("eng", "2027/2028", False, False),
        ("law", "2027/2028", False, False),
    ]
    moved(place, "2027-06-10")
    assert {one.pressing for one in place.engine.reader("p9").untold("law")} == {True}
    term(place, "autumn_end", "2027-12-25", "2027/2028")
    assert place.engine.reader("p9").untold() == ()
    assert place.engine.reader(OTHER).untold() == ()  # who watches nothing is told nothing


@pytest.mark.parametrize("text", ['${academic_year + " soon"}', "${today()}", "2026-12-27T00:00:00Z"])
def test_a_date_that_cannot_be_told_is_refused(place: Place, text: str) -> None:
    with pytest.raises((Invalid, ModelRefused)):
        place.deploy(model(text))
    assert due(place) == []
