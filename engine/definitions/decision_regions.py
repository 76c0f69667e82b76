"""Keeps the checks of tables from knowing how cells are compared without data: as sets of regions of a column.

A column's boundary values cut its domain: below the first, exactly it, between it and the next, … For ``[1..5]`` and
``> 5`` the regions are <1, 1, 1–5, 5, >5. A cell is the set of regions it accepts, found by asking its compiled unary
test about one value of each region. Cells that read variables or call functions are not decidable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cmp_to_key
from typing import Any

from engine import feel
from engine.definitions.decision_model import Cell, Input, Rule, Table
from engine.feel.kinds import compare, kind
from engine.feel.tree import Node, parse
from engine.values import Value

_LITERALS = ("NumericLiteral", "StringLiteral", "BooleanLiteral", "DateTimeLiteral")
_OTHER_TEXT = "\uffff other"
_MOST_COMBINATIONS = 20_000


class Nowhere:
    """The world of a constant: nothing can be asked."""

    now = datetime(2026, 1, 1, tzinfo=UTC)

    def ask(self, question: str, /, **args: Value) -> Value:
        raise LookupError(question)


@dataclass(frozen=True, slots=True)
class Column:
    """One input's regions, each by a value in it and how to say it."""

    probes: tuple[Value, ...]
    labels: tuple[str, ...]


def decidable(cell: Cell) -> bool:
    """Whether what the cell accepts depends on its input alone and is made of plain values."""
    if cell.anything:
        return True
    compiled = feel.compile(cell.text, "unary")
    plain_calls = compiled.functions <= {"not"}
    return not compiled.names and not compiled.item_names and plain_calls and "?" not in cell.text


def column(table: Table, index: int) -> Column | None:
    """None when a cell of the column is not decidable or its values are of different kinds."""
    cells = [rule.inputs[index] for rule in table.rules]
    if not all(decidable(cell) for cell in cells):
        return None
    given = table.inputs[index]
    values = _boundaries([cell.text for cell in cells if not cell.anything])
    kinds = {kind(value) for value in values}
    allowed = given.allowed
    if kinds <= {"boolean"} and (kinds or given.type == "boolean"):
        return Column((True, False), ("true", "false"))
    if len(kinds) > 1:
        return None
    if allowed is not None and decidable(allowed):
        values = _boundaries([allowed.text], values)
    regions = list(_regions(values, given))
    if allowed is not None and decidable(allowed):
        test = feel.compile(allowed.text, "unary")
        regions = [region for region in regions if test.evaluate({}, Nowhere(), region[0])]
    return Column(tuple(value for value, _ in regions), tuple(label for _, label in regions))


def accepted(cell: Cell, parts: Column) -> frozenset[int]:
    """The regions a decidable cell accepts."""
    if cell.anything:
        return frozenset(range(len(parts.probes)))
    test = feel.compile(cell.text, "unary")
    return frozenset(n for n, probe in enumerate(parts.probes) if test.evaluate({}, Nowhere(), probe))


def _boundaries(texts: list[str], known: list[Value] | None = None) -> list[Value]:
    found = list(known or [])
    for text in texts:
        for literal in _literals(parse(text, "unary")):
            value = feel.compile(_source(literal, text)).evaluate({}, Nowhere())
            if value is not None and not any(compare(value, one) == 0 or value is one for one in found):
                found.append(value)
    if found and kind(found[0]) != "boolean" and len({kind(value) for value in found}) == 1:
        found.sort(key=cmp_to_key(lambda a, b: compare(a, b) or 0))
    return found


def _literals(node: Node) -> Iterator[Node]:
    if node.name in _LITERALS:
        yield node
    else:
        for child in node.children:
            yield from _literals(child)


def _source(node: Node, text: str) -> str:
    """The text of a literal; of ``date("…")`` up to its closing parenthesis."""
    if node.text:
        return node.text
    last = node
    while last.children:
        last = last.children[-1]
    return text[node.at : last.at + len(last.text)]


