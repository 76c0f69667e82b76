"""Keeps the check of answers from knowing what a person may touch: answers go on top of the process's own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.definitions.forms.components import (
    KEYED,
    Component,
    Schema,
    find,
    holds,
    is_fixed,
    is_given,
    is_list,
    place,
    steps,
    walk,
)


def merged(schema: Schema, answers: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """What form-js is to check: ``context`` with the answers to editable fields of the form laid over it.

    A read-only field keeps the process's value whatever was sent; a field not sent keeps its prefilled value; rows of
    a fixed list stay those of the process; keys that are no field of the form are dropped.
    """
    return _node(schema.get("components") or (), answers, context, dict(context))


def rows_that_moved(schema: Schema, answers: Mapping[str, Any], context: Mapping[str, Any]) -> list[str]:
    """Fixed lists of which another number of rows was sent than the process gives now: their answers belong nowhere."""
    moved = []
    for component in walk(schema):
        path = steps(component.get("path"))
        if is_fixed(component) and path:
            sent, given = find(answers, path), find(context, path)
            if isinstance(sent, list) and len(sent) != len(_rows(component, given)):
                moved.append(".".join(path))
    return moved


def _node(
    components: Sequence[Component], answers: Mapping[str, Any], given: Mapping[str, Any], result: dict[str, Any]
) -> dict[str, Any]:
    for component in components:
        kind = component.get("type")
        path = steps(component.get("path"))
        if is_list(component):
            place(result, path, _list(component, find(answers, path), find(given, path)))
        elif kind == "group":
            inner = component.get("components") or ()
            if path:
                before = _context(find(given, path))
                place(result, path, _node(inner, _context(find(answers, path)), before, dict(before)))
            else:
                _node(inner, answers, given, result)
        elif kind in KEYED and kind != "expression" and not is_given(component):
            key = steps(component.get("key"))
            if key and holds(answers, key):
                place(result, key, find(answers, key))
    return result


def _list(component: Component, sent: Any, given: Any) -> list[dict[str, Any]]:
    inner = component.get("components") or ()
    rows = _rows(component, given)
    if is_fixed(component):
        answers = sent if isinstance(sent, list) else []
        answers = [_context(row) for row in answers[: len(rows)]] + [{}] * (len(rows) - len(answers))
        return [_node(inner, answer, row, dict(row)) for answer, row in zip(answers, rows, strict=True)]
    if not isinstance(sent, list):
        return rows
    return [_carried(inner, _context(row), rows) for row in sent]


def _carried(inner: Sequence[Component], row: Mapping[str, Any], given: list[dict[str, Any]]) -> dict[str, Any]:
    """A row of a free list: rows move, so a read-only value is believed if it stands in any row of the process."""
    result = _node(inner, row, {}, {})
    for component in inner:
        key = steps(component.get("key"))
        if key and is_given(component):
            value = find(row, key)
            if value not in (None, "") and any(find(other, key) == value for other in given):
                place(result, key, value)
    return result


def _rows(component: Component, given: Any) -> list[dict[str, Any]]:
    if isinstance(given, list):
        return [_context(row) for row in given]
    return [{} for _ in range(int(component.get("defaultRepetitions", 1)))]


def _context(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
