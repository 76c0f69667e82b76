"""Keeps the rest from knowing how a select says where its options come from: component property ``options``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.definitions.forms.components import Schema, walk

_HOLDERS = re.compile(r"(holders|units):([a-z_]+(?:,[a-z_]+)*)@([\w-]+)")
_PEOPLE = re.compile(r"people:(\w+)")
_ROWS = re.compile(r"rows:(\w+):(\w+):(\w+)")


class NotASource(ValueError):
    """The text names no source of options."""


@dataclass(frozen=True, slots=True)
class OptionSource:
    """Where the options of ``data_key`` come from.

    kind ``holders``: people holding one of ``names`` (roles) at ``unit``; ``units``: units of one of ``names`` (kinds)
    below ``unit``; ``people``: the person ids in ``variable``; ``rows``: the contexts in ``variable``, by their fields
    ``value`` and ``label``. ``unit`` is ``school`` (the case's own) or a unit's id.
    """

    data_key: str
    text: str
    kind: str
    names: tuple[str, ...] = ()
    unit: str = ""
    variable: str = ""
    value: str = ""
    label: str = ""


def parse(text: str, data_key: str = "") -> OptionSource:
    """Reads ``holders:a,b@school``, ``units:kind@school``, ``people:variable``, ``rows:variable:value:label``.

    Raises NotASource.
    """
    if found := _HOLDERS.fullmatch(text):
        kind, names, unit = found.groups()
        return OptionSource(data_key, text, kind, tuple(names.split(",")), unit)
    if found := _PEOPLE.fullmatch(text):
        return OptionSource(data_key, text, "people", variable=found[1])
    if found := _ROWS.fullmatch(text):
        return OptionSource(data_key, text, "rows", variable=found[1], value=found[2], label=found[3])
    raise NotASource(text)


def option_sources(schema: Schema) -> tuple[OptionSource, ...]:
    """The lists a form needs in its data: ``data[source.data_key] = [{"label": …, "value": …}, …]``."""
    found: dict[str, OptionSource] = {}
    for component in walk(schema):
        text = (component.get("properties") or {}).get("options")
        if text:
            key = str(component.get("valuesKey") or f"_options_{component.get('key')}")
            found[key] = parse(str(text), key)
    return tuple(found.values())
