"""Keeps the hit policies of test_specification apart from how they are run: DMN 1.3 §8.2.10 and §8.3, worked by hand.

Every case is decided over the same rows, by how many of them match: n = 0 none, 1 one, 2 two with equal outputs, 3 two
with different outputs, 4 three of which two are equal.
"""

from __future__ import annotations

from engine.values import Value

SINGLE = [
    ("1, 4", '"B"'),
    ("2, 4", '"A"'),
    ("2", '"A"'),
    ("3", '"C"'),
    ("3, 4", '"A"'),
]
"""n = 1: B. n = 2: A A. n = 3: C A. n = 4: B A A."""
ORDER = '"A", "B", "C"'

SINGLE_CASES: list[tuple[str, int, Value, list[int]]] = [
    # (policy, n, result, rows that decided); a result that is a text beginning with ! is the failure
    ("UNIQUE", 0, None, []),
    ("UNIQUE", 1, "B", [1]),
    ("UNIQUE", 2, "!decision_not_unique", []),
    ("UNIQUE", 3, "!decision_not_unique", []),
    ("ANY", 0, None, []),
    ("ANY", 1, "B", [1]),
    ("ANY", 2, "A", [2, 3]),
    ("ANY", 3, "!decision_any_differs", []),
    ("FIRST", 0, None, []),
    ("FIRST", 1, "B", [1]),
    ("FIRST", 2, "A", [2]),
    ("FIRST", 3, "C", [4]),
    ("FIRST", 4, "B", [1]),
    ("PRIORITY", 0, None, []),
    ("PRIORITY", 1, "B", [1]),
    ("PRIORITY", 2, "A", [2]),
    ("PRIORITY", 3, "A", [5]),
    ("PRIORITY", 4, "A", [2]),
    ("RULE ORDER", 0, None, []),
    ("RULE ORDER", 1, ["B"], [1]),
    ("RULE ORDER", 2, ["A", "A"], [2, 3]),
    ("RULE ORDER", 3, ["C", "A"], [4, 5]),
    ("RULE ORDER", 4, ["B", "A", "A"], [1, 2, 5]),
    ("OUTPUT ORDER", 0, None, []),
    ("OUTPUT ORDER", 1, ["B"], [1]),
    ("OUTPUT ORDER", 2, ["A", "A"], [2, 3]),
    ("OUTPUT ORDER", 3, ["A", "C"], [5, 4]),
    ("OUTPUT ORDER", 4, ["A", "A", "B"], [2, 5, 1]),
    ("COLLECT", 0, None, []),
    ("COLLECT", 1, ["B"], [1]),
    ("COLLECT", 2, ["A", "A"], [2, 3]),
    ("COLLECT", 3, ["C", "A"], [4, 5]),
    ("COLLECT", 4, ["B", "A", "A"], [1, 2, 5]),
]

COMPOUND = [
    ("1, 4", '"B"', "1"),
    ("2, 4", '"A"', "2"),
    ("2", '"A"', "2"),
    ("3", '"C"', "3"),
    ("3, 4", '"A"', "1"),
]
NUMBERS = "2, 1, 3"
"""The order of the second output: 2 before 1 before 3."""


def _row(letter: str, number: int) -> dict[str, Value]:
    return {"x": letter, "y": number}


COMPOUND_CASES: list[tuple[str, int, Value, list[int]]] = [
    ("UNIQUE", 0, None, []),
    ("UNIQUE", 1, _row("B", 1), [1]),
    ("UNIQUE", 2, "!decision_not_unique", []),
    ("ANY", 2, _row("A", 2), [2, 3]),
    ("ANY", 3, "!decision_any_differs", []),
    ("ANY", 4, "!decision_any_differs", []),
    ("FIRST", 3, _row("C", 3), [4]),
    # by the first output, then the second: A 2 before A 1
    ("PRIORITY", 3, _row("A", 1), [5]),
    ("PRIORITY", 4, _row("A", 2), [2]),
    ("RULE ORDER", 4, [_row("B", 1), _row("A", 2), _row("A", 1)], [1, 2, 5]),
    ("OUTPUT ORDER", 4, [_row("A", 2), _row("A", 1), _row("B", 1)], [2, 5, 1]),
    ("COLLECT", 0, None, []),
    ("COLLECT", 3, [_row("C", 3), _row("A", 1)], [4, 5]),
]

FEES = [("1, 4", "10"), ("2, 4", "2.5"), ("2", "2.5"), ("3", "null"), ("3, 4", "0.5")]
"""n = 1: 10. n = 2: 2.5 2.5. n = 3: null 0.5. n = 4: 10 2.5 0.5."""

AGGREGATES: list[tuple[str, int, Value]] = [
    ("SUM", 0, None),
    ("SUM", 1, 10),
    ("SUM", 2, 5),  # a whole number is written as one
    ("SUM", 3, 0.5),
    ("SUM", 4, 13),
    ("MIN", 0, None),
    ("MIN", 1, 10),
    ("MIN", 2, 2.5),
    ("MIN", 4, 0.5),
    ("MAX", 0, None),
    ("MAX", 2, 2.5),
    ("MAX", 3, 0.5),
    ("MAX", 4, 10),
    ("COUNT", 0, 0),
    ("COUNT", 1, 1),
    ("COUNT", 2, 2),
    ("COUNT", 3, 2),
    ("COUNT", 4, 3),
]
