"""Keeps the directory's pages honest: anybody finds anybody, addresses and forms are for its keepers alone."""

from __future__ import annotations

from engine.commands import SYSTEM, RecordPerson
from tests.web.conftest import University


def test_people_are_found_whichever_keyboard_their_name_is_typed_on(university: University) -> None:
    browser = university.signed_in("p007")
    for words in ("абенов", "Әбенов", "кунанбаев"):
        assert "/people/p00" in browser.get(f"/people?q={words}").text, words
    assert "Омаров" not in browser.get("/people?q=абенов").text
    assert "/people/p00" not in browser.get("/people?q=жоқадам").text


def test_people_are_listed_by_unit_with_what_lies_below_it(university: University) -> None:
    text = university.signed_in("p007").get("/people?unit=eng").text
    assert "/people/p002" in text and "/people/p007" in text and "/people/p004" not in text


def test_addresses_are_shown_to_keepers_of_the_directory_only(university: University) -> None:
    university.engine.handle(
        RecordPerson(actor=SYSTEM, person="p002", name="Әбенов Нұрлан", unit="eng-cs", email="a.b@example.kz")
    )
    assert "a.b@example.kz" not in university.signed_in("p001").get("/people/p002").text
    assert "a.b@example.kz" in university.signed_in("p006").get("/people/p002").text


def test_a_person_is_recorded_appointed_and_the_appointment_ended_and_none_of_it_vanishes(
    university: University,
) -> None:
    browser = university.signed_in("p006")
    card = {"name": "Жаңа Адам", "unit": "law", "kind": "employee", "language": "kk", "key": "k1"}
    made = browser.post("/directory/new-person", {"person": "n1", **card}, page="/directory/new-person")
    assert made.status_code == 303 and made.location.endswith("/people/n1")
    taken = browser.post("/directory/new-person", {"person": "n1", **card}, page="/directory/new-person")
    assert taken.status_code == 422
    role = {"role": "member", "unit": "law", "start": "2026-10-01", "basis": "№ 77-ө", "key": "k2"}
    assert browser.post("/people/n1/appoint", role, page="/people/n1").status_code == 303
    again = browser.post("/people/n1/appoint", {**role, "key": "k3"}, page="/people/n1")
    assert again.status_code == 422 and "тағайындалып қойған" in again.text
    (one,) = university.engine.reader("p006").directory.card("n1").now
    over = {"appointment": one.id, "end": "2026-11-01", "reason": "ауысты", "key": "k4"}
    assert browser.post("/people/n1/end", over, page="/people/n1").status_code == 303
    found = university.engine.reader("p006").directory.card("n1")
    assert not found.now and [(past.id, past.basis) for past in found.past] == [(one.id, "№ 77-ө")]
    assert "№ 77-ө" in browser.get("/people/n1").text


def test_a_unit_is_recorded_and_a_ring_refused(university: University) -> None:
    browser = university.signed_in("p006")
    new = {"unit": "law-1", "kind": "department", "parent": "law", "name_kk": "Құқық кафедрасы", "key": "k1"}
    assert browser.post("/units", new, page="/units").status_code == 303
    assert "Құқық кафедрасы" in browser.get("/units").text
    ring = {"unit": "law", "kind": "school", "parent": "law-1", "name_kk": "Құқық", "fold": "law", "key": "k2"}
    assert browser.post("/units", ring, page="/units").status_code == 422


def test_whoever_is_no_keeper_finds_no_form_and_no_act(university: University) -> None:
    browser = university.signed_in("p001")
    assert "<form" not in browser.get("/units").text.partition("<main")[2]
    assert browser.get("/directory/new-person").status_code == 404
    refused = browser.post("/people/p002/appoint", {"role": "chair", "unit": "eng", "start": "2026-10-01"})
    assert refused.status_code == 404
