"""Keeps deployment from knowing what can be wrong with a decision before it ever runs: findings, all at once."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.definitions import decision_regions, decision_types
from engine.definitions.decision_model import Cell, Decision, DecisionFile, LiteralExpression, Rule, Table
from engine.definitions.model import Finding
from engine.errors import SapaError
from engine.feel.tree import Mode

_MOST_PAIRS = 20


def check_file(file: DecisionFile) -> list[Finding]:
    """What the reader found and what every decision's own check finds."""
    found = list(file.findings)
    broken = any(finding.severity == "error" for finding in found)
    for decision in file.decisions:
        found += check_table(decision) if not broken else list(_Check(decision).expressions())
    return found


def check_table(decision: Decision) -> list[Finding]:
    """Findings about one decision (a table or a literal expression): its shape, its cells, overlaps and gaps."""
    check = _Check(decision)
    found = [*check.requirements(), *check.shape(), *check.expressions()]
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
        if _cyclic(d):
            yield self._finding("error", "decision_cycle", d.line, decision=d.id, path=d.id)

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

    def _rule(self, table: Table, rule: Rule) -> Iterator[Finding]:
        for cell, column in zip(rule.inputs, table.inputs, strict=False):
            if not cell.anything:
                yield from self._parsed(cell, "unary", rule.index, column.label or column.id)
        for cell, output in zip(rule.outputs, table.outputs, strict=False):
            name = output.label or output.name
            if cell.text in ("", "-"):
                continue
            problems = list(self._parsed(cell, "expression", rule.index, name))
            yield from problems
            if any(problem.severity == "error" for problem in problems):
                continue
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
            yield self._finding("error", "decision_cell", cell.line, **where)
            return
        if compiled.juel:
            spellings = " ".join(compiled.juel)
            yield self._finding("info", "decision_juel", cell.line, row=row or "—", text=cell.text, spellings=spellings)

    def coverage(self, table: Table) -> Iterator[Finding]:
        """Rules of a UNIQUE table that meet, of an ANY table that meet and differ; an input that no rule matches."""
        if table.hit_policy in ("UNIQUE", "ANY") and table.inputs:
            pairs = [
                (one, other)
                for one, other in decision_regions.overlaps(table)
                if table.hit_policy == "UNIQUE" or [c.text for c in one.outputs] != [c.text for c in other.outputs]
            ]
            for one, other in pairs[:_MOST_PAIRS]:
                yield self._finding(
                    "warning",
                    "decision_overlap",
                    other.line,
                    first=one.index,
                    second=other.index,
                    policy=table.hit_policy,
                )
        if table.inputs and not any(output.default for output in table.outputs) and table.hit_policy != "COLLECT":
            missing = decision_regions.gap(table)
            if missing is not None:
                labels = [column.label or column.expression.text for column in table.inputs]
                shown = "; ".join(f"{label}: {value}" for label, value in zip(labels, missing, strict=True))
                yield self._finding("info", "decision_gap", table.line, example=shown)


def _cyclic(start: Decision) -> bool:
    """Whether the decision needs itself, by way of others in its file."""
    seen: set[str] = set()
    waiting = [requirement.decision for requirement in start.requirements if requirement.here]
    while waiting:
        id = waiting.pop()
        if id == start.id:
            return True
        if id not in seen and id in start.siblings:
            seen.add(id)
            waiting += [requirement.decision for requirement in start.siblings[id].requirements if requirement.here]
    return False


def _constant(cell: Cell) -> tuple[bool, object]:
    """(whether the cell reads nothing and calls nothing, its value then)."""
    compiled = feel.compile(cell.text)
    if compiled.names or compiled.item_names or compiled.functions:
        return False, None
    try:
        return True, compiled.evaluate({}, decision_regions.Nowhere())
    except SapaError:
        return False, None


def _meets(test: Cell, value: object) -> bool:
    try:
        compiled = feel.compile(test.text, "unary")
    except feel.FeelSyntax:  # told of the column itself
        return True
    if compiled.names or compiled.functions:
        return True
    return value is None or compiled.evaluate({}, decision_regions.Nowhere(), value) is True
