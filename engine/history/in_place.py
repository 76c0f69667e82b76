"""Rebuilds the caches where they lie: what follows from facts is dropped and written again, all or nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.database import hi_entry, is_sqlite, metadata, ru_snapshot
from engine.definitions.library import DeployedLibrary
from engine.errors import Broken
from engine.history import chain, rebuild, sealing
from engine.history.reexecution import Reexecution, open_snapshot
from engine.history.report import Problem
from engine.history.streams import INSTANCE
from engine.history.verify import Progress

_STEP = 200


class CannotRebuild(Broken):
    """An entry cannot be applied: the caches stay as they are."""


def rebuild_in_place(bus: Bus, progress: Progress | None = None) -> int:
    """Drop and rebuild in one transaction; answers the number of entries. Raises CannotRebuild, nothing changed then.

    Snapshots that cannot be right are dropped: the ledger does without them, they are written again by and by.
    """
    count: int = bus.in_transaction(lambda connection: _rebuild(connection, bus, progress))
    bus.hot.clear()
    return count


def _rebuild(connection: Connection, bus: Bus, progress: Progress | None) -> int:
    def refuse(problem: Problem) -> None:
        raise CannotRebuild(what=problem.say())

    metadata.create_all(connection, tables=[*rebuild.CACHES, ru_snapshot])  # those that were dropped
    if not is_sqlite(connection):
        connection.exec_driver_sql("LOCK TABLE ru_instance, hi_entry IN EXCLUSIVE MODE")
    total = int(connection.execute(sa.select(sa.func.count()).select_from(hi_entry)).scalar_one())
    library = DeployedLibrary(bus.database)
    rebuild.clear(connection)
    building = rebuild.Rebuild(connection, library, refuse, compare=False)
    done = 0
    for entry in rebuild.entries(connection, bus.keys):
        building.apply(entry)
        done += 1
        if progress is not None and done % _STEP == 0:
            progress("caches", done, total)
    for row in connection.execute(sa.select(ru_snapshot)).all():
        if _is_wrong(connection, bus.keys, library, row):
            connection.execute(sa.delete(ru_snapshot).where(ru_snapshot.c.instance == row.instance))
    return done


def _is_wrong(connection: Connection, keys: sealing.KeyRing, library: DeployedLibrary, row: Any) -> bool:
    """Whether a snapshot is not the state its entries lead to. Where this version cannot tell, it is kept."""
    stream = INSTANCE + row.instance
    try:
        key = keys.of(connection, stream)
    except (sealing.Erased, Broken):
        key = None
    if key is None or open_snapshot(key, row.sealed, row.seq) is None:
        return True
    doing = Reexecution(library)
    for found in chain.rows(connection, stream):
        body = chain.body_of(found)
        if isinstance(body, Problem):
            return False
        entry, problems = chain.payload(found, body, key)
        if problems or doing.step(entry):
            return False
        if entry.seq == row.seq:
            return doing.snapshot(row.seq, row.sealed, key) is not None
    return True  # it stands beyond its stream
