"""Keeps the rest from knowing where it stands whose task somebody else prepares: a row for each delegated task."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection

from engine.database import CODE, code, metadata

ru_delegation = Table(
    "ru_delegation",
    metadata,
    Column("task", CODE, sa.ForeignKey("ru_task.id", ondelete="CASCADE"), primary_key=True),
    code("owner"),
)


def owners(conn: Connection, tasks: Iterable[str]) -> dict[str, str]:
    """task -> to whom it comes back, of the tasks that are delegated; no statement for none."""
    wanted = sorted(set(tasks))
    if not wanted:
        return {}
    d = ru_delegation.c
    return {row.task: row.owner for row in conn.execute(sa.select(d.task, d.owner).where(d.task.in_(wanted)))}
