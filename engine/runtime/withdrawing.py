"""Keeps permits from knowing when whoever began a case by mistake may take it back: while nobody has acted in it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry
from engine.definitions.model import Process

BEGUN = "StartProcess"
ACTS = ("CompleteTask", "ReturnTask", "SpeakAsVisitor", "CompleteExternal")
"""What makes a case more than a start: somebody, or something outside, has done a step of it."""


def own_mistake(connection: Connection, person: str, instance: str, process: Process) -> bool:
    """Did this person begin it, and has nobody done a step since? Not where a visitor follows it: it is theirs then."""
    if "visitorSees" in process.properties:
        return False
    e = hi_entry.c
    kinds = sa.select(e.kind, e.actor, e.seq).where(
        e.stream == f"instance:{instance}", sa.or_(e.seq == 1, e.kind.in_(ACTS))
    )
    found = connection.execute(kinds).all()
    return [(row.kind, row.actor) for row in found] == [(BEGUN, person)]
