"""An appeal from somebody without an account, on a phone and without scripts; the secretary registers it at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, House

pytestmark = pytest.mark.browser
PUBLIC, REGISTER = "appeal_handling/public", "appeal_handling/register"


def test_appeal(house: House) -> None:
    guest = house.sits(size=PHONE, java_script_enabled=False)
    guest.goto("/login")
    house.follow(guest, house.say("appeal.title"))
    house.heading(guest, house.say("appeal.title"))
    house.press(guest, house.say("appeal.send"))
    expect(guest.get_by_role("alert")).to_contain_text(house.say("appeal.choose_school"))
    house.seen(guest, "refused")
    guest.get_by_label(house.say("appeal.school")).select_option(index=1)
    school = guest.get_by_label(house.say("appeal.school")).input_value()
    house.choose(guest, PUBLIC, "about_person", "none")
    house.choose(guest, PUBLIC, "author_type", "anonymous")
    guest.get_by_label(house.label(PUBLIC, "text")).fill("Практикалық сабақтар екі аптадан бері өтпей жатыр")
    guest.get_by_label(house.label(PUBLIC, "consent_data")).check()
    house.seen(guest, "form")
    house.press(guest, house.say("appeal.send"))
    house.heading(guest, house.say("appeal.sent_title"))
    house.seen(guest, "sent")
    code = guest.locator(".appeal-code").inner_text()

    secretary = next(
        login
        for login, person in house.logins.items()
        if f"secretary@{school}" in house.engine.reader(person).access.keys
    )
    desk = house.sits(secretary)
    house.opens_task(desk, house.row(secretary, "register"))
    house.choose(desk, REGISTER, "urgency", "normal")
    house.seen(desk, "register")
    desk.locator("[data-send]").click()
    expect(desk.get_by_role("status").first).to_be_visible()

    guest.goto("/appeal/status")
    guest.get_by_label(house.say("appeal.code")).fill("ABCD-EFGH-IJKL-MNOP")
    house.press(guest, house.say("appeal.status_do"))
    expect(guest.get_by_role("alert")).to_contain_text(house.say("appeal.no_such_code"))
    guest.get_by_label(house.say("appeal.code")).fill(code)
    house.press(guest, house.say("appeal.status_do"))
    expect(guest.get_by_role("heading", level=2).first).to_contain_text("1/2026")
    house.seen(guest, "status")
    guest.get_by_text(house.say("appeal.take_back_title"), exact=True).click()
    guest.get_by_label(house.say("appeal.take_back_sure")).check()
    house.press(guest, house.say("appeal.take_back_do"))
    expect(guest.get_by_role("main")).to_contain_text(house.say("appeal.taken_back"))
    house.seen(guest, "taken_back")
    left = house.engine.reader(house.logins[secretary]).inbox("role").rows
    assert not [row for row in left if row.element == "classify" and row.school == school]
