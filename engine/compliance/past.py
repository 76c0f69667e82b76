"""Keeps the measuring from knowing that a day lies in the past: the record up to its end is folded beside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from sqlalchemy.engine import Connection

from engine.definitions.library import DeployedLibrary
from engine.errors import Broken
from engine.history import rebuild
from engine.history.comparison import throw_away
from engine.history.report import Problem
from engine.history.sealing import KeyRing
from engine.values import ALMATY, moment


def end_of(day: date) -> datetime:
    """The last moment of the day, in Kazakhstan: one later, what is due on that day would be late."""
    return datetime.combine(day, time.max, ALMATY)


@contextmanager
def as_of(connection: Connection, keys: KeyRing, library: DeployedLibrary, day: date) -> Iterator[Connection]:
    """What was known when the day ended, models, parameters, calendar and directory included.

    Raises Broken when an entry of that time cannot be applied; contents that were erased since stay away.
    """
    end = end_of(day)

    def refuse(problem: Problem) -> None:
        raise Broken(what=problem.say())

    with throw_away() as beside:
        building = rebuild.Rebuild(beside, library, refuse, compare=False)
        for entry in rebuild.entries(connection, keys):
            if moment(entry.at) > end:
                break
            building.apply(entry)
        yield beside
