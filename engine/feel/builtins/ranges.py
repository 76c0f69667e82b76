"""Keeps expressions from knowing functions of ranges (DMN 1.3 §10.3.4.7), as far as feelin has them."""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.registry import builtin
from engine.feel.kinds import Range, compare, within
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


@builtin("overlaps", "range1: range", "range2: range")
def overlaps(run: Run, a: Range, b: Range) -> Value:
    apart = (_before(a, b), _before(b, a))
    return None if None in apart else not any(apart)


@builtin("includes", "range: range", "value: any")
def includes(run: Run, span: Range, value: Value) -> Value:
    return within(span, value)
