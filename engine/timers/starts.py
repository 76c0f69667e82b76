"""When a timer start event begins its next instance: computed from the schedule, never from the last firing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from engine import feel
from engine.calendar import durations
from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.values import ALMATY, Months, Value
from engine.world import World


def first_start(node: Node, school: str, world: World, since: datetime | None = None) -> datetime | None:
    """The first due moment from now on, or None when the schedule is over. Raises StepFailed.

    ``since``: when the model was deployed (None: now); a cycle without a beginning of its own counts from there.
    """
    return _due(node, school, world, since or world.now)


def next_start(node: Node, school: str, world: World, round: int, since: datetime | None = None) -> datetime | None:
    """The due moment after a firing; only cycles have one. Rounds missed in an outage are not made up for."""
    if node.event.timer != "cycle":
        return None
    return _due(node, school, world, since or world.now, done=round)


def _due(node: Node, school: str, world: World, since: datetime, done: int = 0) -> datetime | None:
    expression = node.event.value
    assert expression is not None
    value: Value = expression.text
    if not expression.literal:
        value = feel.compile(expression.text).evaluate({"school": school}, world)
    try:
        due = _moment(node.event.timer, value, world.now, since, done)
        while due is not None and node.properties.get("workingDay") == "following":
            local = due.astimezone(ALMATY)
            day = world.ask("calendar.next_working_day", date=local.date())
            shifted = datetime.combine(day, local.timetz())
            if shifted > world.now:
                return shifted
            due = _moment(node.event.timer, value, due, since, done)  # that round has begun already
    except (ValueError, OverflowError):
        shown = "null" if value is None else str(value)[:80]
        raise StepFailed("timer_invalid", expression=expression.text[:200], value=shown, names="—") from None
    return due


def _moment(timer: str, value: Value, now: datetime, since: datetime, done: int) -> datetime | None:
    if timer == "cycle":
        cycle = durations.Cycle.parse(value if isinstance(value, str) else str(value))
        if cycle.count is not None and done >= cycle.count:
            return None
        return cycle.next_after(now, since=since)
    if timer == "duration":
        duration = value if isinstance(value, (timedelta, Months)) else durations.parse_duration(str(value))
        return durations.add(now, duration)
    if isinstance(value, datetime):
        due = value
    elif isinstance(value, date):
        due = datetime.combine(value, time(0), ALMATY)
    else:
        due = durations.parse_moment(str(value))
    return due if due > now else None
