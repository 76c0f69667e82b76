"""Keeps deployment from knowing what can be wrong with a decision before it ever runs: findings, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import get_args

from engine import feel
from engine.definitions import decision_regions, decision_types
from engine.definitions.decision_columns import Nowhere, decidable, literals
from engine.definitions.decision_model import (
    ONE_ROW,
    Cell,
    Decision,
    DecisionFile,
    Input,
    LiteralExpression,
    Output,
    Rule,
    Table,
)
from engine.definitions.model import Finding
from engine.errors import LimitStruck, SapaError
from engine.feel import plain
from engine.feel.limits import LENGTH
from engine.feel.tree import Mode

_NAME = re.compile(r"[^\W\d]\w*")
_MOST_PAIRS = 20
_MOST_LOOKED_AT = 20_000
MOST_CELLS = 10_000
MOST_CHARACTERS = 250_000
"""In all cells of one file."""
MOST_EXPRESSIONS = 700
"""Different cells of one file that are more than a value, a list of values, a comparison or an interval."""
MOST_WRITTEN = 20_000
"""Characters in those. They go to the parser, which reads some ten thousand in a second."""


def check_file(file: DecisionFile) -> list[Finding]:
    """What the reader found and what every decision's own check finds; a file too large to check gets that finding."""
    found = list(file.findings)
    large = _too_large(file)
    if large is not None:
        return [*found, large]
    broken = any(finding.severity == "error" for finding in found)
    cyclic = _cyclic(file)
    for decision in file.decisions:
        if broken:
            found += _Check(decision).expressions()
        else:
            found += check_table(decision, cyclic.get(decision.id, ()))
    return found


def _too_large(file: DecisionFile) -> Finding | None:
    cells = sum(1 for decision in file.decisions for _ in decision.cells)
    texts = {cell.text for decision in file.decisions for cell in decision.cells}
    fits = cells <= MOST_CELLS and sum(map(len, texts)) <= MOST_CHARACTERS
    hard = [len(text) for text in texts if len(text) <= LENGTH and plain.tree(text, "unary") is None] if fits else []
    if fits and len(hard) <= MOST_EXPRESSIONS and sum(hard) <= MOST_WRITTEN:
        return None
    params = {
        "cells": str(cells),
        "characters": str(sum(map(len, texts))),
        "most": str(MOST_CELLS),
        "most_characters": str(MOST_CHARACTERS),
        "expressions": str(MOST_EXPRESSIONS),
        "most_written": str(MOST_WRITTEN),
    }
    return Finding("error", file.name, "", "", 0, "decision_too_large", params)


def check_table(decision: Decision, cycle: Sequence[str] = ()) -> list[Finding]:
    """Findings about one decision (a table or a literal expression): its shape, its cells, overlaps and gaps.

    ``cycle`` names the decisions of its file by way of which it needs itself, from it back to it.
    """
    check = _Check(decision)
    found = [*check.requirements(), *check.shape(), *check.expressions()]
    if cycle:
        found.append(check.cycle(cycle))
    if decision.table is not None and not any(finding.severity == "error" for finding in found):
        found += check.coverage(decision.table)
    return found


