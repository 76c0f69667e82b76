"""Keeps sign-in safe: one sentence for every failure, growing delays, sessions that end, tokens on every form."""

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.commands import SYSTEM, RecordPerson
from tests.web.conftest import HTTPS, PASSWORD, University
from web.app import create_app
from web.attempts import FREE_TRIES

SESSION = "__Host-sapa"


def cookie(client: FlaskClient, name: str = SESSION) -> str:
    found = client.get_cookie(name, domain="localhost")
    return found.value if found else ""


def test_the_right_password_opens_the_inbox(university: University) -> None:
    browser = university.visitor()
    answer = browser.post("/login", {"login": " P001 ", "password": PASSWORD}, page="/login")
    assert (answer.status_code, answer.location) == (303, "/tasks")
    (told,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(SESSION)]
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(told.split("; "))
    assert "Domain" not in told
    assert browser.get("/tasks").status_code == 200


def test_every_failure_says_the_same(university: University) -> None:
    def told(login: str, password: str) -> str:
        answer = university.visitor().post("/login", {"login": login, "password": password}, page="/login")
        assert answer.status_code == 401
        return re.sub(r'value="[^"]*"', "", answer.text)

    assert told("p001", "wrong") == told("nobody", PASSWORD) == told("p001", "") == told("' OR 1=1 --", "x")


def test_guessing_is_slowed_down_even_for_the_right_password(university: University) -> None:
    for _ in range(FREE_TRIES):
        university.visitor().post("/login", {"login": "p001", "password": "wrong"}, page="/login")
    answer = university.visitor().post("/login", {"login": "p001", "password": PASSWORD}, page="/login")
    assert answer.status_code == 429
    assert "секундтан кейін қайталаңыз" in answer.text
    assert university.signed_in("p002")


def test_a_guest_comes_to_the_page_that_was_asked_for(university: University) -> None:
    browser = university.visitor()
    answer = browser.get("/tasks?view=role")
    assert (answer.status_code, answer.location) == (302, "/login?next=/tasks?view%3Drole")
    page = browser.get(answer.location)
    assert 'name="next" value="/tasks?view=role"' in page.text
    entered = browser.post("/login", {"login": "p001", "password": PASSWORD, "next": "/tasks?view=role"}, page="/login")
    assert entered.location == "/tasks?view=role"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_sign_in_leads_nowhere_else(university: University, target: str) -> None:
    answer = university.visitor().post("/login", {"login": "p001", "password": PASSWORD, "next": target}, page="/login")
    assert answer.location == "/tasks"


def test_a_planted_session_is_worth_nothing_after_sign_in(university: University) -> None:
    browser = university.visitor()
    browser.client.set_cookie(SESSION, "planted", domain="localhost", secure=True)
    browser.post("/login", {"login": "p001", "password": PASSWORD}, page="/login")
    assert cookie(browser.client) != "planted"
    other = university.visitor()
    other.client.set_cookie(SESSION, "planted", domain="localhost", secure=True)
    assert other.get("/tasks").status_code == 302


def test_signing_in_renews_the_token_of_forms(university: University) -> None:
    browser = university.visitor()
    before = browser.token("/login")
    browser.post("/login", {"login": "p001", "password": PASSWORD}, page="/login")
    answer = browser.client.post(
        "/logout", base_url=HTTPS, data={"csrf_token": before}, headers={"Referer": f"{HTTPS}/tasks"}
    )
    assert answer.status_code == 400
    assert browser.get("/tasks").status_code == 200


def test_a_session_ends_after_signing_out(university: University) -> None:
    browser = university.signed_in("p001")
    stolen = cookie(browser.client)
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout", {}).status_code == 303
    thief = university.visitor()
    thief.client.set_cookie(SESSION, stolen, domain="localhost", secure=True)
    assert thief.get("/tasks").status_code == 302


def test_a_session_ends_without_use_and_after_twelve_hours(university: University) -> None:
    idle = university.signed_in("p001")
    university.clock.forward(timedelta(hours=1))
    assert idle.get("/tasks/fresh").json == []  # the open page asks this by itself: nobody is there
    university.clock.forward(timedelta(hours=1, minutes=1))
    assert idle.get("/tasks").status_code == 302
    assert idle.get("/tasks/fresh").status_code == 302
    busy = university.signed_in("p002")
    for _ in range(12):
        assert busy.get("/tasks").status_code == 200
        university.clock.forward(timedelta(hours=1))
    university.clock.forward(timedelta(minutes=1))
    assert busy.get("/tasks").status_code == 302


def test_signing_out_everywhere_ends_every_session(university: University) -> None:
    first, second = university.signed_in("p001"), university.signed_in("p001")
    assert first.post("/account/sign-out-everywhere", {}).status_code == 303
    assert second.get("/tasks").status_code == 302


