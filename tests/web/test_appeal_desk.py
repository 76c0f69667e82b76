"""Whoever brings an appeal to a desk gets a code too, shown once to who enters it; it opens what a visitor's opens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.commands import SpeakAsVisitor, StartProcess
from engine.errors import NotPermitted
from engine.history.verify import verify
from tests.web.conftest import Browser, University
from tests.web.test_appeal import TEXT, cases, classified, code_of, do, place, say, told

__all__ = ["place"]  # fixture
ADDRESS = "/start/appeal_handling?school=eng"
ORAL = {"about_person": "none", "channel": "oral", "received_at": "2026-11-24T09:00+05:00", "author_type": "anonymous",
        "text": TEXT, "consent_share": False}  # fmt: skip
PAPER = ORAL | {"channel": "paper", "author_type": "student", "author": "Серікова Дана", "contact": "dana@example.kz"}


def entered(browser: Browser, given: dict[str, object], key: str = "") -> TestResponse:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', browser.get(ADDRESS).text)
    assert found
    return browser.post(ADDRESS, {"answers": json.dumps(given), "key": key or found[1]}, page=ADDRESS)


@pytest.mark.parametrize("given", [ORAL, PAPER, ORAL | {"channel": "hotline"}, PAPER | {"channel": "email"}])
def test_1_4_10_whoever_enters_one_is_shown_its_code_once(place: University, given: dict[str, object]) -> None:
    secretary = place.signed_in("p001")
    page = entered(secretary, given)
    assert page.status_code == 200, page.text
    code = code_of(page)
    (case,) = cases(place)
    assert f"/cases/{case}" in page.text and "localhost/appeal/status" in page.text and "data-print" in page.text
    assert TEXT not in page.text and "Серікова" not in page.text  # it is given away
    shown = told(place.visitor(), code.lower())
    assert shown.status_code == 200 and "түсті" in shown.text
    for address in (f"/cases/{case}", "/registers/appeals", f"/cases/{case}/replay", "/tasks?view=role"):
        assert code not in secretary.get(address).text, address
    dumped = Path(str(place.engine.database.url.database)).read_bytes()
    assert code.encode() not in dumped and code.replace("-", "").encode() not in dumped


@pytest.mark.parametrize(("lang", "words"), [("ru", "Передайте"), ("en", "Hand")])
def test_the_page_is_in_the_language_of_who_enters_it(place: University, lang: str, words: str) -> None:
    secretary = place.signed_in("p001")
    secretary.client.set_cookie("sapa_lang", lang, domain="localhost")
    assert words in entered(secretary, ORAL).text


def test_1_4_10_the_code_answers_a_question_and_takes_it_back(place: University) -> None:
    guest = place.visitor()
    code = code_of(entered(place.signed_in("p001"), PAPER))
    classified(place, "integrity")
    assert "1/2026" in told(guest, code).text
    do(place, "p003", "assign", executor="p002", assign_note=None)
    do(place, "p002", "handle", verdict="ask", question="Қай күні болды?", finding=None)
    assert "Қай күні болды?" in told(guest, code).text
    assert say(guest, code, "answer", "Бейсенбіде").status_code == 200
    task = place.engine.reader("p002").inbox("mine").rows[0].task
    assert place.engine.reader("p002").task(task).data["applicant_text"] == "Бейсенбіде"
    assert "қайтарып алынды" in say(guest, code, "take_back", sure="on").text
    assert verify(place.engine.database, place.engine.keys).problems == []


def test_sent_twice_it_is_one_case_with_one_code_and_nobody_elses(place: University) -> None:
    secretary, key = place.signed_in("p001"), "0123456789abcdef" * 2
    assert code_of(entered(secretary, ORAL, key)) == code_of(entered(secretary, ORAL, key))
    other = entered(place.signed_in("p005"), ORAL, key)  # ASB takes appeals in too
    assert other.status_code == 409 and "<code>" not in other.text
    assert entered(secretary, ORAL, "short").status_code == 422
    assert len(cases(place)) == 1


def test_only_the_holder_of_the_key_speaks(place: University) -> None:
    code_of(entered(place.signed_in("p001"), ORAL))
    (case,) = cases(place)
    row = place.engine.reader("p001").case(case).row
    old = place.engine.handle(
        StartProcess(actor="p001", definition="appeal_handling", school="eng", variables=dict(ORAL, received_at=None))
    ).instance
    for actor, instance, holder in (("p001", case, row.business_key), ("visitor", case, "x"), ("visitor", old, "")):
        spoken = SpeakAsVisitor(
            actor=actor, instance=instance, subscription=f"{instance}.1", name="appeal.withdrawn", holder=holder
        )
        with pytest.raises(NotPermitted):
            place.engine.handle(spoken)


def test_where_nobody_holds_a_code_none_is_made(place: University) -> None:
    browser = place.signed_in("p001")
    answer = browser.post("/start/request?school=eng", {"answers": '{"subject": "x"}'}, "/start/request?school=eng")
    assert answer.status_code == 303
    assert browser.post(ADDRESS, {"answers": "{}"}, ADDRESS).status_code == 422
    assert place.signed_in("p002").get(ADDRESS).status_code == 404