class _Check:
    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    def _finding(self, severity: str, code: str, line: int, **params: object) -> Finding:
        d = self._decision
        short = {key: str(value)[:200] for key, value in params.items()}
        return Finding(severity, d.file, d.id, d.name, line or d.line, code, short)  # type: ignore[arg-type]

    def requirements(self) -> Iterator[Finding]:
        d = self._decision
        for requirement in d.requirements:
            if not requirement.decision or (requirement.here and requirement.decision not in d.siblings):
                yield self._finding("error", "decision_required_unknown", requirement.line, ref=requirement.decision)
        required = {requirement.decision for requirement in d.requirements}
        for name, cell in self._unrequired(required):
            yield self._finding("warning", "decision_not_required", cell.line, ref=name, text=cell.text)

    def cycle(self, path: Sequence[str]) -> Finding:
        return self._finding("error", "decision_cycle", 0, decision=self._decision.id, path=" → ".join(path))

    def _unrequired(self, required: set[str]) -> Iterator[tuple[str, Cell]]:
        """Names of other decisions of the file in cells of one that does not require them, each once."""
        siblings, told = self._decision.siblings, required | {self._decision.id}
        for cell in self._decision.cells if len(siblings) > 1 else ():
            named = {name for name in _NAME.findall(cell.text) if name in siblings and name not in told}
            for name in sorted(named & _read(cell) if named else named):
                told.add(name)
                yield name, cell

    def shape(self) -> Iterator[Finding]:
        table = self._decision.table
        if table is None:
            return
        if not table.outputs:
            yield self._finding("error", "decision_no_output", table.line)
        if not table.rules:
            yield self._finding("warning", "decision_no_rule", table.line)
        names = [output.name for output in table.outputs]
        if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
            yield self._finding(
                "error", "decision_output_names", table.line, names=", ".join(name or "—" for name in names)
            )
        if table.aggregation in ("SUM", "MIN", "MAX", "COUNT") and len(table.outputs) > 1:
            yield self._finding("error", "decision_aggregation_outputs", table.line, aggregation=table.aggregation)
        if table.hit_policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.values for output in table.outputs):
            yield self._finding("error", "decision_no_order", table.line, policy=table.hit_policy)
        for column in table.inputs:
            if not column.expression.text:
                yield self._finding(
                    "error", "decision_input_empty", column.expression.line, column=column.label or column.id
                )
        ids: set[str] = set()
        for rule in table.rules:
            if (len(rule.inputs), len(rule.outputs)) != (len(table.inputs), len(table.outputs)):
                yield self._finding("error", "decision_rule_cells", rule.line, row=rule.index, rule=rule.id)
            if rule.id in ids:
                yield self._finding("error", "decision_rule_id", rule.line, row=rule.index, rule=rule.id)
            ids.add(rule.id)

    def expressions(self) -> Iterator[Finding]:
        """Every FEEL text of the decision parses."""
        logic = self._decision.logic
        if isinstance(logic, LiteralExpression):
            yield from self._parsed(logic.expression, "expression", 0, "")
            return
        if logic is None:
            return
        for column in logic.inputs:
            if column.expression.text:
                yield from self._parsed(column.expression, "expression", 0, column.label or column.id)
            if column.allowed:
                yield from self._parsed(column.allowed, "unary", 0, column.label or column.id)
        for output in logic.outputs:
            if output.values:
                yield from self._parsed(output.values, "unary", 0, output.label or output.name)
            if output.default:
                yield from self._parsed(output.default, "expression", 0, output.label or output.name)
        for rule in logic.rules:
            yield from self._rule(logic, rule)
        columns: tuple[Input | Output, ...] = (*logic.inputs, *logic.outputs)
        for one in columns:
            if not decision_types.known(one.type):
                name = one.label or one.id
                yield self._finding("warning", "decision_type_unknown", logic.line, type=one.type, column=name)

    def _rule(self, table: Table, rule: Rule) -> Iterator[Finding]:
        for cell, column in zip(rule.inputs, table.inputs, strict=False):
            if not cell.anything:
                problems = list(self._parsed(cell, "unary", rule.index, column.label or column.id))
                yield from problems
                if all(problem.severity != "error" for problem in problems):
                    yield from self._never(cell, column, rule)
                    yield from self._unquoted(cell, column.type, column.label or column.id, rule)
        for cell, output in zip(rule.outputs, table.outputs, strict=False):
            name = output.label or output.name
            if cell.text in ("", "-"):
                continue
            problems = list(self._parsed(cell, "expression", rule.index, name))
            yield from problems
            if any(problem.severity == "error" for problem in problems):
                continue
            yield from self._unquoted(cell, output.type, name, rule)
            known, value = _constant(cell)
            if known and not decision_types.fits(value, output.type):
                yield self._finding(
                    "error", "decision_cell_type", cell.line, row=rule.index, text=cell.text, type=output.type
                )
            elif known and output.values and not _meets(output.values, value):
                yield self._finding(
                    "error", "decision_cell_value", cell.line, row=rule.index, text=cell.text, column=name
                )

    def _parsed(self, cell: Cell, mode: Mode, row: int, column: str) -> Iterator[Finding]:
        try:
            compiled = feel.compile(cell.text, mode)
        except feel.FeelSyntax as error:
            where = {"row": row or "—", "column": column or "—", "text": cell.text, "why": str(error)}
            yield self._finding(
                "error", "decision_cell", cell.line, **{**error.params, **where, "why_code": error.code}
            )
            return
        if compiled.juel:
            spellings = " ".join(compiled.juel)
            yield self._finding("info", "decision_juel", cell.line, row=row or "—", text=cell.text, spellings=spellings)

    def _never(self, cell: Cell, column: Input, rule: Rule) -> Iterator[Finding]:
        """A value in a cell that its column's type excludes: no input can be that."""
        if not column.type or not decidable(cell):
            return
        for literal in literals(cell.text):
            if not decision_types.comparable(literal, column.type):
                shown = {"row": rule.index, "text": cell.text, "type": column.type}
                yield self._finding("warning", "decision_cell_never", cell.line, column=column.label, **shown)
                return

    def _unquoted(self, cell: Cell, type_ref: str, column: str, rule: Rule) -> Iterator[Finding]:
        """A word, or words, where texts are wanted: FEEL takes them for variables, and they would be null."""
        words = [part.strip() for part in cell.text.split(",")]
        if type_ref != "string" or not all(_NAME.fullmatch(word) for word in words):
            return
        table = self._decision.table
        inputs = {name for one in table.inputs for name in (one.expression.text, one.variable)} if table else set()
        known = inputs | set(self._decision.siblings) | {one.name for one in self._decision.siblings.values()}
        if not known.issuperset(words) and not {"null", "true", "false"} & set(words):
            shown = {"row": rule.index, "text": cell.text, "column": column}
            yield self._finding("warning", "decision_cell_unquoted", cell.line, **shown)

    def coverage(self, table: Table) -> Iterator[Finding]:
        """Rules of a UNIQUE table that meet, of an ANY table that meet and differ; an input that no rule matches."""
        one_row = table.hit_policy in ONE_ROW
        if not table.inputs or not table.rules or not one_row:
            return
        try:
            regions = decision_regions.Regions.of(table)
            if table.hit_policy in ("UNIQUE", "ANY"):
                yield from self._overlaps(table, regions)
            if not any(output.default for output in table.outputs):
                yield from self._gap(table, regions)
        except (decision_regions.TooLarge, LimitStruck):  # more than can be told in the time there is
            yield self._finding("info", "decision_unchecked", table.line)

    def _overlaps(self, table: Table, regions: decision_regions.Regions) -> Iterator[Finding]:
        unique = table.hit_policy == "UNIQUE"
        pairs = (
            pair
            for pair in islice(regions.overlaps(), _MOST_LOOKED_AT)
            if unique or [cell.text for cell in pair[0].outputs] != [cell.text for cell in pair[1].outputs]
        )
        for one, other in islice(pairs, _MOST_PAIRS):
            rows = {"first": one.index, "second": other.index, "policy": table.hit_policy}
            yield self._finding("warning", "decision_overlap", other.line, **rows)

    def _gap(self, table: Table, regions: decision_regions.Regions) -> Iterator[Finding]:
        missing = regions.gap()
        if missing is not None:
            labels = [column.label or column.expression.text for column in table.inputs]
            shown = "; ".join(f"{label}: {value}" for label, value in zip(labels, missing, strict=True))
            yield self._finding("warning", "decision_gap", table.line, example=shown)


