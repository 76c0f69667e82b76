"""Keeps task and start pages from knowing how form answers travel: JSON in one field, limits, errors by label."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.errors import Invalid, NullCharacter
from web import form_rows

DEEPEST = 50
_DIGITS = 6
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""How JSON writes what no text may hold: the null character, half a pair."""


def read(text: str) -> dict[str, Any]:
    """The answers as the browser sent them. Raises Invalid when they are no JSON object or nest too deep."""
    try:
        found = json.loads(text or "{}", parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Invalid(problems={"": "unreadable"}) from error
    if not isinstance(found, dict) or _depth(found) > DEEPEST:
        raise Invalid(problems={"": "unreadable"})
    if _ESCAPED.search(text):
        _keepable(found)
    return found


def sent(fields: MultiDict[str, str]) -> dict[str, Any]:
    """The answers of a form: those in ``answers``, with plain fields beside them; "a:rows:0:name" is rows[0].name.

    Raises Invalid as ``read`` does, and for positions that leave gaps.
    """
    found = read(fields.get("answers", ""))
    for name in fields:
        if name.startswith("a:"):
            path = name.split(":")[1:]
            if len(path) > DEEPEST:
                raise Invalid(problems={"": "unreadable"})
            _put(found, path, fields[name])
    return found


def _put(into: Any, path: list[str], value: str) -> None:
    step, rest = path[0], path[1:]
    if isinstance(into, list):
        if not step.isdecimal() or len(step) > _DIGITS or int(step) > len(into):
            raise Invalid(problems={"": "unreadable"})
        if int(step) == len(into):
            into.append(None)
        key: Any = int(step)
    else:
        key = step
        into.setdefault(step, None)
    if not rest:
        into[key] = value or None
        return
    if not isinstance(into[key], (dict, list)):
        into[key] = [] if rest[0].isdecimal() else {}
    _put(into[key], rest, value)


def _keepable(found: Any) -> None:
    """Raises NullCharacter, and Invalid for half a pair: neither can be stored as text."""
    text = json.dumps(found, ensure_ascii=False)
    if "\\u0000" in text.replace("\\\\", ""):
        raise NullCharacter
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(problems={"": "unreadable"}) from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")  # Python's reader would let NaN and Infinity through


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        deepest += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return deepest


@dataclass(frozen=True, slots=True)
class FieldError:
    """One line of the error summary; ``path`` is the form's own name of the field."""

    path: str
    label: str
    sentence: str


def components(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every component of a form, groups and lists opened, in the order a reader meets them."""
    for component in schema.get("components") or ():
        yield component
        yield from components(component)


def label_of(schema: Mapping[str, Any], path: str, lang: str) -> str:
    """What a reader calls the field at ``path`` (a component's id or key path). Empty if the form has no such field."""
    found = form_rows.at(schema, form_rows.steps(path))
    if found is None:
        wanted = form_rows.steps(path)[-1:]
        named = (one for one in components(schema) if one.get("id") == path or [one.get("key")] == wanted)
        found = next(named, None)
    return component_label(found, lang) if found else ""


def component_label(component: Mapping[str, Any], lang: str) -> str:
    properties = component.get("properties") or {}
    text = properties.get(f"label:{lang}") or component.get("label") or component.get("dateLabel") or ""
    return str(text)


def errors_of(
    schema: Mapping[str, Any], errors: Mapping[str, list[str]], lang: str, data: Mapping[str, Any]
) -> list[FieldError]:
    """The summary of a refused form: each sentence with the field it belongs to, and the row that stands in."""
    found = []
    for path, sentences in errors.items():
        label, row = label_of(schema, path, lang), form_rows.row_of(schema, path, lang, data)
        label = f"{label} ({row})" if label and row else label or row
        found += [FieldError(path, label, sentence) for sentence in sentences]
    return found


def shown(schema: Mapping[str, Any] | None, data: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Answers as (label, text) pairs, so that what was typed can be read and copied when it cannot be sent.

    What the form does not know (any more) comes last, without a label: it was typed all the same.
    """
    rows: list[tuple[str, str]] = []
    known: set[str] = set()
    for component in components(schema or {}):
        key = component.get("key") or component.get("path")
        if key and key not in known and data.get(key) not in _NOTHING:
            known.add(key)
            rows.append((component_label(component, lang) or key, _worded(component, data[key], lang)))
    rows += [("", as_text(value)) for key, value in data.items() if key not in known and value not in _NOTHING]
    return rows


def _worded(component: Mapping[str, Any], value: Any, lang: str) -> str:
    """A value in the words of its form: choices by their labels, each row of a list on a line of its own."""
    if isinstance(value, list):
        return "\n".join(_worded(component, inner, lang) for inner in value)
    if isinstance(value, dict):
        pairs = shown(component, value, lang)
        return "; ".join(f"{label}: {text}" if label else text for label, text in pairs)
    properties = component.get("properties") or {}
    for one in component.get("values") or ():
        if one.get("value") == value:
            return str(properties.get(f"value:{value}:{lang}") or one.get("label") or value)
    return as_text(value)


def as_text(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, bool):
        return "✓" if value else "—"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {as_text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "\n".join(as_text(inner) for inner in value)
    return "" if value is None else str(value)
