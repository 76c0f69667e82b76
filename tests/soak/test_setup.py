"""Keeps `./run setup` honest: a fresh clone, an empty home, a bare environment, timed; and again, when all is done."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST, LATER = 300, 10
"""Seconds a first and a later run may take."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "sapa")], check=True)
    (folder / "home").mkdir()
    return folder


def set_up(folder: Path) -> float:
    environment = {"HOME": str(folder / "home"), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    started = time.monotonic()
    done = subprocess.run(
        ["./run", "setup"], cwd=folder / "sapa", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - started


def test_a_fresh_clone_is_ready_in_time_and_a_second_run_is_quick(
    clone: Path, report_figure: Callable[[str, object], None]
) -> None:
    first, later = set_up(clone), set_up(clone)
    report_figure("first_s", round(first, 1))
    report_figure("later_s", round(later, 1))
    assert first <= FIRST
    assert later <= LATER
    status = subprocess.run(
        ["git", "status", "--short"], cwd=clone / "sapa", capture_output=True, text=True, check=True
    )
    assert status.stdout == "", "all that setup makes is ignored by git"
