"""Keeps expressions from knowing functions of numbers (DMN 1.3 §10.3.4.5), in JavaScript's arithmetic."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from engine.feel import numbers
from engine.feel.builtins.registry import builtin
from engine.feel.kinds import MISSING
from engine.feel.limits import Run
from engine.feel.numbers import Number, double, power, scaled, whole
from engine.values import Months, Value


@builtin("decimal", "n: number", "scale: number")
def decimal(run: Run, n: Number, scale: Number) -> Value:
    return scaled(numbers.bankers_round, n, scale)


def _at_scale(function: Any, n: Number, scale: Any) -> Value:
    if scale is None:
        return None
    factor = power(10, 0 if scale is MISSING else scale)
    return whole(double(function(double(n * factor))) / factor) if factor else math.nan


@builtin("floor", "n: number", "scale: number?")
def floor(run: Run, n: Number, scale: Any) -> Value:
    return _at_scale(numbers.floor, n, scale)


@builtin("ceiling", "n: number", "scale: number?")
def ceiling(run: Run, n: Number, scale: Any) -> Value:
    return _at_scale(numbers.ceiling, n, scale)


@builtin("abs", "n: any")
def absolute(run: Run, n: Value) -> Value:
    if isinstance(n, Months):
        return Months(abs(n.count))
    if isinstance(n, (int, float, timedelta)) and not isinstance(n, bool):
        return abs(n)
    return None


@builtin("round up", "n: number", "scale: number")
def round_up(run: Run, n: Number, scale: Number) -> Value:
    return scaled(numbers.ceiling if n > 0 else numbers.floor, n, scale)


@builtin("round down", "n: number", "scale: number")
def round_down(run: Run, n: Number, scale: Number) -> Value:
    return scaled(numbers.floor if n > 0 else numbers.ceiling, n, scale)


def _at_half(n: Number, scale: Number) -> bool:
    shifted = n * power(10, scale)
    return math.isfinite(shifted) and abs(math.fmod(shifted, 1)) == 0.5


@builtin("round half up", "n: number", "scale: number")
def round_half_up(run: Run, n: Number, scale: Number) -> Value:
    """Halves go away from zero."""
    if _at_half(n, scale):
        return scaled(numbers.ceiling if n > 0 else numbers.floor, n, scale)
    return scaled(numbers.js_round, n, scale)


@builtin("round half down", "n: number", "scale: number")
def round_half_down(run: Run, n: Number, scale: Number) -> Value:
    """Halves go towards zero."""
    if _at_half(n, scale):
        return scaled(numbers.floor if n > 0 else numbers.ceiling, n, scale)
    return scaled(numbers.js_round, n, scale)


@builtin("modulo", "dividend: number", "divisor: number")
def modulo(run: Run, dividend: Number, divisor: Number) -> Value:
    """The result has the divisor's sign; beyond nine decimals it is rounded, as feelin does."""
    if not divisor or math.isnan(divisor):
        return None
    if math.isinf(dividend) or math.isnan(dividend):
        return math.nan
    remainder = math.fmod(math.fmod(dividend, divisor) + divisor, divisor)
    return whole(numbers.js_round(remainder * 1_000_000_000) / 1_000_000_000)


@builtin("sqrt", "number: number")
def sqrt(run: Run, n: Number) -> Value:
    return None if n < 0 else whole(math.sqrt(n))


@builtin("log", "number: number")
def log(run: Run, n: Number) -> Value:
    return None if n <= 0 else whole(math.log(n))


@builtin("exp", "number: number")
def exp(run: Run, n: Number) -> Value:
    try:
        return whole(math.exp(n))
    except OverflowError:
        return math.inf


@builtin("odd", "number: number")
def odd(run: Run, n: Number) -> Value:
    return math.isfinite(n) and abs(n) % 2 == 1


@builtin("even", "number: number")
def even(run: Run, n: Number) -> Value:
    return math.isfinite(n) and abs(n) % 2 == 0
