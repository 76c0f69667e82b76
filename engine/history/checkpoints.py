"""Keeps the rest from knowing how the record is anchored: each checkpoint chains the heads of all streams that moved.

A checkpoint that has left the house (printed, mailed, noted) fixes everything before it: whoever cuts off a tail, takes
a stream away or restores an old copy is found out by it. What lies after the last one is "not yet anchored".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.database import hi_checkpoint, hi_entry, is_sqlite
from engine.history.ledger import GENESIS
from engine.values import canonical, instant


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``heads``: stream -> (seq, hash) of those changed since the one before. ``upto``: the last entry's global id."""

    id: int
    at: str
    upto: int
    heads: dict[str, tuple[int, str]]
    prev: str
    hash: str

    @property
    def mark(self) -> str:
        """What to note outside the house: "ID:HASH"."""
        return f"{self.id}:{self.hash}"


class Checkpoints:
    """Writes checkpoints through the bus."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def write(self) -> Checkpoint | None:
        """Anchor everything up to now; None when nothing has happened since the last checkpoint."""
        now = self._bus.clock()
        found: Checkpoint | None = self._bus.in_transaction(lambda connection: write_checkpoint(connection, now))
        return found


def write_checkpoint(connection: Connection, now: datetime) -> Checkpoint | None:
    """Write one in the caller's transaction; None when nothing has happened since the last."""
    if not is_sqlite(connection):
        # Ids are given out before the commit: without waiting for writers under way, an entry with a small id
        # could appear behind the checkpoint and never be anchored.
        connection.exec_driver_sql("LOCK TABLE hi_entry IN SHARE ROW EXCLUSIVE MODE")
    last = newest(connection)
    since = last.upto if last else 0
    upto = connection.execute(sa.select(sa.func.max(hi_entry.c.id)).where(hi_entry.c.id > since)).scalar()
    if upto is None:
        return None
    e = hi_entry.c
    moved = sa.select(e.stream, sa.func.max(e.seq).label("seq")).where(e.id > since).group_by(e.stream).subquery()
    rows = connection.execute(
        sa.select(e.stream, e.seq, e.hash).join(moved, sa.and_(moved.c.stream == e.stream, moved.c.seq == e.seq))
    )
    heads = {row.stream: (row.seq, row.hash) for row in rows}
    id, prev = (last.id + 1, last.hash) if last else (1, GENESIS)
    digest = hash_of(prev, id, instant(now), upto, heads)
    checkpoint = Checkpoint(id, instant(now), upto, heads, prev, digest)
    connection.execute(
        sa.insert(hi_checkpoint),
        {"id": id, "at": checkpoint.at, "upto": upto, "heads": canonical(heads), "prev": prev, "hash": digest},
    )
    return checkpoint


def hash_of(prev: str, id: int, at: str, upto: int, heads: dict[str, Any]) -> str:
    body = canonical({"id": id, "at": at, "upto": upto, "heads": heads})
    return hashlib.sha256(f"{prev}\n{body}".encode()).hexdigest()


def all_of(connection: Connection) -> Iterator[Checkpoint]:
    """Every checkpoint in order. Raises ValueError at one whose heads cannot be read."""
    for row in connection.execute(sa.select(hi_checkpoint).order_by(hi_checkpoint.c.id)):
        yield _checkpoint(row)


def unanchored(connection: Connection) -> int:
    """How many entries lie after the last checkpoint."""
    last = newest(connection)
    query = sa.select(sa.func.count()).where(hi_entry.c.id > (last.upto if last else 0))
    return int(connection.execute(query).scalar_one())


def newest(connection: Connection) -> Any:
    """id, at, upto and hash of the last checkpoint; None when there is none."""
    c = hi_checkpoint.c
    return connection.execute(sa.select(c.id, c.at, c.upto, c.hash).order_by(c.id.desc()).limit(1)).first()


def _checkpoint(row: Any) -> Checkpoint:
    heads = {stream: (int(seq), str(digest)) for stream, (seq, digest) in json.loads(row.heads).items()}
    return Checkpoint(row.id, row.at, row.upto, heads, row.prev, row.hash)
