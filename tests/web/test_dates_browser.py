"""A date as people type it: a day that there is not is refused, not taken for another one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.processes.conftest import make, stages
from tests.processes.meeting import Meeting
from tests.web.test_browser import Open, address, open_page
from tests.web.test_room_browser import forget_between, meeting, university

__all__ = ["address", "forget_between", "make", "meeting", "open_page", "stages", "university"]  # fixtures
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("typed", "kept"), [("31.02.2030", ""), ("31.04.2030", ""), ("3.12.2030", "03.12.2030")])
def test_a_day_that_there_is_not_is_not_taken_for_another(
    meeting: Meeting, open_page: Open, typed: str, kept: str
) -> None:
    page = open_page(meeting.faculty.secretary)
    page.goto("/start/meeting_cycle")
    day = page.locator("[id$=meeting_at-date]")
    day.fill(typed)
    day.press("Enter")
    page.get_by_label("Кезекті").check()
    expect(day).to_have_value(kept)
