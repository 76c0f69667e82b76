"""Keeps the checks of tables from knowing how cells are compared without data: as sets of regions of their column.

A column's boundary values cut its domain: below the first, exactly it, between it and the next, … For ``[1..5]`` and
``> 5`` the regions are <1, 1, 1–5, 5, >5. A cell is the set of regions it accepts, found by asking its compiled unary
test about one value of each region. Cells that read variables or call functions are not decidable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cmp_to_key, reduce
from operator import or_
from typing import Any

from engine import feel
from engine.definitions.decision_model import Cell, Input
from engine.feel import closures
from engine.feel.crossing import settled
from engine.feel.kinds import compare, kind
from engine.feel.limits import Run
from engine.feel.temporal import written
from engine.feel.tree import Node, parse
from engine.feel.writing import string
from engine.values import Months, Value

_LITERALS = ("NumericLiteral", "StringLiteral", "BooleanLiteral", "DateTimeLiteral")
_PLAIN = ("NumericLiteral", "StringLiteral", "BooleanLiteral")
_ORDERS = ("SimplePositiveUnaryTest", "Interval")
_OTHER_TEXT = "\uffff other"
_MOST_ASKED = 30_000
_MOST_SHOWN = 3


class Nowhere:
    """The world of a constant: nothing can be asked."""

    now = datetime(2026, 1, 1, tzinfo=UTC)

    def ask(self, question: str, /, **args: Value) -> Value:
        raise LookupError(question)


class TooLarge(Exception):
    """A column has more values than can be compared in time."""


@dataclass(frozen=True, slots=True)
class Column:
    """One input's regions, each by a value in it and how to say it, and for every cell the regions that it accepts.

    ``accepted`` is a number whose bits are the regions; None for a cell that is not decidable.
    """

    probes: tuple[Value, ...]
    labels: tuple[str, ...]
    accepted: tuple[int | None, ...]


def decidable(cell: Cell) -> bool:
    """Whether what the cell accepts depends on its input alone and is made of plain values."""
    if cell.anything:
        return True
    compiled = feel.compile(cell.text, "unary")
    plain_calls = compiled.functions <= {"not"}
    return not compiled.names and not compiled.item_names and plain_calls and "?" not in cell.text


def column(given: Input, cells: Sequence[Cell]) -> Column | None:
    """None when the decidable cells' values are of different kinds. Raises TooLarge."""
    texts = dict.fromkeys(cell.text for cell in cells if not cell.anything and decidable(cell))
    trees = [parse(text, "unary") for text in texts]
    values = _values(trees)
    allowed = given.allowed if given.allowed is not None and decidable(given.allowed) else None
    if allowed is not None and {type(value) for value in values} != {bool}:
        more = _values([parse(allowed.text, "unary")])
        values = list({(_sort(value), value): value for value in (*values, *more)}.values())
    if len({_sort(value) for value in values}) > 1:
        return None
    ordered = any(node.name in _ORDERS for tree in trees for node in _nodes(tree))
    regions = list(_regions(_ascending(values), given, ordered))
    if allowed is not None:
        test = feel.compile(allowed.text, "unary")
        regions = [region for region in regions if test.evaluate({}, Nowhere(), region[0]) is True]
    if any(node.name == "null" for tree in trees for node in _nodes(tree)):
        regions.append((None, "null"))
    probes = tuple(value for value, _ in regions)
    masks = _masks(texts, trees, probes)
    every = (1 << len(probes)) - 1
    accepted = tuple(every if cell.anything else masks.get(cell.text) for cell in cells)
    return Column(probes, tuple(label for _, label in regions), accepted)


def _masks(texts: Iterable[str], trees: list[Node], probes: tuple[Value, ...]) -> dict[str, int]:
    """The regions of each text; a list of values has theirs, anything else is asked about each region."""
    places = {(_sort(probe), probe): number for number, probe in enumerate(probes)}
    masks: dict[str, int] = {}
    asked = 0
    for text, tree in zip(texts, trees, strict=True):
        if _lists_values(tree):
            found = (places.get((_sort(value), value)) for value in _values([tree]))
            masks[text] = reduce(or_, (1 << place for place in found if place is not None), 0)
            continue
        asked += len(probes)
        if asked > _MOST_ASKED:
            raise TooLarge
        test, world = feel.compile(text, "unary"), Nowhere()
        masks[text] = sum(1 << number for number, one in enumerate(probes) if test.evaluate({}, world, one) is True)
    return masks


