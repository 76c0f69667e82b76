"""The small university in a database of its own, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from engine.database import metadata, open_database, writing
from tests.directory.small_university import settle


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    database = open_database(f"sqlite:///{tmp_path}/sapa.db")
    metadata.create_all(database)
    with writing(database) as connection:
        settle(connection)
        yield connection
    database.dispose()
