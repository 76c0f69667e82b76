"""Expressions put together by chance from every function and operator, over every kind of value: each has a value that
a variable can hold, or fails by name. Nothing else ever comes out of FEEL."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from engine import feel
from engine.errors import SapaError
from engine.feel.builtins import BUILTINS
from engine.values import Months, Value, plain
from tests.feel.world import SmallWorld

SCOPE: dict[str, Value] = {
    "a": 5, "f": 1.5, "s": "text", "y": True, "n": None, "l": [1, None, "x", [2]], "c": {"a": 1, "b": {"c": [1]}},
    "d": date(2026, 1, 31), "m": datetime(2026, 1, 1, tzinfo=UTC), "t": time(9), "u": timedelta(1), "o": Months(5),
}  # fmt: skip
LEAVES = [
    *SCOPE, "1", "-1", "0", "2.5", '"x"', '"[a-"', '""', "null", "[]", "{}", "[1..5]", "(1..2)", "1e308", '@"P1D"',
    '@"P1M"', "2 ** 60", "function(x) x", "function(x, y) x < y", "today()", "unknown",
]  # fmt: skip
SIGNS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or"]
PARTS = ["a", "b", "x", "year", "days", "months", "hour", "time offset", "start", "end included"]


class Maker:
    """Writes an expression of at most so many levels."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def write(self, levels: int) -> str:
        if levels <= 0:
            return self._chance.choice(LEAVES)
        inner = [self.write(levels - 1) for _ in range(3)]
        shapes: list[Callable[[str, str, str], str]] = [
            lambda a, b, c: f"({a} {self._chance.choice(SIGNS)} {b})",
            lambda a, b, c: f"{self._call(levels)}",
            lambda a, b, c: f"{self._call(levels)}",
            lambda a, b, c: f"({a})[{b}]",
            lambda a, b, c: f"({a})[item > {b}]",
            lambda a, b, c: f"(if {a} then {b} else {c})",
            lambda a, b, c: f"(for i in {a} return [i, {b}])",
            lambda a, b, c: f"(every i in {a} satisfies i = {b})",
            lambda a, b, c: f"({a}).{self._chance.choice(PARTS)}",
            lambda a, b, c: f"({a} in (< {b}, {c}))",
            lambda a, b, c: f"({a} between {b} and {c})",
            lambda a, b, c: f"[{a}, {b}]",
            lambda a, b, c: f"{{p: {a}, q: p = {b}}}",
            lambda a, b, c: f"-({a})",
        ]
        return self._chance.choice(shapes)(*inner)

    def _call(self, levels: int) -> str:
        name = self._chance.choice([name for name in BUILTINS if name != "@"])
        builtin = BUILTINS[name]
        most = builtin.most if builtin.most is not None else builtin.least + 2
        count = self._chance.randint(builtin.least, most)
        return f"{name}({', '.join(self.write(levels - 1) for _ in range(count))})"


@pytest.mark.parametrize("seed", range(4))
def test_any_expression_has_a_value_or_fails_by_name(seed: int) -> None:
    chance = random.Random(seed)
    maker, world = Maker(chance), SmallWorld()
    had = 0
    for _ in range(75):
        text = maker.write(chance.randint(1, 3))
        for mode in ("expression", "unary"):
            try:
                compiled = feel.compile(text, mode)  # type: ignore[arg-type]  # both of them
                found = compiled.evaluate(SCOPE, world, chance.choice(list(SCOPE.values())))
            except SapaError:
                continue
            assert compiled.native, text
            assert mode == "expression" or isinstance(found, bool), text
            plain(found)
            had += 1
    assert had > 75
