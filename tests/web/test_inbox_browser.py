"""Keeps the inbox usable by keys and without scripts, and its pages accessible in each language and size."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from engine.commands import ClaimTask
from tests.web.conftest import Started, University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page

__all__ = ["address", "open_page"]  # fixtures
pytestmark = pytest.mark.browser


def test_rows_are_ticked_put_off_and_marked_by_keys(university: University, started: Started, open_page: Open) -> None:
    for title in ("Бірінші", "Екінші", "Үшінші"):
        started(title)
    page = open_page("p002")
    page.goto("/tasks?view=role")
    for key in ("j", "x", "j", "j", "Shift+x"):  # from the first to the third, at one stroke
        page.keyboard.press(key)
    expect(page.locator("[data-pick]:checked")).to_have_count(3)
    expect(page.locator("[data-number]").first).to_have_text("3")
    page.keyboard.press("x")
    expect(page.locator("[data-pick]:checked")).to_have_count(2)
    page.keyboard.press("h")
    day = university.engine.reader("p002").today + timedelta(2)
    page.fill("#until", day.isoformat())
    page.click("form.selected .btn-primary")
    expect(page.locator("ul.selected .tone-ok")).to_have_count(2)
    page.goto("/tasks?view=role")
    page.click(".row-link")
    page.goto("/tasks?view=role")
    expect(page.locator(".is-unread")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.locator(".is-unread")).to_have_count(1)


def test_what_is_new_is_offered_and_moves_no_row(university: University, started: Started, open_page: Open) -> None:
    for title in ("Бірінші", "Екінші"):
        started(title)
    page = open_page("p002", size=PHONE)
    page.clock.install()
    page.goto("/tasks?view=role")
    before = [row.bounding_box() for row in page.locator("[data-row]").all()]
    rows = university.engine.reader("p002").inbox(view="role").rows
    university.engine.handle(ClaimTask(actor="p002", instance=rows[0].instance, task=rows[0].task))
    started("Үшінші")
    page.clock.run_for(61_000)
    expect(page.locator(".fresh")).to_have_text("Жаңа тапсырма: 1. Көрсету")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    expect(page.locator(".is-gone")).to_contain_text("тізімнен шықты")
    assert [row.bounding_box() for row in page.locator("[data-row]").all()] == before
    page.click(".fresh a")
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".fresh")).to_be_empty()
    page.locator("[data-pick]").first.check()  # and what is ticked on a phone has its buttons above the bar of places
    page.click('#selected [value="claim"]')
    expect(page.locator("ul.selected .tone-ok")).to_have_count(1)


def test_a_case_says_who_has_it_and_that_there_is_more_to_read(
    university: University, started: Started, open_page: Open
) -> None:
    case = started("Бірінші")
    page = open_page("p001", "ru")
    page.clock.install()
    page.goto(f"/cases/{case}")
    expect(page.locator(".now-panel")).to_contain_text("Инженерия мектебі")  # whom the open task is offered to
    task = university.engine.reader("p002").inbox(view="role").rows[0].task
    university.engine.handle(ClaimTask(actor="p002", instance=case, task=task))
    page.clock.run_for(31_000)
    expect(page.locator(".fresh")).to_have_text("Новых записей в деле: 1. Показать")
    page.click(".fresh a")
    expect(page.locator(".now-panel")).to_contain_text("Әбенов Нұрлан")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/replay"))


def test_ticking_and_filters_work_without_scripts(started: Started, open_page: Open) -> None:
    started("Бірінші")
    page = open_page("p002", java_script_enabled=False)
    page.goto("/tasks?view=role")
    page.check("[data-pick]")
    page.click('#selected [value="claim"]')
    expect(page.locator("ul.selected .tone-ok")).to_have_count(1)
    page.goto("/tasks?view=mine&only=unread")
    page.click(".saved-filters summary")
    page.fill("#filter-name", "Жаңалары")
    page.click(".keep-filter button")
    expect(page.locator(".saved-filters .chip")).to_contain_text("Жаңалары")


@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [(DESK, "light", "kk"), (PHONE, "dark", "ru")],
    ids=["desk-kk", "phone-ru"],
)
def test_the_pages_are_accessible_and_fit(
    university: University, started: Started, open_page: Open, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    started("Бірінші")
    (row,) = university.engine.reader("p002").inbox("role").rows
    page = open_page("p002", lang, size, color_scheme=scheme)
    places = [f"/tasks?view={view}" for view in ("mine", "role", "substitute", "waiting", "snoozed")]
    places += [f"/tasks/{row.task}/delegate", "/people/p002/absence", "/people/p002"]
    for place in places:
        page.goto(place)
        page.wait_for_load_state("networkidle")
        assert complaints(page) == [], place
        assert no_wider_than_the_screen(page), place
