"""Keeps expressions from knowing functions of lists and sorting (DMN 1.3 §10.3.4.4, §10.3.4.9).

``min`` and ``max`` take dates, texts and durations too (feelin: numbers only), and elements are found by FEEL equality
(feelin looks for the same object, so never finds a date).
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine.feel.builtins.registry import builtin
from engine.feel.builtins.texts import slice_bounds
from engine.feel.kinds import MISSING, Function, compare, equals, kind
from engine.feel.limits import Run
from engine.feel.numbers import Number, double, text_of, whole
from engine.values import Value

_SCALARS = (str, int, float, bool, type(None))


def _same(a: Value, b: Value) -> bool:
    """As elements of a list are found: kinds must agree, and a list is not its only element."""
    return kind(a) == kind(b) and (isinstance(a, list) == isinstance(b, list)) and equals(a, b) is True


@builtin("list contains", "list: list", "element: any?")
def list_contains(run: Run, items: Sequence[Value], element: Any) -> Value:
    run.spend(len(items))
    return element is not MISSING and any(_same(item, element) for item in items)


@builtin("list replace", "list: list", "position: any?", "newItem: any", "match: function?")
def list_replace(run: Run, items: Sequence[Value], position: Any, new: Value, match: Any) -> Value:
    run.spend(len(items))
    by = position if position is not MISSING and position else match
    if isinstance(by, Function):
        return [new if by.invoke(item, new) not in (None, False, 0, "") else item for item in items]
    at = _index(items, by)
    return None if at is None else [*items[:at], new, *items[at + 1 :]]


def _index(items: Sequence[Value], position: Any) -> int | None:
    """Where a position (1 is the first element, -1 the last) lies; None when there is no element."""
    if not isinstance(position, (int, float)) or isinstance(position, bool) or position != position // 1:
        return None
    at = int(position) - 1 if position > 0 else len(items) + int(position)
    return at if position and 0 <= at < len(items) else None


@builtin("count", "list: list")
def count(run: Run, items: Sequence[Value]) -> Value:
    return len(items)


def _extreme(run: Run, items: list[Any], side: int) -> Value:
    best = items[0] if items else None
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            return None
        if order == side:
            best = item
    return best if compare(best, best) is not None else None


@builtin("min", "...list: any", each="any")
def minimum(run: Run, items: list[Any]) -> Value:
    return _extreme(run, items, -1)


@builtin("max", "...list: any", each="any")
def maximum(run: Run, items: list[Any]) -> Value:
    return _extreme(run, items, 1)


def total(items: list[Any]) -> Number:
    result: Number = 0
    for item in items:
        result = double(result + item)
    return result


@builtin("sum", "...list: number", each="number")
def summed(run: Run, items: list[Any]) -> Value:
    return total(_single(items)) if items else None


@builtin("mean", "...list: number", each="number")
def mean(run: Run, items: list[Any]) -> Value:
    return whole(total(_single(items)) / len(items)) if items else None


def _single(items: list[Any]) -> list[Any]:
    """One-element lists among numbers stand for their element."""
    return [item[0] if isinstance(item, (list, tuple)) else item for item in items]


def _truth(items: list[Any], decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    return None if any(not isinstance(item, bool) for item in items) else not decisive


@builtin("all", "...list: any?", each="any?")
def all_true(run: Run, items: list[Any]) -> Value:
    return _truth(items, False)


@builtin("any", "...list: any?", each="any?")
def any_true(run: Run, items: list[Any]) -> Value:
    return _truth(items, True)


@builtin("sublist", "list: list", "start: number", "length: number?")
def sublist(run: Run, items: Sequence[Value], start: Any, length: Any) -> Value:
    if start == 0 or (length is not MISSING and length is not None and length < 0):
        return None
    first, last = slice_bounds(len(items), start, length)
    return list(items[first:last])


@builtin("append", "list: list", "...item: any?")
def append(run: Run, items: Sequence[Value], *more: Any) -> Value:
    """Each argument is one new element, a list too (feelin takes lists apart, as ``concatenate`` does)."""
    made = [*items, *(item for item in more if item is not MISSING)]
    run.sized(made)
    return made


@builtin("concatenate", "...list: any")
def concatenate(run: Run, *lists: Any) -> Value:
    made: list[Value] = []
    for one in lists:
        if isinstance(one, (list, tuple)):
            made.extend(one)
        else:
            made.append(one)
    run.sized(made)
    return made


@builtin("insert before", "list: list", "position: number", "newItem: any?")
def insert_before(run: Run, items: Sequence[Value], position: Any, new: Any) -> Value:
    at = len(items) if position == len(items) + 1 else _index(items, position)
    if at is None:
        return None
    made = [*items[:at], None if new is MISSING else new, *items[at:]]
    run.sized(made)
    return made


@builtin("remove", "list: list", "position: number")
def remove(run: Run, items: Sequence[Value], position: Any) -> Value:
    run.spend(len(items))
    at = _index(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


@builtin("reverse", "list: list")
def reverse(run: Run, items: Sequence[Value]) -> Value:
    run.spend(len(items))
    return list(reversed(items))


@builtin("index of", "list: list", "match: any")
def index_of(run: Run, items: Sequence[Value], match: Value) -> Value:
    run.spend(len(items))
    return [index + 1 for index, item in enumerate(items) if _same(item, match)]


def _distinct(run: Run, lists: Sequence[Any]) -> list[Value]:
    made: list[Value] = []
    scalars: set[tuple[str, Any]] = set()
    others: list[Value] = []
    for item in (item for one in lists for item in one):
        if isinstance(item, _SCALARS):
            key = (kind(item), item)
            if key in scalars or any(equals(item, other) is True for other in others):
                continue
            scalars.add(key)
        else:
            run.spend(len(made))
            if any(equals(item, known) is True for known in made):
                continue
            others.append(item)
        made.append(item)
    run.sized(made)
    return made


@builtin("union", "...list: list", each="list")
def union(run: Run, lists: list[Any]) -> Value:
    return _distinct(run, [one if isinstance(one, (list, tuple)) else [one] for one in lists])


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: Sequence[Value]) -> Value:
    return _distinct(run, [items])


@builtin("flatten", "list: list")
def flatten(run: Run, items: Sequence[Value]) -> Value:
    made: list[Value] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        run.spend(1)
        if isinstance(item, (list, tuple)):
            waiting.extend(reversed(item))
        else:
            made.append(item)
    run.sized(made)
    return made


@builtin("product", "...list: number", each="number")
def product(run: Run, items: list[Any]) -> Value:
    result: Number = 1
    for item in _single(items):
        result = double(result * item)
    return result if items else None


@builtin("median", "...list: number", each="number")
def median(run: Run, items: list[Any]) -> Value:
    """By value; feelin sorts numbers as texts."""
    if not items:
        return None
    ordered = sorted(_single(items))
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else whole(double(ordered[middle - 1] + ordered[middle]) / 2)


@builtin("stddev", "...list: number", each="number")
def stddev(run: Run, items: list[Any]) -> Value:
    """Of a sample."""
    if len(items) < 2:
        return None
    numbers = _single(items)
    average = total(numbers) / len(numbers)
    return whole(math.sqrt(total([(number - average) ** 2 for number in numbers]) / (len(numbers) - 1)))


@builtin("mode", "...list: number", each="number")
def mode(run: Run, items: list[Any]) -> Value:
    """The most frequent numbers, in ascending order (DMN 1.3 Table 76)."""
    counted = Counter(_single(items))
    most = max(counted.values(), default=0)
    return sorted((number for number, times in counted.items() if times == most), key=lambda n: (n, text_of(n)))


@builtin("sort", "list: list", "precedes: function")
def sort(run: Run, items: Sequence[Value], precedes: Function) -> Value:
    """Stable: what neither precedes the other keeps its order."""

    def order(a: Value, b: Value) -> int:
        run.spend(1)
        if precedes.invoke(a, b) is True:
            return -1
        return 1 if precedes.invoke(b, a) is True else 0

    return sorted(items, key=functools.cmp_to_key(order))
