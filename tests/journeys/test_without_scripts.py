"""Keeps the places that are forms and lists open to browsers without scripts: signing in, inbox, registers, cases."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House

pytestmark = pytest.mark.browser


def test_signing_in_inbox_registers_and_a_case_need_no_scripts(house: House) -> None:
    page = house.sits(java_script_enabled=False)
    page.goto("/tasks")
    house.seen(page, "sign_in")
    house.signs_in(page, "head.mech")
    house.heading(page, house.say("inbox.title"))
    row = house.row("head.mech", "accept_task")
    house.opens_task(page, row)
    expect(page.get_by_role("main")).to_contain_text(house.say("form.needs_js"))
    house.seen(page, "task")
    page.goto("/tasks?view=role")
    house.row_of(page, row).get_by_role("checkbox").check()
    house.press(page, house.say("selected.act.snooze"))
    house.seen(page, "snooze")
    house.goes(page, "nav.registers")
    first = page.get_by_role("main").get_by_role("link").first
    name = first.inner_text()
    first.click()
    house.heading(page, name)
    house.seen(page, "register")
    house.goes(page, "nav.cases")
    page.get_by_role("searchbox").fill(row.business_key)
    page.get_by_role("button", name=house.say("search.go")).first.click()
    page.locator(f'main a[href*="/cases/{row.instance}"]').first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name=house.say("case.timeline"))).to_be_visible()
    house.seen(page, "case")
    house.press(page, house.say("signin.leave"))
    house.heading(page, house.say("signin.title"))


def test_anybody_checks_a_printed_document_without_an_account(house: House) -> None:
    assert house.engine.making.pump(limit=2)
    page = house.sits("secretary")
    page.goto("/tasks")
    house.goes(page, "nav.documents")
    house.seen(page, "documents")
    page.get_by_role("main").get_by_role("row").filter(has_text="№").get_by_role("link").first.click()
    page.wait_for_url("**/documents/*")
    house.seen(page, "document")
    code = page.locator("main a[href*='/verify']")
    said, address = code.inner_text().strip(), code.get_attribute("href") or ""
    number = parse_qs(urlsplit(address).query)["no"][0]
    stranger = house.sits(java_script_enabled=False)
    stranger.goto("/login")
    house.follow(stranger, house.say("checking.title"))
    for typed, verdict in (("ABCD-EFGH-IJKL-MNOP", "checking.none"), (said.lower(), "checking.found")):
        stranger.get_by_label(house.say("checking.number"), exact=True).fill(number)
        stranger.get_by_label(house.say("checking.code"), exact=True).fill(typed)
        house.press(stranger, house.say("checking.do"))
        expect(stranger.get_by_role("main")).to_contain_text(house.say(verdict))
        house.seen(stranger, verdict.rpartition(".")[2])
