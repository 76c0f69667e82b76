"""Proves when material counts as sent in time: three working days before the meeting, sent on that day is in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.working_days import WorkingCalendar
from tests.decisions.tables import decide, rows

LIMIT = date(2026, 10, 7)


def test_meeting_on_monday_without_holidays_is_sent_by_wednesday() -> None:
    monday = date(2026, 10, 12)
    assert monday.isoweekday() == 1
    assert WorkingCalendar({}).before(monday, 3) == LIMIT
    assert LIMIT.isoweekday() == 3


@pytest.mark.parametrize("rule", ["flag", "postpone"])
@pytest.mark.parametrize("days", [0, 1, 30])
def test_sent_by_the_limit_is_in_time_whatever_the_parameter(rule: str, days: int) -> None:
    sent = LIMIT - timedelta(days=days)
    assert decide("material_timeliness", sent_on=sent, limit=LIMIT, late_rule=rule)[0] == "ok"


@pytest.mark.parametrize("sent", [LIMIT + timedelta(days=1), None])
@pytest.mark.parametrize(("rule", "outcome"), [("flag", "hold_flagged"), ("postpone", "postpone")])
def test_later_or_not_sent_follows_the_parameter(sent: date | None, rule: str, outcome: str) -> None:
    assert decide("material_timeliness", sent_on=sent, limit=LIMIT, late_rule=rule)[0] == outcome


@given(st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.sampled_from(["flag", "postpone"]))
def test_exactly_one_row_always(sent: date | None, rule: str) -> None:
    outcome, row = decide("material_timeliness", sent_on=sent, limit=LIMIT, late_rule=rule)
    assert row in rows("material_timeliness")
    assert (outcome == "ok") == (sent is not None and sent <= LIMIT)
