"""Proves what bars a candidate from the commission and what only needs the dean's reason."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from engine.definitions import decisions
from engine.world import PlaybackWorld, system_clock
from tests.decisions.tables import decision, rows

GOOD = {"is_dean_of_school": False, "is_vice_dean": False, "category": "teacher", "epc_member": False, "hei_years": 5,
        "hei_years_wanted": 5, "design": True, "panel": True, "cert_in_time": True}  # fmt: skip
WHOLE = {"students": 1, "department_reps": 1, "teachers": 1, "size": 3, "planned": 3, "unrepresented": 0,
         "duplicates": 0, "elsewhere": 0}  # fmt: skip


def found(name: str, **given: Any) -> list[tuple[str, ...]]:
    outcome = decisions.evaluate(decision(name), given, PlaybackWorld(system_clock(), []), decision)
    return [tuple(value for value in output.values() if value is not None) for output in outcome.outputs]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({}, []),
        ({"is_dean_of_school": True}, [("block", "DEAN_NOT_ALLOWED")]),
        ({"is_dean_of_school": True, "category": "student"}, [("block", "DEAN_NOT_ALLOWED")]),
        ({"is_vice_dean": True}, [("warn", "VICE_DEAN")]),
        ({"category": "student", "epc_member": True}, [("block", "STUDENT_ON_EPC")]),
        ({"epc_member": True}, [("warn", "EPC_MEMBER")]),
        ({"hei_years": 4}, [("warn", "EXPERIENCE")]),
        ({"design": False}, [("warn", "PRACTICE", "design")]),
        ({"panel": False}, [("warn", "PRACTICE", "panel")]),
        ({"design": False, "panel": False}, [("warn", "PRACTICE", "both")]),
        ({"cert_in_time": False}, [("warn", "PEDAGOGY")]),
        ({"category": "student", "hei_years": 0, "design": False, "panel": False, "cert_in_time": False}, []),
    ],
)
def test_4_5_to_4_7_what_a_candidate_meets_with(changed: dict[str, Any], wanted: list[tuple[str, ...]]) -> None:
    assert found("candidate_check", **GOOD | changed) == wanted


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({}, []),
        ({"students": 0}, [("block", "NO_STUDENT")]),
        ({"department_reps": 0}, [("block", "NO_DEPARTMENT_REP")]),
        ({"teachers": 0}, [("block", "NO_TEACHER")]),
        ({"planned": 5}, [("warn", "SIZE_DIFFERS")]),
        ({"unrepresented": 1}, [("warn", "DEPARTMENT_UNREPRESENTED")]),
        ({"duplicates": 1}, [("block", "DUPLICATE")]),
        ({"elsewhere": 1}, [("warn", "IN_ANOTHER_COMMISSION")]),
        ({"size": 4, "planned": 4}, [("info", "EVEN_SIZE")]),
    ],
)
def test_4_4_4_5_what_a_list_meets_with(changed: dict[str, Any], wanted: list[tuple[str, ...]]) -> None:
    assert found("composition_check", **WHOLE | changed) == wanted


def test_every_row_is_reached() -> None:
    reached = set()
    for dean, vice, epc, category in product([True, False], [True, False], [True, False], ["student", "teacher"]):
        given = GOOD | {"is_dean_of_school": dean, "is_vice_dean": vice, "epc_member": epc, "category": category}
        for design, panel, rest in product([True, False], repeat=3):
            given |= {"design": design, "panel": panel, "cert_in_time": rest, "hei_years": 9 if rest else 1}
            outcome = decisions.evaluate(
                decision("candidate_check"), given, PlaybackWorld(system_clock(), []), decision
            )
            reached |= {str(row["rule"]) for row in outcome.rows}
    assert reached == rows("candidate_check")
