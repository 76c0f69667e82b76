"""Keeps tests from knowing that the demonstration is built once in a run, whoever of its processes needs it first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import Settings
from engine.simulation import demo
from tests.sharing import alone, folder_of_run

TODAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # noon in Almaty, a Tuesday
KEY = bytes(32)


def built(factory: pytest.TempPathFactory) -> Path:
    """Its database, to be copied."""
    folder = folder_of_run(factory) / "demonstration"
    file = folder / "sapa.db"
    folder.mkdir(exist_ok=True)
    with alone(folder):
        demo.prepare(Settings(f"sqlite:///{file}", KEY, folder, demo=True), now=TODAY)
    return file
