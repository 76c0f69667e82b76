"""The engine against a token game that shares nothing with it, on processes put together by chance."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.oracle.comparison import played
from tests.oracle.constructs import CONSTRUCTS
from tests.oracle.course import Tally, alone

PROCESSES = int(os.environ.get("SAPA_ORACLE_PROCESSES", "500"))
PARTS = 25


@pytest.mark.parametrize("part", range(PARTS))
def test_engine_and_oracle_see_the_same_after_every_step(part: int, counted: Callable[[Tally], None]) -> None:
    tally = Tally()
    for seed in range(part, PROCESSES, PARTS):
        tally.add(played(seed))
    counted(tally)


@pytest.fixture(scope="module")
def foreseen() -> Tally:
    """What the oracle alone says about the processes of a run."""
    tally = Tally()
    for seed in range(500):
        tally.add(alone(seed))
    return tally


def test_every_construct_is_made_and_comes_to_pass(foreseen: Tally) -> None:
    assert set(foreseen.made) == set(CONSTRUCTS)
    assert [name for name in CONSTRUCTS if foreseen.made[name] < 10] == []
    assert [name for name in CONSTRUCTS if foreseen.reached[name] < 3] == []


def test_processes_come_to_their_end(foreseen: Tally) -> None:
    """They are sound by construction: only an error that nobody catches holds one up."""
    assert foreseen.outcomes["stuck"] == 0
    assert foreseen.outcomes["completed"] > 0.9 * foreseen.outcomes["processes"]


def imported(module: str) -> Iterator[str]:
    """Every module that a module of the oracle needs, and those need, outside the standard library."""
    found = importlib.util.find_spec(module)
    assert found is not None and found.origin is not None
    for node in ast.walk(ast.parse(Path(found.origin).read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [str(node.module)]
            names += [f"{node.module}.{alias.name}" for alias in node.names if node.module == "tests.oracle"]
        yield from (name for name in names if name.partition(".")[0] not in sys.stdlib_module_names)


def test_the_oracle_shares_nothing_with_the_engine() -> None:
    seen: set[str] = set()
    left = ["tests.oracle.course"]
    while left:
        module = left.pop()
        if module not in seen:
            seen.add(module)
            left += imported(module) if module.startswith("tests.oracle.") else []
    assert "tests.oracle.game" in seen
    assert {name for name in seen if name != "tests.oracle" and not name.startswith("tests.oracle.")} == set()
