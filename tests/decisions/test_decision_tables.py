"""Each hit policy against cases worked by hand, and what a table tells about the rows that decided."""

from __future__ import annotations

from datetime import date

import pytest

from engine import feel
from engine.definitions import decisions
from engine.errors import LimitStruck, StepFailed
from engine.values import Value
from tests.decisions.writing_tables import decide, file, read, table
from tests.feel.world import SmallWorld

SCORES = [("[0..49]", '"low"'), ("[50..79]", '"middle"'), (">= 80", '"high"')]


@pytest.mark.parametrize(
    ("score", "expected", "row"), [(0, "low", 1), (49, "low", 1), (50, "middle", 2), (95.5, "high", 3)]
)
def test_unique(score: float, expected: str, row: int) -> None:
    result = decide(read(table(["score"], ["level"], SCORES)), score=score)
    assert (result.value, result.outputs) == (expected, [{"level": expected}])
    assert [(one["rule"], one["index"]) for one in result.rows] == [(f"row_{row}", row)]


def test_unique_without_a_match_is_null() -> None:
    result = decide(read(table(["score"], ["level"], SCORES)), score=49.5)
    assert (result.value, result.outputs, result.rows) == (None, [], [])


def test_unique_with_two_matches_fails_and_names_them() -> None:
    overlapping = read(table(["score"], ["level"], [*SCORES, ("> 90", '"top"')]))
    assert decide(overlapping, score=85).value == "high"
    with pytest.raises(StepFailed) as caught:
        decide(overlapping, score=91)
    assert caught.value.reason == "decision_not_unique"
    assert caught.value.params == {"reason": "decision_not_unique", "decision": "d1", "rows": "3 (row_3), 4 (row_4)"}


def test_first_takes_the_first_in_order_and_asks_no_further() -> None:
    rows = [("> 10", '"a"'), ("> 5", '"b"'), ("working_days_after(today(), 1) > today()", '"c"')]
    world = SmallWorld()
    decision = read(table(["n"], ["x"], rows, "FIRST"))
    assert decisions.evaluate(decision, {"n": 7}, world, lambda key: decision).value == "b"
    assert world.asked == []
    assert decide(decision, n=20).value == "a"
    assert decide(decision, n=1).value == "c"


def test_any_wants_equal_outputs() -> None:
    rows = [("> 5", "true"), ("< 20", "true"), ("> 100", "false"), ("> 200", "true")]
    decision = read(table(["n"], ["ok"], rows, "ANY"))
    result = decide(decision, n=10)
    assert result.value is True
    assert [row["index"] for row in result.rows] == [1, 2]
    with pytest.raises(StepFailed) as caught:
        decide(decision, n=150)
    assert (caught.value.reason, caught.value.params["rows"]) == ("decision_any_differs", "1 (row_1), 3 (row_3)")


PRIORITIES = [("> 0", '"notice"', "1"), ("> 2", '"warning"', "2"), ("> 2", '"review"', "3"), ("> 4", '"warning"', "4")]


def test_priority_takes_the_output_that_stands_first_in_its_values() -> None:
    decision = read(table(["n"], ["act", "p"], PRIORITIES, "PRIORITY", values={"act": '"review", "warning", "notice"'}))
    assert decide(decision, n=1).value == {"act": "notice", "p": 1}
    result = decide(decision, n=3)
    assert result.value == {"act": "review", "p": 3}
    assert [row["index"] for row in result.rows] == [3]


def test_priority_looks_at_the_next_output_when_the_first_is_equal() -> None:
    rows = [("-", '"a"', '"y"'), ("-", '"a"', '"x"'), ("-", '"b"', '"x"')]
    decision = read(table(["n"], ["p", "q"], rows, "PRIORITY", values={"p": '"a","b"', "q": '"x","y"'}))
    assert decide(decision, n=0).value == {"p": "a", "q": "x"}


def test_output_order_and_rule_order() -> None:
    values = {"act": '"review", "warning", "notice"'}
    by_output = read(table(["n"], ["act", "p"], PRIORITIES, "OUTPUT ORDER", values=values))
    assert [row["p"] for row in decide(by_output, n=5).outputs] == [3, 2, 4, 1]
    assert [row["index"] for row in decide(by_output, n=5).rows] == [3, 2, 4, 1]
    by_rule = read(table(["n"], ["act", "p"], PRIORITIES, "RULE ORDER", values=values))
    assert [row["p"] for row in decide(by_rule, n=5).outputs] == [1, 2, 3, 4]
    assert decide(by_rule, n=-1).outputs == []


