"""Keeps soak suites from having to say that they are ones, and tells them how long they may take."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.soak)
            item.add_marker(pytest.mark.timeout(0))  # the suite has a budget, its tests have none of their own


@pytest.fixture(scope="module")
def time_left() -> Callable[[], float]:
    """Seconds the suite may still work: it goes on while this is above zero, then checks what it has done and ends."""
    end = time.monotonic() + float(os.environ.get("SAPA_SOAK_SECONDS", "60"))
    return lambda: end - time.monotonic()


@pytest.fixture
def report_figure(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Put a figure into the report, e.g. ``report_figure("commands", 18000)``."""
    return record_property
