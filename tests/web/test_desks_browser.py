"""Keeps the desks of auditors and watchers whole in a real browser: keys, accessibility, phones, both themes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.conftest import Started, University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page
from tests.web.test_case_and_registers import advance

__all__ = ["address", "open_page"]  # fixtures
pytestmark = pytest.mark.browser


def test_a_case_is_gone_through_by_keys_and_the_address_follows(
    university: University, started: Started, open_page: Open
) -> None:
    case = started("Бірінші")
    advance(university, "pause")
    last = len(university.engine.reader("p006").case(case).timeline)
    page = open_page("p006")
    page.goto(f"/cases/{case}/replay?step=1")
    expect(page.locator("[data-verdict]")).to_contain_text("Тексерілді")
    expect(page.locator(".node-mark.active")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#entry-title")).to_have_text("2-жазба")
    expect(page).to_have_url(re.compile("step=2$"))
    page.keyboard.press("End")
    expect(page.locator("#entry-title")).to_have_text(f"{last}-жазба")
    expect(page.locator(".node-mark.waiting")).to_have_count(1)
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#entry-title")).to_have_text("1-жазба")
    page.keyboard.press("m")
    expect(page.locator("#entry-title")).to_have_text("2-жазба")
    page.locator("[data-slider]").fill("3")
    expect(page.locator("#entry-title")).to_have_text("3-жазба")
    expect(page.locator("[data-slider]")).to_have_attribute("aria-valuetext", re.compile(r"^3 / \d+: "))
    expect(page.locator('[data-step="3"]')).to_have_attribute("aria-current", "step")


def test_a_case_on_paper_is_its_text_without_the_shell(
    university: University, started: Started, open_page: Open
) -> None:
    case = started("Бірінші")
    page = open_page("p006")
    page.goto(f"/cases/{case}")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.click("[data-print]")
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print")
    for hidden in (".rail", ".topbar", "[data-print]", ".diagram-tools"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#timeline-title")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [(DESK, "light", "kk"), (PHONE, "dark", "ru")],
    ids=["desk-kk", "phone-ru"],
)
def test_the_desks_are_accessible_and_fit(
    university: University, started: Started, open_page: Open, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    case = started("Бірінші")
    advance(university, "pause")
    page = open_page("p006", lang, size, color_scheme=scheme)
    places = ("/monitor", "/monitor/timers", "/monitor/process/request", f"/cases/{case}/replay", "/more")
    places += ("/models", "/models/process/request", "/models/check", "/tasks?view=waiting", f"/cases/{case}")
    places += ("/people", "/people/p002", "/units", "/vacancies", "/directory/import", "/directory/new-person")
    for place in places:
        page.goto(place)
        page.wait_for_load_state("networkidle")
        assert complaints(page) == [], place
        assert no_wider_than_the_screen(page), place


def test_on_a_phone_chips_stand_in_one_row_with_the_chosen_one_in_sight(open_page: Open) -> None:
    page = open_page("p006", "ru", PHONE)
    for place in ("/monitor/cases", "/monitor/timers", "/tasks?only=today", "/cases?state=cancelled"):
        page.goto(place)
        chips = page.locator(".chips").first
        page.wait_for_function("document.querySelector('.chips [aria-current]')")
        tops = chips.locator(".chip").evaluate_all("all => [...new Set(all.map(one => one.offsetTop))]")
        assert len(tops) == 1, place
        assert chips.evaluate(
            """row => {
              const whole = row.getBoundingClientRect();
              const chosen = row.querySelector('[aria-current]').getBoundingClientRect();
              return chosen.left >= whole.left && chosen.right <= whole.right;
            }"""
        ), place
        assert no_wider_than_the_screen(page), place
