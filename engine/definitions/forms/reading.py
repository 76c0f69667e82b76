"""Keeps the rest from knowing how a .form file is told good from bad: every fault at once, each as a finding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from engine.definitions.forms.components import (
    CHOICES,
    KEYED,
    NESTING,
    SHOWN,
    Component,
    Path,
    Schema,
    is_list,
    steps,
    walk,
)
from engine.definitions.forms.limits import ROWS
from engine.definitions.forms.sources import readable, record
from engine.definitions.model import Finding
from engine.errors import ModelRefused
from engine.javascript import javascript
from engine.remembered import recall

LARGEST = 1_000_000
_KEY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_CLOCK = re.compile(r"\b(today|now)\(\)")
Where = tuple[str, str, int]  # component id, its name, line in the file
_TEXTS = ("label", "description", "text", "content", "dateLabel", "timeLabel", "alt")


@dataclass(frozen=True, slots=True)
class Form:
    """One form as its file says it. ``findings`` are warnings; a form with errors is not made."""

    id: str
    schema: dict[str, Any]
    file: str
    findings: tuple[Finding, ...] = ()


def read(text: bytes, file: str) -> Form:
    """Reads a form-js schema (version up to 19, as Camunda Modeler writes it). Raises ModelRefused with every error."""
    if len(text) > LARGEST:
        raise ModelRefused([_finding("error", file, "form_file_too_large", size=f"{len(text) // 1000} kB")])
    try:
        schema = json.loads(text)
        if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
            raise ValueError("components")
        if not all(isinstance(one, dict) for one in walk(schema)):
            raise ValueError("components")
    except (ValueError, RecursionError, TypeError, AttributeError) as error:
        raise ModelRefused([_finding("error", file, "form_unreadable", reason=str(error))]) from error
    findings = list(_Checks(schema, text.decode(json.detect_encoding(text)), file).all())
    if any(one.severity == "error" for one in findings):
        raise ModelRefused(findings)
    return Form(str(schema["id"]), schema, file, tuple(findings))


def languages_missing(schema: Schema) -> list[tuple[str, str, str]]:
    """(component id, property, language) of each text that has no Russian or English form."""
    missing = []
    for component in walk(schema):
        properties = component.get("properties") or {}
        for name in _told(component):
            missing += [
                (str(component.get("id")), name, lang) for lang in ("ru", "en") if not properties.get(f"{name}:{lang}")
            ]
        if "check" in properties:
            missing += [
                (str(component.get("id")), "check", lang)
                for lang in ("kk", "ru", "en")
                if not properties.get(f"check:{lang}")
            ]
    return missing


def _told(component: Component) -> Iterator[str]:
    yield from (name for name in _TEXTS if component.get(name))
    if (component.get("validate") or {}).get("patternErrorMessage"):
        yield "patternErrorMessage"
    yield from (name for name in ("prefixAdorner", "suffixAdorner") if (component.get("appearance") or {}).get(name))
    yield from (f"value:{one.get('value')}" for one in component.get("values") or ())
    yield from (f"column:{one.get('key')}" for one in component.get("columns") or ())


@lru_cache(maxsize=500)
def _faults(text: str) -> str:
    """What the library finds wrong in expressions of a form; a house is read again and again, seldom changed."""
    return recall("faults", text, partial(javascript.call, "forms", "faults", text), ["assets/forms.js"])


class _Checks:
    """The findings of one file."""

    def __init__(self, schema: Schema, text: str, file: str) -> None:
        self._schema = schema
        self._text = text
        self._file = file

    def all(self) -> Iterator[Finding]:
        if not self._schema.get("id"):
            yield _finding("error", self._file, "form_id_missing")
        if self._schema.get("type") != "default":
            yield _finding("error", self._file, "form_kind", type=self._schema.get("type"))
        yield from self._level(self._schema, (), set())
        yield from self._ids()
        for component in walk(self._schema):
            yield from self._component(component)
        for id_, name, lang in languages_missing(self._schema):
            yield self._at(id_, "warning", "form_language_missing", property=name, language=lang)
        for fault in json.loads(_faults(self._text)):
            code = "form_row_name" if fault.get("row") else "form_feel"
            words = {"property": fault["property"], "message": fault["message"], "name": fault.get("row", "")}
            yield self._at(str(fault.get("id") or ""), "error", code, **words)

    def _level(self, node: Schema, above: Path, seen: set[Path]) -> Iterator[Finding]:
        """Two fields of one place must not share a key; a group without a path shares the place around it."""
        for component in node.get("components") or ():
            path = (*above, *steps(component.get("path") or component.get("key")))
            if path != above:
                if path in seen:
                    yield self._at(component, "error", "form_key_twice", key=".".join(path))
                seen.add(path)
            if component.get("type") in NESTING:
                yield from self._level(component, path, seen)

    def _ids(self) -> Iterator[Finding]:
        seen: set[str] = set()
        for component in walk(self._schema):
            id_ = str(component.get("id") or "")
            if id_ in seen:
                yield self._at(component, "error", "form_element_twice", id=id_)
            seen.add(id_)

    def _component(self, component: Component) -> Iterator[Finding]:
        kind = str(component.get("type"))
        if kind not in KEYED | NESTING | SHOWN:
            yield self._at(component, "error", "form_type_unknown", type=kind)
            return
        key = component.get("key") if kind in KEYED else component.get("path") if is_list(component) else "-"
        if not key:
            yield self._at(component, "error", "form_key_missing")
        elif key != "-" and not _KEY.fullmatch(str(key)):
            yield self._at(component, "error", "form_key_invalid", key=key)
        elif str(key).startswith("_"):
            yield self._at(component, "error", "form_key_reserved", key=key)
        if kind in CHOICES:
            yield from self._options(component)
        for source in str((component.get("properties") or {}).get("record") or "").split():
            if record(source) is None:
                yield self._at(component, "error", "form_record", source=source)
        rows = component.get("defaultRepetitions", 0)
        if not isinstance(rows, int) or not 0 <= rows <= ROWS:
            yield self._at(component, "error", "form_repetitions", value=rows, limit=ROWS)
        if isinstance(component.get("readonly"), str):
            yield self._at(component, "warning", "form_readonly_expression")
        if pattern := (component.get("validate") or {}).get("pattern"):
            try:
                re.compile(pattern)
            except re.error as error:
                yield self._at(component, "error", "form_pattern", message=str(error))
        if _CLOCK.search(json.dumps({key: one for key, one in component.items() if key != "components"})):
            yield self._at(component, "warning", "form_clock")

    def _options(self, component: Component) -> Iterator[Finding]:
        source = (component.get("properties") or {}).get("options")
        if source is not None:
            if not readable(str(source)):
                yield self._at(component, "error", "form_options_source", source=source)
            expected = f"_options_{component.get('key')}"
            if component.get("valuesKey") != expected:
                yield self._at(component, "error", "form_options_key", expected=expected)
        elif not any(component.get(name) for name in ("values", "valuesKey", "valuesExpression")):
            yield self._at(component, "error", "form_options_missing")

    def _at(self, component: Component | str, severity: Any, code: str, **params: object) -> Finding:
        if isinstance(component, str):
            component = next((one for one in walk(self._schema) if one.get("id") == component), {"id": component})
        id_ = str(component.get("id") or "")
        name = str(component.get("label") or component.get("dateLabel") or "")
        where = re.search(rf'"id"\s*:\s*{re.escape(json.dumps(id_, ensure_ascii=False))}', self._text)
        line = self._text.count("\n", 0, where.start()) + 1 if where else 0
        return _finding(severity, self._file, code, (id_, name, line), **params)


def _finding(severity: Any, file: str, code: str, where: Where = ("", "", 0), **params: object) -> Finding:
    return Finding(severity, file, *where, code, {key: str(value) for key, value in params.items()})
