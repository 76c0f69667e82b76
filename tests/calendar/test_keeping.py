"""How long a finished case is kept, by what a model says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.calendar.keeping import kept_until

LATE = datetime(2026, 8, 31, 20, tzinfo=UTC)  # it is the first of September in Almaty already


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("1", date(2026, 9, 1)),
        ("180", date(2027, 2, 27)),
        ("P6M", date(2027, 2, 28)),
        ("P5Y", date(2031, 8, 31)),
        ("0", None),
        ("", None),
    ],
)
def test_the_day_it_ended_is_the_first_of_them(text: str, last: date | None) -> None:
    assert kept_until(LATE, text) == last


@pytest.mark.parametrize("text", ["for ever", "PT5H", "-P1D", "P1DT2H"])
def test_a_text_nobody_can_read_says_nothing_and_hinders_nobody(text: str) -> None:
    assert kept_until(LATE, text) is None


def test_what_lies_beyond_the_calendar_is_kept_to_its_end() -> None:
    assert kept_until(LATE, "P7990Y") == date.max
