"""Keeps the tests of decision tables from knowing where tables lie and how they are evaluated."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.definitions import decisions
from engine.definitions.decisions import Decision
from engine.values import Value
from engine.world import PlaybackWorld, system_clock

ROOT = Path(__file__).parents[2]


@cache
def decision(name: str) -> Decision:
    (file,) = (ROOT / "processes").rglob(f"{name}.dmn")
    found = decisions.read(file.read_bytes(), file.name)
    assert not found.findings
    (only,) = found.decisions
    assert only.id == name
    return only


def decide(name: str, **variables: Value) -> tuple[Value, str]:
    """What a table answers and the id of the one row that says so. A table that asks the world fails."""
    outcome = decisions.evaluate(decision(name), variables, PlaybackWorld(system_clock(), []), decision)
    (row,) = outcome.rows
    (output,) = outcome.outputs
    value = next(iter(output.values())) if len(output) == 1 else output
    return value, str(row["rule"])


def rows(name: str) -> set[str]:
    table = decision(name).table
    assert table is not None
    return {rule.id for rule in table.rules}
