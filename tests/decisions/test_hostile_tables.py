"""Files made to hurt: the largest that are accepted are checked in time, larger ones are refused."""

from __future__ import annotations

import time

import pytest

from engine import feel
from engine.definitions import checks
from engine.definitions.checking.known import Known
from engine.definitions.decision_checks import MOST_CELLS, MOST_EXPRESSIONS, MOST_WRITTEN
from engine.definitions.findings import describe
from engine.definitions.model import Finding
from tests.decisions.writing_tables import file, literal, needing, table

LONG = 5.0
"""Seconds of processor time; the checks take less than two on a machine that does nothing else."""


def checked(xml: bytes) -> list[Finding]:
    feel.compile.cache_clear()
    start = time.process_time()
    found = checks.check({"t.dmn": xml}, Known.nothing())
    assert time.process_time() - start < LONG
    assert "internal_check_failed" not in {finding.code for finding in found}
    return found


def wide(rows: int, columns: int, cell: str) -> bytes:
    inputs = [f"i{n}" for n in range(columns - 1)]
    body = [
        [cell.format(row * columns + n, row * columns + n + 7) for n in range(columns - 1)] + ["1"]
        for row in range(rows)
    ]
    return file(table(inputs, ["x"], body))


def test_ten_thousand_rows_of_ten_columns_are_refused() -> None:
    found = checked(wide(10_000, 10, "{}"))
    assert [finding.code for finding in found] in (["decision_too_large"], ["xml_too_many"], ["xml_too_large"])
    for lang in ("kk", "ru", "en"):
        assert "{" not in describe(found[0], lang)["message"]


LARGEST = MOST_CELLS // 10


@pytest.mark.parametrize("cell", ["{}", '"k{}"', "[{}..{}]", "> {}", 'date("2026-01-01"), {}', "not({}, {})"])
def test_the_largest_tables_are_checked_in_time(cell: str) -> None:
    rows = LARGEST - 1 if cell[0] != "d" else MOST_EXPRESSIONS // 10
    assert not [finding for finding in checked(wide(rows, 10, cell)) if finding.severity == "error"]


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        (LARGEST + 1, "{}"),
        (MOST_EXPRESSIONS // 9 + 2, "? > {} and x"),  # too many for the parser
        (MOST_WRITTEN // 900, "? > {}" + " and x" * 17),  # too long for it
        (12, ", ".join(map(str, range(1000))) + ", {}"),  # many characters, however plain
    ],
)
def test_larger_ones_are_refused(rows: int, cell: str) -> None:
    (finding, *_) = checked(wide(rows, 10, cell))
    assert (finding.severity, finding.code) == ("error", "decision_too_large")


def test_a_cell_of_a_megabyte_is_refused() -> None:
    for text in ('"' + "x" * 1_000_000 + '"', ", ".join(["1"] * 330_000), "(" * 500_000 + ")" * 500_000):
        assert "error" in {finding.severity for finding in checked(file(table(["n"], ["x"], [(text, "1")])))}


@pytest.mark.parametrize(
    "text", ["(" * 90 + "1" + ")" * 90, "[" * 900 + "]" * 900, "-" * 5000 + "1", "not(" * 200 + ")" * 200]
)
def test_a_deeply_nested_cell_runs_or_is_refused(text: str) -> None:
    checked(file(table(["n"], ["x"], [(text, "1")])))


def test_an_entity_bomb_is_refused_before_it_is_read() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    xml = file(table(["n"], ["x"], [("1", "1")])).replace(b"<definitions", bomb + b"<definitions", 1)
    assert [finding.code for finding in checked(xml)] == ["xml_doctype"]


def test_a_long_chain_and_a_long_circle_of_decisions() -> None:
    count = MOST_CELLS // 2
    chain = [needing(f"d{n}", *([f"d{n - 1}"] if n else []), logic=literal("1")) for n in range(count)]
    assert "error" not in {finding.severity for finding in checked(file(*chain))}
    chain[0] = needing("d0", f"d{count - 1}", logic=literal("1"))
    errors = [finding for finding in checked(file(*chain)) if finding.severity == "error"]
    assert [finding.code for finding in errors] == ["decision_cycle"]


def test_everything_requiring_everything() -> None:
    names = [f"d{n}" for n in range(150)]
    found = checked(file(*(needing(name, *names, logic=literal("1")) for name in names)))
    assert {finding.code for finding in found if finding.severity == "error"} == {"decision_cycle"}


def test_more_values_than_can_be_compared_are_told() -> None:
    body = [(f"(({n})..({n + 1}))" if n % 2 else f"[{n}..{n + 9})", "1") for n in range(900)]
    assert "decision_unchecked" in {finding.code for finding in checked(file(table(["n"], ["x"], body)))}


def test_a_cell_that_runs_into_a_limit_leaves_the_table_unchecked() -> None:
    found = checked(file(table(["x"], ["y"], [["for n in 1..1000000 return n", "1"], ["5", "2"]])))
    assert {"decision_unchecked"} == {finding.code for finding in found if finding.severity == "info"}
