"""Small runs of the simulation and one demonstration, each made once for all tests of a process."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from engine.assembly import Engine, Settings, open_engine
from engine.simulation import habits, house, place
from engine.simulation.actors import Actors
from engine.world import ManualClock
from tests import demonstration as shared
from tests.demonstration import KEY, TODAY

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
    """A copy of the demonstration."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(shared.built(tmp_path_factory), folder / "sapa.db")
    return Settings(f"sqlite:///{folder / 'sapa.db'}", KEY, folder, demo=True)


@pytest.fixture
def demonstration(demo_settings: Settings) -> Iterator[Engine]:
    """An engine on the demonstration, at the moment of its set-up. To be read only."""
    engine = open_engine(demo_settings, ManualClock(TODAY))
    yield engine
    engine.close()
