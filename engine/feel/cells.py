"""Keeps closures from knowing when the cell of a decision table is met (DMN 1.3 §7.3.13, §10.3.2.8)."""

from __future__ import annotations

from typing import Any

from engine.feel.closures import Closure, Made, find, make
from engine.feel.kinds import among, equals, meets_test
from engine.feel.limits import Run
from engine.feel.tree import Node
from engine.values import Value


def unary_tests(node: Node) -> Made:
    """Whether ``?`` meets any of the tests, or with ``not`` none of them: always true or false."""
    negated = node.children[0].name == "not"
    tests: list[tuple[Closure, str]] = []
    for child in node.children:
        if child.name == "Wildcard":
            tests.append(((lambda env, run: True), ""))
        elif child.name == "PositiveUnaryTests":
            for test in child.children:
                inner, kind = make(test.children[0])
                tests.append((inner, _written(test.children[0], kind)))

    def unary_tests(env: Any, run: Run) -> Value:
        value = find(env, "?")
        return any(_passes(test(env, run), value, kind) for test, kind in tests) is not negated

    return unary_tests, "test"


def _written(node: Node, kind: str) -> str:
    """How a test is written: as a condition, which decides by itself and never holds when it is null; as the name of
    what is compared with ``?``, be it true or false; else its kind."""
    if kind == "test" or _asks(node):
        return "test"
    return "name" if node.name in ("VariableName", "PathExpression") else kind


def _asks(node: Node) -> bool:
    return node.name == "?" or any(_asks(child) for child in node.children)


def _passes(test: Value, value: Value, written: str) -> bool:
    if test is None and written == "test":
        return False
    if written == "boolean" or (written == "name" and isinstance(value, bool)):
        return equals(test, value) is True
    if isinstance(test, bool):
        return test
    if isinstance(test, (list, tuple)):
        return equals(test, value) is True or among(value, test) is True
    return meets_test(test, value) is True
