"""Tests the verifier itself: no small change of any row of the record stays unseen (a sample; the soak takes all)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from engine.history.checkpoints import Checkpoints
from tests.history.hands import unguarded
from tests.history.house import House
from tests.history.mutation import Mutation, mutations

SAMPLE = 40


def unseen(folder: Path, place: Path, mutation: Mutation, known: str) -> bool:
    """Whether a fresh copy of the house verifies clean in spite of the mutation; ``known``: its last checkpoint."""
    for old in place.glob("sapa.db*"):
        old.unlink()
    shutil.copy(folder / "sapa.db", place / "sapa.db")
    house = House.moved(f"sqlite:///{place / 'sapa.db'}", place)
    try:
        with unguarded(house) as connection:
            mutation.apply(connection)
        return house.verify(known=known).clean
    except IntegrityError:  # the database itself would not have it
        return False
    finally:
        house.close()


def anchored(lived: Path, folder: Path) -> tuple[list[Mutation], str]:
    """A copy of the house with two checkpoints, closed: every mutation of it, and the last checkpoint's mark."""
    shutil.copytree(lived, folder, dirs_exist_ok=True)
    house = House.moved(f"sqlite:///{folder / 'sapa.db'}", folder)
    Checkpoints(house.engine.bus).write()
    house.complete(house.cases["small"], "review", "p2")
    last = Checkpoints(house.engine.bus).write()
    assert last is not None
    found = list(mutations(house))
    house.close()
    return found, last.mark


def test_a_sample_of_all_small_changes_is_seen(lived_sqlite: Path, tmp_path: Path) -> None:
    whole, place = tmp_path / "whole", tmp_path / "place"
    everything, known = anchored(lived_sqlite, whole)
    shutil.copytree(whole, place)
    assert len(everything) > 600
    sample = random.Random(11).sample(everything, SAMPLE)
    assert [str(each) for each in sample if unseen(whole, place, each, known)] == []
