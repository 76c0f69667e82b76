"""Keeps writers of plain tables from knowing that each database has its own insert that minds what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.database import is_sqlite

_upserts: dict[tuple[bool, sa.Table, frozenset[str]], Any] = {}


def inserting(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what happens on a conflict."""
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def upsert(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Write a row by its primary key: a new one, or over the one that is there."""
    kind = is_sqlite(connection), table, frozenset(row)
    statement = _upserts.get(kind)
    if statement is None:
        keys = [column.name for column in table.primary_key]
        plain = inserting(connection, table)
        changed = {name: plain.excluded[name] for name in row if name not in keys}
        statement = _upserts[kind] = plain.on_conflict_do_update(index_elements=keys, set_=changed)
    connection.execute(statement, dict(row))
