"""Keeps the parser from being asked about the plainest texts: literals alone, and the tests of a table made of them.

Tables hold thousands of such cells. The trees are those of feelin, made without a visit to JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.feel.tree import Mode, Node

_LITERAL = r'"[^"\\\n]*"|-?\d{1,15}(?:\.\d{1,15})?|true|false|null'
_ALONE = re.compile(_LITERAL, re.ASCII)
_DATE = re.compile(r'(date)(\()("[^"\\\n]*")(\))', re.ASCII)
_BOUND = r'-?\d{1,15}(?:\.\d{1,15})?|date\("[^"\\\n]*"\)'
_COMPARED = re.compile(rf"(<=|>=|<|>) ?({_BOUND})", re.ASCII)
_INTERVAL = re.compile(rf"([\[(\]]) ?({_BOUND}) ?(\.\.) ?({_BOUND}) ?([\])\[])", re.ASCII)
_LISTED = re.compile(rf"(?:{_LITERAL})(?:, ?(?:{_LITERAL}))*", re.ASCII)
_NEGATED = re.compile(rf"(not)(\()({_LISTED.pattern})(\))", re.ASCII)
_NAMES = {"true": "BooleanLiteral", "false": "BooleanLiteral", "null": "null"}


def tree(text: str, mode: Mode) -> Node | None:
    """The tree of a plain text, None for any other."""
    if not text.isascii() and max(text) > "\uffff":  # the parser counts UTF-16 units
        return None
    if mode == "expression":
        alone = _ALONE.fullmatch(text) or _DATE.fullmatch(text)
        return Node("Expression", 0, "", (_literal(text, 0),)) if alone else None
    if text == "-":
        return Node("UnaryTests", 0, "", (Node("Wildcard", 0, "", (Node("ArithOp", 0, "-", ()),)),))
    match = _NEGATED.fullmatch(text)
    if match is not None:
        listed = Node("PositiveUnaryTests", match.start(3), "", tuple(_listed(match[3], match.start(3))))
        return Node("UnaryTests", 0, "", (_leaf(match, 1), _leaf(match, 2), listed, _leaf(match, 4)))
    if _LISTED.fullmatch(text):
        return _tests(tuple(_listed(text, 0)))
    if _DATE.fullmatch(text):
        return _tests((_test(_literal(text, 0)),))
    match = _COMPARED.fullmatch(text)
    if match is not None:
        sign = Node("CompareOp", 0, match[1], ())
        return _tests((_test(_simple(sign, _literal(match[2], match.start(2)))),))
    match = _INTERVAL.fullmatch(text)
    if match is not None:
        low, high = (_literal(match[index], match.start(index)) for index in (2, 4))
        parts = (_leaf(match, 1), low, _leaf(match, 3), high, _leaf(match, 5))
        return _tests((_test(_simple(Node("Interval", 0, "", parts))),))
    return None


def _leaf(match: re.Match[str], group: int) -> Node:
    return Node(match[group], match.start(group), match[group], ())


def _literal(text: str, at: int) -> Node:
    if text[0] == '"':
        return Node("StringLiteral", at, text, ())
    if text[0] == "d":
        return _date(text, at)
    if text in _NAMES:
        return Node(_NAMES[text], at, text, ())
    return Node("NumericLiteral", at, text, (Node("ArithOp", at, "-", ()),) if text[0] == "-" else ())


def _date(text: str, at: int) -> Node:
    """``date("…")``."""
    name = Node("DateTimeConstructor", at, "", (Node("date", at, "date", ()),))
    given = Node("PositionalParameters", at + 5, "", (Node("StringLiteral", at + 5, text[5:-1], ()),))
    return Node(
        "DateTimeLiteral", at, "", (name, Node("(", at + 4, "(", ()), given, Node(")", at + len(text) - 1, ")", ()))
    )


def _listed(text: str, at: int) -> Iterator[Node]:
    for match in _ALONE.finditer(text):
        yield _test(_literal(match[0], at + match.start()))


def _simple(*parts: Node) -> Node:
    return Node("SimplePositiveUnaryTest", parts[0].at, "", parts)


def _test(test: Node) -> Node:
    return Node("PositiveUnaryTest", test.at, "", (test,))


def _tests(tests: tuple[Node, ...]) -> Node:
    return Node("UnaryTests", 0, "", (Node("PositiveUnaryTests", 0, "", tests),))
