"""Keeps the bus from knowing for whom a confidential case is not there: what no page shows them takes no command."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.database import ru_instance
from engine.directory import visibility
from engine.directory.decide import MACHINES
from engine.errors import NotFound
from engine.runtime.permits import RIGHTS


def refuse(connection: Connection, command: c.OnInstance, row: Any, today: date) -> None:
    """Raises NotFound when the case of this row is confidential and the person who asks may not see that it is there.

    Whoever may erase lawfully erases what they may not read.
    """
    if not row.confidential or command.actor in MACHINES or command.actor.startswith("worker:"):
        return
    access = visibility.access_of(connection, command.actor, today)
    if access is not None:
        if isinstance(command, c.EraseInstance) and visibility.may(access.keys, RIGHTS[type(command)], row.school):
            return
        seen = sa.select(ru_instance.c.id).where(ru_instance.c.id == row.id, visibility.row_condition(access))
        if connection.execute(seen).first() is not None:
            return
    raise NotFound(what=row.id)
