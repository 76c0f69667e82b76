"""Checks .form files: what ``engine.definitions.forms`` says, and that clauses, roles and parameters exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from engine.definitions import forms
from engine.definitions.checking import spellings
from engine.definitions.checking.known import Known, missing
from engine.definitions.findings import Report
from engine.definitions.regulation import split_clauses
from engine.errors import ModelRefused, Refused
from engine.javascript import JavaScriptFailed, JavaScriptLimit
from engine.remembered import recall

_CONTEXTS = ("properties", "validate", "conditional", "appearance", "layout")
_LISTS = ("components", "values", "columns")
_TEXTS = (
    "id", "key", "type", "path", "label", "text", "description", "valuesKey", "valuesExpression", "dateLabel",
    "timeLabel", "content", "alt", "source", "url", "title", "action", "subtype", "timeSerializingFormat", "groupId",
)  # fmt: skip
_ANYTHING = ("defaultValue", "exporter")


@dataclass(frozen=True, slots=True)
class _Part:
    """One component; stands in for an element in findings."""

    id: str
    names: Mapping[str, str]
    line: int


def id_of(data: bytes) -> str:
    """The form's id, also when the form is not sound otherwise; empty when there is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    own = found.get("id") if isinstance(found, dict) else None
    return own if isinstance(own, str) else ""


def takes_files(data: bytes) -> bool:
    """Does the form ask for files? No when it is not sound."""
    try:
        return _sound(data) and forms.asks_for_files(json.loads(data))
    except (ValueError, RecursionError):
        return False


def check(data: bytes, known: Known, report: Report) -> None:
    """All findings about one form."""
    if not _sound(data):
        report.error("form_not_a_form")
        return
    try:
        form = forms.read(data, report.file)
    except ModelRefused as refused:
        report.findings += refused.findings
        return
    except (JavaScriptFailed, JavaScriptLimit) as problem:
        report.error("form_unprocessable", why=str(problem))
        return
    report.findings += form.findings
    if why := _unusable(data, report.file):
        report.error("form_unprocessable", why=why)
    text = data.decode("utf-8", "replace")
    for component in _components(form.schema):
        _component(component, _part(component, text), known, report)
    for name in spellings.parameter_names(text.replace('\\"', '"')):
        if missing(name, known.parameters):
            report.error("parameter_unknown", line=_line(text, name), parameter=name)


@lru_cache(maxsize=500)
def _unusable(data: bytes, file: str) -> str:
    """Why the library cannot work with the form, found by handing in an empty answer; empty when it can."""
    # latin-1: any bytes as a text of their own, whatever encoding the file has
    return recall("unusable", data.decode("latin-1"), partial(_tried, data, file), ["assets/forms.js", "definitions"])


def _tried(data: bytes, file: str) -> str:
    try:
        forms.check(forms.read(data, file).schema, {}, "kk", {})
    except (JavaScriptFailed, JavaScriptLimit, Refused, ValueError, TypeError, LookupError) as problem:
        return str(problem) or type(problem).__name__
    return ""


def _sound(data: bytes) -> bool:
    """Whether everything that looks like a part of a form has the right JSON type. Broken JSON is said by ``read``."""
    try:
        stack = [json.loads(data)]
    except (ValueError, RecursionError):
        return True
    while stack:
        item = stack.pop()
        if not isinstance(item, dict):
            return False
        for name, value in item.items():
            if name in _CONTEXTS:
                fits = isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values())
            elif name in _LISTS:
                fits = isinstance(value, list)
            elif name in _TEXTS:
                fits = isinstance(value, str)
            else:
                fits = name in _ANYTHING or not isinstance(value, dict | list)
            if not fits:
                return False
        for name in _LISTS:
            stack += item.get(name, [])
    return True


def _components(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for component in schema.get("components") or ():
        yield component
        yield from _components(component)


def _part(component: Mapping[str, Any], text: str) -> _Part:
    own = str(component.get("id") or component.get("key") or "")
    label = component.get("label")
    return _Part(own, {"kk": label} if isinstance(label, str) else {}, _line(text, own))


def _line(text: str, word: str) -> int:
    found = re.search(rf'"{re.escape(word)}\\?"', text) if word else None
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _component(component: Mapping[str, Any], part: _Part, known: Known, report: Report) -> None:
    properties = component.get("properties") or {}
    for clause in split_clauses(str(properties.get("clause") or "")):
        if missing(clause, known.clauses):
            report.error("clause_unknown", part, clause=clause)
    source = str(properties.get("options") or "")
    if source.startswith("holders:"):
        for role in source.removeprefix("holders:").partition("@")[0].split(","):
            if missing(role, known.roles):
                report.error("role_unknown", part, role=role, where="options")