def _lists_values(tree: Node) -> bool:
    return all(
        tests.name == "PositiveUnaryTests" and all(test.children[0].name in _PLAIN for test in tests.children)
        for tests in tree.children
    )


def literals(text: str) -> list[Value]:
    """The values that a decidable cell is made of."""
    return _values([parse(text, "unary")])


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _sort(value: Value) -> str:
    """Values of one sort have an order, or are true and false."""
    return type(value).__name__ if kind(value) == "duration" else kind(value)


def _values(trees: Iterable[Node]) -> list[Value]:
    found: dict[tuple[str, Any], Value] = {}
    for tree in trees:
        for literal in _literals(tree):
            run = Run(Nowhere())
            value = settled(closures.build(literal)(None, run), run)
            if value is not None:
                found.setdefault((_sort(value), value), value)
    return list(found.values())


def _ascending(values: list[Value]) -> list[Value]:
    if values and isinstance(values[0], bool):
        return values
    return sorted(values, key=cmp_to_key(lambda a, b: compare(a, b) or 0))


def _literals(node: Node) -> Iterator[Node]:
    if node.name in _LITERALS:
        yield node
    else:
        for child in node.children:
            yield from _literals(child)


def _said(value: Value) -> str:
    if isinstance(value, (date, time, timedelta, Months)):
        return written(value)
    return string(value, Run(Nowhere()), True)


def _regions(values: list[Any], given: Input, ordered: bool) -> Iterator[tuple[Value, str]]:
    """(a value of the region, how to say the region), in order."""
    if any(isinstance(value, bool) for value in values) or (not values and given.type.lower() == "boolean"):
        yield from ((True, "true"), (False, "false"))
        return
    if not values:
        yield _OTHER_TEXT, "-"
        return
    if isinstance(values[0], str) and not ordered:
        yield from ((value, _said(value)) for value in values)
        named = ", ".join(_said(value) for value in values[:_MOST_SHOWN])
        yield _OTHER_TEXT, f"not({named}{', …' if len(values) > _MOST_SHOWN else ''})"
        return
    whole = given.type.lower() in ("integer", "long")
    before = _step(values[0], -1)
    if before is not None:
        yield before, f"< {_said(values[0])}"
    for index, value in enumerate(values):
        yield value, _said(value)
        if index + 1 < len(values):
            middle = _between(value, values[index + 1], whole)
            if middle is not None:
                yield middle, f"({_said(value)}..{_said(values[index + 1])})"
    after = _step(values[-1], 1)
    if after is not None:
        yield after, f"> {_said(values[-1])}"


def _step(value: Any, sign: int) -> Value:
    """A value just before or after; None when there is none."""
    try:
        if isinstance(value, (int, float)):
            return value + sign
        if isinstance(value, Months):
            return Months(value.count + sign)
        if isinstance(value, (date, timedelta)):
            return value + timedelta(days=sign)
        if isinstance(value, str):
            return value + "\u0001" if sign > 0 else "" if value else None
        return _clock(value, sign)
    except OverflowError:
        return None


def _clock(value: time, sign: int) -> time | None:
    moved = datetime.combine(date(2026, 1, 1), value) + timedelta(microseconds=sign)
    return moved.timetz() if moved.date() == date(2026, 1, 1) else None


def _between(low: Any, high: Any, whole: bool) -> Value:
    if isinstance(low, (int, float)):
        if whole:
            return low + 1 if high - low > 1 else None
        return low + (high - low) / 2
    if isinstance(low, str):
        return low + "\u0001"
    if isinstance(low, Months):
        return Months(low.count + 1) if high.count - low.count > 1 else None
    if isinstance(low, time):
        return _clock(low, 1)
    if isinstance(low, date) and not isinstance(low, datetime):
        return low + timedelta(days=1) if (high - low).days > 1 else None
    return low + (high - low) / 2
