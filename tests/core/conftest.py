"""Gives the core's tests a place of their own on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.place import Place


@pytest.fixture
def place(migrated_url: str, tmp_path: Path) -> Iterator[Place]:
    found = Place(migrated_url, tmp_path)
    yield found
    found.engine.close()
