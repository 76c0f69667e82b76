"""Keeps lists of errors from knowing how a row of a form's list is told from its neighbours: by number and content.

The browser says it in the same words: ``js/form-rows.js``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

_LONGEST = 80  # characters by which a row is named
_DIGITS = 6
_STEP = re.compile(r"[^.\[\]]+")


def steps(path: str) -> list[str]:
    """``rows.0.name`` or ``rows[0].name`` as steps."""
    return _STEP.findall(path)


def at(schema: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any] | None:
    """The component that holds the answer at a path; rows are numbers in it."""
    for component in _of_one_row(schema):
        own = steps(str(component.get("key") or component.get("path") or ""))
        rest = path[len(own) :]
        if own and [*path[: len(own)]] == own:
            inner = at(component, rest[1:]) if rest and rest[0].isdecimal() else None
            if inner or not rest:
                return inner or component
    return None


def _of_one_row(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What stands in a form or a list, groups opened, inner lists not."""
    for component in schema.get("components") or ():
        yield component
        if component.get("type") != "dynamiclist":
            yield from _of_one_row(component)


def row_of(schema: Mapping[str, Any], path: str, lang: str, data: Mapping[str, Any]) -> str:
    """The row of a field, with what the process gave for it: ``row 2: …``. Empty for what stands in no list."""
    way = steps(path)
    numbers = [place for place, step in enumerate(way[:-1]) if step.isdecimal() and len(step) <= _DIGITS]
    if not numbers:
        return ""
    row = _held(data, way[: numbers[-1] + 1])
    others = [one for one in _of_one_row(at(schema, way[: numbers[-1]]) or {}) if one.get("key") not in (None, way[-1])]
    given = [one for one in others if one.get("readonly") or one.get("disabled")]
    texts = [text for one in given or others if (text := _said(one, row.get(one["key"]), lang, data))]
    about = ", ".join(texts if given else texts[:1])
    number = str(_("form.row", n=".".join(str(int(way[place]) + 1) for place in numbers)))
    return f"{number}: {about[: _LONGEST - 1] + '…' if len(about) > _LONGEST else about}" if about else number


def _held(data: Any, way: Sequence[str]) -> Mapping[str, Any]:
    """The row at a path of what was typed, which may be anything."""
    for step in way:
        if isinstance(data, list):
            data = data[int(step)] if step.isdecimal() and int(step) < len(data) else None
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _said(component: Mapping[str, Any], value: Any, lang: str, data: Mapping[str, Any]) -> str:
    """What a field of a row shows, a choice by its name."""
    if not isinstance(value, str):
        return ""
    properties, offered = component.get("properties") or {}, data.get(component.get("valuesKey", ""))
    for one in (*(component.get("values") or ()), *(offered if isinstance(offered, list) else ())):
        if isinstance(one, Mapping) and one.get("value") == value:
            return str(properties.get(f"value:{value}:{lang}") or one.get("label") or value)
    return value.strip()
