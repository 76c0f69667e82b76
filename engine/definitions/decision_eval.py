"""Keeps the runtime from knowing hit policies: a decision and variables in, the rows that decided and outputs out.

DMN 1.3 §8.2.8 (hit policies) and §8.3 (evaluation). UNIQUE and ANY are checked every time: a table that breaks its own
promise fails and names the rows, instead of silently taking one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.definitions import decision_types
from engine.definitions.decision_model import (
    HIT_POLICIES,
    ONE_ROW,
    Cell,
    Decision,
    DecisionResult,
    Input,
    LiteralExpression,
    Output,
    Rule,
    Table,
)
from engine.errors import StepFailed
from engine.feel.builtins.lists import total
from engine.feel.kinds import compare, equals
from engine.feel.numbers import whole
from engine.feel.writing import string
from engine.values import Value

if TYPE_CHECKING:
    from engine.world import World

Resolve = Callable[[str], Decision]
Row = dict[str, Value]
_CELL_INPUT = "cellInput"


def evaluate(decision: Decision, scope: Mapping[str, Value], world: World, resolve: Resolve) -> DecisionResult:
    """The decision's result in ``scope``; required decisions of other files come from ``resolve``.

    Every required decision is evaluated once, and sees ``scope`` and the results of those it requires itself.
    Raises StepFailed: feel_failed or feel_limit of a cell, decision_not_unique, decision_any_differs,
    decision_input_type, decision_input_value, decision_output_type, decision_output_value, decision_cycle,
    decision_broken; whatever the world and resolve raise.
    """
    return _Evaluation(world, resolve).result(decision, dict(scope))


class _Evaluation:
    def __init__(self, world: World, resolve: Resolve) -> None:
        self._world = world
        self._resolve = resolve
        self._run = feel.Run(world)
        self._elsewhere: dict[str, Decision] = {}

    def result(self, decision: Decision, scope: dict[str, Value]) -> DecisionResult:
        if not decision.requirements:
            return self._decided(decision, scope)
        made: dict[int, DecisionResult] = {}
        rows: list[Row] = []
        for one, required in self._in_order(decision):
            seen = scope
            for other in required:
                seen = {**seen, **_seen(other, made[id(other)])}
            made[id(one)] = self._decided(one, seen)
            rows += made[id(one)].rows
        outcome = made[id(decision)]
        return DecisionResult(rows, outcome.outputs, outcome.value)

    def _in_order(self, top: Decision) -> list[tuple[Decision, list[Decision]]]:
        """The decision and all that it needs, each once, after those that it requires; and those. No recursion: a file
        may hold a chain of any length. Raises StepFailed (decision_cycle)."""
        order: list[tuple[Decision, list[Decision]]] = []
        done: set[int] = set()
        required = self._required(top)
        waiting = [(top, required, iter(required))]
        path = {top.id: None}
        while waiting:
            decision, required, left = waiting[-1]
            for other in left:
                if other.id in path:
                    raise StepFailed("decision_cycle", decision=other.id, path=" → ".join((*path, other.id))[-500:])
                if id(other) not in done:
                    path[other.id] = None
                    needed = self._required(other)
                    waiting.append((other, needed, iter(needed)))
                    break
            else:
                waiting.pop()
                del path[decision.id]
                done.add(id(decision))
                order.append((decision, required))
        return order

    def _required(self, decision: Decision) -> list[Decision]:
        found: list[Decision] = []
        for requirement in decision.requirements:
            one = decision.siblings.get(requirement.decision) if requirement.here else None
            if one is None:
                one = self._elsewhere.get(requirement.decision) or self._resolve(requirement.decision)
                self._elsewhere[requirement.decision] = one
            found.append(one)
        return found

    def _decided(self, decision: Decision, scope: dict[str, Value]) -> DecisionResult:
        if isinstance(decision.logic, Table):
            return self._table(decision, decision.logic, scope)
        if isinstance(decision.logic, LiteralExpression):
            value = self._value(decision, decision.logic.expression, scope)
            return DecisionResult([], [], _checked(decision, value, decision.logic.type, decision.variable))
        raise StepFailed("decision_broken", decision=decision.id, message="no logic")

    def _value(self, decision: Decision, cell: Cell, scope: Mapping[str, Value]) -> Value:
        try:
            return feel.compile(cell.text).evaluate(scope, self._world, run=self._run)
        except feel.FeelSyntax as error:
            raise error.failure("decision_broken", decision=decision.id) from None

    def _table(self, decision: Decision, table: Table, scope: dict[str, Value]) -> DecisionResult:
        if table.hit_policy not in HIT_POLICIES or not table.outputs:
            raise StepFailed("decision_broken", decision=decision.id, message=table.hit_policy)
        if any((len(r.inputs), len(r.outputs)) != (len(table.inputs), len(table.outputs)) for r in table.rules):
            raise StepFailed("decision_broken", decision=decision.id, message="cells")
        given = [(self._input(decision, column, scope), column) for column in table.inputs]
        matched = self._matching(decision, table, scope, given)
        if not matched:
            return self._without_match(decision, table, scope)
        for value, column in given:
            scope = scope | _named(column, value)
        return self._hits(decision, table, matched, scope)

    def _input(self, decision: Decision, column: Input, scope: Mapping[str, Value]) -> Value:
        """What a column compares: of its type and among its values, or null."""
        value = self._value(decision, column.expression, scope)
        if value is None:
            return None
        if isinstance(value, str) and not decision_types.fits(value, column.type):
            read = decision_types.read(value, column.type)
            value = value if read is None else read
        if isinstance(value, date):
            value = decision_types.taken(value, column.type, column.days, column.moments)
        if not decision_types.fits(value, column.type):
            reason, wanted = "decision_input_type", column.type
        elif column.allowed is not None and not self._meets(decision, column.allowed, scope, value):
            reason, wanted = "decision_input_value", column.allowed.text[:200]
        else:
            return value
        about = {"input": column.label or column.expression.text, "value": string(value, self._run, True)[:200]}
        raise StepFailed(reason, decision=decision.id, wanted=wanted, **about)

    def _matching(
        self, decision: Decision, table: Table, scope: dict[str, Value], given: list[tuple[Value, Input]]
    ) -> list[Rule]:
        scopes = [{_CELL_INPUT: value, **scope} | _named(column, value) for value, column in given]
        matched = []
        for rule in table.rules:
            for (value, _), cell, inner in zip(given, rule.inputs, scopes, strict=True):
                if not cell.anything and not self._meets(decision, cell, inner, value):
                    break
            else:
                matched.append(rule)
                if table.hit_policy == "FIRST":
                    break
        return matched

    def _meets(self, decision: Decision, cell: Cell, scope: Mapping[str, Value], value: Value) -> bool:
        try:
            return feel.compile(cell.text, "unary").evaluate(scope, self._world, value, run=self._run) is True
        except feel.FeelSyntax as error:
            raise error.failure("decision_broken", decision=decision.id) from None

    def _outputs(self, decision: Decision, table: Table, rule: Rule, scope: Mapping[str, Value]) -> Row:
        row: Row = {}
        for output, cell in zip(table.outputs, rule.outputs, strict=True):
            value = self._value(decision, cell, scope) if cell.text not in ("", "-") else None
            row[_key(decision, output)] = self._allowed(decision, output, value, scope)
        return row

    def _allowed(self, decision: Decision, output: Output, value: Value, scope: Mapping[str, Value]) -> Value:
        name = output.name or output.label
        _checked(decision, value, output.type, name)
        if value is not None and output.values is not None:
            test = feel.compile(output.values.text, "unary")
            if not test.evaluate(scope, self._world, value, run=self._run):
                params = {"output": name, "value": str(value), "allowed": output.values.text}
                raise StepFailed("decision_output_value", decision=decision.id, **params)
        return value

    def _without_match(self, decision: Decision, table: Table, scope: Mapping[str, Value]) -> DecisionResult:
        if not any(output.default for output in table.outputs):
            return DecisionResult([], [], 0 if table.aggregation == "COUNT" else None)
        row: Row = {}
        for output in table.outputs:
            default = self._value(decision, output.default, scope) if output.default else None
            row[_key(decision, output)] = self._allowed(decision, output, default, scope)
        value = _value_of(row)
        return DecisionResult([], [row], value if table.hit_policy in ONE_ROW or table.aggregation else [value])

    def _hits(self, decision: Decision, table: Table, rules: list[Rule], scope: Mapping[str, Value]) -> DecisionResult:
        policy = table.hit_policy
        if policy == "UNIQUE" and len(rules) > 1:
            raise StepFailed("decision_not_unique", decision=decision.id, rows=_listed(rules))
        made = [(rule, self._outputs(decision, table, rule, scope)) for rule in rules]
        if policy == "ANY":
            differing = [rule for rule, row in made if not _same(row, made[0][1])]
            if differing:
                raise StepFailed("decision_any_differs", decision=decision.id, rows=_listed([made[0][0], *differing]))
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            ranks = [self._rank(decision, output, scope) for output in table.outputs]
            made.sort(key=lambda pair: [rank(value) for rank, value in zip(ranks, pair[1].values(), strict=True)])
        if policy == "PRIORITY":
            made = made[:1]
        rows = [_told(decision, rule) for rule, _ in made]
        outputs = [row for _, row in (made if policy != "ANY" else made[:1])]
        if policy in ONE_ROW:
            return DecisionResult(rows, outputs, _value_of(outputs[0]))
        values = [_value_of(row) for row in outputs]
        if not table.aggregation:
            return DecisionResult(rows, outputs, values)
        total = _aggregate(decision, table.aggregation, values)
        return DecisionResult(rows, [{_key(decision, table.outputs[0]): total}], total)

    def _rank(self, decision: Decision, output: Output, scope: Mapping[str, Value]) -> Callable[[Value], int]:
        """The place of a value in the output's list of values; what is not in it comes last."""
        text = f"[{output.values.text}]" if output.values else "[]"
        ordered = self._value(decision, Cell(text, 0), scope) or []
        return lambda value: next((n for n, one in enumerate(ordered) if equals(one, value) is True), len(ordered))


