"""The migrations lead to the tables the program declares, on both databases, and old code refuses a foreign schema."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import engine.directory.tables  # noqa: F401 - declares its tables
from engine import migrations
from engine.database import APPEND_ONLY, metadata, open_database, reading, ru_candidate, ru_task, writing
from engine.errors import Broken
from engine.projections.tasks import place_in_line


def test_migrations_lead_to_the_declared_tables(database_url: str) -> None:
    database = open_database(database_url)
    migrations.upgrade(database)
    with reading(database) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    database.dispose()
    assert differences == []


def test_upgrading_twice_changes_nothing(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    migrations.upgrade(database)
    migrations.upgrade(database)
    assert migrations.current(database) == migrations.head()
    database.dispose()


def test_open_tasks_take_their_priority_into_the_order_of_inboxes(database_url: str) -> None:
    database = open_database(database_url)
    migrations.upgrade(database, "0001")
    first = [c.name for c in ru_task.c if isinstance(c.type, sa.String) and c.name != "about"]  # that came with 0005
    task = dict.fromkeys(first, "x")
    with writing(database) as connection:
        row = {**task, "id": "i.1", "due": None, "due_sort": "9999", "priority": 80, "suspended": False}
        connection.execute(sa.insert(ru_task), row)
        connection.execute(sa.insert(ru_candidate), {"key": "k", "claimed": False, "due_sort": "9999", "task": "i.1"})
    migrations.upgrade(database)
    with reading(database) as connection:
        found = [connection.execute(sa.select(table.c.due_sort)).scalar_one() for table in (ru_task, ru_candidate)]
    database.dispose()
    assert found == [place_in_line(None, 80)] * 2


def test_the_program_refuses_a_schema_that_is_not_its_own(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with pytest.raises(Broken):
        migrations.require_head(database)
    database.dispose()


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_database_itself_refuses_to_change_the_record(database_url: str, table: str, verb: str) -> None:
    database = open_database(database_url)
    migrations.upgrade(database)
    declared = metadata.tables[table]
    row = {
        c.name: (b"x" if isinstance(c.type, sa.LargeBinary) else 1 if "Int" in type(c.type).__name__ else "x")
        for c in declared.c
    }
    with writing(database) as connection:
        connection.execute(sa.insert(declared), row)
    statement = f"DELETE FROM {table}" if verb == "DELETE" else f"UPDATE {table} SET {list(declared.c)[-1].name} = NULL"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(database) as connection:
        connection.exec_driver_sql(statement)
    database.dispose()
