"""Decision tables in a process and on their own: results, matched rows, and tables that break their promise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, do, glance, play, start, users

FEE = m.table("fee", ["amount"], ["fee"], ["< 100 => 5", "[100..200] => 7", "> 200 => amount / 10"])
ROWS = ['> 5 => "high"', '> 1 => "some"', '- => "any"']


def policy(name: str, **more: str) -> bytes:
    return m.decisions(m.table("d", ["n"], ["r"], ROWS, name, **more))


def numbers(aggregation: str) -> bytes:
    return m.decisions(
        m.table("d", ["n"], ["r"], ["> 5 => 10", "> 1 => 4", "- => 1"], "COLLECT", aggregation=aggregation)
    )


def decide(decision: str = "d", **variables: Any) -> dict[str, Any]:
    return {"decide": {"decision": decision, "variables": variables}}


@pytest.mark.parametrize(
    ("file", "n", "result", "rows"),
    [
        (m.decisions(FEE), 150, 7, ["fee_2"]),
        (policy("FIRST"), 3, "some", ["d_2"]),
        (policy("COLLECT"), 9, ["high", "some", "any"], ["d_1", "d_2", "d_3"]),
        (policy("RULE ORDER"), 3, ["some", "any"], ["d_2", "d_3"]),
        (numbers("SUM"), 9, 15, ["d_1", "d_2", "d_3"]),
        (numbers("MIN"), 9, 1, ["d_1", "d_2", "d_3"]),
        (numbers("MAX"), 3, 4, ["d_2", "d_3"]),
        (numbers("COUNT"), 3, 2, ["d_2", "d_3"]),
        (m.decisions(m.table("d", ["n"], ["r", "s"], ["> 5 => 1 | 2"])), 9, {"r": 1, "s": 2}, ["d_1"]),
        (m.decisions(FEE), 250, 25, ["fee_3"]),
    ],
)
def test_a_decision_on_its_own(file: bytes, n: int, result: Any, rows: list[str]) -> None:
    name = "fee" if b'"fee"' in file else "d"
    (line,) = play({"d.dmn": file}, decide(name, n=n, amount=n))
    assert (line["status"], line["result"], [row["rule"] for row in line["rows"]]) == ("completed", result, rows)


@pytest.mark.parametrize(("name", "code"), [("UNIQUE", "decision_not_unique"), ("ANY", "decision_any_differs")])
def test_a_table_that_breaks_its_promise_fails_and_names_the_rows(name: str, code: str) -> None:
    (line,) = play({"d.dmn": policy(name)}, decide(n=9))
    assert glance(line) == f"!{code}"
    assert "1" in line["error"]["message"]


def test_a_decision_that_is_not_there_is_refused() -> None:
    lines = play({"d.dmn": policy("FIRST")}, decide("x"), decide(n=9))
    assert [glance(line) for line in lines] == ["?decision_unknown", "."]


def test_nothing_matches() -> None:
    (line,) = play({"d.dmn": m.decisions(m.table("d", ["n"], ["r"], ["> 5 => 1"]))}, decide(n=1))
    assert (line["status"], line["result"], line["rows"], line["outputs"]) == ("completed", None, [], [])


def rule_task(mapping: str) -> bytes:
    mapped = {"camunda_mapDecisionResult": mapping} if mapping else {}
    task = m.element("businessRuleTask", "r", camunda_decisionRef="fee", camunda_resultVariable="found", **mapped)
    return m.model(m.process("P", m.start(), task, m.user("z"), m.end(), "s -> r -> z -> e"))


@pytest.mark.parametrize(
    ("mapping", "found"),
    [
        ("singleEntry", 7),
        ("singleResult", {"fee": 7}),
        ("collectEntries", [7]),
        ("resultList", [{"fee": 7}]),
        ("", [{"fee": 7}]),
    ],
)
def test_a_decision_in_a_process(mapping: str, found: Any) -> None:
    files = {"p.bpmn": rule_task(mapping), "d.dmn": m.decisions(FEE)}
    (line,) = play(files, start(amount=150))
    assert line["variables"] == {"amount": 150, "found": found}


@pytest.mark.parametrize("mapping", ["singleEntry", "collectEntries"])
def test_no_column_is_left_out_of_a_row_without_a_word(mapping: str) -> None:
    two = m.decisions(m.table("fee", ["amount"], ["fee", "currency"], ['> 1 => 1 | "KZT"']))
    (line,) = play({"p.bpmn": rule_task(mapping), "d.dmn": two}, start(amount=9))
    assert (line["error"]["code"], line["error"]["element"]) == ("decision_many_entries", "r")


def test_a_decision_that_fails_in_a_process_is_an_incident() -> None:
    files = {
        "p.bpmn": rule_task("singleEntry"),
        "d.dmn": m.decisions(m.table("fee", ["amount"], ["fee"], ["> 1 => 1", "> 2 => 2"])),
    }
    assert glance(play(files, start(amount=9))[0]) == "!decision_not_unique"


def test_a_decision_that_is_not_among_the_files_refuses_the_model() -> None:
    (line,) = play(rule_task("singleEntry"), START)
    assert (line["status"], line["errors"][0]["element"]) == ("refused", "r")


def test_deciding_leaves_a_running_process_alone() -> None:
    files = {"p.bpmn": rule_task("singleEntry"), "d.dmn": m.decisions(FEE)}
    lines = play(files, start(amount=150), decide("fee", amount=1), do("z"))
    assert (lines[1]["status"], lines[1]["result"], users(lines[1])) == ("running", 5, ["z"])
    assert glance(lines[2]) == "."
