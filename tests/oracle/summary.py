"""Keeps a test run from knowing how the counts of its workers come together: one table of constructs at its end.

They travel in the tests' reports, which every worker of pytest-xdist hands to the controller.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.oracle.constructs import CONSTRUCTS
from tests.oracle.course import Tally

PROPERTY = "oracle"


def collected(reports: Iterable[Any]) -> Tally:
    """Everything the tests behind these reports have counted."""
    whole = Tally()
    for report in reports:
        for name, text in getattr(report, "user_properties", ()):
            if name == PROPERTY and report.when == "call":
                whole.add(Tally(**{part: Counter(counts) for part, counts in json.loads(text).items()}))
    return whole


def table(tally: Tally) -> list[str]:
    """Lines to print: how it ended, then each construct with how many were made and how many came to pass."""
    ends = ", ".join(f"{count} {name}" for name, count in tally.outcomes.items())
    cells = [f"{name} {tally.made[name]}/{tally.reached[name]}" for name in CONSTRUCTS]
    width = max(map(len, cells)) + 2
    rows = [cells[at : at + 3] for at in range(0, len(cells), 3)]
    return [ends, "construct made/come to pass", *("".join(cell.ljust(width) for cell in row).rstrip() for row in rows)]
