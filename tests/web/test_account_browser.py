"""Keeps pages about sign-ins whole in a real browser: accessible, narrow, a secret shown once, keys that stay quiet."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page

__all__ = ["address", "open_page"]  # fixtures
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("lang", "size", "scheme"), [("kk", DESK, "light"), ("ru", PHONE, "dark"), ("en", DESK, "dark")]
)
def test_pages_about_sign_ins_are_accessible_and_fit(
    open_page: Open, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    page = open_page("p006", lang, size, color_scheme=scheme)
    page.goto("/account")
    page.fill("#label", "Modeler")
    page.click("#tokens form:has(#label) button")
    expect(page.locator(".secret")).to_be_focused()
    assert complaints(page) == []
    assert no_wider_than_the_screen(page)
    page.goto("/accounts")
    page.locator(".held button").first.click()
    link = page.input_value("#new-link")
    assert complaints(page) == []
    assert no_wider_than_the_screen(page)
    for path in (link, "/login/reset?link=x", "/login/forgot"):
        page.goto(path)
        assert complaints(page) == [], path
        assert no_wider_than_the_screen(page), path


def test_keys_that_are_switched_off_do_nothing(open_page: Open, university: University) -> None:
    page = open_page("p002")
    page.goto("/account")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases")
    page.goto("/account")
    page.locator("#keys-on").uncheck()
    page.click("#shortcuts button")
    page.wait_for_selector(".tone-ok")
    assert university.engine.preferences.get("p002")["shortcuts"] == "off"
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_function("document.body.dataset.shortcuts === 'off'")
    assert page.url.endswith("/account#shortcuts")


def test_the_secret_is_copied_by_its_button(open_page: Open, university: University) -> None:
    page = open_page("p002")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/account")
    page.fill("#label", "Modeler")
    page.click("#tokens form:has(#label) button")
    page.click("[data-copy='new-token']")
    expect(page.locator("[data-copy='new-token']")).to_contain_text("Көшірілді")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert university.engine.tokens.person(copied) == "p002"
