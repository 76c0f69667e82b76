"""Tries every small change of every row of a record on the verifier, and kills a working process over and over."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.history.conftest import _live
from tests.history.crashing import STEPS
from tests.history.house import House
from tests.history.test_crash import ROUNDS, check, completed, run
from tests.history.test_mutation import anchored, unseen


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    _live(f"sqlite:///{folder / 'sapa.db'}", folder)
    return folder


def test_every_small_change_is_seen(
    lived: Path, tmp_path: Path, time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    """In a random order, half of the time there is."""
    whole, place = tmp_path / "whole", tmp_path / "place"
    everything, known = anchored(lived, whole)
    shutil.copytree(whole, place)
    random.Random().shuffle(everything)
    enough, missed, tried = time_left() / 2, [], 0
    for mutation in everything:
        if time_left() < enough:
            break
        tried += 1
        if unseen(whole, place, mutation, known):
            missed.append(str(mutation))
    report_figure("mutations", f"{tried} of {len(everything)}")
    report_figure("unseen", len(missed))
    assert missed == []


def test_killed_until_the_time_is_over(
    lived: Path, tmp_path: Path, time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    """Houses in which everything is done while the process is killed at random statements and at random times."""
    kills, houses, chance = 0, 0, random.Random()
    while time_left() > 0:
        folder = tmp_path / str(houses)
        shutil.copytree(lived, folder)
        house = House.moved(f"sqlite:///{folder / 'sapa.db'}", folder)
        first = 0
        while first < ROUNDS * STEPS and time_left() > 0:
            statement = chance.choice([0, chance.randint(1, 200)])
            done, died = run(house, folder, first, statement, 0 if statement else chance.uniform(0.0001, 0.02))
            first, kills = first + len(done), kills + died
            check(house, first)
        run(house, folder, first, 0, 0)
        completed(house)
        house.close()
        houses += 1
    report_figure("kills", kills)
    report_figure("houses", houses)
