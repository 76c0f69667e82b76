"""The pages for who has no account are accessible and fit a phone, in each language, right and wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import University
from tests.web.test_appeal import GIVEN, TEXT, code_of, do, place, send
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page

__all__ = ["address", "open_page", "place"]  # fixtures
pytestmark = pytest.mark.browser


def send_without_a_name(page: Page) -> None:
    """The form that is open, filled in and sent."""
    page.select_option("#school", "eng")
    page.check("#f-about_person-none")
    page.check("#f-author_type-anonymous")
    page.fill("#f-text", TEXT)
    page.check("#f-consent_data")
    page.click("main form .btn-primary")
    page.wait_for_selector(".appeal-code")


def test_going_back_after_sending_shows_nobody_what_was_written(place: University, open_page: Open) -> None:
    page = open_page("", "kk", PHONE)
    page.goto("/appeal")
    send_without_a_name(page)
    page.go_back()
    expect(page.locator("#f-text")).to_have_value("")
    expect(page.locator("#f-author_type-anonymous")).not_to_be_checked()


def test_1_4_10_who_passes_on_an_appeal_about_the_dean_reads_that_it_goes_to_asb(
    place: University, open_page: Open
) -> None:
    code_of(send(place.visitor(), GIVEN | {"a:author_type": "other", "a:about_person": "dean"}))
    do(place, "p001", "register", about_person="dean", urgency="normal", duplicate_of=None, oral_note=None)
    (task,) = [row.task for row in place.engine.reader("p001").inbox("role").rows if row.element == "transfer"]
    page = open_page("p001", "ru")
    page.goto(f"/tasks/{task}")
    expect(page.get_by_text("ОАК, так как обращение о декане")).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "size", "scheme"), [("kk", PHONE, "dark"), ("ru", PHONE, "light"), ("en", DESK, "dark")]
)
def test_the_pages_are_accessible_and_fit(
    place: University, open_page: Open, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    page = open_page("", lang, size, color_scheme=scheme)

    def fits(step: str) -> None:
        assert complaints(page) == [], step
        assert no_wider_than_the_screen(page), step

    page.goto("/appeal")
    fits("form")
    page.click("main form .btn-primary")
    page.wait_for_selector("[aria-invalid]")
    fits("refused")
    send_without_a_name(page)
    fits("sent")
    code = page.inner_text(".appeal-code")
    page.goto("/appeal/status")
    fits("asked")
    page.fill("#code", code)
    page.click("main form .btn-primary")
    page.wait_for_selector(".appeal-back")
    page.click(".appeal-back summary")
    fits("status")
