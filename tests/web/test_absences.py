"""Keeps the absence's pages honest: who opens them, what they record, and what the substitute then meets."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import University


def days(university: University, first: int, last: int) -> dict[str, str]:
    today = university.engine.reader("p006").today
    return {"start": (today + timedelta(first)).isoformat(), "last": (today + timedelta(last)).isoformat()}


def test_a_person_names_a_substitute_who_then_finds_the_tasks(university: University) -> None:
    secretary = next(
        one.person.id
        for rows in university.engine.reader("p006").directory.holders().values()
        for one in rows
        if one.roles[0].role == "secretary" and one.roles[0].unit == "eng"
    )
    browser = university.signed_in(secretary)
    page = f"/people/{secretary}/absence"
    assert 'value="p007"' in browser.get(f"{page}?q=p007").text
    told = {"substitute": "p007", "appointment": "", "basis": "№ 5-ө", **days(university, 0, 2)}
    assert browser.post(page, {**told, "key": "k1"}, page=page).status_code == 303
    again = browser.post(page, {**told, "key": "k2"}, page=page)
    assert again.status_code == 422 and "болмау тіркеліп қойған" in again.text
    friend = university.signed_in("p007")
    inbox = friend.get("/tasks?view=substitute").text
    assert "орнындасыз" in inbox
    card = friend.get(f"/people/{secretary}").text
    assert "№ 5-ө" in card and "/absence/end" in card
    assert "№ 5-ө" not in university.signed_in("p004").get(f"/people/{secretary}").text
    (one,) = university.engine.reader("p006").directory.card(secretary).absences
    back = {"absence": one.id, "end": one.start.isoformat(), "reason": "шықты", "key": "k3"}
    assert friend.post(f"/people/{secretary}/absence/end", back, page=f"/people/{secretary}").status_code == 303
    assert "Қайтарып алынған" in browser.get(f"/people/{secretary}").text


def test_the_page_is_not_there_for_others(university: University) -> None:
    assert university.signed_in("p007").get("/people/p002/absence").status_code == 404
    shown = university.signed_in("p007").get("/people/p002").text
    assert "/absence" not in shown


def test_a_day_that_is_none_is_refused_where_it_was_typed(university: University) -> None:
    browser = university.signed_in("p007")
    answer = browser.post("/people/p007/absence", {"start": "", "last": "x", "substitute": "p002"}, page="/people/p007")
    assert answer.status_code == 422 and 'value="p002" checked' in answer.text


def test_the_page_says_which_roles_do_not_pass_on_7_2_3(university: University) -> None:
    assert "Орынбасарға өтпейтін рөл" in university.signed_in("p003").get("/people/p003/absence").text
    assert "Орынбасарға өтпейтін рөл" not in university.signed_in("p002").get("/people/p002/absence").text
