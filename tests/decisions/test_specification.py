"""Decision tables against DMN 1.3: cells, hit policies, types and requirements, worked by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from engine import feel
from engine.definitions.decisions import Decision
from engine.errors import StepFailed
from engine.values import Value
from tests.decisions import specified_cells, specified_policies
from tests.decisions.writing_tables import decide, literal, needing, read, table
from tests.feel.world import SmallWorld

CELLS = [
    (cell, value, meets)
    for cell, yes, no in specified_cells.ALL
    for value, meets in [*((value, True) for value in yes), *((value, False) for value in no)]
]


@pytest.mark.parametrize(("cell", "value", "meets"), CELLS, ids=[f"{c} {v!r}" for c, v, _ in CELLS])
def test_a_cell(cell: str, value: Value, meets: bool) -> None:
    decision = read(table(["given"], ["x"], [(cell, '"yes"')]))
    result = decide(decision, given=value, **specified_cells.SCOPE)
    assert result.value == ("yes" if meets else None)


def test_a_cell_is_the_same_beside_others() -> None:
    """Every cell of every row has its own column; the row matches when all do."""
    cells = [(cell, yes[0]) for cell, yes, _ in specified_cells.ALL if yes]
    names = [f"given{n}" for n in range(len(cells))]
    decision = read(table(names, ["x"], [(*(cell for cell, _ in cells), "1")]))
    assert decide(decision, **dict(zip(names, (v for _, v in cells), strict=True)), **specified_cells.SCOPE).value == 1


def answered(decision: Decision, n: int) -> tuple[Value, list[int]]:
    try:
        result = decide(decision, n=n)
    except StepFailed as failed:
        return f"!{failed.reason}", []
    return result.value, [row["index"] for row in result.rows]


@pytest.mark.parametrize(("policy", "n", "expected", "rows"), specified_policies.SINGLE_CASES)
def test_a_hit_policy(policy: str, n: int, expected: Value, rows: list[int]) -> None:
    body = table(["n"], ["x"], specified_policies.SINGLE, policy, values={"x": specified_policies.ORDER})
    assert answered(read(body), n) == (expected, rows)


@pytest.mark.parametrize(("policy", "n", "expected", "rows"), specified_policies.COMPOUND_CASES)
def test_a_hit_policy_with_several_outputs(policy: str, n: int, expected: Value, rows: list[int]) -> None:
    values = {"x": specified_policies.ORDER, "y": specified_policies.NUMBERS}
    body = table(["n"], ["x", "y"], specified_policies.COMPOUND, policy, values=values)
    assert answered(read(body), n) == (expected, rows)


@pytest.mark.parametrize(("aggregation", "n", "expected"), specified_policies.AGGREGATES)
def test_an_aggregation(aggregation: str, n: int, expected: Value) -> None:
    result = decide(read(table(["n"], ["fee"], specified_policies.FEES, "COLLECT", aggregation=aggregation)), n=n)
    assert result.value == expected
    assert type(result.value) is type(expected)


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_a_default_is_the_result_of_no_match(policy: str) -> None:
    body = table(
        ["n"], ["x"], [("1", '"A"')], policy, values={"x": specified_policies.ORDER}, defaults={"x": '"C"'}
    )  # fmt: skip
    single = policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY")
    assert decide(read(body), n=2).value == ("C" if single else ["C"])
    assert decide(read(body), n=1).value == ("A" if single else ["A"])


def test_a_default_keeps_to_its_type_and_values() -> None:
    with pytest.raises(StepFailed, match="among"):
        decide(read(table(["n"], ["x"], [("1", '"A"')], values={"x": '"A"'}, defaults={"x": "word"})), n=2, word="Z")


def test_an_absent_hit_policy_is_unique() -> None:
    body = table(["n"], ["x"], [("1", '"A"'), ("< 5", '"B"')]).replace(' hitPolicy="UNIQUE"', "")
    assert answered(read(body), 1)[0] == "!decision_not_unique"
    assert answered(read(body), 4) == ("B", [2])


def test_a_shared_requirement_is_decided_once() -> None:
    """Diamonds upon diamonds: thirty layers of two would be a billion evaluations if each were decided anew."""
    bodies = [needing("a0", logic=table(["n"], ["a0"], [("-", "n + 1")])), needing("b0", logic=literal("n"))]
    for n in range(1, 30):
        bodies.append(needing(f"a{n}", f"a{n - 1}", f"b{n - 1}", logic=literal(f"a{n - 1} + b{n - 1}")))
        bodies.append(needing(f"b{n}", f"a{n - 1}", f"b{n - 1}", logic=literal(f"a{n - 1} - b{n - 1}")))
    result = decide(read(*bodies, needing("top", "a29", "b29", logic=literal("a29 + b29"))), n=1)
    # a + b, a - b double both on the next layer but one: a28, b28 = 2 ** 14 * (2, 1), and a29, b29 = 2 ** 14 * (3, 1)
    assert result.value == 4 * 2**14
    assert [row["decision"] for row in result.rows] == ["a0"]


def test_a_chain_of_any_length_is_decided() -> None:
    bodies = [needing("d0", logic=literal("0"))]
    bodies += [needing(f"d{n}", f"d{n - 1}", logic=literal(f"d{n - 1} + 1")) for n in range(1, 1500)]
    assert decide(read(*bodies)).value == 1499


def test_a_decision_sees_what_it_requires_and_nothing_else() -> None:
    lower, other = (
        needing("lower", logic=literal("1")),
        needing("other", logic=literal("if lower = null then 0 else 9")),
    )
    assert decide(read(lower, other, needing("top", "lower", "other", logic=literal("lower + other")))).value == 1


INPUTS = [
    ("number", 5, True),
    ("number", "5", True),
    ("number", "five", False),
    ("integer", "5.5", False),
    ("integer", 5, True),
    ("integer", 5.5, False),
    ("double", 5.5, True),
    ("string", "5", True),
    ("string", 5, False),
    ("boolean", False, True),
    ("boolean", "true", True),
    ("boolean", "yes", False),
    ("date", date(2026, 5, 5), True),
    ("date", "2026-05-05", True),
    ("date", "2026-02-30", False),
    ("dateTime", "2026-05-05T10:00:00+05:00", True),
    ("time", "09:30:00", True),
    ("dayTimeDuration", "P3D", True),
    ("dayTimeDuration", "P3M", False),
    ("time", 5, False),
    ("dayTimeDuration", timedelta(1), True),
    ("Any", [1], True),
    ("", {"a": 1}, True),
    ("string", None, True),
]


READ = [
    ("date", '>= date("2026-05-01")', "2026-05-05"),
    ("dateTime", '> date and time("2026-05-05T04:00:00Z")', "2026-05-05T10:00:00+05:00"),
    ("number", "[1..10)", "7.5"),
    ("boolean", "true", "true"),
    ("dayTimeDuration", '> duration("P2D")', "P3D"),
    ("time", '< time("10:00:00")', "09:30:00"),
]


@pytest.mark.parametrize(("type_ref", "cell", "text"), READ)
def test_a_text_is_read_as_what_its_column_wants(type_ref: str, cell: str, text: str) -> None:
    decision = read(table(["given"], ["x"], [(cell, "1")], input_types={0: type_ref}))
    assert decide(decision, given=text).value == 1


@pytest.mark.parametrize(("type_ref", "value", "fits"), INPUTS)
def test_an_input_is_of_its_columns_type_or_the_table_fails(type_ref: str, value: Value, fits: bool) -> None:
    decision = read(table(["given"], ["x"], [("-", "1")], input_types={0: type_ref}))
    if fits:
        assert decide(decision, given=value).value == 1
        return
    with pytest.raises(StepFailed) as caught:
        decide(decision, given=value)
    assert caught.value.reason == "decision_input_type"
    assert (caught.value.params["input"], caught.value.params["wanted"]) == ("given", type_ref)
    assert all(caught.value.say(lang) for lang in ("kk", "ru", "en"))


def test_an_input_is_among_its_columns_values_or_the_table_fails() -> None:
    decision = read(table(["given"], ["x"], [("-", "1")], allowed={0: "[0..100]"}))
    assert [decide(decision, given=value).value for value in (0, 100, None)] == [1, 1, 1]
    with pytest.raises(StepFailed) as caught:
        decide(decision, given=101)
    assert (caught.value.reason, caught.value.params["value"]) == ("decision_input_value", "101")


MORNING = datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=5)))
EARLY = datetime(2026, 6, 1, 20, 0, tzinfo=timezone(timedelta(0)))  # one in the morning of 2 June in Almaty


@pytest.mark.parametrize(
    ("cell", "value", "meets"),
    [
        ('<= date("2026-06-01")', MORNING, True),
        ('<= date("2026-06-01")', EARLY, False),
        ('date("2026-06-02")', EARLY, True),
        ('>= date and time("2026-06-01T00:00:00")', date(2026, 6, 1), True),
        ('> date and time("2026-06-01T00:00:00")', date(2026, 6, 1), False),
        ('< date and time("2026-06-01T09:00:01")', MORNING, True),
    ],
)
def test_a_date_column_compares_days_or_moments_as_its_cells_do(cell: str, value: Value, meets: bool) -> None:
    """Camunda's ``date`` holds both."""
    decision = read(table(["given"], ["x"], [(cell, "1")], input_types={0: "date"}))
    assert decide(decision, given=value).value == (1 if meets else None)