def test_somebody_who_left_is_out_at_once(university: University) -> None:
    browser = university.signed_in("p007")
    university.engine.handle(RecordPerson(actor=SYSTEM, person="p007", name="Абай Жанар", unit="eng", active=False))
    assert browser.get("/tasks").status_code == 302
    answer = university.visitor().post("/login", {"login": "p007", "password": PASSWORD}, page="/login")
    assert answer.status_code == 401


def test_an_expired_session_says_that_the_text_is_kept(university: University) -> None:
    browser = university.signed_in("p001")
    token = browser.token("/account")
    university.clock.forward(timedelta(hours=13))
    answer = browser.client.post(
        "/tasks/i1.1", base_url=HTTPS, data={"csrf_token": token}, headers={"Referer": f"{HTTPS}/tasks/i1.1"}
    )
    assert (answer.status_code, answer.location) == (302, "/login?next=/tasks/i1.1&expired=1")
    assert "толтырғаныңыз осы құрылғыда сақтаулы" in browser.get(answer.location).text


def test_no_form_is_taken_without_its_token(university: University) -> None:
    browser = university.signed_in("p001")
    rules = [rule for rule in university.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) > 10
    for rule in rules:
        if rule.endpoint.startswith("modeler."):
            continue  # takes no cookie, so nobody else's page can use it: a personal token in the header is asked for
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)  # one of the words that the address takes
        path = re.sub(r"<int:[^>]+>", "1", path)
        path = re.sub(r"<[^>]+>", "x", path)
        for headers in ({}, {"Referer": f"{HTTPS}/tasks"}, {"Content-Type": "text/plain"}):
            answer = browser.client.post(path, base_url=HTTPS, data=b"a=1", headers=headers)
            assert answer.status_code == 400, path


def test_every_answer_is_guarded(university: University) -> None:
    browser = university.signed_in("p001")
    for path in ("/tasks", "/nowhere", "/login", "/healthz", "/static/theme.js", "/cases/none"):
        headers = browser.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert ("no-store" in headers["Cache-Control"]) == (not path.startswith("/static"))


def test_pages_hold_no_inline_script_or_style(university: University) -> None:
    browser = university.signed_in("p001")
    for path in ("/tasks", "/start", "/start/request?school=eng", "/cases", "/registers", "/account", "/login"):
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
        assert not re.search(r"""\s(style|on\w+)=["']""", text)


def test_the_server_says_whether_it_is_alive_and_ready(university: University) -> None:
    browser = university.visitor()
    assert browser.get("/healthz").json == {"status": "ok"}
    assert browser.get("/readyz").json == {"status": "ready"}


def test_the_language_is_kazakh_until_another_is_chosen(university: University) -> None:
    browser = university.visitor()
    assert '<html lang="kk">' in browser.get("/login").text
    answer = browser.get("/lang/ru?next=/login")
    assert answer.location == "/login"
    assert "Вход в систему" in browser.get("/login").text
    assert browser.get("/lang/en?next=//evil.example").location == "/tasks"
    assert "Sign in" in browser.get("/login").text
    assert browser.get("/lang/xx?next=/login").status_code == 302
    assert "Sign in" in browser.get("/login").text


def test_the_account_s_language_is_used_where_none_was_chosen(university: University) -> None:
    university.engine.handle(RecordPerson(actor=SYSTEM, person="p006", name="Kim Anna", unit="univ", language="en"))
    assert '<html lang="en">' in university.signed_in("p006").get("/tasks").text


def test_only_the_demonstration_says_who_may_sign_in(university: University) -> None:
    assert "demo-people" not in university.visitor().get("/login").text
    object.__setattr__(university.engine.settings, "demo", True)
    shown = create_app(university.engine).test_client().get("/login").get_data(as_text=True)
    assert "Ысқақова Айгүл" in shown
    assert "хатшы, Инженерия мектебі" in shown, "the role, then the unit it is held in"
    assert 'name="login" value="p001"' in shown
    guest = create_app(university.engine).test_client()
    guest.set_cookie("sapa_lang", "en")
    assert "secretary, Инженерия мектебі" in guest.get("/login").get_data(as_text=True)


def test_a_guest_is_offered_pages_for_guests_and_promised_no_draft(university: University) -> None:
    guest = university.visitor()
    missing = html.unescape(guest.client.get("/appeal/nowhere", base_url=HTTPS).text)
    old = guest.client.post("/appeal", base_url=HTTPS, headers={"Referer": f"{HTTPS}/appeal"}, data={"csrf_token": "x"})
    for page in (missing, html.unescape(old.text)):
        assert "Кіріс тапсырмалар" not in page and "Істі іздеу" not in page
        assert 'href="/login"' in page and 'href="/appeal"' in page
    assert old.status_code == 400 and "«Артқа»" in old.text and "осы құрылғыда сақтаулы" not in old.text
