"""Walks the way of a new version in a real browser: proposed by one, made effective by another, old cases stay."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from engine.commands import SYSTEM, Appoint
from tests.web.conftest import MODELS, Started, University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page

__all__ = ["address", "open_page"]  # fixtures
pytestmark = pytest.mark.browser
OWNER, SECOND = "p007", "p002"
CHANGED = (MODELS / "request.bpmn").read_bytes().replace("Сұрамды тексеру".encode(), "Сұрамды қарау".encode())


def test_one_proposes_another_makes_it_effective_and_running_cases_stay(
    university: University, started: Started, open_page: Open
) -> None:
    start = university.clock().date()
    for person in (OWNER, SECOND):
        university.engine.handle(Appoint(actor=SYSTEM, person=person, role="process_owner", unit="univ", start=start))
    started("Бірінші")
    page = open_page(OWNER, "kk", DESK)
    page.goto("/models/propose")
    file = {"name": "request.bpmn", "mimeType": "text/xml", "buffer": CHANGED}
    page.set_input_files("#files", files=[file])
    page.fill("#why", "6.1 тармағы бойынша қадамның атауы")
    page.click("main form button.btn-primary")
    expect(page).to_have_url(re.compile("/models/proposals/1$"))
    expect(page.locator("main")).to_contain_text("Әбенов Нұрлан")
    expect(page.locator("main form button.btn-primary")).to_have_count(0)
    other = open_page(SECOND, "ru", PHONE, color_scheme="dark")
    for place in ("/models", "/models/propose", "/models/proposals", "/models/proposals/1"):
        other.goto(place)
        other.wait_for_load_state("networkidle")
        if AXE.exists():
            assert complaints(other) == [], place
        assert no_wider_than_the_screen(other), place
    other.get_by_role("button", name="Ввести в действие").click()
    expect(other.locator("main")).to_contain_text("Введено в действие:")
    started("Екінші")
    versions = university.engine.reader(OWNER).model_versions("process", "request")
    assert [(one.version, one.running) for one in versions] == [(2, 1), (1, 1)]
    other.goto("/models/process/request")
    expect(other.locator("main")).to_contain_text("6.1 тармағы бойынша")
    page.goto("/models/process/request/compare")  # the difference again, on a desk: words, and marks in both diagrams
    expect(page.locator(".node-mark.changed").first).to_be_visible()
    expect(page.locator("[data-ready]")).to_have_count(2)
    page.locator("[data-difference]").first.click()
    assert page.url.endswith("/compare")  # shown in the diagram; the address stays
    if AXE.exists():
        assert complaints(page) == []