def _regions(values: list[Value], given: Input) -> Iterator[tuple[Value, str]]:
    """(a value of the region, how to say the region), in order."""
    if not values:
        yield _OTHER_TEXT, "…"
        return
    if isinstance(values[0], str):
        for value in values:
            yield value, f'"{value}"'
        yield _OTHER_TEXT, "…"
        return
    whole = given.type.lower() in ("integer", "long")
    before = _step(values[0], -1)
    if before is not None:
        yield before, f"< {values[0]}"
    for index, value in enumerate(values):
        yield value, str(value)
        if index + 1 < len(values):
            middle = _between(value, values[index + 1], whole)
            if middle is not None:
                yield middle, f"({value}..{values[index + 1]})"
    after = _step(values[-1], 1)
    if after is not None:
        yield after, f"> {values[-1]}"


def _step(value: Any, sign: int) -> Value:
    try:
        if isinstance(value, (int, float)):
            return value + sign
        if isinstance(value, (date, timedelta)):
            return value + timedelta(days=sign)
    except OverflowError:
        return None
    return None


def _between(low: Any, high: Any, whole: bool) -> Value:
    if isinstance(low, (int, float)):
        if whole:
            return low + 1 if high - low > 1 else None
        return low + (high - low) / 2
    if isinstance(low, date) and not isinstance(low, datetime):
        return low + timedelta(days=1) if (high - low).days > 1 else None
    if isinstance(low, (datetime, timedelta)):
        return low + (high - low) / 2
    return None


def overlaps(table: Table) -> Iterator[tuple[Rule, Rule]]:
    """Pairs of rules that some input can match both, as far as every cell of both is decidable."""
    columns = [column(table, index) for index in range(len(table.inputs))]
    sets = _sets(table, columns)
    for first, one in enumerate(sets):
        for second in range(first + 1, len(sets)):
            if _meet(one, sets[second]):
                yield table.rules[first], table.rules[second]


def _sets(table: Table, columns: list[Column | None]) -> list[list[frozenset[int] | None]]:
    """For each rule and column the regions accepted; None where the column is not decidable."""
    return [
        [
            None if parts is None else accepted(rule.inputs[index], parts)
            for index, parts in enumerate(columns)
        ]
        for rule in table.rules
    ]  # fmt: skip


def _meet(a: list[frozenset[int] | None], b: list[frozenset[int] | None]) -> bool:
    return all(x is not None and y is not None and bool(x & y) for x, y in zip(a, b, strict=True))


def gap(table: Table) -> list[str] | None:
    """One combination of inputs that no rule matches, in words; None when there is none or it cannot be decided."""
    columns = [column(table, index) for index in range(len(table.inputs))]
    known = [parts for parts in columns if parts is not None]
    if len(known) != len(columns) or not known:
        return None
    combinations = 1
    for parts in known:
        combinations *= len(parts.probes)
    if combinations > _MOST_COMBINATIONS:
        return None
    rules = [[accepted(cell, parts) for cell, parts in zip(rule.inputs, known, strict=True)] for rule in table.rules]
    found = _uncovered(rules, [len(parts.probes) for parts in known], [])
    return None if found is None else [parts.labels[n] for parts, n in zip(known, found, strict=True)]


def _uncovered(rules: list[list[frozenset[int]]], sizes: list[int], chosen: list[int]) -> list[int] | None:
    """Depth first, keeping only the rules that still fit what has been chosen."""
    depth = len(chosen)
    if depth == len(sizes):
        return None if rules else chosen
    if not rules:
        return [*chosen, *([0] * (len(sizes) - depth))]
    for region in range(sizes[depth]):
        left = [rule for rule in rules if region in rule[depth]]
        found = _uncovered(left, sizes, [*chosen, region])
        if found is not None:
            return found
    return None
