"""Keeps the page of compliance honest: what is broken and what will be, in watched schools, with cases one may see."""

from __future__ import annotations

from datetime import date, timedelta

from engine.commands import SYSTEM, EndAppointment
from tests.web.conftest import University
from tests.web.test_register_search import enter


def end(university: University, person: str, role: str, day: date) -> None:
    (held,) = (one for one in university.engine.reader(person).directory.card(person).now if one.role == role)
    university.engine.handle(EndAppointment(actor=SYSTEM, appointment=held.id, end=day, reason="ауысты"))


def statuses(university: University, person: str, school: str = "", anew: bool = False) -> dict[tuple[str, str], str]:
    found = university.engine.reader(person).compliance(school, anew)
    return {(one.school, rule.rule): rule.status for one in found for rule in one.rules}


def test_4_3_a_school_without_a_secretary_breaks_the_rule_once_it_is_measured_again(university: University) -> None:
    before = statuses(university, "p006")
    assert before["eng", "R08"] == "ok"
    end(university, "p001", "secretary", date(2026, 12, 10))
    assert statuses(university, "p006") == before, "a measurement is shown for ten minutes"
    assert statuses(university, "p006", anew=True)["eng", "R08"] == "warning"
    university.clock.forward(timedelta(days=20))
    assert statuses(university, "p006")["eng", "R08"] == "violation"
    text = university.signed_in("p006").get("/compliance?school=eng&lang=kk").text
    assert "Хатшы сайланған" in text and "10.12.2026" in text
    assert "Хатшы жоқ" in text, "what is wrong stands beside what is required"


def test_a_rule_of_which_nothing_can_be_said_is_not_counted_among_those_to_look_at(university: University) -> None:
    end(university, "p001", "secretary", date(2026, 12, 10))
    page = university.signed_in("p006").get("/compliance?school=eng&anew=1").text
    found = [rule.status for one in university.engine.reader("p006").compliance("eng") for rule in one.rules]
    looked_at = sum(status in ("violation", "warning") for status in found)
    assert 0 < looked_at < sum(status != "ok" for status in found)
    assert f"Назар аударатын талаптар: {looked_at} / {len(found)}" in page
    assert f"Әзірге айтуға дерек жоқ талаптар: {found.count('no_data')}" in page


def test_what_will_break_is_told_for_all_schools_at_once(university: University) -> None:
    end(university, "p001", "secretary", date(2026, 12, 10))
    text = university.signed_in("p006").get("/compliance").text
    assert "10.12.2026" in text and "Құқық мектебі" in text


def test_one_sees_only_the_schools_that_one_watches(university: University) -> None:
    assert {school for school, _ in statuses(university, "p001")} == {"eng"}
    assert {rule for school, rule in statuses(university, "p006") if school == "univ"} >= {"R54", "R55"}
    assert {school for school, rule in statuses(university, "p006") if rule == "R55"} == {"univ"}
    chair = university.signed_in("p001")
    assert "Құқық мектебі" not in chair.get("/compliance").text
    assert chair.get("/compliance?school=law").status_code == 404
    assert university.signed_in("p007").get("/compliance").status_code == 404


def test_a_rule_leads_to_its_open_findings_of_the_school_and_only_whom_the_register_is_shown(
    university: University,
) -> None:
    end(university, "p001", "secretary", date(2026, 12, 10))
    rows = {
        "eng/R08": {"rule": "R08", "wrong": "Хатшы жоқ", "status": "open"},
        "eng/R08/1": {"rule": "R08", "wrong": "Хатшы болмады", "status": "closed"},
        "eng/R10": {"rule": "R10", "wrong": "Басқа", "status": "explained"},
        "eng/R14": {"rule": "R14", "wrong": "Жабық", "status": "closed"},
    }
    enter(university, rows, register="findings")
    link = "/registers/findings?school=eng&amp;f-rule=R08"
    auditor = university.signed_in("p006")
    page = auditor.get("/compliance?school=eng&anew=1").text
    assert link in page and "Ашық сәйкессіздіктер: 1" in page
    assert "f-rule=R10" in page and "f-rule=R14" not in page, "only rules with something open"
    register = auditor.get(link.replace("&amp;", "&")).text
    assert "Хатшы жоқ" in register and "Басқа" not in register
    other = university.signed_in("p004").get("/compliance").text
    assert "f-rule=" not in other, "another school's findings are not shown"
