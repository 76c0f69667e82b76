"""Keeps the rest from knowing how long a finished case is kept: Camunda's historyTimeToLive as a last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from engine.calendar import durations
from engine.calendar.durations import Duration, NotATime
from engine.values import day_in_almaty


def kept_for(text: str) -> Duration:
    """``180`` (days) or an ISO 8601 duration of whole days, months or years (``P180D``, ``P5Y``). Raises NotATime."""
    stripped = text.strip()
    found = durations.parse_duration(f"P{stripped}D" if stripped.isascii() and stripped.isdigit() else stripped)
    day = date(2000, 1, 1)
    if "T" in stripped.upper() or durations.add(day, found) < day:
        raise NotATime("duration_unreadable", text)
    return found


def kept_until(ended: datetime, text: str) -> date | None:
    """The last day, in Almaty, on which a case that ended then must still be kept; None when nothing is said.

    The day it ended is the first of them: one that is kept for one day may be erased the next day. A text that cannot
    be read says nothing: it was deployed before anybody looked at it, and its cases are there all the same.
    """
    day = day_in_almaty(ended)
    try:
        lives = kept_for(text)
    except NotATime:
        return None
    try:
        last = durations.add(day, lives) - timedelta(days=1)
    except NotATime:  # beyond the calendar
        return date.max
    return last if last >= day else None
