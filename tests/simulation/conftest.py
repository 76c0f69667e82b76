"""Small runs of the simulation and one demonstration, each made once for all tests of a process."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.assembly import Engine, Settings, open_engine
from engine.simulation import demo, habits, house, place
from engine.simulation.actors import Actors
from engine.world import ManualClock

TODAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # noon in Almaty, a Tuesday
BEGIN, END = date(2026, 9, 1), date(2026, 12, 1)


@dataclass
class Run:
    """One school, three months."""

    engine: Engine
    actors: Actors


def run(folder: Path, seed: str, end: date = END) -> Run:
    """Let one school act; the caller closes the engine."""
    folder.mkdir()
    clock = ManualClock(place.morning(BEGIN))
    settings = Settings(f"sqlite:///{folder / 'sapa.db'}", secrets.token_bytes(32), folder)
    university = house.made_up(habits.FOLDER / "schools.yaml", 1, seed)
    engine = place.prepared(settings, clock, university, BEGIN, end, quick=True)
    people = [person.id for person in university.people]
    actors = Actors(engine, clock, habits.read(), university.schools, people, place.morning(end), seed)
    actors.run()
    return Run(engine, actors)


@pytest.fixture(scope="session")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    done = run(tmp_path_factory.mktemp("simulation") / "quarter", "3")
    yield done
    done.engine.close()


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where the demonstration was built."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(f"sqlite:///{folder / 'sapa.db'}", secrets.token_bytes(32), folder, demo=True)
    assert demo.prepare(settings, now=TODAY)
    return settings


@pytest.fixture
def demonstration(demo_settings: Settings) -> Iterator[Engine]:
    """An engine on the demonstration, at the moment of its set-up. To be read only."""
    engine = open_engine(demo_settings, ManualClock(TODAY))
    yield engine
    engine.close()
