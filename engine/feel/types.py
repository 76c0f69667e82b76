"""Keeps ``instance of`` from knowing how types are written and checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine.feel.kinds import kind
from engine.feel.tree import Node
from engine.values import Months, Value

Check = Callable[[Value], bool]


class NoType(Exception):
    """A name that is no type; the message is the name."""


def _of_kind(name: str) -> Check:
    return lambda value: kind(value) == name


_NAMED: dict[str, Check] = {
    "Any": lambda value: value is not None,
    "Null": lambda value: value is None,
    "date and time": _of_kind("date time"),
    "days and time duration": lambda value: isinstance(value, timedelta),
    "years and months duration": lambda value: isinstance(value, Months),
} | {
    name: _of_kind(name)
    for name in ("number", "string", "boolean", "date", "time", "duration", "context", "list", "range", "function")
}


def checker(node: Node) -> Check:
    """Raises NoType."""
    inner = node.children[0] if node.name == "Type" and node.children else node
    if inner.name == "ListType":
        element = checker(next(child for child in inner.children if child.name == "Type"))
        return lambda value: isinstance(value, list) and all(element(item) for item in value)
    if inner.name == "ContextType":
        return _context(inner)
    if inner.name == "FunctionType":
        return _of_kind("function")
    check = _NAMED.get(inner.words)
    if check is None:
        raise NoType(inner.words)
    return check


def _context(node: Node) -> Check:
    entries = {
        entry.children[0].words: checker(entry.children[1])
        for types in node.children
        if types.name == "ContextEntryTypes"
        for entry in types.children
        if entry.name == "ContextEntryType"
    }
    return lambda value: (
        isinstance(value, dict) and all(name in value and check(value[name]) for name, check in entries.items())
    )
