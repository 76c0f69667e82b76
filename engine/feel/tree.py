"""Keeps the rest from knowing the parser: an expression's text becomes feelin's own syntax tree, or FeelSyntax."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Literal

from engine.errors import LimitStruck, SapaError, StepFailed
from engine.feel.limits import LENGTH, NESTING
from engine.javascript import JavaScriptFailed, JavaScriptLimit, javascript
from engine.remembered import recall

Mode = Literal["expression", "unary"]


_NEAR = 20
"""Characters of the text shown from where it cannot be read on."""


class FeelSyntax(SapaError):
    """An expression cannot be read; ``message`` is the parser's (English), ``position`` the 0-based character.

    ``code`` is one of feel_syntax, feel_unknown_function, feel_arguments, feel_too_large, and those of mistakes.refuse.
    """

    def __init__(self, text: str, message: str, position: int, code: str = "feel_syntax", **params: str) -> None:
        self.code = code  # type: ignore[misc]  # one class, several sentences
        self.text, self.message, self.position = text, message, position
        near = text[position : position + _NEAR].strip() or "…"
        super().__init__(expression=text, message=message, position=position + 1, near=near, **params)

    def failure(self, reason: str, **params: str) -> StepFailed:
        """What a step that met it says. Where the parser gave up a limit struck, which goes on record as one."""
        kind = LimitStruck if self.code == "feel_too_large" else StepFailed
        return kind(reason, message=str(self), **params)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the syntax tree; ``text`` is set on leaves only."""

    name: str
    at: int
    text: str
    children: tuple[Node, ...]

    @property
    def words(self) -> str:
        """The text of a name of one or several tokens, single blanks between them."""
        return " ".join(leaf.text for leaf in leaves(self))


def leaves(node: Node) -> list[Node]:
    if not node.children:
        return [node]
    return [leaf for child in node.children for leaf in leaves(child)]


def size(node: Node) -> int:
    """Nodes below and including this one."""
    return 1 + sum(size(child) for child in node.children)


def height(node: Node) -> int:
    """Levels below and including this one."""
    return 1 + max((height(child) for child in node.children), default=0)


def parse(text: str, mode: Mode) -> Node:
    """The tree of ``text``. Raises FeelSyntax."""
    from engine.feel import plain

    if len(text) > LENGTH:
        raise FeelSyntax(text[:100], "too long", 0, "feel_too_large")
    if _DEEP.search(text) or _depth(text) > NESTING:
        raise FeelSyntax(text[:100], "too deep", 0, "feel_too_large")
    return plain.tree(text, mode) or asked(text, mode)


_DEEP = re.compile(rf"(?:-\s*){{{NESTING}}}")
_BRACKETS = re.compile(r'"(?:\\.|[^"\\])*"|[(\[{]|[)\]}]', re.DOTALL)


def _depth(text: str) -> int:
    """How deep brackets nest; turned intervals such as ``]1..5[`` count as brackets too."""
    deepest = depth = 0
    for match in _BRACKETS.finditer(text) if len(text) > NESTING else ():
        if match[0] in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in ")]}":
            depth -= 1
    return deepest


def asked(text: str, mode: Mode) -> Node:
    """What feelin's parser makes of ``text``. Raises FeelSyntax."""
    try:
        request = json.dumps([text, mode])
        work = partial(javascript.call, "feel", "Feel.parse", request)
        answer = json.loads(recall("feel", request, work, ["assets/feel.js"]))
        if isinstance(answer, dict):
            raise FeelSyntax(text, answer["message"], answer["from"])
        return _node(answer, 0)
    except (JavaScriptLimit, JavaScriptFailed, RecursionError) as error:
        raise FeelSyntax(text[:100], str(error) or "too deep", 0, "feel_too_large") from None


def _node(data: list[object], depth: int) -> Node:
    name, at, text, children = data
    if depth > NESTING or not isinstance(children, list) or not isinstance(at, int):
        raise RecursionError("too deep")
    made = Node(str(name), at, str(text or ""), tuple(_node(child, depth + 1) for child in children))
    return _regrouped(made)


_LOGICAL = ("Conjunction", "Disjunction")


def _regrouped(node: Node) -> Node:
    """``x in list and y`` is ``(x in list) and y`` (DMN 1.3 §10.3.1.2); feelin lets ``in`` take all the rest."""
    if node.name == "Comparison" and len(node.children) == 3 and node.children[1].name == "in":
        value, sign, test = node.children
        found = _swallowed(test)
        if found is not None:
            kept, rest = found
            inner = _regrouped(Node(node.name, node.at, "", (value, sign, kept)))
            return _regrouped(Node(rest.name, node.at, "", (inner, *rest.children[1:])))
    if node.name == "Conjunction" and node.children[2].name == "Disjunction":
        left, sign, right = node.children
        inner = Node(node.name, node.at, "", (left, sign, right.children[0]))
        return Node(right.name, node.at, "", (_regrouped(inner), *right.children[1:]))
    return node


def _swallowed(test: Node) -> tuple[Node, Node] | None:
    """(the test without what does not belong to it, the and/or it had taken in); None when all is well."""
    if test.name in _LOGICAL:
        return test.children[0], test
    if test.name in ("PositiveUnaryTest", "SimplePositiveUnaryTest"):
        found = _swallowed(test.children[-1])
        if found is not None:
            return Node(test.name, test.at, "", (*test.children[:-1], found[0])), found[1]
    return None
