"""Keeps an hour that is typed, and sent or kept at once, as it was typed."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.processes.conftest import make, stages
from tests.processes.meeting import Meeting
from tests.web.test_browser import Open, address, open_page
from tests.web.test_room_browser import forget_between, meeting, university

__all__ = ["address", "forget_between", "make", "meeting", "open_page", "stages", "university"]  # fixtures
pytestmark = pytest.mark.browser


def test_the_hours_offered_stand_below_the_hour_that_is_typed(meeting: Meeting, open_page: Open) -> None:
    page = open_page(meeting.faculty.secretary)
    page.goto("/start/meeting_cycle")
    hour = page.locator("[id$=meeting_at-time]")
    hour.click()
    offered = page.locator(".fjs-timepicker .fjs-dropdownlist")
    expect(offered).to_be_visible()
    field, hours = hour.bounding_box(), offered.bounding_box()
    assert field and hours and hours["y"] >= field["y"] + field["height"] - 1


@pytest.mark.parametrize("sent_by", ["Control+Enter", "click"])
def test_an_hour_just_typed_is_sent_along(meeting: Meeting, open_page: Open, sent_by: str) -> None:
    page = open_page(meeting.faculty.secretary)
    page.goto("/start/meeting_cycle")
    page.get_by_label("Кезекті").check()
    page.locator("[id$=meeting_at-date]").fill("03.12.2030")
    page.keyboard.press("Tab")
    page.locator("[id$=meeting_at-time]").press_sequentially("10:30")
    with page.expect_request(lambda request: request.method == "POST") as sending:
        if sent_by == "click":
            page.locator("[data-send]").click()
        else:
            page.keyboard.press(sent_by)
    sent = parse_qs(sending.value.post_data or "")
    assert json.loads(sent["answers"][0])["meeting_at"] == "2030-12-03T10:30"


def test_an_hour_just_typed_is_kept_with_the_draft(meeting: Meeting, open_page: Open) -> None:
    page = open_page(meeting.faculty.secretary)
    page.goto("/start/meeting_cycle")
    page.locator("[id$=meeting_at-date]").fill("03.12.2030")
    page.keyboard.press("Tab")
    hour = page.locator("[id$=meeting_at-time]")
    hour.press_sequentially("10:30")
    page.keyboard.press("Control+KeyS")
    expect(page.locator("[data-draft-state]")).to_contain_text("Сақталды")
    expect(hour).to_be_focused()
    page.reload()
    expect(hour).to_have_value("10:30")
