"""Checks .form files (Camunda Forms, schema of form-js): readable, ids and keys sound, texts in three languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.definitions.checking import spellings
from engine.definitions.checking.known import Known, missing
from engine.definitions.findings import Report
from engine.definitions.hardening import MAX_BYTES
from engine.definitions.regulation import split_clauses

_INPUTS = frozenset(
    ["textfield", "textarea", "number", "datetime", "checkbox", "checklist", "radio", "select", "taglist", "filepicker"]
)
_TEXTS = frozenset(["text"])
_OTHERS = frozenset(
    [
        "button",
        "group",
        "dynamiclist",
        "separator",
        "spacer",
        "table",
        "image",
        "expression",
        "documentPreview",
        "default",
    ]
)
_REFUSED = frozenset(["iframe", "html"])
_LABELLED = _INPUTS | {"button", "group", "dynamiclist", "table"}
_ID = re.compile(r"[^\W\d][\w.\-]*\Z")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_FEEL_PATHS = ("hide", "readonly", "valuesExpression", "expression", "source", "dataSource", "min", "max", "required")


@dataclass(frozen=True, slots=True)
class _Part:
    """One component; stands in for an element in findings."""

    id: str
    names: Mapping[str, str]
    line: int


def read(data: bytes, report: Report) -> dict[str, Any] | None:
    """The schema, or None after saying why there is none."""
    if len(data) > MAX_BYTES:
        report.error("form_too_large", limit=MAX_BYTES // 1024 // 1024)
        return None
    try:
        schema = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        report.error("form_broken", line=error.lineno, why=error.msg)
        return None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        report.error("form_broken", why=type(error).__name__)
        return None
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        report.error("form_not_a_form")
        return None
    return schema


def check(schema: dict[str, Any], text: str, known: Known, report: Report) -> None:
    """All findings about one form."""
    own = schema.get("id")
    if not isinstance(own, str) or not _ID.match(own):
        report.error("form_without_id", id=own)
    keys: dict[tuple[str, str], str] = {}
    ids: set[str] = set()
    for path, component in _components(schema["components"]):
        if component is None:
            report.error("form_not_a_form")
            continue
        part = _part(component, text)
        if part.id and part.id in ids:
            report.error("form_id_duplicate", part)
        ids.add(part.id)
        _component(component, part, report)
        key = component.get("key")
        if isinstance(key, str) and key:
            if (path, key) in keys:
                report.error("form_key_duplicate", part, key=key)
            keys[path, key] = part.id
        for clause in split_clauses(_properties(component).get("clause", "")):
            if missing(clause, known.clauses):
                report.error("clause_unknown", part, clause=clause)
        _expressions(component, part, known, report)


def _components(components: list[Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(path of the container, component) in the order of the file, containers before what they hold."""
    stack: list[tuple[str, Any]] = [("", item) for item in reversed(components)]
    while stack:
        path, item = stack.pop()
        if not isinstance(item, dict):
            yield path, None
            continue
        yield path, item
        inner = item.get("components")
        if isinstance(inner, list):
            own = item.get("path")
            below = f"{path}.{own}" if isinstance(own, str) and own else path
            stack.extend((below, child) for child in reversed(inner))


def _part(component: dict[str, Any], text: str) -> _Part:
    own = component.get("id") if isinstance(component.get("id"), str) else component.get("key")
    own = own if isinstance(own, str) else ""
    label = component.get("label")
    at = text.find(f'"{own}"') if own else -1
    line = text.count("\n", 0, at) + 1 if at >= 0 else 0
    return _Part(own, {"kk": label} if isinstance(label, str) else {}, line)


def _properties(component: dict[str, Any]) -> dict[str, str]:
    found = component.get("properties")
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, str)}


def _component(component: dict[str, Any], part: _Part, report: Report) -> None:
    kind = component.get("type")
    label = part.names.get("kk", "")
    if kind in _REFUSED:
        report.error("form_component_refused", part, type=kind)
    elif not isinstance(kind, str) or kind not in _INPUTS | _TEXTS | _OTHERS:
        report.error("form_component_unknown", part, type=kind)
    elif kind in _INPUTS:
        key = component.get("key")
        if not isinstance(key, str) or not _KEY.match(key):
            report.error("form_key_invalid", part, key=key)
        if not label.strip():
            report.warning("form_label_missing", part)
    properties = _properties(component)
    texts: list[tuple[str, tuple[str, str]]] = []
    if kind in _LABELLED and label.strip():
        texts.append(("label", ("label:ru", "label:en")))
    if isinstance(component.get("description"), str) and component["description"].strip():
        texts.append(("description", ("description:ru", "description:en")))
    if kind in _TEXTS and _has_words(component.get("text")):
        texts.append(("text", ("text:ru", "text:en")))
    values = component.get("values")
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict):
            texts.append(
                (f"value {value.get('value')}", tuple(f"value:{value.get('value')}:{x}" for x in ("ru", "en")))
            )
    for what, wanted in texts:
        absent = [name.rpartition(":")[2] for name in wanted if not properties.get(name, "").strip()]
        if absent:
            report.warning("form_untranslated", part, what=what, languages=", ".join(absent))


def _has_words(text: Any) -> bool:
    """Whether a text shows anything but values."""
    return isinstance(text, str) and any(char.isalpha() for char in re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL))


def _expressions(component: dict[str, Any], part: _Part, known: Known, report: Report) -> None:
    for text in _feel_texts(component):
        verdict = spellings.look(text)
        why = verdict.error or verdict.bean or verdict.words
        if why:
            report.error("form_expression_invalid", part, expression=text, why=why)
        for name in verdict.parameters:
            if missing(name, known.parameters):
                report.error("parameter_unknown", part, parameter=name)


def _feel_texts(component: dict[str, Any]) -> Iterator[str]:
    """Texts that begin with ``=``, in the component itself, its condition and its validation."""
    groups = [component, component.get("conditional"), component.get("validate")]
    for group in groups:
        if isinstance(group, dict):
            for name, value in group.items():
                if name in _FEEL_PATHS and isinstance(value, str) and value.startswith("="):
                    yield value[1:].strip()
