"""Keeps the work of a case whole as people do it: opened, found, drafted, sent, confirmed, answered late."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import House

pytestmark = pytest.mark.browser
VERIFY, CLOSE, EXECUTE = (f"decision_execution/{form}" for form in ("verify", "confirm_close", "execute"))
KEPT = "Осы қадам туралы жазба"  # typed text: in whatever language a person writes


def button(page: Page) -> Locator:
    """The one primary act of a form."""
    return page.locator("[data-send]")


def sends(house: House, page: Page) -> Locator:
    """Afterwards the page says what comes next."""
    button(page).click()
    done = page.locator(".done-panel")
    expect(done.get_by_role("heading", level=2)).to_contain_text(house.say("task.done"))
    return done


def claims_if_asked(house: House, page: Page) -> None:
    """A task of several people is taken first."""
    claim = page.get_by_role("button", name=house.say("task.claim_and_fill"))
    if claim.count():
        claim.click()
    expect(button(page)).to_be_visible()
    page.locator(".form-host.is-ready").wait_for()


def test_a_secretary_opens_a_case_and_finds_its_task_in_the_inbox(house: House) -> None:
    page = house.sits("secretary")
    page.goto("/tasks")
    house.goes(page, "nav.start")
    house.heading(page, house.say("start.title"))
    house.seen(page, "start")
    start = next(one for one in house.engine.reader("p012").startable() if one.key == "meeting_cycle")
    house.follow(page.get_by_role("main"), start.label[house.lang])
    house.heading(page, start.label[house.lang])
    house.choose(page, "meeting_cycle/start", "meeting_kind", "regular")
    house.seen(page, "form")
    button(page).click()
    page.wait_for_url(re.compile("/cases/"))
    house.seen(page, "case")
    case = page.url.rpartition("/")[2].partition("?")[0]
    row = next(one for one in house.engine.reader("p012").inbox("role").rows if one.instance == case)
    house.opens_task(page, row)
    house.seen(page, "task")


def test_a_secretary_drafts_and_sends_and_the_chair_confirms(house: House) -> None:
    row = house.row("secretary", "verify")
    page = house.sits("secretary")
    house.opens_task(page, row)
    claims_if_asked(house, page)
    for question in ("complete", "form_followed", "evidence_sufficient", "effect_visible"):
        asked = page.get_by_role("radiogroup", name=house.label(VERIFY, question))
        house.choose(asked, VERIFY, question, "partly")
    house.choose(page, VERIFY, "quality", "ok")
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile(house.say("draft.saved", time=r"\d\d:\d\d")))
    house.seen(page, "draft")
    page.reload()
    page.locator(".form-host.is-ready").wait_for()
    asked = page.get_by_role("radiogroup", name=house.label(VERIFY, "effect_visible"))
    expect(asked.get_by_role("radio", name=house.label(VERIFY, "effect_visible", "partly"), exact=True)).to_be_checked()
    button(page).click()
    approved = page.get_by_role("combobox", name=house.label(VERIFY, "checklist_id"), exact=True)
    asked_for = "checklist_id" if approved.count() else "checklist"  # named in words while none is approved
    expect(page.get_by_role("alert")).to_contain_text(house.label(VERIFY, asked_for))
    house.seen(page, "refused")
    if approved.count():
        approved.focus()
        page.get_by_role("option").first.click()
    else:
        page.get_by_role("textbox", name=house.label(VERIFY, "checklist"), exact=True).fill(KEPT)
    done = sends(house, page)
    row = house.row("chair", "confirm_close")
    expect(done).to_contain_text(house.name(row))
    house.seen(page, "sent")
    chair = house.sits("chair")
    house.opens_task(chair, row)
    claims_if_asked(house, chair)
    house.seen(chair, "to_confirm")
    house.choose(chair, CLOSE, "close", "close")
    sends(house, chair)
    house.seen(chair, "confirmed")


def test_an_executor_sends_a_late_report(house: House) -> None:
    row = house.row("head.is", "execute")
    assert row.overdue
    page = house.sits("head.is")
    page.goto("/tasks?view=role")
    expect(page.get_by_role("heading", level=2).first).to_contain_text(house.say("group.overdue"))
    house.seen(page, "late")
    house.opens_task(page, row)
    claims_if_asked(house, page)
    expect(page.locator(".task-head")).to_contain_text(row.names[house.lang])
    house.seen(page, "task")
    typed = ("100", KEPT, KEPT * 2, "Жүктелген құжаттар тізімдемесі", "№ 7 хат, 24.11.2026")
    page.get_by_label(house.label(EXECUTE, "percent")).focus()
    for one in typed:  # faster than anybody types: nothing of it may be lost
        page.keyboard.type(one)
        page.keyboard.press("Tab")
    for field, one in zip(("percent", "result", "report", "title", "reference"), typed, strict=True):
        expect(page.get_by_label(house.label(EXECUTE, field)).first).to_have_value(one)
    house.seen(page, "filled")
    done = sends(house, page)
    house.seen(page, "sent")
    house.follow(done, house.say("case.open"))
    house.seen(page, "case")


def test_a_dean_answers_an_escalation_with_measures(house: House) -> None:
    form = "non_fulfilment_escalation/take_measures"
    row = house.row("dean", "take_measures")
    page = house.sits("dean")
    page.goto("/tasks?view=role")
    house.seen(page, "inbox")
    house.opens_task(page, row)
    claims_if_asked(house, page)
    page.get_by_label(house.label(form, "measure")).fill("Кафедра меңгерушісіне ескерту жасалып, мерзім белгіленді.")
    house.seen(page, "measures")
    sends(house, page)
    house.seen(page, "sent")
    page.locator(f'main a[href*="/cases/{row.instance}"]').first.click()
    house.seen(page, "case")
