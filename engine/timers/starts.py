"""When a timer start event begins its next instance: computed from the schedule, never from the last firing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine import feel
from engine.calendar import durations
from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.timers import moments, yearly
from engine.values import Months, Value
from engine.world import World


@dataclass(frozen=True, slots=True)
class Round:
    """What a timer start event waits for: the how manieth time (or the first year that is to come), and when."""

    number: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """What a due round begins its case with. ``number`` is its round's own; ``following`` the next one's."""

    number: int
    following: int
    variables: dict[str, Value] = field(default_factory=dict)


def first_round(node: Node, school: str, world: World, since: datetime | None = None) -> Round | None:
    """The round to arm where the start is new; None when its schedule is over. Raises StepFailed."""
    if yearly.counts(node):
        return Round(*yearly.begin(node, school, world))
    due = first_start(node, school, world, since)
    return None if due is None else Round(1, due)


def begun(node: Node, school: str, world: World, round: Round) -> Begun | None:
    """How a round that is due begins; None when it is not due any more: the calendar has changed. Raises StepFailed."""
    if not yearly.counts(node):
        return Begun(round.number, round.number + 1)
    year = yearly.year_of(node, school, world, round.number, round.due)
    if year is None:
        return None
    return Begun(year, year + 1, {yearly.VARIABLE: yearly.named(year), yearly.BEGUN_BY: node.id})


def later_round(node: Node, school: str, world: World, number: int, since: datetime | None = None) -> Round | None:
    """The round to arm after one that has begun; None when there is none. Raises StepFailed."""
    if yearly.counts(node):
        return Round(number, yearly.armed(node, school, world, number, since or world.now))
    due = next_start(node, school, world, number - 1, since)
    return None if due is None else Round(number, due)


def told_now(node: Node, school: str, world: World, round: Round, since: datetime) -> Round | None:
    """A round that is still to come as the calendar and the parameters tell it now; None when they tell nothing of it.

    Raises StepFailed.
    """
    if yearly.counts(node):
        return Round(round.number, yearly.armed(node, school, world, round.number, since))
    assert node.event.value is not None
    if round.due <= world.now or (node.event.value.literal and not moments.moves(node)):
        return round
    due = _due(node, school, world, since, done=round.number - 1)
    return None if due is None else Round(round.number, due)


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
        while due is not None and moments.moves(node):
            shifted = moments.on_working_day(due, world)
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
    due = moments.moment_of(value)
    return due if due > now else None
