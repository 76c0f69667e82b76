"""Keeps the rest from knowing how Camunda 7 marks expressions: ``${…}`` and ``#{…}`` come off, FEEL text stays.

A text that only partly consists of expressions (``Hello ${name}``) becomes a FEEL concatenation.
"""

from __future__ import annotations

import json
from typing import Literal

from engine.definitions.model import Expression

Plain = Literal["literal", "feel"]


def expression(text: str, line: int = 0, plain: Plain = "literal", language: str = "") -> Expression:
    """``text`` of the model as an Expression.

    ``plain`` says what a text without ``${…}`` is: ``literal`` text, or ``feel`` as it stands (a leading ``=`` is
    dropped). Unclosed or misplaced braces stay in the text, so that the FEEL parser refuses it with its place.
    """
    text = text.strip()
    pieces = _pieces(text)
    if pieces is None:
        return Expression(text, line, language=language)
    marked = [piece for is_feel, piece in pieces if is_feel]
    if not marked:
        if plain == "literal":
            return Expression(text, line, literal=True, language=language)
        return Expression(text.removeprefix("=").strip(), line, language=language)
    if len(pieces) == 1:
        return Expression(marked[0], line, language=language)
    if plain == "feel":
        return Expression(text, line, language=language)
    joined = " + ".join(f"string({piece})" if is_feel else quoted(piece) for is_feel, piece in pieces)
    return Expression(joined, line, language=language, pieced=True)


def listed(text: str, line: int = 0) -> tuple[Expression, ...]:
    """A comma-separated attribute (candidate users or groups); commas inside ``${…}`` do not separate."""
    pieces = _pieces(text)
    if pieces is None:
        return (expression(text, line),)
    items: list[str] = [""]
    for is_feel, piece in pieces:
        if is_feel:
            items[-1] += "${" + piece + "}"
            continue
        first, *more = piece.split(",")
        items[-1] += first
        items.extend(more)
    return tuple(expression(item, line) for item in items if item.strip())


def quoted(text: str) -> str:
    """``text`` as a FEEL string literal."""
    return json.dumps(text, ensure_ascii=False)


def _pieces(text: str) -> list[tuple[bool, str]] | None:
    """(is FEEL, text) in order; None when a ``${`` is not closed."""
    pieces: list[tuple[bool, str]] = []
    at = 0
    while at < len(text):
        starts = [found for found in (text.find("${", at), text.find("#{", at)) if found >= 0]
        if not starts:
            pieces.append((False, text[at:]))
            break
        start = min(starts)
        end = _closing(text, start + 2)
        if end < 0:
            return None
        if start > at:
            pieces.append((False, text[at:start]))
        pieces.append((True, text[start + 2 : end].strip()))
        at = end + 1
    return pieces


def _closing(text: str, at: int) -> int:
    """Where the brace opened before ``at`` closes; braces inside contexts nest, those inside strings do not count."""
    depth, in_string = 1, False
    while at < len(text):
        char = text[at]
        if in_string:
            if char == "\\":
                at += 1
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1
