"""Keeps expressions from knowing that FEEL's numbers are doubles: ints stay ints while a double holds them exactly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

Number = int | float
_EXACT = 2**53


def double(value: Number) -> Number:
    """An int beyond a double's exact range becomes the double nearest to it."""
    if isinstance(value, int) and not -_EXACT <= value <= _EXACT:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value


def power(base: Number, exponent: Number) -> Number:
    """Math.pow: NaN outside the reals, infinite beyond the doubles."""
    try:
        if float(base) in (1.0, -1.0) and math.isinf(exponent):
            return math.nan  # JavaScript's choice, C's is 1
        if base == 1 and math.isnan(exponent):
            return math.nan
        return whole(math.pow(base, exponent))
    except OverflowError:
        negative = base < 0 and exponent % 2 == 1
        return -math.inf if negative else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def whole(value: float) -> Number:
    """A double that is a whole number as int, so that it indexes and prints as one."""
    return int(value) if math.isfinite(value) and value.is_integer() and abs(value) < _EXACT else value


def text_of(value: Number) -> str:
    """As JavaScript writes a number (ECMA-262 Number::toString, base 10)."""
    value = whole(value) if isinstance(value, float) else value
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    point = len(figures) + int(exponent)
    if 0 < point <= 21:
        body = figures.ljust(point, "0") if point >= len(figures) else f"{figures[:point]}.{figures[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + figures
    else:
        mantissa = figures[0] + ("." + figures[1:] if len(figures) > 1 else "")
        body = f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return "-" * sign + body


def js_round(value: float) -> Number:
    """Math.round: halves go up, towards plus infinity."""
    if not math.isfinite(value):
        return value
    floor = math.floor(value)
    return floor + 1 if value - floor >= 0.5 else floor


def bankers_round(value: float) -> Number:
    """Halves go to the even neighbour."""
    if not math.isfinite(value):
        return value
    floor = math.floor(value)
    if value - floor == 0.5:
        return floor if floor % 2 == 0 else floor + 1
    return js_round(value)


def floor(value: float) -> Number:
    return math.floor(value) if math.isfinite(value) else value


def ceiling(value: float) -> Number:
    return math.ceil(value) if math.isfinite(value) else value


def scaled(function: Callable[[float], Number], value: Number, scale: Number) -> Number:
    """Round at ``scale`` decimal places; the value itself when that has no result."""
    factor = power(10, scale)
    try:
        result = double(function(double(value * factor))) / factor
    except (ZeroDivisionError, OverflowError):
        return value
    return value if math.isnan(result) else whole(result)


_WRITTEN = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def parse(text: str) -> Number | None:
    """The number a text writes in decimal, blanks around it or not; None when it writes none."""
    return whole(float(text)) if _WRITTEN.fullmatch(text) else None
