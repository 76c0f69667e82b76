"""Twenty thousand spoiled files, and more while there is time: refused or usable, never a traceback, never over 2 s."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable

from engine.definitions.checks import kind_of
from tests.definitions.mutants import spoiled
from tests.definitions.surviving import outcome
from tests.definitions.test_mutants import SEEDS, files

AT_LEAST = 20_000


def test_spoiled_files_are_refused_or_used(
    time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    seed, fates, slowest = SEEDS, Counter[str](), 0.0  # the seeds before are those of every day
    sound = files()
    overtime = 0.4 * float(os.environ.get("SAPA_SOAK_SECONDS", "60"))  # a suite is stopped after half its time again
    while time_left() > 0 or (fates.total() < AT_LEAST and time_left() > -overtime):
        chance = random.Random(seed)
        name, data = chance.choice(sound[chance.choice(["bpmn", "bpmn", "dmn", "form"])])
        mutant = spoiled(data, kind_of(name), chance)
        started = time.process_time()
        fates[f"{kind_of(name)}_{outcome(name, mutant, f'seed {seed}').value}"] += 1
        slowest = max(slowest, time.process_time() - started)
        seed += 1
    report_figure("files", fates.total())
    for fate, count in sorted(fates.items()):
        report_figure(fate, count)
    report_figure("slowest_s", round(slowest, 2))
