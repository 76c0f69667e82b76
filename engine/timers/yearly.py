"""Keeps the beat from knowing how a start that the academic calendar tells finds its year, and what it lacks.

Such a start happens once in each academic year of each place. Its expression is asked for one year after another; a
year whose date the calendar does not tell is left open, never guessed: it is armed as soon as the date is recorded,
and until then it can be asked for what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from engine import feel
from engine.calendar import terms
from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.timers import moments
from engine.values import Value, day_in_almaty
from engine.world import World

VARIABLE = "academic_year"
"""The name under which the expression, and then the case, knows the year: ``2026/2027``."""
BEGUN_BY = "begun_by"
"""The name under which the case knows the start event: one process may begin at several dates of a year."""
UNTOLD = datetime(9999, 1, 1, tzinfo=UTC)
"""The due moment of a start whose dates nobody has recorded: it never comes."""
_AHEAD = 3
"""Academic years after the present one in which a date is looked for."""


def counts(node: Node) -> bool:
    """Whether the start happens once in each academic year."""
    return node.properties.get("each") == "academicYear"


def named(year: int) -> str:
    """The academic year that begins in the calendar year."""
    return f"{year}/{year + 1}"


def told(node: Node, school: str, world: World, year: int) -> datetime | None:
    """When the start is due in that year; None when the calendar does not tell. Raises StepFailed."""
    expression = node.event.value
    assert expression is not None
    value: Value = feel.compile(expression.text).evaluate({"school": school, VARIABLE: named(year)}, world)
    if value is None:
        return None
    try:
        due = moments.moment_of(value)
        return moments.on_working_day(due, world) if moments.moves(node) else due
    except (ValueError, OverflowError):
        raise StepFailed("timer_invalid", expression=expression.text[:200], value=str(value)[:80], names="—") from None


def begin(node: Node, school: str, world: World) -> tuple[int, datetime]:
    """(the first year that is still to come, its due moment) for a place in which the start is new.

    What lies behind is not made up for: nobody waited for it.
    """
    present = _present(world)
    dues = {year: told(node, school, world, year) for year in (present - 1, present, present + 1)}
    passed = [year for year, due in dues.items() if due is not None and due <= world.now]
    first = max(passed) + 1 if passed else present if dues[present - 1] is None else present - 1
    return first, armed(node, school, world, first, world.now)


def armed(node: Node, school: str, world: World, first: int, since: datetime) -> datetime:
    """The due moment of the earliest year from ``first`` on that is told and lies after ``since``; else UNTOLD.

    It may lie in the past: a date that is recorded late is owed all the same.
    """
    for year in _years(world, first):
        due = told(node, school, world, year)
        if due is not None and due > since:
            return due
    return UNTOLD


def year_of(node: Node, school: str, world: World, first: int, due: datetime) -> int | None:
    """The year that is due at that moment; None when the calendar now tells another one."""
    return next((year for year in _years(world, first) if told(node, school, world, year) == due), None)


def missing(node: Node, school: str, world: World, first: int) -> tuple[str, ...]:
    """The academic years, up to the one after the present, whose start nothing tells."""
    last = _present(world) + 1
    return tuple(named(y) for y in range(first, last + 1) if told(node, school, world, y) is None)


def _present(world: World) -> int:
    return int(terms.academic_year(day_in_almaty(world.now))[:4])


def _years(world: World, first: int) -> Iterator[int]:
    return iter(range(first, max(first, _present(world)) + _AHEAD + 1))
