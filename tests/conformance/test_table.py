"""Holds the README's conformance table: what works is reached by a case, what is refused names element and remedy."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from engine import facts as f
from engine.definitions.checking.known import Known
from engine.definitions.checks import check
from engine.definitions.findings import describe
from engine.errors import Refused
from engine.play import steps
from engine.play.acting import Play
from engine.play.models import Models
from engine.play.performance import BEGINNING
from engine.runtime.execution import Execution
from engine.world import ManualClock
from tests.conformance.cases import Case, every_case
from tests.conformance.labels import constructs
from tests.conformance.refused import REFUSED, REFUSED_PLACES, standing
from tests.conformance.table import ROWS, Row, labels_of_events, rendered

README = Path(__file__).parents[2] / "README.md"


def reached(case: Case) -> set[str]:
    """The constructs whose elements a token has come to. A compensation event counts when it has led somewhere."""
    files, script = case
    models = Models(files)
    play = Play(models, ManualClock(BEGINNING))
    entered: set[tuple[str, str]] = set()
    collect = play.scene._collect

    def listen(execution: Execution, facts: list[f.Fact]) -> None:
        for fact in facts:
            if isinstance(fact, f.ElementEntered):
                definition, _, element = fact.element.rpartition("/")
                entered.add((definition.rpartition(":")[0] or execution.definition.key, element))
        collect(execution, facts)

    play.scene._collect = listen  # type: ignore[method-assign]
    for item, _ in script:
        with contextlib.suppress(Refused):
            play.take(steps.understood(item))
    found: set[str] = set()
    for key, definition in models.processes.items():
        for node in definition.process.nodes.values():
            if any((key, id) in entered for id in (node.id, *node.handlers)):
                found.update(constructs(node, definition.process))
    return found


def test_everything_that_works_is_reached_by_a_case() -> None:
    cases = every_case()
    found = set().union(*(reached(case) for case in cases.values()))
    promised = labels_of_events() | {label for row in ROWS for label in row.labels}
    assert promised - found == set()
    assert {row.case for row in ROWS if row.case} - set(cases) == set()


@pytest.mark.parametrize(("place", "kind"), REFUSED_PLACES)
def test_an_event_that_does_not_work_there_is_refused(place: str, kind: str) -> None:
    errors = [
        finding for finding in check({"m.bpmn": standing(place, kind)}, Known.nothing()) if finding.severity == "error"
    ]
    assert [finding.element for finding in errors][:1] == ["x"], [finding.code for finding in errors]


@pytest.mark.parametrize("row", [row for row in ROWS if row.code], ids=lambda row: row.code)
def test_what_is_refused_says_where_why_and_what_to_use(row: Row) -> None:
    findings = [
        finding for finding in check({"m.bpmn": REFUSED[row.code]}, Known.nothing()) if finding.code == row.code
    ]
    assert [(finding.severity, finding.element) for finding in findings] == [("error", "x")]
    for lang in ("kk", "ru", "en"):
        told = describe(findings[0], lang)
        assert told["message"] and told["remedy"]


def test_the_readme_holds_the_table_as_it_is() -> None:
    assert rendered() in README.read_text(encoding="utf-8")
