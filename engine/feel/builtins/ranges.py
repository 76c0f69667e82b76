"""Keeps expressions from knowing functions of ranges (DMN 1.3 §10.3.4.7): Allen's relations of points and ranges.

Each takes points, ranges, or one of each where that makes sense; null where the bounds have no order or are not there.
"""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.registry import builtin
from engine.feel.kinds import Range, compare, equals, within
from engine.feel.limits import Run
from engine.values import Value


def _before(a: Any, b: Any) -> bool | None:
    """Whether all of ``a`` lies before all of ``b``; None when the two have no order."""
    first, first_in = (a.end, a.end_included) if isinstance(a, Range) else (a, True)
    last, last_in = (b.start, b.start_included) if isinstance(b, Range) else (b, True)
    order = compare(first, last)
    if order is None:
        return None
    return order < 0 or (order == 0 and not (first_in and last_in))


@builtin("before", "a: any", "b: any")
def before(run: Run, a: Value, b: Value) -> Value:
    return _before(a, b)


@builtin("after", "a: any", "b: any")
def after(run: Run, a: Value, b: Value) -> Value:
    return _before(b, a)


def _meets(a: Range, b: Range) -> bool | None:
    order = compare(a.end, b.start)
    return None if order is None else order == 0 and a.end_included and b.start_included


@builtin("meets", "range1: range", "range2: range")
def meets(run: Run, a: Range, b: Range) -> Value:
    return _meets(a, b)


@builtin("met by", "range1: range", "range2: range")
def met_by(run: Run, a: Range, b: Range) -> Value:
    return _meets(b, a)


def _overlap(a: Range, b: Range) -> bool | None:
    apart = (_before(a, b), _before(b, a))
    return None if None in apart else not any(apart)


@builtin("overlaps", "range1: range", "range2: range")
def overlaps(run: Run, a: Range, b: Range) -> Value:
    return _overlap(a, b)


def _start_order(a: Range, b: Range) -> int | None:
    """Which range begins first: -1, 0 or 1. Of two with the same start the one that holds it."""
    order = compare(a.start, b.start)
    return order if order != 0 else int(b.start_included) - int(a.start_included)


def _end_order(a: Range, b: Range) -> int | None:
    """Which range ends first: -1, 0 or 1. Of two with the same end the one that does not hold it."""
    order = compare(a.end, b.end)
    return order if order != 0 else int(a.end_included) - int(b.end_included)


def _overlaps_before(a: Range, b: Range) -> bool | None:
    together, start, end = _overlap(a, b), _start_order(a, b), _end_order(a, b)
    if together is None or start is None or end is None:
        return None
    return together and start < 0 and end <= 0


@builtin("overlaps before", "range1: range", "range2: range")
def overlaps_before(run: Run, a: Range, b: Range) -> Value:
    return _overlaps_before(a, b)


@builtin("overlaps after", "range1: range", "range2: range")
def overlaps_after(run: Run, a: Range, b: Range) -> Value:
    return _overlaps_before(b, a)


def _is_bound(point: Value, bound: Value, included: bool) -> bool | None:
    order = compare(point, bound)
    return None if order is None else order == 0 and included


def _finishes(a: Any, b: Range) -> bool | None:
    if not isinstance(a, Range):
        return _is_bound(a, b.end, b.end_included)
    start, end = _start_order(a, b), _end_order(a, b)
    return None if start is None or end is None else start >= 0 and end == 0


@builtin("finishes", "a: any", "range: range")
def finishes(run: Run, a: Value, b: Range) -> Value:
    return _finishes(a, b)


@builtin("finished by", "range: range", "a: any")
def finished_by(run: Run, a: Range, b: Value) -> Value:
    return _finishes(b, a)


def _starts(a: Any, b: Range) -> bool | None:
    if not isinstance(a, Range):
        return _is_bound(a, b.start, b.start_included)
    start, end = _start_order(a, b), _end_order(a, b)
    return None if start is None or end is None else start == 0 and end <= 0


@builtin("starts", "a: any", "range: range")
def starts(run: Run, a: Value, b: Range) -> Value:
    return _starts(a, b)


@builtin("started by", "range: range", "a: any")
def started_by(run: Run, a: Range, b: Value) -> Value:
    return _starts(b, a)


@builtin("includes", "range: range", "a: any")
def includes(run: Run, span: Range, value: Value) -> Value:
    return within(span, value)


@builtin("during", "a: any", "range: range")
def during(run: Run, value: Value, span: Range) -> Value:
    return within(span, value)


@builtin("coincides", "a: any", "b: any")
def coincides(run: Run, a: Any, b: Any) -> Value:
    if isinstance(a, Range) is not isinstance(b, Range):
        return None
    return equals(a, b)
