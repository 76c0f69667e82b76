"""Hands that do what the program never does: change the record behind its back, with the guards taken down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import APPEND_ONLY, hi_entry, is_sqlite, writing
from engine.history.ledger import hash_of
from tests.history.house import House


@contextmanager
def unguarded(house: House) -> Iterator[Connection]:
    """A writing connection of somebody who owns the database."""
    with writing(house.engine.database) as connection:
        if is_sqlite(connection):
            triggers = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in triggers.scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in APPEND_ONLY:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield connection
    house.cool()


def entry(connection: Connection, stream: str, seq: int) -> Any:
    return connection.execute(sa.select(hi_entry).where(hi_entry.c.stream == stream, hi_entry.c.seq == seq)).one()


def rewrite(connection: Connection, stream: str, number: int, rehash: bool = False, **columns: Any) -> None:
    """Change columns of an entry; ``rehash``: with a hash that fits again."""
    if rehash:
        row = entry(connection, stream, number)
        columns["hash"] = hash_of(columns.get("prev", row.prev), columns.get("body", row.body))
    where = (hi_entry.c.stream == stream, hi_entry.c.seq == number)
    connection.execute(sa.update(hi_entry).where(*where).values(**columns))


def edited(body: str, kind: str, **fields: Any) -> str:
    """The body with fields of its first fact of a kind changed."""
    data = json.loads(body)
    next(fact for name, fact in data["facts"] if name == kind).update(fields)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def relink(connection: Connection, stream: str, since: int) -> str:
    """Make every later link fit; answers the new head."""
    query = sa.select(hi_entry).where(hi_entry.c.stream == stream, hi_entry.c.seq >= since).order_by(hi_entry.c.seq)
    prev = ""
    for row in connection.execute(query).all():
        prev = prev or row.prev
        rewrite(connection, stream, row.seq, rehash=True, prev=prev)
        prev = entry(connection, stream, row.seq).hash
    return prev
