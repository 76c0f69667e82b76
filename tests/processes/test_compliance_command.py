"""``sapa compliance`` says of each school which rules it keeps, as was known on the day that is asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.compliance.measuring import measure
from engine.compliance.past import end_of
from engine.database import reading
from tests.processes.faculty import MASTER, Faculty
from tests.processes.stages import MakeFaculty

ROOT = Path(__file__).resolve().parents[2]
BEFORE, AFTER = date(2026, 10, 12), date(2026, 10, 13)  # the decision is due on the first of them
NAMES = ["rule", "school", "status", "measure", "threshold", "clause", "source", "since", "cases"]


@pytest.fixture
def overdue(make: MakeFaculty) -> Faculty:
    return make("overdue")


@pytest.fixture
def ask(overdue: Faculty, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Calls the command line on the faculty's record; the findings, or what is said against the question."""
    monkeypatch.setenv("SAPA_MASTER_KEY", MASTER.hex())
    monkeypatch.setenv("SAPA_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("SAPA_LANG", "en")

    def call(*arguments: str) -> Any:
        url = overdue.engine.database.url.render_as_string(hide_password=False)
        code = main(["--db", url, "compliance", "--json", *arguments])
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else (code, said.err)

    return call


def found(findings: list[dict[str, Any]], rule: str) -> dict[str, Any]:
    (one,) = (finding for finding in findings if finding["rule"] == rule and finding["school"] == "eng")
    return one


def test_7_5_1_a_decision_is_late_from_the_day_after_its_term_and_names_its_case(ask: Any) -> None:
    late = found(ask("--school", "eng", "--on", str(AFTER)), "R27")
    assert list(late) == NAMES
    assert (late["status"], late["since"]) == ("violation", str(AFTER))
    assert late["cases"], "the case in which it happened is named"
    on_time = found(ask("--school", "eng", "--on", str(BEFORE)), "R27")
    assert (on_time["status"], on_time["since"]) == ("warning", str(AFTER)), "at the end of its last day it is not late"


def test_an_earlier_day_is_told_as_it_was_known_then(ask: Any, overdue: Faculty) -> None:
    with reading(overdue.engine.database) as connection:
        known = {(one.rule.number, one.school): one.status for one in measure(connection, end_of(AFTER), "", [])}
    overdue.wait(days=40)
    told = ask("--on", str(AFTER))
    assert {(one["rule"], one["school"]): one["status"] for one in told} == known
    assert {one["school"] for one in told} >= {"eng", "law"}


def test_a_measure_that_is_a_day_is_a_plain_day_for_programs(overdue: Faculty) -> None:
    with reading(overdue.engine.database) as connection:
        (one,) = measure(connection, end_of(AFTER), "eng", ["R02"])
    told = replace(one, measure=AFTER, threshold=36).as_json()
    assert (told["measure"], told["threshold"]) == (str(AFTER), 36)


def test_where_the_rules_are_written_down_is_said_as_it_is(ask: Any) -> None:
    _, said = ask("--rule", "R99")
    (pattern,) = re.findall(r"processes/\S+\.yaml", said)
    assert len(list(ROOT.glob(pattern))) > 1


@pytest.mark.parametrize(
    ("asked", "named"),
    [(("--school", "eng-cs"), "eng-cs"), (("--on", "13.10.2026"), "13.10.2026"), (("--on", "9999-12-30"), "9999-12-30"),
     (("--rule", "R99"), "R99")],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_by_its_name(ask: Any, asked: tuple[str, str], named: str) -> None:
    code, said = ask(*asked)
    assert code == 2
    assert named in said
    assert "Traceback" not in said
