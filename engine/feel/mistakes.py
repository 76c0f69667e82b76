"""Keeps evaluation from ever seeing texts that parse and mean nothing: what could only be null is refused at once."""

from __future__ import annotations

from collections.abc import Iterator

from engine.feel.builtins import BUILTINS
from engine.feel.builtins.texts import NO_PATTERN, matches
from engine.feel.limits import Failed, Run, Struck
from engine.feel.literals import unquoted
from engine.feel.lookup import normal
from engine.feel.temporal import parse_any
from engine.feel.tree import FeelSyntax, Node
from engine.feel.types import NoType, checker

_LOGICAL = ("Conjunction", "Disjunction")
_NO_CONDITIONS = ("NumericLiteral", "StringLiteral", "SimplePositiveUnaryTest")
_WITH_PATTERNS = ("matches", "replace", "split")


class _Unasked:
    """The world of constants: nothing is asked of it."""


def refuse(tree: Node, text: str) -> None:
    """Raises FeelSyntax for the first mistake: feel_literal, feel_type, feel_external, feel_test, feel_pattern."""
    for node in _nodes(tree):
        check = _CHECKS.get(node.name)
        if check is not None:
            check(node, text)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _at_literal(node: Node, text: str) -> None:
    literal = node.children[0]
    if parse_any(unquoted(literal.text)) is None:
        raise FeelSyntax(text, f"no date, time or duration {literal.text}", node.at, "feel_literal", name=literal.text)


def _temporal(node: Node, text: str) -> None:
    """``date("…")`` and the like of constants."""
    if len(node.children) == 1:
        return
    name, parameters = node.children[0].words, node.children[2]
    given = parameters.children
    if parameters.name != "PositionalParameters" or any(child.name not in _CONSTANTS for child in given):
        return
    arguments = [_CONSTANTS[child.name](child) for child in given]
    if BUILTINS[name].call(arguments, _run()) is None:
        written = f"{name}({', '.join(child.text for child in given)})"
        raise FeelSyntax(text, f"no {name} {written}", node.at, "feel_literal", name=written)


def _number(node: Node) -> object:
    from engine.feel.literals import number

    return number(node.text)


_CONSTANTS = {"StringLiteral": lambda node: unquoted(node.text), "NumericLiteral": _number}


def _run() -> Run:
    return Run(_Unasked())  # type: ignore[arg-type]  # built-in functions ask the world nothing


def _instance_of(node: Node, text: str) -> None:
    try:
        checker(node.children[3])
    except NoType as error:
        raise FeelSyntax(text, f"unknown type {error}", node.children[3].at, "feel_type", name=str(error)) from None


def _definition(node: Node, text: str) -> None:
    if node.children[4].name != "FunctionBody":
        raise FeelSyntax(text, "external function", node.at, "feel_external")


def _test(node: Node, text: str) -> None:
    """``> 1 and < 5``: a comparison takes in all that follows, and nothing is greater than a condition."""
    if len(node.children) == 2 and node.children[1].name in (*_LOGICAL, "Comparison"):
        raise FeelSyntax(text, "a comparison with a condition", node.at, "feel_test")


def _logical(node: Node, text: str) -> None:
    for operand in (node.children[0], node.children[2]):
        if operand.name in _NO_CONDITIONS:
            raise FeelSyntax(text, "no condition beside and, or", operand.at, "feel_test")


def _operands(node: Node, text: str) -> None:
    """``x = = 3``: a test stands where a value is wanted."""
    if len(node.children) != 3 or node.children[1].name not in ("CompareOp", "ArithOp"):
        return
    for operand in (node.children[0], node.children[2]):
        compares = operand.children and operand.children[0].name == "CompareOp"  # else it is an interval, a value
        if operand.name == "SimplePositiveUnaryTest" and compares:
            raise FeelSyntax(text, "a test for a value", operand.at, "feel_test")


def _pattern(node: Node, text: str) -> None:
    target, parameters = node.children[0], node.children[2]
    if normal(target.words) not in _WITH_PATTERNS or parameters.name != "PositionalParameters":
        return
    if len(parameters.children) < 2 or parameters.children[1].name != "StringLiteral":
        return
    literal = parameters.children[1]
    pattern = unquoted(literal.text)
    if NO_PATTERN.fullmatch(pattern):
        return
    try:
        readable = matches(_run(), "", pattern, None) is not None
    except Failed:
        readable = False
    except Struck as struck:
        readable = struck.kind == "time"  # of a busy machine; whether it parses must not depend on that
    if not readable:
        raise FeelSyntax(text, f"no pattern {literal.text}", literal.at, "feel_pattern", name=literal.text)


_CHECKS = {
    "AtLiteral": _at_literal,
    "DateTimeLiteral": _temporal,
    "InstanceOfExpression": _instance_of,
    "FunctionDefinition": _definition,
    "SimplePositiveUnaryTest": _test,
    "Comparison": _operands,
    "ArithmeticExpression": _operands,
    "Conjunction": _logical,
    "Disjunction": _logical,
    "FunctionInvocation": _pattern,
}
