"""Keeps pages from knowing how it is found out which starts wait for a date nobody has recorded in the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.answers import Answers
from engine.database import ru_timer
from engine.definitions.library import DeployedLibrary, resolve
from engine.errors import StepFailed
from engine.timers import yearly
from engine.values import day_in_almaty
from engine.views import Names
from engine.world import LiveWorld

PRESSING = timedelta(days=90)
"""How long before an academic year begins by the usual rule its dates are missed; our default."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A process that would begin in a school in that academic year, were its date recorded."""

    process_key: str
    process: Names
    start: Names
    school: str
    year: str
    begun: bool  # the academic year has begun by the usual rule
    pressing: bool


def untold(
    connection: Connection, library: DeployedLibrary, now: datetime, places: Sequence[str]
) -> tuple[Untold, ...]:
    """The earliest year first."""
    world = LiveWorld(now, Answers(connection, now))
    t = ru_timer.c
    query = (
        sa.select(ru_timer).where(t.instance == "", t.school.in_(places)).order_by(t.process_key, t.element, t.school)
    )
    today = day_in_almaty(now)
    found = [one for row in connection.execute(query).all() for one in _of(connection, library, world, row, today)]
    return tuple(sorted(found, key=lambda one: one.year))


def _of(connection: Connection, library: DeployedLibrary, world: LiveWorld, row: Any, today: date) -> Iterator[Untold]:
    id = resolve(connection, "process", row.process_key)
    if id is None:
        return
    node = library.node(id, row.element)
    if not yearly.counts(node):
        return
    try:
        years = yearly.missing(node, row.school, world, row.round)
    except StepFailed:  # what is recorded makes no date: it tells none either
        years = (yearly.named(row.round),)
    for year in years:
        first = date(int(year[:4]), 9, 1)
        yield Untold(
            process_key=row.process_key,
            process=library.process(id).process.names,
            start=node.names,
            school=row.school,
            year=year,
            begun=first <= today,
            pressing=first - PRESSING <= today,
        )
