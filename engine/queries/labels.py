"""Keeps the pages from knowing which form asked for a value: field keys of a process, as its forms call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from engine.definitions.forms.components import walk
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import LANGUAGES
from engine.queries.task_forms import form_of
from engine.views import FieldLabel


def labels(connection: Connection, library: DeployedLibrary, definition: str) -> dict[str, FieldLabel]:
    """Key -> its label and the names of its choices, over every form of the process; the first form wins."""
    found: dict[str, FieldLabel] = {}
    for node in library.process(definition).process.nodes.values():
        schema = form_of(connection, library, node, definition)
        for component in walk(schema) if schema else ():
            key = component.get("key") or component.get("path")
            said = "label" if component.get("label") else "dateLabel"
            label = _worded(component, component.get(said), said)
            if key and label and key not in found:
                found[str(key)] = FieldLabel(label, _choices(component))
    return found


def _choices(component: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {
        str(one.get("value")): _worded(component, one.get("label"), f"value:{one.get('value')}")
        for one in component.get("values") or ()
    }


def _worded(component: Mapping[str, Any], kazakh: Any, name: str) -> dict[str, str]:
    """A text of a form in the languages it has: Kazakh stands in the form, the others in its properties."""
    properties = component.get("properties") or {}
    texts = {lang: properties.get(f"{name}:{lang}") for lang in LANGUAGES} | {"kk": kazakh}
    return {lang: str(text) for lang, text in texts.items() if text}
