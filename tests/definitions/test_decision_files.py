"""Proves what lint adds to the decisions' own check: names in three languages, and that what a table names exists."""

from __future__ import annotations

from engine.definitions.checks import check
from engine.definitions.findings import describe
from engine.definitions.model import Finding
from tests.definitions.models import KNOWN, between, task

NAMES = (
    '<extensionElements><camunda:properties><camunda:property name="name:ru" value="Имя"/>'
    '<camunda:property name="name:en" value="Name"/></camunda:properties></extensionElements>'
)


def table(
    cell: str = "&gt; 3",
    note: str = "7.3.1",
    names: str = NAMES,
    more: str = "",
    output: str = "true",
    id: str = "half",
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  id="d" name="d" namespace="n">
  <decision id="{id}" name="Жартысы">{names}{more}
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i" label="x"><inputExpression id="ie" typeRef="number"><text>x</text></inputExpression></input>
      <output id="o" name="ok" typeRef="boolean"/>
      <rule id="r1"><description>{note}</description>
        <inputEntry id="i1"><text>{cell}</text></inputEntry>
        <outputEntry id="o1"><text>{output}</text></outputEntry></rule>
      <rule id="r2">
        <inputEntry id="i2"><text></text></inputEntry><outputEntry id="o2"><text>false</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>""".encode()


def findings(data: bytes) -> list[Finding]:
    found = check({"a.dmn": data}, KNOWN)
    for finding in found:
        for lang in ("kk", "ru", "en"):
            assert describe(finding, lang)["message"] not in ("", finding.code)
            assert describe(finding, lang)["remedy"]
    return found


def codes(data: bytes) -> set[str]:
    return {finding.code for finding in findings(data)}


def test_a_good_table_has_no_findings() -> None:
    assert findings(table()) == []
    assert findings(table(note="5.1(3), 8.3.p3")) == []
    assert findings(table(note="Half of 1.5 is enough")) == []


def test_what_a_table_names_exists() -> None:
    assert codes(table(note="7.3.1, 7.99.1")) == {"clause_unknown"}
    assert codes(table(cell="&gt; parameter(&quot;P_NO&quot;)")) == {"parameter_unknown"}
    assert codes(table(output="count(holders(&quot;wizard&quot;, &quot;eng&quot;)) &gt; 1")) == {"role_unknown"}
    required = '<informationRequirement id="q"><requiredDecision href="b.dmn#nowhere"/></informationRequirement>'
    assert codes(table(more=required)) == {"decision_unknown"}
    assert codes(table(more=required.replace("nowhere", "tally"))) == set()


def test_names_are_translated() -> None:
    assert codes(table(names="")) == {"name_untranslated"}


def test_cells_that_do_not_parse_are_found_with_their_line() -> None:
    (found,) = findings(table(cell="&gt;"))
    assert found.severity == "error"
    assert found.line == 9


def test_a_cell_that_cannot_be_read_is_named_by_decision_and_row() -> None:
    for cell in ("${x &gt; 3}", "in", "1..", "&lt; and"):
        (found,) = findings(table(cell=cell))
        assert (found.code, found.element, found.line, found.params["row"]) == ("decision_cell", "half", 9, "1"), cell


def test_a_process_may_use_a_table_that_comes_along() -> None:
    asked = {"camunda__decisionRef": "half", "camunda__decisionRefBinding": "deployment"}
    process = between(task("businessRuleTask", camunda__resultVariable="r", **asked))
    assert check({"m.bpmn": process, "a.dmn": table()}, KNOWN) == []


def test_two_decisions_of_one_id() -> None:
    (found,) = check({"a.dmn": table(), "b.dmn": table()}, KNOWN)
    assert (found.code, found.file) == ("key_twice", "b.dmn")


def test_what_is_no_table_is_said() -> None:
    assert codes(b"<a/>") == {"not_dmn"}
    assert codes(b'<!DOCTYPE d [<!ENTITY x "y">]><definitions/>') == {"xml_doctype"}
