"""Proves that the database itself refuses to change or remove what was recorded, whoever asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.database import APPEND_ONLY, metadata, writing
from engine.history.checkpoints import Checkpoints
from tests.history.house import House

COLUMN = {"hi_entry": "actor", "hi_payload": "sealed", "hi_checkpoint": "heads"}


@pytest.fixture
def recorded(house: House) -> House:
    """With a row in each of the three tables."""
    Checkpoints(house.engine.bus).write()
    return house


def refused(house: House, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        writing(house.engine.database) as connection,
    ):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_nothing_changes_or_removes_a_row(recorded: House, table: str) -> None:
    column = COLUMN[table]
    count = len(recorded.table(metadata.tables[table]))
    assert count > 0
    refused(recorded, f"UPDATE {table} SET {column} = {column}")
    refused(recorded, f"DELETE FROM {table}")
    assert len(recorded.table(metadata.tables[table])) == count
    assert recorded.verify().clean


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_nothing_is_replaced_or_emptied(recorded: House, table: str) -> None:
    """What slips past simple triggers: INSERT OR REPLACE, upserts, TRUNCATE."""
    column = COLUMN[table]
    key = ", ".join(each.name for each in metadata.tables[table].primary_key)
    if recorded.engine.database.dialect.name == "sqlite":
        refused(recorded, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        refused(recorded, f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
        where = f"WHERE true ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
        refused(recorded, f"INSERT INTO {table} SELECT * FROM {table} {where}")
    else:
        where = f"ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
        refused(recorded, f"INSERT INTO {table} SELECT * FROM {table} {where}")
        refused(recorded, f"TRUNCATE {table}")
    assert recorded.verify().clean


def test_an_entry_cannot_be_written_twice(house: House) -> None:
    """UNIQUE(stream, seq): the net below the locks."""
    row = house.table(metadata.tables["hi_entry"])[0]._asdict()
    del row["id"]
    with pytest.raises(sa.exc.IntegrityError), writing(house.engine.database) as connection:
        connection.execute(sa.insert(metadata.tables["hi_entry"]), row)
