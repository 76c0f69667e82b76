"""Keeps timers from knowing in which forms a moment is given, and how one that must be a working day is moved."""

from __future__ import annotations

from datetime import date, datetime, time

from engine.calendar import durations
from engine.definitions.model import Node
from engine.values import ALMATY, Value
from engine.world import World


def moment_of(value: Value) -> datetime:
    """A date counts from its first moment in Kazakhstan, a text as ISO 8601. Raises ValueError for anything else."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(0), ALMATY)
    if isinstance(value, str):
        return durations.parse_moment(value)
    raise ValueError(f"not a date: {type(value).__name__}")


def moves(node: Node) -> bool:
    """Whether the timer waits for a working day (property ``workingDay``)."""
    return node.properties.get("workingDay") == "following"


def on_working_day(due: datetime, world: World) -> datetime:
    """The same hour of that day, or of the first working day after it."""
    local = due.astimezone(ALMATY)
    day = world.ask("calendar.next_working_day", date=local.date())
    return datetime.combine(day, local.timetz())
