"""Checks .dmn files: what ``engine.definitions.decisions`` says, and that what tables name exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.calendar.keeping import kept_for
from engine.definitions.checking import spellings
from engine.definitions.checking.known import Bundle, missing
from engine.definitions.findings import Report
from engine.definitions.regulation import split_clauses

if TYPE_CHECKING:
    from engine.definitions.decisions import Decision, DecisionFile

_NUMBER = r"\d+(?:\.\d+)+(?:\(\d+\))?(?:\.[sp]\d+)?"
_CLAUSES = re.compile(rf"{_NUMBER}(?:\s*,\s*{_NUMBER})*\Z")


def read(data: bytes, name: str) -> DecisionFile:
    """Raises ModelRefused."""
    from engine.definitions import decisions

    return decisions.read(data, name)


def ids(file: DecisionFile) -> tuple[str, ...]:
    return tuple(decision.id for decision in file.decisions)


def check(file: DecisionFile, bundle: Bundle, report: Report) -> None:
    """All findings about one file."""
    from engine import feel
    from engine.definitions import decisions

    try:
        report.findings += decisions.check_file(file)
    except feel.FeelSyntax as problem:  # a text that others depend on, such as outputValues: no check can go on
        report.findings += file.findings
        report.error("expression_invalid", None, 0, where="outputValues", **spellings.told(problem))
    if any(finding.code == "decision_too_large" for finding in report.findings):
        return
    for decision in file.decisions:
        _names(decision, report)
        _kept(decision, report)
        for requirement in decision.requirements:
            if not requirement.here and missing(requirement.decision, bundle.known.decisions, bundle.decisions):
                report.error("decision_unknown", decision, requirement.line, ref=requirement.decision)
        for clause, line in _clauses(decision):
            if missing(clause, bundle.known.clauses):
                report.error("clause_unknown", decision, line, clause=clause)
        for text, line in _texts(decision):
            for name in spellings.parameter_names(text):
                if missing(name, bundle.known.parameters):
                    report.error("parameter_unknown", decision, line, parameter=name)
            for code in spellings.role_arguments(text):
                if missing(code, bundle.known.roles):
                    report.error("role_unknown", decision, line, role=code, where="holders")


def _names(decision: Decision, report: Report) -> None:
    if not decision.name:
        report.warning("name_missing", decision)
        return
    absent = [lang for lang in ("ru", "en") if lang not in decision.names]
    if absent:
        report.warning("name_untranslated", decision, languages=", ".join(absent))


def _kept(decision: Decision, report: Report) -> None:
    try:
        if decision.history_time_to_live:
            kept_for(decision.history_time_to_live)
    except ValueError:
        report.error("history_time_to_live", decision, value=decision.history_time_to_live)


def _clauses(decision: Decision) -> Iterator[tuple[str, int]]:
    """Clause numbers of the decision and of its rows: notes that hold nothing else."""
    for clause in split_clauses(decision.properties.get("clause", "")):
        yield clause, decision.line
    for rule in decision.table.rules if decision.table else ():
        for note in (rule.description, *rule.annotations.values()):
            if _CLAUSES.match(note.strip()):
                for clause in split_clauses(note):
                    yield clause, rule.line


def _texts(decision: Decision) -> Iterator[tuple[str, int]]:
    """Every FEEL text with its line."""
    for cell in decision.cells:
        yield cell.text, cell.line
