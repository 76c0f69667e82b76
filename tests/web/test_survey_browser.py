"""The page on which anybody answers a survey is accessible and fits a phone, in each language, right and wrong."""

from __future__ import annotations

import os

import pytest

from tests.web.conftest import University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page
from tests.web.test_survey import code, place, survey

__all__ = ["address", "open_page", "place"]  # fixtures
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("lang", "size", "scheme"), [("kk", PHONE, "dark"), ("ru", PHONE, "light"), ("en", DESK, "dark")]
)
def test_the_page_is_accessible_fits_and_is_answered(
    place: University, open_page: Open, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    survey(place)
    page = open_page("", lang, size, color_scheme=scheme)

    def fits(step: str) -> None:
        if pictures := os.environ.get("SAPA_PICTURES"):
            page.screenshot(path=f"{pictures}/survey-{lang}-{size['width']}-{step}.png", full_page=True)
        assert complaints(page) == [], step
        assert no_wider_than_the_screen(page), step

    page.goto("/survey")
    fits("code")
    page.fill("#code", "ABCD-EFGH-2345-6777")
    page.click("main form .btn-primary")
    page.wait_for_selector("[aria-invalid]")
    fits("unknown")
    page.goto(f"/survey/{code(place)}")
    fits("questions")
    page.check("#q1-4")
    page.fill("#q4", "Кітап жетпейді")
    page.click("main form .btn-primary")
    page.wait_for_selector("[aria-invalid]")
    fits("missing")
    assert page.input_value("#q4") == "Кітап жетпейді"
    page.focus("#q2-yes")
    page.keyboard.press("Space")
    page.check("#q3-2")
    page.click("main form .btn-primary")
    page.wait_for_selector(".appeal-verdict")
    fits("sent")


@pytest.mark.parametrize(("lang", "size"), [("kk", PHONE), ("ru", PHONE), ("en", DESK)])
def test_codes_are_made_and_a_spent_one_is_refused(
    place: University, open_page: Open, lang: str, size: dict[str, int]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    case = survey(place, once=("student",))
    page = open_page("p001", lang, size)

    def fits(step: str) -> None:
        if pictures := os.environ.get("SAPA_PICTURES"):
            page.screenshot(path=f"{pictures}/codes-{lang}-{size['width']}-{step}.png", full_page=True)
        assert complaints(page) == [], step
        assert no_wider_than_the_screen(page), step

    page.goto(f"/cases/{case}")
    page.click(".survey-links > summary")
    page.click(".survey-links a.btn")
    fits("form")
    page.fill("#count", "0")
    page.click("main form .btn-primary")
    page.wait_for_selector(".error-summary")
    fits("wrong")
    page.fill("#count", "4")
    page.click("main form .btn-primary")
    page.wait_for_selector(".code-slips")
    fits("sheet")
    made = page.locator(".code-slips code").all_inner_texts()
    assert len(made) == 4
    page.goto(f"/survey/{made[0]}")
    page.check("#q1-4")
    page.check("#q2-yes")
    page.check("#q3-2")
    fits("questions")
    page.click("main form .btn-primary")
    page.wait_for_selector(".appeal-verdict")
    page.goto(f"/survey/{made[0]}")
    fits("spent")


@pytest.mark.parametrize(("lang", "size"), [("kk", PHONE), ("ru", DESK), ("en", PHONE)])
def test_the_links_are_shown_on_the_task_and_the_case(
    place: University, open_page: Open, lang: str, size: dict[str, int]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    case = survey(place)
    page = open_page("p001", lang, size)
    (task,) = [row.task for row in place.engine.reader("p001").inbox("role").rows if row.element == "announce"]
    for name, where in (("case", f"/cases/{case}"), ("task", f"/tasks/{task}")):
        page.goto(where)
        if not page.locator("details.survey-links").evaluate("shown => shown.open"):
            page.click(".survey-links > summary")
        page.click(".survey-letter summary >> nth=0")
        if pictures := os.environ.get("SAPA_PICTURES"):
            page.screenshot(path=f"{pictures}/survey-links-{lang}-{name}.png", full_page=True)
        assert complaints(page) == [], where
        assert no_wider_than_the_screen(page), where