def test_types_that_the_file_defines() -> None:
    item = '<itemDefinition name=\'tGrade\'><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'  # noqa: E501
    more = (
        "<itemDefinition name='tGrades' isCollection='true'><typeRef>tGrade</typeRef></itemDefinition>"
        "<itemDefinition name='tPerson'><itemComponent name='age'/></itemDefinition>"
        "<itemDefinition name='tLoop'><typeRef>tLoop</typeRef></itemDefinition>"
    )
    from engine.definitions import decisions
    from tests.decisions.writing_tables import file

    def typed(name: str) -> Decision:
        body = table(["given"], ["x"], [("-", "1")], input_types={0: name})
        xml = file(body).replace(b"<decision ", (item + more).encode() + b"<decision ", 1)
        return decisions.read(xml, "t.dmn").decisions[0]

    assert decide(typed("tGrade"), given="A").value == 1
    assert decide(typed("tGrades"), given=["A", "Z"]).value == 1
    assert decide(typed("tPerson"), given={"age": 1}).value == 1
    for name, value, reason in [
        ("tGrade", "C", "decision_input_value"),
        ("tGrade", 1, "decision_input_type"),
        ("tGrades", "A", "decision_input_type"),
        ("tPerson", 1, "decision_input_type"),
    ]:
        with pytest.raises(StepFailed) as caught:
            decide(typed(name), given=value)
        assert caught.value.reason == reason


def test_cells_are_read_as_they_are_everywhere() -> None:
    """A cell means the same in a table and by itself."""
    for cell, yes, no in specified_cells.NUMBERS:
        test = feel.compile(cell, "unary")
        for value in (*yes, *no):
            assert test.evaluate(specified_cells.SCOPE, SmallWorld(), value) is (value in yes)