def _cyclic(file: DecisionFile) -> dict[str, tuple[str, ...]]:
    """Circles of requirements within the file, each by one of its decisions: the way from it back to it."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for start in file.decisions:
        path: dict[str, None] = {}
        waiting: list[Iterator[str]] = [iter((start.id,))]
        while waiting:
            id = next(waiting[-1], None)
            if id is None:
                waiting.pop()
                if path:
                    seen.add(path.popitem()[0])
            elif id in path:
                if id not in found and len(found) < _MOST_PAIRS:
                    ids = list(path)
                    found[id] = (*ids[ids.index(id) :], id)
            elif id not in seen and id in start.siblings:
                path[id] = None
                waiting.append(iter([need.decision for need in start.siblings[id].requirements if need.here]))
    return found


def _read(cell: Cell) -> frozenset[str]:
    for mode in get_args(Mode):
        try:
            return feel.compile(cell.text, mode).names
        except feel.FeelSyntax:  # the other kind of text, or told of the cell itself
            continue
    return frozenset()


def _constant(cell: Cell) -> tuple[bool, object]:
    """(whether the cell reads nothing and calls nothing, its value then)."""
    compiled = feel.compile(cell.text)
    if compiled.names or compiled.item_names or compiled.functions:
        return False, None
    try:
        return True, compiled.evaluate({}, Nowhere())
    except SapaError:
        return False, None


def _meets(test: Cell, value: object) -> bool:
    try:
        compiled = feel.compile(test.text, "unary")
    except feel.FeelSyntax:  # told of the column itself
        return True
    if compiled.names or compiled.functions:
        return True
    return value is None or compiled.evaluate({}, Nowhere(), value) is True
