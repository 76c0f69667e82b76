"""Keeps the way in whole: signing in, a wrong password, a forgotten one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House

pytestmark = pytest.mark.browser


def test_sign_in_after_a_wrong_password_and_out_again(house: House) -> None:
    page = house.sits()
    page.goto("/tasks")
    house.heading(page, house.say("signin.title"))
    expect(page.locator("html")).to_have_attribute("lang", house.lang)
    expect(page.get_by_label(house.say("signin.login"), exact=True)).to_be_focused()
    house.seen(page, "sign_in")
    house.signs_in(page, "secretary", "басқа құпиясөз")
    expect(page.get_by_role("alert")).to_have_text(house.say("signin.wrong"))
    expect(page.get_by_label(house.say("signin.login"), exact=True)).to_have_value("secretary")
    assert page.title().startswith(house.say("error.prefix"))
    house.seen(page, "wrong_password")
    house.signs_in(page, "secretary")
    house.heading(page, house.say("inbox.title"))
    house.seen(page, "inbox")
    house.press(page, house.say("signin.leave"))
    house.heading(page, house.say("signin.title"))
    page.goto("/tasks")
    house.heading(page, house.say("signin.title"))


def test_a_forgotten_password_is_chosen_anew_from_a_letter(house: House) -> None:
    page = house.sits()
    page.goto("/login")
    house.follow(page, house.say("signin.forgot"))
    house.heading(page, house.say("forgot.title"))
    page.get_by_label(house.say("forgot.who")).fill("teacher.is3")
    house.seen(page, "forgot")
    house.press(page, house.say("forgot.send"))
    expect(page.get_by_role("status")).to_contain_text(house.say("forgot.asked"))
    house.seen(page, "asked")
    page.goto(house.letter_link(r"/login/reset\?link=\S+"))
    house.heading(page, house.say("reset.title"))
    for field in ("pw.new", "pw.again"):
        page.get_by_label(house.say(field), exact=True).fill("мүлде жаңа құпиясөз")
    house.seen(page, "reset")
    house.press(page, house.say("reset.save"))
    house.seen(page, "chosen")
    house.signs_in(page, "teacher.is3", "мүлде жаңа құпиясөз")
    house.heading(page, house.say("inbox.title"))
