"""Keeps writers of plain tables from knowing that each database has its own insert that minds what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.database import is_sqlite


def inserting(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what happens on a conflict."""
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def upsert(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Write a row by its primary key: a new one, or over the one that is there."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in row.items() if name not in keys}
    statement = inserting(connection, table).values(dict(row))
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
