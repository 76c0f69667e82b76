"""Gives the history's tests a house of their own on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.history.house import House, live_through


@pytest.fixture
def empty_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Settled in, nothing going on yet."""
    house = House(database_url, tmp_path)
    yield house
    house.close()


@pytest.fixture
def house(empty_house: House) -> House:
    """After a few months; ``house.cases`` names what went on."""
    empty_house.cases = live_through(empty_house)
    return empty_house
