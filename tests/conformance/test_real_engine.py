"""Every construct on the real engine: the same steps, the same things open, and a record that re-executes exactly."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.play.models import Models
from tests.conformance.cases import every_case
from tests.conformance.house import RealHouse
from tests.play.playing import follow

CASES = every_case()


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("more:")])
def test_in_memory(name: str) -> None:
    files, script = CASES[name]
    follow(files, script)


@pytest.fixture
def place(migrated_sqlite: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copy(migrated_sqlite, tmp_path / "sapa.db")
    yield f"sqlite:///{tmp_path / 'sapa.db'}"


@pytest.mark.parametrize("name", CASES)
def test_on_the_real_engine(name: str, place: str, tmp_path: Path) -> None:
    plays_as_written(name, place, tmp_path)


@pytest.mark.postgres
@pytest.mark.parametrize("name", list(CASES)[::9])
def test_on_postgresql(name: str, postgres_url: str, tmp_path: Path) -> None:
    plays_as_written(name, postgres_url, tmp_path)


def plays_as_written(name: str, url: str, folder: Path) -> None:
    files, script = CASES[name]
    house = RealHouse(url, folder, files)
    try:
        first = Models(files).first()
        seen = [house.take(step, first) for step, _ in script]
        assert seen == [wanted for _, wanted in script]
        assert house.verified()
    finally:
        house.close()
