"""FEEL against DMN 1.3 chapter 10: the tables of specified and specified_functions, each value worked by hand."""

from __future__ import annotations

import math

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.values import Value
from tests.feel import specified
from tests.feel.specified_functions import FUNCTIONS
from tests.feel.world import SmallWorld

ROWS = [
    *specified.LOGIC,
    *specified.COMPARISONS,
    *specified.ARITHMETIC,
    *specified.LITERALS,
    *specified.PATHS,
    *specified.TYPES,
    *(row for rows in FUNCTIONS.values() for row in rows),
]
SPECIFIED = """
    date; date and time; time; number; string; duration; years and months duration; not;
    substring; string length; upper case; lower case; substring before; substring after; replace; contains;
    starts with; ends with; matches; split;
    list contains; count; min; max; sum; mean; all; any; sublist; append; concatenate; insert before; remove; reverse;
    index of; union; distinct values; flatten; product; median; stddev; mode;
    decimal; floor; ceiling; abs; modulo; sqrt; log; exp; odd; even;
    is; before; after; meets; met by; overlaps; overlaps before; overlaps after; finishes; finished by; includes;
    during; starts; started by; coincides;
    day of year; day of week; month of year; week of year; sort; get value; get entries
"""


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[text for text, _ in ROWS])
def test_worked_by_hand(text: str, expected: Value) -> None:
    compiled = feel.compile(text)
    found = compiled.evaluate(specified.SCOPE, SmallWorld())
    if isinstance(expected, float):
        assert math.isclose(found, expected, rel_tol=1e-15)
    else:
        assert found == expected
    assert type(found) is type(expected)
    assert compiled.native


def test_every_function_of_the_specification_is_there() -> None:
    assert {name.strip() for name in SPECIFIED.split(";")} <= BUILTINS.keys()


def test_every_function_has_its_table() -> None:
    assert BUILTINS.keys() - {"@"} == FUNCTIONS.keys()
