"""Keeps pages for anybody from knowing how the simple fields of a form are drawn and read without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.answers import component_label, components

_HIDDEN = re.compile(r'=\s*(\w+) = "(\w+)"')
DRAWN = ("textfield", "textarea", "radio", "select", "checkbox")


@dataclass(frozen=True, slots=True)
class Field:
    """One field as HTML has it. ``always``: required whatever else is answered; ``choices``: (value, label).

    ``unless``: the answer (``field:value``) to which the field does not belong; empty where there is no single one.
    """

    key: str
    kind: str
    label: str
    hint: str
    required: bool
    always: bool
    longest: int
    choices: tuple[tuple[str, str], ...]
    unless: str = ""


def fields(schema: Mapping[str, Any], lang: str) -> Iterator[Field]:
    """The fields in the order of the form, in one language."""
    for one in components(schema):
        if one.get("type") not in DRAWN:
            continue
        words, rules = one.get("properties") or {}, one.get("validate") or {}
        choices = tuple(
            (str(value["value"]), str(words.get(f"value:{value['value']}:{lang}") or value["label"]))
            for value in one.get("values") or ()
        )
        required = bool(rules.get("required"))
        yield Field(
            key=str(one["key"]),
            kind=str(one["type"]),
            label=component_label(one, lang),
            hint=str(words.get(f"description:{lang}") or one.get("description") or ""),
            required=required,
            always=required and not one.get("conditional"),
            longest=int(rules.get("maxLength") or 300),
            choices=choices,
            unless=_unless(one),
        )


def _unless(component: Mapping[str, Any]) -> str:
    found = _HIDDEN.fullmatch(str((component.get("conditional") or {}).get("hide") or ""))
    return f"{found[1]}:{found[2]}" if found else ""


def read(schema: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    """What a browser sent of these fields, as the form holds it; anything else is left out."""
    found: dict[str, Any] = {}
    for one in fields(schema, "kk"):
        value = sent.get(f"a:{one.key}")
        found[one.key] = value is not None if one.kind == "checkbox" else _text(value)
    return found


def _text(value: str | None) -> str | None:
    return (value or "").replace("\r\n", "\n").strip() or None
