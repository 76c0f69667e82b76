"""Proves that whatever is done to a sound file, it is answered in time: refused in three languages, or usable.

Never a traceback, never over two seconds. SAPA_MUTANTS says how many (1,000); the soak run takes twenty times as many.
"""

from __future__ import annotations

import os
import random

import pytest

from engine.definitions.checks import kind_of
from tests.definitions.mutants import spoiled
from tests.definitions.surviving import Fate, outcome, sound
from tests.definitions.test_checks import good

SEEDS = 200
EACH = max(1, int(os.environ.get("SAPA_MUTANTS", "1000")) // SEEDS)


def files() -> dict[str, list[tuple[str, bytes]]]:
    """What is spoiled, by kind: our own models and forms, and the small good ones."""
    found: dict[str, list[tuple[str, bytes]]] = {"bpmn": [], "dmn": [], "form": []}
    small = {f"{name}.bpmn": model for name, model in good().items()}
    for name, data in {**sound(), **small}.items():
        found[kind_of(name)].append((name, data))
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_spoiled_file_is_refused_or_used(seed: int) -> None:
    chance = random.Random(seed)
    for number in range(EACH):
        name, data = chance.choice(files()[chance.choice(["bpmn", "bpmn", "dmn", "form"])])
        outcome(name, spoiled(data, kind_of(name), chance), f"seed {seed}, number {number}")


@pytest.mark.parametrize("name", [name for kind in files().values() for name, _ in kind if name != "call.bpmn"])
def test_what_is_sound_is_used(name: str) -> None:
    """Else the test above would show nothing about what is accepted."""
    data = next(data for kind in files().values() for found, data in kind if found == name)
    if name == "decision.bpmn":
        data = data.replace(b'decisionRef="tally"', b'decisionRef="${&quot;tally&quot;}"')
    assert outcome(name, data, name) is Fate.USED
