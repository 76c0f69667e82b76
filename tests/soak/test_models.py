"""Engine and oracle on ten thousand random processes, on every core, within the budget of the suite."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice

from tests.oracle.comparison import played
from tests.oracle.constructs import CONSTRUCTS
from tests.oracle.course import Tally
from tests.oracle.summary import table

PROCESSES = int(os.environ.get("SAPA_ORACLE_PROCESSES", "10000"))
EACH = 50


def _played(first: int) -> Tally:
    tally = Tally()
    for seed in range(first, min(first + EACH, PROCESSES)):
        tally.add(played(seed))
    return tally


def test_engine_and_oracle_agree_on_ten_thousand_processes(
    time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    whole, cores = Tally(), os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        firsts = iter(range(0, PROCESSES, EACH))
        running = {pool.submit(_played, first) for first in islice(firsts, cores * 2)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            whole.add(done.result())  # raises what a worker met: seed, steps and model
            following = next(firsts, None) if time_left() > 0 else None
            if following is not None:
                running.add(pool.submit(_played, following))
    print("\n".join(table(whole)))
    for name, count in whole.outcomes.items():
        report_figure(name, f"{count} of {PROCESSES}" if name == "processes" else count)
    report_figure("constructs", sum(1 for name in CONSTRUCTS if whole.reached[name]))
    assert [name for name in CONSTRUCTS if not whole.made[name]] == []
