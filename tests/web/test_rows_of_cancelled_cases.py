"""A register shows the rows of a cancelled case as withdrawn: who, when and why; so do its downloads."""

from __future__ import annotations

import html

from engine.commands import SYSTEM, CancelInstance
from tests.web.conftest import University
from tests.web.test_register_search import ROWS, enter


def test_the_register_and_its_downloads_say_what_is_withdrawn_and_why(university: University) -> None:
    case = enter(university, ROWS)
    browser = university.signed_in("p001")
    before = html.unescape(browser.get("/registers/decisions").text)
    assert "қайтарып алынды" not in before and "Қайтарып алу себебі" not in before
    university.engine.handle(CancelInstance(actor=SYSTEM, instance=case, reason="Қате <енгізілген>"))
    page = html.unescape(browser.get("/registers/decisions").text)
    assert page.count("data-row") == len(ROWS) and page.count("Қате <енгізілген>") == len(ROWS)
    assert "қайтарып алынды" in page and "Қате <енгізілген>" not in browser.get("/registers/decisions").text
    assert browser.get("/registers/decisions?status=case_cancelled").text.count("data-row") == len(ROWS)
    assert browser.get("/registers/decisions?status=open").text.count("data-row") == 0
    assert "due-late" not in browser.get("/registers/decisions").text
    told = browser.get("/registers/decisions.csv").get_data().decode("utf-8-sig")
    assert "Қайтарып алу себебі" in told and told.count("Қате <енгізілген>") == len(ROWS)


def test_a_register_without_statuses_says_it_too(university: University) -> None:
    case = enter(university, {"1": {"choice": "for"}}, register="unknown_register")
    university.engine.handle(CancelInstance(actor=SYSTEM, instance=case, reason="Қате"))
    assert "қайтарып алынды" in university.signed_in("p001").get("/registers/unknown_register").text
