"""The trees of plain texts are the parser's own, to the last position."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import plain
from engine.feel.tree import FeelSyntax, Mode, Node, asked

CELLS = [
    *('"a"', '""', '"қ, ү"', "5", "-5", "12.50", "-0.5", "007", "true", "false", "null", "-"),
    *('"a", "b"', '"a","b" , "c"', "1, 2", '"a",5,null', 'not("a")', 'not("a", "b")', "not(-1)", "not(true)"),
    *("< 5", ">= -5.5", "<=5", ">  5", "= 5", "[1..5]", "(1..5)", "]1..5[", "[ 1 .. 5 )", "[-1..-0.5]", "[1.5..2]"),
    *(
        'date("2026-01-01")',
        '< date("x")',
        '[date("a")..date("b"))',
        'date("a"), date("b")',
        'date ("a")',
        '= date("a")',
    ),
    *('"a\\"b"', "'a'", "5 ", " 5", "5.", ".5", "- 5", "1..5", '"a" "b"', "[1..5", "not()", "nullx", "5, ", "🐎"),
    *('"🐎", 5', "99999999999999999999", "not (5)", '< "a"', "true, -", "", "٥", "[٥..6]", "5,,6", "not(5", "null5"),
]


def parsed(text: str, mode: Mode) -> Node | None:
    try:
        return asked(text, mode)
    except FeelSyntax:
        return None


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("text", CELLS)
def test_a_plain_text_has_the_parsers_tree(text: str, mode: Mode) -> None:
    made = plain.tree(text, mode)
    assert made is None or made == parsed(text, mode)


@given(st.text(alphabet='"19.-<>=[](),not true ', max_size=12), st.sampled_from(get_args(Mode)))
def test_what_is_taken_for_plain_is_read_alike_by_the_parser(text: str, mode: Mode) -> None:
    made = plain.tree(text, mode)
    assert made is None or made == parsed(text, mode)


@pytest.mark.parametrize(
    "text", ['"a"', '"a", "b"', "-5", "[1..5]", "> 3.5", '< date("2026-01-01")', 'not("a")', "true", "-"]
)
def test_the_cells_that_tables_are_made_of_are_plain(text: str) -> None:
    assert plain.tree(text, "unary") is not None
