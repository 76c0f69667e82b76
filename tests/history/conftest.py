"""Gives the history's tests houses of their own: empty ones, and copies of one that has lived through a few months."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests import databases
from tests.history.house import House, live_through


@pytest.fixture
def empty_house(migrated_url: str, tmp_path: Path) -> Iterator[House]:
    """Settled in, nothing going on yet."""
    house = House(migrated_url, tmp_path)
    yield house
    house.close()


@pytest.fixture(scope="session")
def lived_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house after a few months; not to be touched, only copied."""
    folder = tmp_path_factory.mktemp("lived")
    _live(f"sqlite:///{folder / 'sapa.db'}", folder)
    return folder


@pytest.fixture(scope="session")
def lived_postgres(postgres_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[URL, Path]]:
    """The same on PostgreSQL, a database to be used as a template."""
    folder = tmp_path_factory.mktemp("lived")
    with databases.fresh_postgres(postgres_server) as url:
        _live(url, folder)
        yield make_url(url), folder


def _live(url: str, folder: Path) -> None:
    house = House(url, folder)
    cases = live_through(house)
    (folder / "cases.json").write_text(json.dumps([cases, house.clock().isoformat()]), encoding="utf-8")
    house.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house after a few months, its own copy; ``house.cases`` names what went on."""
    if request.param == "sqlite":
        lived: Path = request.getfixturevalue("lived_sqlite")
        shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
        copied = House.moved(f"sqlite:///{tmp_path / 'sapa.db'}", tmp_path)
        yield copied
        copied.close()
        return
    template, folder = request.getfixturevalue("lived_postgres")
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with _copy(template) as url:
        copied = House.moved(url, tmp_path)
        yield copied
        copied.close()


@contextmanager
def _copy(template: URL) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    server = template.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.database} STRATEGY file_copy")
    try:
        yield template.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
