"""The comparison sees every fault that is planted in the engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.comparison import Parted, played
from tests.oracle.course import alone
from tests.oracle.planted import BUGS, Plant

ENOUGH = 60
"""So many processes in which the construct comes to pass must do."""


def likely(construct: str) -> Iterator[int]:
    """Processes in which a construct comes to pass, which the oracle alone tells quickly."""
    seed, found = 0, 0
    while found < ENOUGH:
        if alone(seed).reached[construct]:
            yield seed
            found += 1
        seed += 1


@pytest.mark.parametrize(("plant", "construct"), BUGS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_fault_is_seen(plant: Plant, construct: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in likely(construct):
        try:
            played(seed)
        except Parted:
            return
    raise AssertionError(f"not seen in {ENOUGH} processes with {construct}")
