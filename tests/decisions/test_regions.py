"""Overlaps and gaps of tables at deployment: which rows, which input, over every kind of value; against trying them."""

from __future__ import annotations

import itertools
import random

import pytest

from engine.definitions import decisions
from engine.definitions.model import Finding
from engine.errors import StepFailed
from tests.decisions.writing_tables import decide, file, read, table


def found(body: str, code: str) -> list[Finding]:
    findings = decisions.check_file(decisions.read(file(body), "t.dmn"))
    assert not [finding for finding in findings if finding.severity == "error"]
    return [finding for finding in findings if finding.code == code]


def overlaps(body: str) -> list[tuple[int, int]]:
    pairs = found(body, "decision_overlap")
    assert all(finding.severity == "warning" for finding in pairs)
    return [(int(finding.params["first"]), int(finding.params["second"])) for finding in pairs]


def gap(body: str) -> str:
    (finding, *more) = found(body, "decision_gap") or [None]
    assert not more
    if finding is None:
        return ""
    assert finding.severity == "warning"
    return finding.params["example"]


OVERLAPPING = [
    # (cells of one column, pairs that meet)
    (["[1..5]", "[5..9]", "[9..12)", "12"], [(1, 2), (2, 3)]),
    (["[1..5)", "[5..9)", ">= 9", "< 1"], []),
    (["(1..5)", "(4..6)"], [(1, 2)]),
    (["(1..2)", "(1.2..1.3)"], [(1, 2)]),
    (["not(1, 2)", "2", "3"], [(1, 3)]),
    (["not([1..5])", "[5..9]"], [(1, 2)]),
    (['"a", "b"', '"c"', 'not("a", "c")'], [(1, 3)]),
    (['< "b"', '["a".."c"]', '> "c"'], [(1, 2)]),
    (['(> "k")', '"z"'], [(1, 2)]),
    (["true", "not(false)", "false"], [(1, 2)]),
    (["null", "not(null)", "null"], [(1, 3)]),
    (["null, 5", "< 6", "null"], [(1, 2), (1, 3)]),
    (['< date("2026-02-01")', '[date("2026-02-01")..date("2026-03-01")]', '> date("2026-02-28")'], [(2, 3)]),
    (['(@"2026-01-01"..@"2026-01-03")', '@"2026-01-02"'], [(1, 2)]),
    (['(@"2026-01-01"..@"2026-01-02")', 'not(@"2026-01-01")'], []),
    (['< date and time("2026-02-01T00:00:00")', '@"2026-01-31T23:59:59"'], [(1, 2)]),
    (['[time("09:00:00")..time("12:00:00")]', '(time("11:00:00")..time("11:30:00"))'], [(1, 2)]),
    (['time("09:00:00")', 'time("09:00:00+05:00")'], [(1, 2)]),
    (['< duration("P1D")', '> duration("PT23H")'], [(1, 2)]),
    (['< duration("P1Y")', '[duration("P12M")..duration("P2Y")]'], []),
    (['duration("P1Y")', 'duration("P1D")'], []),  # of two kinds: nothing is said
    (["limit", "> 3"], []),  # depends on data: nothing is said
    (["limit", "> 3", "> 2"], [(2, 3)]),  # of the others it is
    (["-", "-"], [(1, 2)]),
    (["", "5"], [(1, 2)]),
]


@pytest.mark.parametrize(("cells", "pairs"), OVERLAPPING)
def test_rows_that_meet_are_named(cells: list[str], pairs: list[tuple[int, int]]) -> None:
    rows = [(cell, str(n)) for n, cell in enumerate(cells)]
    assert overlaps(table(["n"], ["x"], rows)) == pairs
    assert overlaps(table(["n"], ["x"], rows, "ANY")) == pairs
    assert overlaps(table(["n"], ["x"], [(cell, "1") for cell in cells], "ANY")) == []