FEES = [("> 0", "5"), ("> 10", "2.5"), ("> 20", "10"), ("> 99", "null")]


@pytest.mark.parametrize(
    ("aggregation", "n", "expected"),
    [
        ("", 15, [5, 2.5]),
        ("SUM", 25, 17.5),
        ("SUM", 100, 17.5),
        ("MIN", 25, 2.5),
        ("MAX", 25, 10),
        ("COUNT", 25, 3),
        ("COUNT", -1, 0),
        ("SUM", -1, None),
        ("MIN", -1, None),
        ("", -1, None),
    ],
)
def test_collect(aggregation: str, n: int, expected: Value) -> None:
    result = decide(read(table(["n"], ["fee"], FEES, "COLLECT", aggregation=aggregation)), n=n)
    assert result.value == expected
    assert type(result.value) is type(expected)
    if aggregation and n > 0:
        assert result.outputs == [{"fee": expected}]


def test_collect_minimum_of_dates() -> None:
    rows = [("-", 'date("2026-05-01")'), ("-", 'date("2026-03-01")')]
    assert decide(read(table(["n"], ["d"], rows, "COLLECT", aggregation="MIN"))).value == date(2026, 3, 1)


def test_sum_of_texts_fails() -> None:
    with pytest.raises(StepFailed, match="number"):
        decide(read(table(["n"], ["d"], [("-", '"a"'), ("-", "1")], "COLLECT", aggregation="SUM")))


def test_several_inputs_and_outputs_with_every_kind_of_cell() -> None:
    rows = [
        ('"a", "b"', "true", '< date("2026-06-01")', "-", '"first"', "n * 2"),
        ('not("a", "b")', "-", "", "? > 2 and ? < 9", '"second"', "if n > 5 then 1 else 0"),
        ("null", "false", "-", "[limit..100]", '"third"', "count(items)"),
        ("-", "-", "-", 'contains(string(cellInput), "7")', '"fourth"', "amount + 1"),
    ]
    decision = read(table(["kind", "ok", "day", "n"], ["name", "x"], rows, "RULE ORDER", variables={3: "amount"}))
    result = decide(decision, kind="a", ok=True, day=date(2026, 5, 31), n=1)
    assert result.outputs == [{"name": "first", "x": 2}]
    result = decide(decision, kind="z", ok=False, day=None, n=8)
    assert result.outputs == [{"name": "second", "x": 1}]
    result = decide(decision, kind=None, ok=False, n=17, limit=10, items=[1, 2])
    assert [row["name"] for row in result.outputs] == ["third", "fourth"]
    assert result.outputs[-1]["x"] == 18


def test_default_outputs() -> None:
    decision = read(table(["n"], ["a", "b"], [("1", '"x"', "1")], defaults={"a": '"none"'}))
    assert decide(decision, n=2).outputs == [{"a": "none", "b": None}]
    assert decide(decision, n=2).rows == []


def test_rows_tell_their_annotations_and_clause() -> None:
    rows = [("-", "1", "7.3.1, 7.2.2", "бірінші")]
    result = decide(read(table(["n"], ["x"], rows, annotations=["Тармақ", "kk"])), n=1)
    assert result.rows == [
        {
            "decision": "d1",
            "rule": "row_1",
            "index": 1,
            "description": "row 1",
            "annotations": {"Тармақ": "7.3.1, 7.2.2", "kk": "бірінші"},
            "clause": "7.3.1, 7.2.2",
        }
    ]


@pytest.mark.parametrize(
    ("type_ref", "cell", "fits"),
    [
        ("string", '"x"', True),
        ("string", "1", False),
        ("integer", "4 / 2", True),
        ("integer", "1.5", False),
        ("double", "1.5", True),
        ("boolean", "n > 1", True),
        ("boolean", "n", False),
        ("date", 'date("2026-01-01")', True),
        ("date", '"2026-01-01"', False),
        ("dateTime", "now()", True),
        ("string", "null", True),
        ("Any", "[1]", True),
    ],
)
def test_outputs_are_of_their_type(type_ref: str, cell: str, fits: bool) -> None:
    decision = read(table(["n"], ["x"], [("-", cell)], output_types={"x": type_ref}))
    if fits:
        decide(decision, n=1)
        return
    with pytest.raises(StepFailed) as caught:
        decide(decision, n=1)
    assert caught.value.reason == "decision_output_type"


