"""Keeps the rest from knowing where a form says which lists its selects need: component property ``options``."""

from __future__ import annotations

import re

from engine.definitions.forms.components import Schema, walk

_READABLE = re.compile(
    r"holders:\w+@[\w.-]+"
    r"|staff:[\w.-]+"
    r"|units:\w+(@[\w.-]+)?"
    r"|people:[\w.]+"
    r"|rows:[\w.]+:\w+:\w+"
)


def readable(source: str) -> bool:
    """Whether the text is a source that ``engine.directory.options`` lists: ``holders:ROLE@UNIT``, ``staff:UNIT``,
    ``units:KIND@UNIT``, ``people:VARIABLE``, ``rows:VARIABLE:VALUE:LABEL``."""
    return _READABLE.fullmatch(source) is not None


def option_sources(schema: Schema) -> dict[str, str]:
    """Key in the form's data -> source of the list ``[{"label": …, "value": …}, …]`` to be put there."""
    found = {}
    for component in walk(schema):
        source = (component.get("properties") or {}).get("options")
        if source:
            found[str(component.get("valuesKey") or f"_options_{component.get('key')}")] = str(source)
    return found