GAPS = [
    (["< 5", "> 5"], "", "n: 5"),
    (["[1..5)", "(5..9]", "5", "< 1", "> 9"], "", ""),
    (['< "b"', '> "b"'], "string", 'n: "b"'),
    (['"a"', '"b"', '"c"', '"d"'], "string", 'n: not("a", "b", "c", …)'),
    (["null", "true"], "boolean", "n: false"),
    (["true", "false"], "boolean", ""),
    (["null", "> 0", "< 0"], "number", "n: 0"),
    (["not(null)"], "number", "n: null"),
    (['<= date("2026-01-31")', '>= date("2026-02-02")'], "date", "n: (2026-01-31..2026-02-02)"),
    (['<= date("2026-01-31")', '>= date("2026-02-01")'], "date", ""),
    (['< duration("P1D")', '> duration("P1D")'], "dayTimeDuration", "n: P1D"),
    (['< duration("P1Y")', '> duration("P1Y")'], "yearMonthDuration", "n: P1Y"),
    (['< time("12:00:00")', '> time("12:00:00")'], "time", "n: 12:00:00"),
    (['<= @"2026-01-01T12:00:00"', '> @"2026-01-01T13:00:00"'], "dateTime",
     "n: (2026-01-01T12:00:00+05:00..2026-01-01T13:00:00+05:00)"),
    (["limit", "> 3"], "number", ""),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "type_ref", "example"), GAPS)
def test_an_input_that_no_row_matches_is_named(cells: list[str], type_ref: str, example: str) -> None:
    rows = [(cell, str(n)) for n, cell in enumerate(cells)]
    assert gap(table(["n"], ["x"], rows, "FIRST", input_types={0: type_ref})) == example
    for policy in ("COLLECT", "RULE ORDER"):  # an empty list is a result
        assert gap(table(["n"], ["x"], rows, policy, input_types={0: type_ref})) == ""


def test_three_columns_of_different_kinds() -> None:
    rows = [
        ('"day"', "< 60", "true", "1"),
        ('"day"', ">= 60", "-", "2"),
        ('"day", "evening"', "[50..60]", "true", "3"),
        ('"evening"', "-", "false", "4"),
    ]
    body = table(["kind", "score", "paid"], ["x"], rows, input_types={0: "string", 1: "integer", 2: "boolean"},
                 allowed={0: '"day", "evening"'})  # fmt: skip
    # 1 and 3 meet at day, 50, paid; 2 and 3 at day, 60, paid; 4 wants what 1 and 3 exclude
    assert overlaps(body) == [(1, 3), (2, 3)]
    assert gap(body) == 'kind: "day"; score: < 50; paid: false'


def test_a_random_table_is_told_what_trying_all_inputs_tells() -> None:
    """Two columns of few values: every finding against every input tried."""
    chance = random.Random(20)
    cells = ["1", "2", "3", "1, 3", "[1..2]", "< 2", "> 1", "not(2)", "not(1, 3)", "-"]
    for _ in range(60):
        rows = [(chance.choice(cells), chance.choice(cells), str(n)) for n in range(chance.randint(1, 6))]
        body = table(["a", "b"], ["x"], rows, input_types={0: "integer", 1: "integer"},
                     allowed={0: "1, 2, 3", 1: "1, 2, 3"})  # fmt: skip
        decision = read(body)
        meeting: set[tuple[int, int]] = set()
        missing = set()
        for a, b in itertools.product((1, 2, 3), repeat=2):
            try:
                if not decide(decision, a=a, b=b).rows:
                    missing.add(f"a: {a}; b: {b}")
            except StepFailed as failed:
                matched = [int(row.split()[0]) for row in failed.params["rows"].split(", ")]
                meeting |= set(itertools.combinations(matched, 2))
        assert overlaps(body) == sorted(meeting)[:20]
        assert (gap(body) in missing) if missing else gap(body) == ""


def test_no_more_pairs_are_told_than_can_be_read() -> None:
    assert len(overlaps(table(["n"], ["x"], [("-", str(n)) for n in range(40)]))) == 20
