"""Proves that whatever is done to a sound file, lint answers in time and in three languages, never with a traceback."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from engine.definitions.checks import Known, check, kind_of
from engine.definitions.findings import describe
from tests.definitions.mutants import spoiled
from tests.definitions.test_checks import good

ROOT = Path(__file__).parents[2]
EACH = max(1, int(os.environ.get("SAPA_MUTANTS", "1000")) // 200)
SLOWEST = 2.0
KNOWN = Known.of_house(operations=frozenset({"register.enter"}))


def sound() -> list[tuple[str, bytes]]:
    """Our own models and forms, the small good ones, each under its file name."""
    ours = [*ROOT.glob("processes/**/*"), *ROOT.glob("forms/**/*")]
    files = [(str(path.relative_to(ROOT)), path.read_bytes()) for path in sorted(ours) if kind_of(path.name)]
    return files + [(f"{name}.bpmn", model) for name, model in good().items()]


@pytest.mark.parametrize("seed", range(200))
def test_a_spoiled_file_is_answered(seed: int) -> None:
    chance = random.Random(seed)
    files = sound()
    for _ in range(EACH):
        name, data = chance.choice(files)
        mutant = spoiled(data, kind_of(name), chance)
        started = time.perf_counter()
        findings = check({name: mutant}, KNOWN)
        took = time.perf_counter() - started
        told = [describe(finding, lang) for finding in findings for lang in ("kk", "ru", "en")]
        assert all(one["message"] and one["remedy"] and one["severity"] for one in told)
        failed = [one["message"] for one in told if one["code"] == "internal_check_failed"]
        assert failed == [], f"seed {seed}: a defect of ours shows"
        assert took < SLOWEST, f"seed {seed}: {name} took {took:.1f} s"
