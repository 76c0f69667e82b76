"""Keeps files, comments and the diagram workable in a real browser: dropping, @, previews, keys, accessibility."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Started, University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page
from tests.web.test_every_url_as_every_role import PICTURE
from tests.web.test_inbox_and_task import the_task

__all__ = ["address", "open_page"]  # fixtures
pytestmark = pytest.mark.browser

DROP = """([bytes, name]) => {
  const held = new DataTransfer();
  held.items.add(new File([new Uint8Array(bytes)], name));
  document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', {dataTransfer: held, cancelable: true}));
}"""


def on_the_task(university: University, started: Started, open_page: Open) -> Page:
    started("Бірінші")
    task = the_task(university.signed_in("p002"))
    page = open_page("p002")
    page.goto(task)
    page.locator(".form-host.is-ready").wait_for()
    return page


def test_a_dropped_file_stands_beside_the_form_which_is_not_disturbed(
    university: University, started: Started, open_page: Open
) -> None:
    page = on_the_task(university, started, open_page)
    page.evaluate("document.body.dataset.same = 'yes'")
    page.evaluate(DROP, [list(PICTURE), "сурет.png"])
    expect(page.locator(".notes-done")).to_be_focused()
    expect(page.locator(".note-name")).to_contain_text("сурет.png")
    expect(page.locator("body")).to_have_attribute("data-same", "yes")
    page.click("[data-preview]")
    picture = page.locator(".note-preview")
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")
    page.evaluate(DROP, [[60, 104, 49, 62], "бет.html"])
    expect(page.locator("[data-notes] .error-summary")).to_contain_text("бет.html: Мұндай файл қабылданбайды")


def test_a_mention_is_picked_by_keys_and_reaches_its_person(
    university: University, started: Started, open_page: Open
) -> None:
    page = on_the_task(university, started, open_page)
    page.locator("#note-text").press_sequentially("Қараңыз @ысқ")
    expect(page.locator(".mention-picker [aria-selected=true]")).to_have_text("Ысқақова Айгүл")
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value("Қараңыз @Ысқақова Айгүл ")
    page.click("[data-mentions] > button")
    expect(page.locator(".note-text")).to_have_text("Қараңыз @Ысқақова Айгүл")
    other = open_page("p001")
    other.goto("/start")
    expect(other.locator(".unread-count")).to_have_text("1")
    other.click(".mentions-link")
    expect(other.locator(".mentions .note-text")).to_contain_text("Қараңыз")


def test_the_diagram_is_zoomed_by_keys_and_buttons(university: University, started: Started, open_page: Open) -> None:
    case = started("Бірінші")
    page = open_page("p002")
    page.goto(f"/cases/{case}")
    page.locator(".diagram[data-ready]").wait_for()

    def scale() -> float:
        text = page.locator(".diagram .viewport").get_attribute("transform") or ""
        found = re.match(r"matrix\(([\d.]+)", text)
        return float(found[1]) if found else 1.0

    first = scale()
    page.keyboard.press("+")
    larger = scale()
    assert larger > first
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert scale() < first
    page.click("[data-zoom=in]")
    page.locator("#note-text").press_sequentially("1+1")
    before = scale()
    page.keyboard.press("+")
    assert scale() == before  # inside a field keys are letters


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_pages_of_notes_are_accessible_and_fit(
    university: University, started: Started, open_page: Open, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    case = started("Бірінші")
    task = the_task(university.signed_in("p002"))
    notes = university.engine.notes
    notes.attach("p002", case, "өте ұзын атауы бар файл, ол телефон экранына сыймайды.png", PICTURE)
    notes.comment("p001", case, "Назар аударыңыз", ["p002"])
    notes.take_back("p001", case, str(notes.comment("p001", case, "артық", []).result))
    page = open_page("p002", "kk", size, color_scheme=scheme)
    for place in (task, f"/cases/{case}", f"/cases/{case}/notes", f"/cases/{case}/files/1/view", "/mentions",
                  "/clauses/7.3.1"):  # fmt: skip
        page.goto(place)
        page.wait_for_load_state("networkidle")
        assert complaints(page) == [], place
        assert no_wider_than_the_screen(page), place
    barred = open_page("p001", "ru", size, color_scheme=scheme)
    barred.goto(task)
    expect(barred.locator("#blocked")).to_be_visible()
    assert complaints(barred) == []