def _named(column: Input, value: Value) -> dict[str, Value]:
    return {column.variable: value} if column.variable else {}


def _key(decision: Decision, output: Output) -> str:
    return output.name or decision.id


def _value_of(row: Row) -> Value:
    """A row of one output is that output; one of several is the context of them."""
    return next(iter(row.values())) if len(row) == 1 else row


def _same(a: Row, b: Row) -> bool:
    return all((a[key] is None and b[key] is None) or equals(a[key], b[key]) is True for key in a)


def _listed(rules: list[Rule]) -> str:
    return ", ".join(f"{rule.index} ({rule.id})" for rule in rules)


def _told(decision: Decision, rule: Rule) -> Row:
    return {
        "decision": decision.id,
        "rule": rule.id,
        "index": rule.index,
        "description": rule.description,
        "annotations": dict(rule.annotations),
        "clause": rule.clause,
    }


def _seen(required: Decision, outcome: DecisionResult) -> dict[str, Value]:
    """How a required decision's result is called: by its variable and its id, and as in Camunda by its outputs."""
    names: dict[str, Value] = {}
    if required.table is not None:
        for output in required.table.outputs:
            if output.name:
                column = [row.get(output.name) for row in outcome.outputs]
                single = required.table.hit_policy in ONE_ROW or bool(required.table.aggregation)
                names[output.name] = (column[0] if column else None) if single else column
    names[required.id] = outcome.value
    if required.variable:
        names[required.variable] = outcome.value
    return names


def _checked(decision: Decision, value: Value, type_ref: str, name: str) -> Value:
    if not decision_types.fits(value, type_ref):
        raise StepFailed(
            "decision_output_type", decision=decision.id, output=name, value=str(value)[:200], type=type_ref
        )
    return value


def _aggregate(decision: Decision, aggregation: str, values: list[Any]) -> Value:
    if aggregation == "COUNT":
        return len(values)
    values = [value for value in values if value is not None]
    if not values:
        return None
    if aggregation == "SUM":
        if any(not isinstance(value, (int, float)) or isinstance(value, bool) for value in values):
            raise StepFailed(
                "decision_output_type", decision=decision.id, output="SUM", value=str(values), type="number"
            )
        return whole(float(total(values)))
    best = values[0]
    for value in values[1:]:
        order = compare(value, best)
        if order is None:
            raise StepFailed(
                "decision_output_type", decision=decision.id, output=aggregation, value=str(values), type="number"
            )
        if (order < 0) if aggregation == "MIN" else (order > 0):
            best = value
    return best
