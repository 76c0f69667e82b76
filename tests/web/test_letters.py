"""Letters as people meet them: a forgotten password, the link that asks to sign in, the calendar, the administrator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from engine.commands import SYSTEM, RecordPerson, StartProcess
from engine.mail.settings import MailSettings
from tests.web.conftest import DIGEST, PASSWORD, University

SETTINGS = MailSettings("sapa@uni.example", "https://localhost", folder=Path("-"))


@pytest.fixture
def posting(university: University, tmp_path: Path) -> Iterator[tuple[University, Path]]:
    """The same university with letters laid in a folder."""
    folder = tmp_path / "mail"
    mail = replace(SETTINGS, folder=folder)
    old = university.engine
    made = University(type(old)(replace(old.settings, mail=mail), old.database, university.clock), university.clock)
    made.engine.handle(
        RecordPerson(actor=SYSTEM, person="p002", name="Әбенов Нұрлан", unit="eng-cs", email="p2@uni.example")
    )
    made.engine.post.tick()
    yield made, folder


def test_a_forgotten_password_answers_the_same_whoever_exists(posting: tuple[University, Path]) -> None:
    university, folder = posting
    answers = []
    for who in ("p2@uni.example", "nobody@uni.example"):
        browser = university.visitor()
        answers.append(browser.post("/login/forgot", {"who": who}, page="/login/forgot").text)
    assert answers[0] == answers[1]
    university.engine.post.tick()
    (letter,) = folder.iterdir()
    plain = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",))
    link = re.search(r"/login/reset\?link=([\w-]+)", plain.get_content() if plain else "")
    assert link is not None
    secret = link[1]
    assert university.engine.resets.person(secret) == "p002"
    assert university.engine.resets.redeem(secret, DIGEST) == "p002"


def test_asking_again_and_again_sends_one_letter(posting: tuple[University, Path]) -> None:
    university, folder = posting
    for _ in range(7):
        university.engine.post.forgot("p002")
    university.engine.post.tick()
    assert len(list(folder.iterdir())) == 1


def test_the_calendar_opens_by_its_secret_alone_until_it_is_revoked(posting: tuple[University, Path]) -> None:
    university, _ = posting
    browser = university.signed_in("p002")
    page = browser.post("/account/calendar", {}, page="/account").text
    found = re.search(r"/calendar\.ics\?key=([\w-]+)", page)
    assert found is not None
    stranger = university.visitor()
    answer = stranger.get(f"/calendar.ics?key={found[1]}")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert found[1] not in browser.get("/account").text
    browser.post("/account/calendar/revoke", {}, page="/account")
    assert stranger.get(f"/calendar.ics?key={found[1]}").status_code == 404


def test_the_administrator_sees_what_has_not_left_and_sends_it_again(posting: tuple[University, Path]) -> None:
    university, folder = posting
    folder.write_text("in the way")
    university.engine.post.forgot("p002")
    university.engine.post.tick()
    browser = university.signed_in("p006")
    assert "Әбенов Нұрлан" in browser.get("/letters").text
    folder.unlink()
    assert browser.post("/letters", {}, page="/letters").status_code == 303
    university.engine.post.tick()
    assert len(list(folder.iterdir())) == 1
    assert "Әбенов Нұрлан" not in browser.get("/letters").text.partition("letters-counts")[2]


def test_the_link_of_a_letter_asks_to_sign_in_and_leads_to_the_task(posting: tuple[University, Path]) -> None:
    university, folder = posting
    university.engine.handle(
        StartProcess(actor="p001", definition="request", school="eng", variables={"subject": "Зертхана"})
    )
    university.engine.post.tick()
    (letter,) = folder.iterdir()
    plain = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",))
    found = re.search(r"https://localhost(/tasks/\S+)", plain.get_content() if plain else "")
    assert found is not None
    link = found[1]
    browser = university.visitor()
    asked = browser.get(link)
    assert (asked.status_code, asked.location) == (302, f"/login?next={link}"), "the link itself opens nothing"
    assert "Зертхана" not in asked.text
    form = {"login": "p002", "password": PASSWORD, "next": link}
    answer = browser.post("/login", form, page=asked.location)
    assert (answer.status_code, answer.location) == (303, link)
    assert "Зертхана" in browser.get(link).text

    other = university.visitor()  # the letter was passed on to somebody of another school
    answer = other.post("/login", form | {"login": "p004"}, page=f"/login?next={link}")
    refused = other.get(answer.location)
    assert refused.status_code == 404 and "Зертхана" not in refused.text


def test_the_administrator_reads_whom_no_letter_reaches(posting: tuple[University, Path]) -> None:
    university, _ = posting
    university.engine.handle(
        StartProcess(actor="p001", definition="request", school="eng", variables={"subject": "Зертхана"})
    )
    page = university.signed_in("p006").get("/letters").text.partition('id="unreached"')[2]
    assert "/people/p003" in page and "/people/p002" not in page
    assert "Зертхана" not in page