def test_an_output_outside_its_values_fails() -> None:
    decision = read(table(["n"], ["x"], [("-", "word")], values={"x": '"a", "b"'}))
    assert decide(decision, n=1, word="b").value == "b"
    with pytest.raises(StepFailed) as caught:
        decide(decision, n=1, word="c")
    assert caught.value.reason == "decision_output_value"


def test_a_literal_expression() -> None:
    body = "<variable name='x' typeRef='integer'/><literalExpression><text>n * 2 + 1</text></literalExpression>"
    assert decide(read(body), n=3).value == 7


REQUIRED = """<decision id='top' name='Top'>
<informationRequirement><requiredDecision href='#d1'/></informationRequirement>
<informationRequirement><requiredDecision href='{href}'/></informationRequirement>{logic}</decision>"""


def test_required_decisions_of_the_same_file_come_first() -> None:
    upper = table(["level", "double"], ["act"], [('"high"', "> 100", '"praise"'), ("-", "-", '"wait"')], "FIRST")
    lower = table(["score"], ["level"], SCORES)
    double = "<variable name='double'/><literalExpression><text>score * 2</text></literalExpression>"
    decision = read(lower, double, REQUIRED.format(href="#d2", logic=upper))
    result = decide(decision, score=81)
    assert result.value == "praise"
    assert [(row["decision"], row["rule"]) for row in result.rows] == [("d1", "row_3"), ("top", "row_1")]


def test_required_decisions_of_other_files_are_resolved() -> None:
    logic = "<literalExpression><text>elsewhere + 1</text></literalExpression>"
    top = read(table(["score"], ["level"], SCORES), REQUIRED.format(href="other.dmn#elsewhere", logic=logic))
    other = decisions.read(
        file("<decision id='elsewhere' name='E'><literalExpression><text>score</text></literalExpression></decision>"),
        "o",
    )
    result = decisions.evaluate(top, {"score": 3}, SmallWorld(), lambda key: {"elsewhere": other.decisions[0]}[key])
    assert result.value == 4


def test_decisions_that_need_each_other_fail() -> None:
    one = "<decision id='a' name='a'><informationRequirement><requiredDecision href='#b'/></informationRequirement>" \
        "<literalExpression><text>1</text></literalExpression></decision>"  # fmt: skip
    two = one.replace("id='a'", "id='b'").replace("#b", "#a")
    with pytest.raises(StepFailed) as caught:
        decide(read(one, two))
    assert caught.value.reason == "decision_cycle"


def test_a_cell_that_fails_names_itself() -> None:
    with pytest.raises(StepFailed) as caught:
        decide(read(table(["n"], ["x"], [("-", 'date("9999-12-31") + duration("P9D")')])), n=1)
    assert (caught.value.reason, caught.value.params["expression"][:5]) == ("feel_failed", "date(")


def test_one_limit_of_steps_for_the_whole_table() -> None:
    rows = [("count(for i in 1..90000 return i) = ?", str(n)) for n in range(10)]
    with pytest.raises(LimitStruck):
        decide(read(table(["n"], ["x"], rows)), n=1)


def test_a_table_is_parsed_once() -> None:
    late = 'date("2026-01-01") + duration("P{}D")'
    rows = [(f'"k{n}", "x{n}"', f"[{n}..{n + 9}]", f"< {late.format(n)}", f'"r{n}"') for n in range(50)]
    decision = read(table(["kind", "n", "day"], ["x"], rows, "COLLECT"))
    scope: dict[str, Value] = {"kind": "k49", "n": 55, "day": date(2026, 1, 2)}
    assert decide(decision, **scope).value == ["r49"]
    parsed = feel.compile.cache_info().misses
    assert [decide(decision, **scope).value for _ in range(20)] == [["r49"]] * 20
    assert feel.compile.cache_info().misses == parsed
