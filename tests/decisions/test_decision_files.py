"""What the reader takes and refuses, and what is found in a table before it ever runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import checks, decisions
from engine.definitions.checking.known import Known
from engine.definitions.findings import describe
from engine.definitions.model import Finding
from engine.errors import ModelRefused
from engine.wording import catalogue
from tests.decisions.writing_tables import file, literal, needing, read, table

NAMESPACES = sorted(decisions.NAMESPACES)
PROCESSES = Path(__file__).parents[2] / "processes"


def found(*bodies: str) -> list[Finding]:
    return decisions.check_file(decisions.read(file(*bodies), "t.dmn"))


def codes(*bodies: str) -> list[str]:
    return [finding.code for finding in found(*bodies)]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_namespaces_of_dmn_1_1_to_1_3(namespace: str) -> None:
    assert [d.id for d in decisions.read(file(table(["n"], ["x"], []), namespace=namespace), "t").decisions] == ["d1"]


@pytest.mark.parametrize(
    "xml",
    [
        b"<definitions/>",
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
        b"<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/'/>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>",
        b"no xml at all",
    ],
)
def test_what_is_no_dmn_is_refused(xml: bytes) -> None:
    with pytest.raises(ModelRefused) as caught:
        decisions.read(xml, "t.dmn")
    assert len(caught.value.findings) == 1


def test_everything_of_a_table_is_read_with_its_line() -> None:
    xml = (
        "<table>\n<decisionTable id='t' hitPolicy='RULE ORDER'>\n"
        "<input id='i' label='Балл' camunda:inputVariable='v'>\n"
        "<inputExpression typeRef='feel:integer'><text>score</text></inputExpression>\n"
        "<inputValues><text>[0..100]</text></inputValues></input>\n"
        "<output id='o' label='Деңгей' name='level' typeRef='string'/>\n<annotation name='Тармақ'/>\n"
        "<rule id='r'><description>7.1.2: ереже</description>\n<inputEntry id='c'>\n<text>&lt; 50</text></inputEntry>\n"
        '<outputEntry><text>"low"</text></outputEntry>\n<annotationEntry><text>ескерту</text></annotationEntry></rule>\n'
        "</decisionTable>"
    ).removeprefix("<table>\n")
    decision = read(xml)
    assert decision.table is not None
    column, rule = decision.table.inputs[0], decision.table.rules[0]
    assert (column.label, column.variable, column.type, column.expression.text) == ("Балл", "v", "integer", "score")
    assert column.allowed is not None and column.allowed.text == "[0..100]"
    assert (rule.id, rule.index, rule.line, rule.clause) == ("r", 1, 7, "7.1.2")
    assert (rule.inputs[0].text, rule.inputs[0].line, rule.inputs[0].id) == ("< 50", 9, "c")
    assert rule.annotations == {"Тармақ": "ескерту"}


def test_names_and_properties_of_a_decision() -> None:
    body = (
        "<decision id='q' name='Шешім' camunda:versionTag='1.2' camunda:historyTimeToLive='P5Y'><extensionElements>"
        "<x:properties xmlns:x='urn:x'><x:property name='name:ru' value='Решение'/>"
        "<x:property name='clause' value='7.1'/>"
        "</x:properties></extensionElements><literalExpression><text>1</text></literalExpression></decision>"
    )
    decision = read(body)
    assert decision.names == {"kk": "Шешім", "ru": "Решение"}
    assert (decision.properties["clause"], decision.version_tag, decision.history_time_to_live) == ("7.1", "1.2", "P5Y")


ONE = [("1", '"a"'), ("2", '"b"')]


GOOD = table(["n"], ["x"], ONE)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (table(["n"], ["x"], ONE, "MAYBE"), "decision_hit_policy"),
        (table(["n"], ["x"], ONE, "UNIQUE", aggregation="SUM"), "decision_aggregation"),
        (table(["n"], ["x"], ONE, "COLLECT", aggregation="AVERAGE"), "decision_aggregation"),
        (table(["n"], ["x", "y"], [("1", "1", "1")], "COLLECT", aggregation="SUM"), "decision_aggregation_outputs"),
        (table(["n"], [], [("1",)]), "decision_no_output"),
        (table(["n"], ["x"], []), "decision_no_rule"),
        (table(["n"], ["x", "x"], [("1", "1", "1")]), "decision_output_names"),
        (table(["n"], ["x"], ONE, "PRIORITY"), "decision_no_order"),
        (table([""], ["x"], ONE), "decision_input_empty"),
        (table(["n +"], ["x"], ONE), "decision_cell"),
        (table(["n"], ["x"], [("> ", '"a"')]), "decision_cell"),
        (table(["n"], ["x"], [("1", "unknown_function(1)")]), "decision_cell"),
        (table(["n"], ["x"], [("1", '"c"')], values={"x": '"a","b"'}), "decision_cell_value"),
        (table(["n"], ["x"], [("1", '"c"')], output_types={"x": "integer"}), "decision_cell_type"),
        (table(["n"], ["x"], [("? == 1", '"a"')]), "decision_juel"),
        (GOOD.replace("<outputEntry><text>\"b\"</text></outputEntry>", ""), "decision_rule_cells"),
        (GOOD.replace("row_2", "row_1"), "decision_rule_id"),
        (GOOD.replace("<text>n</text>", "<text expressionLanguage='juel'>n</text>"), "decision_language"),
        (GOOD.replace("<inputExpression", "<inputExpression expressionLanguage='groovy'"), "decision_language"),
        ("<context/>", "decision_boxed_unsupported"),
        ("<invocation/>", "decision_knowledge_unsupported"),
        ("", "decision_empty"),
        ("<informationRequirement><requiredDecision href='#nobody'/></informationRequirement>" + GOOD,
         "decision_required_unknown"),
        ("<informationRequirement><requiredDecision href='#d1'/></informationRequirement>" + GOOD,
         "decision_cycle"),
    ],
)  # fmt: skip
def test_mistakes_are_found(body: str, code: str) -> None:
    assert code in codes(body)


DIAGRAM = (
    "<decision id='top' name='top'><informationRequirement><requiredInput href='#score'/></informationRequirement>"
    "<authorityRequirement><requiredAuthority href='#book'/></authorityRequirement>"
    "<literalExpression><text>score</text></literalExpression></decision>"
    "<knowledgeSource id='book' name='book'/><textAnnotation id='note'><text>note</text></textAnnotation>"
)


def test_input_data_knowledge_sources_and_notes_are_read_over() -> None:
    assert codes(DIAGRAM.replace("<knowledge", "<inputData id='score' name='score'/><knowledge")) == []
    assert codes(DIAGRAM) == ["decision_input_unknown"]


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("<businessKnowledgeModel id='k' name='k'/>", "decision_knowledge_unsupported"),
        ("<decisionService id='k' name='k'/>", "decision_element_unsupported"),
        ("<import name='k' namespace='n' importType='t'/>", "decision_element_unsupported"),
    ],
)
def test_what_no_table_needs_is_refused_by_name(element: str, code: str) -> None:
    xml = file(GOOD).replace(b"</definitions>", element.encode() + b"</definitions>")
    (finding,) = decisions.read(xml, "t.dmn").findings
    assert (finding.code, finding.severity) == (code, "error")
    assert finding.params["kind"] in element


@pytest.mark.parametrize("kind", ["context", "list", "relation", "conditional", "for", "filter", "some", "every"])
def test_boxed_expressions_are_refused_by_name(kind: str) -> None:
    (finding,) = found(f"<{kind}/>")
    assert (finding.code, finding.params["kind"]) == ("decision_boxed_unsupported", kind)


@pytest.mark.parametrize("kind", ["invocation", "functionDefinition"])
def test_functions_and_their_invocation_are_refused_by_name(kind: str) -> None:
    (finding,) = found(f"<{kind}/>")
    assert (finding.code, finding.params["kind"]) == ("decision_knowledge_unsupported", kind)


@pytest.mark.parametrize("orientation", ["Rule-as-Row", "Rule-as-Column", "CrossTable"])
def test_how_a_table_is_drawn_does_not_matter(orientation: str) -> None:
    drawn = GOOD.replace("<decisionTable ", f"<decisionTable preferredOrientation='{orientation}' ")
    assert "error" not in {finding.severity for finding in found(drawn)}


@pytest.mark.parametrize(
    ("language", "feel"),
    [
        ("feel", True),
        ("FEEL", True),
        ("http://www.omg.org/spec/FEEL/20140401", True),
        ("https://www.omg.org/spec/DMN/20191111/FEEL/", True),
        ("juel", False),
        ("javascript", False),
        ("groovy", False),
        ("not-feel-at-all", False),
    ],
)
def test_the_only_expression_language_is_feel(language: str, feel: bool) -> None:
    written = GOOD.replace("<inputExpression", f"<inputExpression expressionLanguage='{language}'")
    assert ("decision_language" in codes(written)) is not feel
    whole = file(GOOD).replace(b"<definitions ", f"<definitions expressionLanguage='{language}' ".encode())
    assert bool(decisions.read(whole, "t.dmn").findings) is not feel


@pytest.mark.parametrize(
    ("type_ref", "cell", "never"),
    [
        ("integer", '"5"', True),
        ("integer", "5", False),
        ("integer", "< 5.5", False),
        ("string", "5", True),
        ("string", 'not("a", 5)', True),
        ("string", "limit", False),
        ("boolean", '"true"', True),
        ("boolean", "true", False),
        ("date", '"2026-01-01"', True),
        ("date", 'date("2026-01-01")', False),
        ("date", '@"2026-01-01T00:00:00"', False),
        ("dateTime", '> date("2026-01-01")', False),
        ("number", "null", False),
        ("Any", '"x", 5', False),
    ],
)
def test_a_cell_that_no_value_of_its_column_can_meet(type_ref: str, cell: str, never: bool) -> None:
    body = table(["n"], ["x"], [(cell, "1")], input_types={0: type_ref})
    told = [finding for finding in found(body) if finding.code == "decision_cell_never"]
    assert [(finding.severity, finding.params["row"]) for finding in told] == ([("warning", "1")] if never else [])


@pytest.mark.parametrize(
    ("cell", "output", "rows"),
    [
        ("gold", '"a"', ["1"]),
        ("gold, silver", '"a"', ["1"]),
        ('"gold"', "alpha", ["1"]),
        ("gold", "alpha", ["1", "1"]),
        ('"gold"', "n", []),
        ("null", '"a"', []),
        ('"gold, silver"', '"a"', []),
        ("starts with(?, prefix)", "n + suffix", []),
    ],
)
def test_a_text_without_quotes_is_told(cell: str, output: str, rows: list[str]) -> None:
    body = table(["n"], ["x"], [(cell, output)], input_types={0: "string"}, output_types={"x": "string"})
    told = [finding for finding in found(body) if finding.code == "decision_cell_unquoted"]
    assert [(finding.severity, finding.params["row"]) for finding in told] == [("warning", row) for row in rows]


@pytest.mark.parametrize(("kept", "readable"), [("180", True), ("P180D", True), ("P5Y", True), ("five", False)])
def test_how_long_decisions_are_kept_is_read_as_of_processes(kept: str, readable: bool) -> None:
    body = f"<decision id='q' name='q' camunda:historyTimeToLive='{kept}'>{literal('1')}</decision>"
    found = checks.check({"t.dmn": file(body)}, Known.nothing())
    assert ("history_time_to_live" in {finding.code for finding in found}) is not readable


def test_an_unknown_type_is_told() -> None:
    body = table(["n"], ["x"], ONE, input_types={0: "interger"}, output_types={"x": "txt"})
    told = [finding.params["type"] for finding in found(body) if finding.code == "decision_type_unknown"]
    assert told == ["interger", "txt"]


def test_a_decision_named_without_being_required_is_told() -> None:
    lower = needing("lower", logic=literal("1"))
    assert codes(lower, needing("top", logic=literal("lower + 1"))) == ["decision_not_required"]
    assert codes(lower, needing("top", "lower", logic=literal("lower + 1"))) == []
    assert codes(lower, needing("top", logic=literal('"lower"'))) == []
    cell = table(["n"], ["x"], [("> lower", "1"), ("<= lower", "2")])
    assert "decision_not_required" in codes(lower, needing("top", logic=cell))


@pytest.mark.parametrize("count", [2, 3])
def test_a_circle_of_decisions_is_told_once_with_its_way(count: int) -> None:
    bodies = [needing(f"d{n}", f"d{(n + 1) % count}", logic=literal("1")) for n in range(count)]
    (finding,) = found(*bodies)
    assert (finding.code, finding.params["path"]) == (
        "decision_cycle",
        " → ".join([*(f"d{n}" for n in range(count)), "d0"]),
    )


def test_a_mistake_in_a_cell_is_worded_in_each_language() -> None:
    (finding,) = (f for f in found(table(["n"], ["x"], [("> 1 and < 5", "1")])) if f.severity == "error")
    shown = [describe(finding, lang)["message"] for lang in ("kk", "ru", "en")]
    assert len(set(shown)) == 3
    assert all("? > 1 and ? < 5" in text and "> 1 and < 5" in text for text in shown)


def test_values_that_cannot_be_read_are_told_and_hinder_nothing() -> None:
    assert codes(table(["n"], ["x"], [("1", '"a"')], values={"x": '"a", '})) == ["decision_cell"]


def test_a_cell_is_named_by_row_column_and_line() -> None:
    finding = next(f for f in found(table(["n"], ["x"], [("1", '"a"'), ("> ", '"b"')])) if f.code == "decision_cell")
    assert (finding.severity, finding.params["row"], finding.params["column"]) == ("error", "2", "n")
    assert finding.params["text"] == ">"
    assert finding.line == 1


OVERLAPS = [
    (["[1..5]", "[6..9]"], False),
    (["[1..5]", "[5..9]"], True),
    (["[1..5)", "[5..9]"], False),
    (["< 5", "> 4"], True),
    (['"a", "b"', '"b", "c"'], True),
    (['"a", "b"', 'not("a", "b")'], False),
    (["true", "false"], False),
    (["true", "-"], True),
    (['< date("2026-05-01")', '>= date("2026-05-01")'], False),
    (['<= date("2026-05-01")', '>= date("2026-05-01")'], True),
    (["< limit", ">= limit"], False),  # depends on data: not decidable, nothing is said
    (["? > 3", "? > 4"], False),
]


@pytest.mark.parametrize(("cells", "overlap"), OVERLAPS)
def test_overlapping_rows_of_a_unique_table(cells: list[str], overlap: bool) -> None:
    rows = [(cell, str(n)) for n, cell in enumerate(cells)]
    assert ("decision_overlap" in codes(table(["n"], ["x"], rows))) is overlap
    assert "decision_overlap" not in codes(table(["n"], ["x"], rows, "FIRST"))


def test_rows_that_differ_in_one_column_do_not_overlap() -> None:
    rows = [("true", "[1..5]", "1"), ("false", "[1..5]", "2"), ("-", "> 5", "3"), ("true", "< 1", "4")]
    assert "decision_overlap" not in codes(table(["ok", "n"], ["x"], rows))
    rows[3] = ("true", "< 2", "4")
    overlap = [f for f in found(table(["ok", "n"], ["x"], rows)) if f.code == "decision_overlap"]
    assert [(f.params["first"], f.params["second"]) for f in overlap] == [("1", "4")]


@pytest.mark.parametrize(
    ("cells", "type_ref", "allowed", "missing"),
    [
        (["true", "false"], "boolean", "", ""),
        (["true"], "boolean", "", "n: false"),
        (["[1..3]", "[4..9]", "> 9", "< 1"], "integer", "", ""),
        (["[1..3]", "[4..9]", "> 9", "< 1"], "double", "", "n: (3..4)"),
        (["[0..49]", "[50..100]"], "integer", "[0..100]", ""),
        (["[0..49]", "[51..100]"], "integer", "[0..100]", "n: (49..51)"),
        (['"a"', '"b"'], "string", '"a","b"', ""),
        (['"a"', '"b"'], "string", '"a","b","c"', 'n: "c"'),
        (['"a"', '"b"'], "string", "", 'n: not("a", "b")'),
        (['"a"', 'not("a")'], "string", "", ""),
        (["limit", "> limit"], "integer", "", ""),
    ],
)
def test_inputs_that_no_row_matches(cells: list[str], type_ref: str, allowed: str, missing: str) -> None:
    rows = [(cell, str(n)) for n, cell in enumerate(cells)]
    body = table(["n"], ["x"], rows, input_types={0: type_ref}, allowed={0: allowed} if allowed else {})
    gaps = [finding.params["example"] for finding in found(body) if finding.code == "decision_gap"]
    assert gaps == ([missing] if missing else [])


def test_a_default_output_leaves_no_gap() -> None:
    body = table(["n"], ["x"], [("true", "1")], input_types={0: "boolean"}, defaults={"x": "0"})
    assert "decision_gap" not in codes(body)


def test_every_finding_is_worded_with_its_remedy() -> None:
    texts = catalogue()
    static = [code for code in texts if code.startswith("decision_") and f"{code}.remedy" in texts]
    assert len(static) > 20
    for code in static:
        assert set(texts[code]) == set(texts[f"{code}.remedy"]) == {"kk", "ru", "en"}


@pytest.mark.parametrize("path", sorted(PROCESSES.rglob("*.dmn")), ids=lambda path: path.stem)
def test_the_tables_of_the_house_have_no_errors(path: Path) -> None:
    findings = decisions.check_file(decisions.read(path.read_bytes(), path.name))
    assert [finding for finding in findings if finding.severity == "error"] == []
