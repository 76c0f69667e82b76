"""Proves how a decision ends: the day of submission counts, not that of verification."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from tests.decisions.tables import decide, rows

DUE = date(2026, 11, 30)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("submitted", "quality", "outcome"),
    [
        (None, None, "late"),
        (DUE, "ok", "done"),  # on the last day
        (DUE - DAY, "ok", "done"),
        (DUE + DAY, "ok", "done_late"),
        (DUE, "poor", "poor_quality"),
        (DUE + DAY, "poor", "poor_quality"),
        (DUE, None, "in_check"),  # handed in, not looked at yet: not late
        (DUE + DAY, None, "in_check"),
    ],
)
def test_outcome(submitted: date | None, quality: str | None, outcome: str) -> None:
    assert decide("decision_close", cancelled=False, submitted_on=submitted, due_on=DUE, quality=quality)[0] == outcome


@pytest.mark.parametrize("submitted", [None, DUE, DUE + DAY])
@pytest.mark.parametrize("quality", [None, "ok", "poor"])
def test_cancelled_goes_before_everything(submitted: date | None, quality: str | None) -> None:
    outcome, _ = decide("decision_close", cancelled=True, submitted_on=submitted, due_on=DUE, quality=quality)
    assert outcome == "cancelled"


def test_extended_term_makes_the_same_day_timely() -> None:
    submitted = DUE + DAY
    assert decide("decision_close", cancelled=False, submitted_on=submitted, due_on=DUE, quality="ok")[0] == "done_late"
    later = DUE + 7 * DAY
    assert decide("decision_close", cancelled=False, submitted_on=submitted, due_on=later, quality="ok")[0] == "done"


def test_exactly_one_row_always_and_every_row_is_reached() -> None:
    reached = {
        decide("decision_close", cancelled=c, submitted_on=s, due_on=DUE, quality=q)[1]
        for c, s, q in product([True, False], [None, DUE, DUE + DAY], [None, "ok", "poor"])
        if s is not None or q is None
    }
    assert reached == rows("decision_close")
