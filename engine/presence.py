"""Keeps pages from knowing how it is kept who says they are there: marks that people see at once, and no record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.database import code, metadata
from engine.errors import Invalid
from engine.upserts import upsert
from engine.values import instant

MARKS = ("here", "in_person", "online", "absent", "absent_excused", "left")
"""What may be said of somebody; an empty mark takes back what was said."""

ru_presence = sa.Table(
    "ru_presence",
    metadata,
    code("instance", primary_key=True),
    code("person", primary_key=True),
    code("mark"),
    code("at"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    mark: str
    at: str
    """ISO 8601, UTC."""


class Presence:
    """Marks change nothing that is recorded: a step of the case takes them over, and only that counts."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def mark(self, instance: str, person: str, mark: str) -> None:
        """The latest word on somebody holds. Raises Invalid. Who may say it is decided by the page that asks."""
        if mark not in ("", *MARKS):
            raise Invalid(problems={"mark": "unknown"})
        row = {"instance": instance, "person": person, "mark": mark, "at": instant(self._bus.clock())}
        self._bus.in_transaction(lambda connection: upsert(connection, ru_presence, row))


def marks(connection: Connection, instance: str) -> Mapping[str, Mark]:
    """Person -> what was last said of them."""
    p = ru_presence.c
    rows = connection.execute(sa.select(p.person, p.mark, p.at).where(p.instance == instance))
    return {row.person: Mark(row.mark, row.at) for row in rows if row.mark}
