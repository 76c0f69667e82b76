"""Keeps the radar of vacant roles honest: today's gaps and coming ones, for those who watch, of what they watch."""

from __future__ import annotations

from datetime import date

from engine.commands import SYSTEM, EndAppointment
from engine.queries.vacancies import Vacancy
from tests.web.conftest import Started, University


def vacant(university: University, person: str, days: int = 30) -> dict[tuple[str, str], Vacancy]:
    return {(one.role, one.unit.id): one for one in university.engine.reader(person).vacancies(days)}


def end(university: University, person: str, role: str, day: date) -> None:
    (held,) = (one for one in university.engine.reader(person).directory.card(person).now if one.role == role)
    university.engine.handle(EndAppointment(actor=SYSTEM, appointment=held.id, end=day, reason="ауысты"))


def test_a_role_is_told_from_the_day_its_last_holder_leaves_with_the_tasks_that_lose_their_owner(
    university: University, started: Started
) -> None:
    started("Тақырып")
    assert ("member", "eng") not in vacant(university, "p006")
    end(university, "p002", "member", date(2026, 12, 5))
    assert ("member", "eng") not in vacant(university, "p006"), "another one holds it still"
    end(university, "p003", "member", date(2026, 12, 10))
    assert ("member", "eng") not in vacant(university, "p006", 7)
    found = vacant(university, "p006")["member", "eng"]
    assert (found.since, found.last) == (date(2026, 12, 10), ("p003",))
    assert (found.tasks, found.cases) == (1, 1) and found.clause == "4.1" and found.steps


def test_the_page_is_for_who_watches_and_tells_of_their_own_school_only(university: University) -> None:
    end(university, "p004", "member", date(2026, 11, 24))
    assert ("member", "law") in vacant(university, "p006")
    assert ("member", "law") not in vacant(university, "p001")
    assert "Құқық мектебі" in university.signed_in("p006").get("/vacancies").text
    assert "Құқық мектебі" not in university.signed_in("p001").get("/vacancies").text
    assert university.signed_in("p007").get("/vacancies").status_code == 404
