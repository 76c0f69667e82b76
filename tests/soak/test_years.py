"""Years of two schools, seed after seed, until the time is up: no incident, a clean record each time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def test_simulated_years_stay_clean(
    tmp_path: Path, time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    seed, cases, entries = 0, 0, 0
    while time_left() > 0:
        seed += 1
        database = f"sqlite:///{tmp_path}/years-{seed}.db"
        command = [str(Path(sys.executable).with_name("sapa")), "--db", database, "--json", "simulate"]
        years = [*command, "--years", "1", "--schools", "2", "--seed", str(seed)]
        done = subprocess.run(years, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        summary = json.loads(done.stdout.strip().splitlines()[-1])
        assert summary["incidents"] == 0, summary
        cases, entries = cases + summary["cases"], entries + summary["entries"]
    report_figure("years", seed)
    report_figure("cases", cases)
    report_figure("entries", entries)
