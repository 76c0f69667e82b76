"""Keeps tests from knowing how processes of one run share what takes long to build, and how variants take turns."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder that all processes of this run have in common."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other process of the run builds this folder meanwhile."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def turn(metafunc: pytest.Metafunc) -> int:
    """Which of its module's tests this is, from 0: one test takes the first variant, the next the second."""
    tests = [name for name in vars(metafunc.module) if name.startswith("test_")]
    return tests.index(metafunc.function.__name__)
