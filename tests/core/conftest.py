"""Gives the core's tests a place of their own on either database: what the core does hardly asks which.

One test has SQLite, the next PostgreSQL; both where it is marked ``both_databases`` or the environment says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.core.place import Place
from tests.sharing import turn

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "migrated_url" not in metafunc.fixturenames:
        return
    both = metafunc.definition.get_closest_marker("both_databases") or os.environ.get("SAPA_BOTH_DATABASES")
    mine = turn(metafunc) % len(DATABASES)
    metafunc.parametrize("migrated_url", DATABASES if both else DATABASES[mine:][:1], indirect=True)


@pytest.fixture
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database with the program's tables, of the kind that is this test's."""
    yield from databases.migrated_copy(request.param, request, tmp_path)


@pytest.fixture
def place(migrated_url: str, tmp_path: Path) -> Iterator[Place]:
    found = Place(migrated_url, tmp_path)
    yield found
    found.engine.close()
