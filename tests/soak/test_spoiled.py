"""Twenty thousand spoiled files, on every core: refused or usable, never a traceback, never over 2 s."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from itertools import count, islice

from engine.definitions.checks import kind_of
from tests.definitions.mutants import spoiled
from tests.definitions.surviving import outcome
from tests.definitions.test_mutants import SEEDS, files

AT_LEAST = 20_000
EACH = 50


@cache
def _sound() -> dict[str, list[tuple[str, bytes]]]:
    return files()


def _spoiled(first: int) -> tuple[Counter[str], float]:
    """What became of these seeds' files, and the CPU seconds of the slowest. Raises what one of them did wrong."""
    fates, slowest = Counter[str](), 0.0
    for seed in range(first, first + EACH):
        chance = random.Random(seed)
        name, data = chance.choice(_sound()[chance.choice(["bpmn", "bpmn", "dmn", "form"])])
        mutant = spoiled(data, kind_of(name), chance)
        started = time.process_time()
        fates[f"{kind_of(name)}_{outcome(name, mutant, f'seed {seed}').value}"] += 1
        slowest = max(slowest, time.process_time() - started)
    return fates, slowest


def test_spoiled_files_are_refused_or_used(
    time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    fates, slowest, cores = Counter[str](), 0.0, os.cpu_count() or 1
    overtime = 0.4 * float(os.environ.get("SAPA_SOAK_SECONDS", "60"))  # a suite is stopped after half its time again
    with ProcessPoolExecutor(cores) as pool:
        firsts = count(SEEDS, EACH)  # the seeds before are those of every day
        running = {pool.submit(_spoiled, first) for first in islice(firsts, cores * 2)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            found, seconds = done.result()
            fates, slowest = fates + found, max(slowest, seconds)
            promised = fates.total() + len(running) * EACH
            if promised < AT_LEAST and time_left() > -overtime:
                running.add(pool.submit(_spoiled, next(firsts)))
    report_figure("files", f"{fates.total()} of {AT_LEAST}")
    for fate, number in sorted(fates.items()):
        report_figure(fate, number)
    report_figure("slowest_s", round(slowest, 2))
