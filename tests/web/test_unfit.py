"""What no page can take is refused before any page sees it: never a fault, to guests and to the signed in alike."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import MultiDict

from engine.commands import SYSTEM, Appoint, MakeEffective
from engine.errors import Invalid, NotFound
from tests.web.conftest import HTTPS, Browser, University
from web.answers import sent
from web.modeler_deployments import Deployment, asked

LONG = "9" * 20
WORDS = {"kk": "бос таңба", "ru": "нулевой знак", "en": "null character"}


def english(browser: Browser) -> Browser:
    browser.get("/lang/en")
    return browser


def owner(university: University) -> str:
    start = university.clock().date()
    university.engine.handle(Appoint(actor=SYSTEM, person="p007", role="process_owner", unit="univ", start=start))
    return university.engine.tokens.issue("p007", "Modeler")


def test_a_null_character_in_a_query_is_refused_in_words(university: University) -> None:
    for browser in (university.visitor(), university.signed_in("p006")):
        for path in ("/documents?q=%00", "/documents?%00=q", "/login?next=%00", "/?q=a%00b"):
            assert browser.get(path).status_code == 400, path
        for lang, words in WORDS.items():
            browser.get(f"/lang/{lang}")
            assert words in browser.get("/documents?q=%00").text


def test_a_null_character_in_an_address_is_an_address_that_does_not_exist(university: University) -> None:
    for path in ("/cases/%00", "/tasks/a%00b", "/%00", "/documents/%00"):
        for browser in (university.visitor(), university.signed_in("p006")):
            assert browser.get(path).status_code == 404, path


def test_a_null_character_in_a_form_is_refused_before_the_page(university: University) -> None:
    guest = english(university.visitor())
    for data in ({"login": "\0", "password": "x"}, {"login": "p001", "a\0": "x"}):
        answer = guest.post("/login", data, page="/login")
        assert answer.status_code == 400 and WORDS["en"] in answer.text
    token = guest.token("/login")
    asked = guest.client.post(
        "/login",
        base_url=HTTPS,
        headers={"Referer": f"{HTTPS}/login", "Accept": "application/json"},
        data={"csrf_token": token, "login": "\0"},
    )
    assert (asked.status_code, asked.json and asked.json["error"]["code"]) == (400, "null_character")


def test_answers_that_no_text_can_hold_are_refused_and_those_that_only_look_so_taken(university: University) -> None:
    page, browser = "/start/request?school=eng", university.signed_in("p001")
    for written in ('{"subject": "a\\u0000b"}', '{"subject": "\\ud800"}', '{"a\\u0000": 1}'):
        assert browser.post(page, {"answers": written}, page=page).status_code in (400, 422), written
    written = json.dumps({"subject": "\\u0000 \N{GRINNING FACE}"})
    assert browser.post(page, {"answers": written}, page=page).status_code == 303


@pytest.mark.parametrize("field", ["a:subject:" + "x:" * 2_000 + "y", "a:rows:" + "9" * 5_000])
def test_plain_fields_without_end_are_refused(field: str) -> None:
    with pytest.raises(Invalid):
        sent(MultiDict({"answers": '{"rows": []}', field: "x"}))


def test_modeler_is_told_of_a_null_character_in_its_own_form(university: University) -> None:
    client = university.app.test_client(use_cookies=False)
    headers = {"authorization": f"Bearer {owner(university)}", "accept": "application/json"}
    queried = client.get("/engine-rest/deployment?name=%00", base_url=HTTPS, headers=headers)
    data = {"deployment-name": "a\0b", "deployment-source": "x"}
    sent = client.post("/engine-rest/deployment/create", base_url=HTTPS, headers=headers, data=data)
    for answer in (queried, sent):
        assert answer.status_code == 400 and "U+0000" in answer.get_json()["message"], answer.text


def test_a_number_no_database_counts_to_names_nothing(university: University) -> None:
    owner(university)
    browser = university.signed_in("p007")
    for path in (
        f"/models/proposals/{LONG}",
        f"/models/proposals/{LONG}/files.zip",
        f"/models/process/request/{LONG}/file",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.get(f"/models/process/request/{LONG}/differences?was={LONG}").status_code == 404
    assert browser.get("/models/process/request/1/differences?was=%C2%B2").status_code < 500
    link = urlencode({"deploymentsQuery": json.dumps([{"value": f"proposal-{LONG}"}])})
    assert browser.get(f"/models/repository?{link}").status_code == 302
    with pytest.raises(NotFound):
        university.engine.handle(MakeEffective(actor="p007", proposal=int(LONG)))


def test_a_name_pattern_takes_no_longer_for_being_contrived() -> None:
    def like(pattern: str, name: str) -> bool:
        one = Deployment("1", name, "", datetime(2026, 1, 1, tzinfo=UTC))
        return bool(asked([one], {"nameLike": pattern}))

    began = time.perf_counter()
    assert not like("%a" * 300 + "%b", "a" * 2_000) and not like("%_a" * 300 + "%b", "a" * 2_000)
    assert time.perf_counter() - began < 1
    for pattern, name, fits in [
        ("%", "", True), ("", "a", True), ("a", "a", True), ("a", "ab", False), ("%%", "ab", True), ("a%a", "a", False),
        ("a%a", "aba", True), ("%b%", "abc", True), ("_", "a", True), ("_", "", False), ("_%_", "a", False),
        ("%_b%c", "xabac", True), ("%ab%ba%", "aba", False), ("a%b_", "axxb1", True), ("a%_b_", "ab1", False),
        ("%aab", "aaab", True), (".*", "abc", False),
    ]:  # fmt: skip
        assert like(pattern, name) is fits, (pattern, name)
