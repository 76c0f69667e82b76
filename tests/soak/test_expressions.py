"""FEEL's closures against feelin on ever more generated expressions, within the budget of the suite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_generated_expressions_agree_with_the_reference(
    time_left: Callable[[], float], report_figure: Callable[[str, object], None]
) -> None:
    rounds, examples = 0, 3_000
    while time_left() > 0:
        rounds += 1
        environment = {**os.environ, "SAPA_EXAMPLES": str(examples), "PYTHONHASHSEED": str(rounds)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/feel/test_against_feelin.py"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
    report_figure("rounds", rounds)
    report_figure("examples_each", examples)
