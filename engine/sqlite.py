"""Keeps the rest from knowing how SQLite is opened: its settings, how a transaction begins, what is compiled once.

A process that opens several databases (a restore, a demonstration built beside its place, tests) says the same to each:
what was compiled for one of them serves the next.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine import Engine as Database
from sqlalchemy.util import LRUCache

# INSERT OR REPLACE deletes without firing DELETE triggers unless recursive triggers are on.
_SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "recursive_triggers=ON")
_MOST = 2_000  # statements; the program has some hundreds
_COMPILED: LRUCache[Any, Any] = LRUCache(_MOST)


class Alike(SQLiteDialect_pysqlite):
    """SQLite as it is, but what was compiled for one database counts as compiled for every other."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is Alike

    def __hash__(self) -> int:
        return hash(Alike)


registry.register("sqlite.alike", __name__, Alike.__name__)


def opened(url: str) -> Database:
    """WAL, synchronous=FULL, recursive triggers; a writer takes the lock at once. Raises sqlalchemy.exc errors."""
    told = make_url(url)
    database = sa.create_engine(
        told.set(drivername="sqlite+alike"),
        connect_args={"timeout": 30, "check_same_thread": False},
        execution_options={"compiled_cache": _COMPILED},
    )
    database.url = told  # as people wrote it and are shown it

    @sa.event.listens_for(database, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins by the event below, not the driver
        cursor = connection.cursor()
        for setting in _SETTINGS:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @sa.event.listens_for(database, "begin")
    def _begin(connection: Connection) -> None:
        # Upgrading a read transaction fails under concurrency.
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # takes no lock yet, so it meets nobody who holds one
            connection.connection.driver_connection.execute("BEGIN DEFERRED")  # type: ignore[union-attr]

    return database
