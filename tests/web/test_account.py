"""Keeps a person's own affairs their own: password, sessions, tokens, settings, and a way back for who forgot."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.commands import SYSTEM, RecordPerson
from engine.database import hi_entry, reading
from tests.web.conftest import PASSWORD, Browser, University

NEW = "жаңа ұзын құпиясөз"


def change(browser: Browser, old: str, new: str, again: str | None = None) -> int:
    answer = browser.post("/account/password", {"old": old, "new": new, "again": new if again is None else again})
    return answer.status_code


def signs_in(university: University, password: str, person: str = "p001") -> bool:
    answer = university.visitor().post("/login", {"login": person, "password": password}, page="/login")
    return answer.status_code == 303


# --- password ------------------------------------------------------------------------------------------------------


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(university: University) -> None:
    here, elsewhere = university.signed_in("p001"), university.signed_in("p001")
    assert change(here, PASSWORD, NEW) == 303
    assert here.get("/tasks").status_code == 200
    assert elsewhere.get("/tasks").status_code == 302
    assert (signs_in(university, PASSWORD), signs_in(university, NEW)) == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, NEW + "x"), (PASSWORD, "x" * 1025, "x" * 1025)],
)
def test_a_password_that_will_not_do_changes_nothing(university: University, old: str, new: str, again: str) -> None:
    assert change(university.signed_in("p001"), old, new, again) == 422
    assert signs_in(university, PASSWORD)


def test_a_screen_left_unlocked_is_no_place_to_guess_the_password(university: University) -> None:
    browser = university.signed_in("p001")
    told = [change(browser, f"guess {n}", NEW) for n in range(5)]
    assert told == [422] * 4 + [429]
    assert change(browser, PASSWORD, NEW) == 429


# --- sessions ------------------------------------------------------------------------------------------------------


def test_sessions_are_listed_and_closed_one_by_one_or_all(university: University) -> None:
    here, phone, other = (university.signed_in("p001") for _ in range(3))
    stranger = university.signed_in("p002")
    page = here.get("/account").text
    ids = re.findall(r'name="session" value="([^"]+)"', page)
    assert (len(ids), page.count("Осы құрылғы")) == (2, 1)
    stranger.post("/account/sessions/close", {"session": ids[0]})
    assert (phone.get("/tasks").status_code, other.get("/tasks").status_code) == (200, 200)
    here.post("/account/sessions/close", {"session": ids[0]})
    assert sorted((phone.get("/tasks").status_code, other.get("/tasks").status_code)) == [200, 302]
    here.post("/account/sessions/close-others", {})
    assert (phone.get("/tasks").status_code, other.get("/tasks").status_code) == (302, 302)
    assert (here.get("/tasks").status_code, stranger.get("/tasks").status_code) == (200, 200)


def test_a_device_is_named_as_a_person_would(university: University) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    university.engine.sessions.open("p001", agent)
    university.engine.sessions.open("p001", "<script>x</script>")
    page = university.signed_in("p001").get("/account").text
    assert "Chrome · Android" in page
    assert "Белгісіз құрылғы" in page


# --- tokens --------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_revoked(university: University) -> None:
    browser = university.signed_in("p001")
    form = {"label": "Modeler", "days": "30", "key": "k1"}
    (token,) = set(re.findall(r"sapa_[\w-]{40,}", browser.post("/account/tokens", form).text))
    assert university.engine.tokens.person(token) == "p001"
    again = browser.post("/account/tokens", form)  # the page loaded once more
    assert (again.status_code, len(university.engine.tokens.of("p001"))) == (303, 1)
    page = browser.get("/account").text
    assert token not in page
    assert "Modeler" in page
    (mine,) = university.engine.tokens.of("p001")
    university.signed_in("p002").post("/account/tokens/revoke", {"token": mine.id})
    assert university.engine.tokens.person(token) == "p001"
    browser.post("/account/tokens/revoke", {"token": mine.id})
    assert university.engine.tokens.person(token) is None


def test_a_token_without_a_label_is_not_made(university: University) -> None:
    answer = university.signed_in("p001").post("/account/tokens", {"label": " ", "days": "30"})
    assert (answer.status_code, university.engine.tokens.of("p001")) == (422, ())


# --- settings ------------------------------------------------------------------------------------------------------


def test_settings_follow_the_person_to_another_browser(university: University) -> None:
    first = university.signed_in("p001")
    first.post("/account/language", {"language": "ru"})
    first.post("/account/mail-language", {"mail_language": "kk"})
    first.post("/account/notifications", {"notify.assigned": "digest", "notify.overdue": "none"})
    first.post("/account/shortcuts", {})
    page = university.signed_in("p001").get("/account").text
    assert '<html lang="ru"' in page
    assert 'data-shortcuts="off"' in page
    assert "data-shortcuts" not in university.signed_in("p002").get("/account").text
    told = university.engine.preferences.get("p001")
    assert (told["mail_language"], told["notify.assigned"], told["notify.overdue"]) == ("kk", "digest", "none")
    assert told["notify.due_soon"] == university.engine.preferences.get("p002")["notify.due_soon"] == "digest"


def test_letters_are_in_the_language_chosen_for_them_or_for_the_pages(university: University) -> None:
    told = university.engine.preferences
    university.engine.handle(RecordPerson(actor=SYSTEM, person="p001", name="Адам", unit="eng", language="en"))
    assert (told.mail_language("p001"), told.mail_language("nobody")) == ("en", "kk")
    told.set("p001", "language", "ru")
    assert told.mail_language("p001") == "ru"
    told.set("p001", "mail_language", "kk")
    assert told.mail_language("p001") == "kk"


def test_a_setting_that_there_is_not_changes_nothing(university: University) -> None:
    before = university.engine.preferences.get("p001")
    browser = university.signed_in("p001")
    browser.post("/account/notifications", {"notify.assigned": "none", "notify.overdue": "x"})
    browser.post("/account/mail-language", {"mail_language": "fr"})
    assert university.engine.preferences.get("p001") == before


# --- a way back ----------------------------------------------------------------------------------------------------


def link_for(university: University, person: str, **more: str) -> str:
    answer = university.signed_in("p006").post("/accounts", {"person": person, **more}, page="/accounts")
    found = re.search(r">https://localhost(/login/reset\?link=[^<]+)<", answer.text)
    assert found, answer.status_code
    return found[1]


def choose(university: University, link: str, new: str = NEW) -> int:
    form = {"link": link.partition("=")[2], "new": new, "again": new}
    return university.visitor().post("/login/reset", form, page=link).status_code


def test_a_link_sets_a_new_password_once(university: University) -> None:
    before = university.signed_in("p001")
    link = link_for(university, "p001")
    assert university.visitor().get(link).status_code == 200
    assert choose(university, link, "short") == 422
    form = university.visitor()
    token = form.token(link)
    assert choose(university, link) == 303
    assert before.get("/tasks").status_code == 302
    assert (signs_in(university, PASSWORD), signs_in(university, NEW)) == (False, True)
    assert university.visitor().get(link).status_code == 404
    data = {"csrf_token": token, "link": link.partition("=")[2], "new": PASSWORD, "again": PASSWORD}
    sent = form.client.post(
        "/login/reset", base_url="https://localhost", headers={"Referer": "https://localhost/"}, data=data
    )
    assert (sent.status_code, signs_in(university, NEW)) == (404, True)


def test_a_link_lasts_an_hour_and_a_new_one_ends_it(university: University) -> None:
    first, second = link_for(university, "p001"), link_for(university, "p001")
    assert (university.visitor().get(first).status_code, university.visitor().get(second).status_code) == (404, 200)
    university.clock.forward(timedelta(minutes=60))
    assert university.visitor().get(second).status_code == 404


def test_a_changed_password_or_a_person_who_left_ends_the_link(university: University) -> None:
    link = link_for(university, "p001")
    assert change(university.signed_in("p001"), PASSWORD, NEW) == 303
    assert university.visitor().get(link).status_code == 404
    link = link_for(university, "p002")
    university.engine.handle(RecordPerson(actor=SYSTEM, person="p002", name="Кетті", unit="eng", active=False))
    assert university.visitor().get(link).status_code == 404


@pytest.mark.parametrize("link", ["", "x", "sapa_" + "x" * 5000, "%00", "' OR 1=1 --"])
def test_a_made_up_link_opens_nothing(university: University, link: str) -> None:
    answer = university.visitor().client.get("/login/reset", query_string={"link": link}, base_url="https://localhost")
    assert answer.status_code == 404


def test_somebody_new_gets_a_login_with_the_link(university: University) -> None:
    university.engine.handle(RecordPerson(actor=SYSTEM, person="p100", name="Жаңа Адам", unit="eng"))
    taken = university.signed_in("p006").post("/accounts", {"person": "p100", "login": "p001"}, page="/accounts")
    assert taken.status_code == 422
    link = link_for(university, "p100", login="zhana.adam")
    for guess in ("!", "nobody", ""):
        assert not signs_in(university, guess, "zhana.adam")
    assert choose(university, link) == 303
    assert signs_in(university, NEW, "zhana.adam")


def test_the_record_tells_who_made_a_link_and_never_the_link(university: University) -> None:
    link = link_for(university, "p001").partition("=")[2]
    university.engine.tokens.issue("p001", "x")
    with reading(university.engine.database) as connection:
        rows = connection.execute(sa.select(hi_entry).where(hi_entry.c.stream == "access")).all()
    assert ("IssueReset", "p006") in {(row.kind, row.actor) for row in rows}
    assert not any(link in row.body for row in rows)


def test_the_page_for_who_forgot_tells_nothing_about_logins(university: University) -> None:
    assert "әкімшісіне" in university.visitor().get("/login/forgot").text
    assert "Құпиясөзді ұмыттыңыз ба?" in university.visitor().get("/login").text
