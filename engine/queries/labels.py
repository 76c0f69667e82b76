"""Keeps the pages from knowing which form asked for a value: field keys of a process, as its forms call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from engine.definitions.forms.components import walk
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import LANGUAGES, Node
from engine.queries.elements import called_by
from engine.queries.task_forms import form_of
from engine.views import FieldLabel

Labels = dict[str, FieldLabel]
_PATH = re.compile(r"(?:\w+\.)*(\w+)")  # what passes a value on as it is, not what works one out


def labels(
    connection: Connection, library: DeployedLibrary, definition: str, step: str = ""
) -> Mapping[str, FieldLabel]:
    """Key -> its label and the names of its choices, over every form of the process; the first form wins.

    What none of them asks for is called as in the processes it calls, else as whoever sent the value was asked for it.
    ``step``: of the form of that step alone, since two steps may ask different things by one key.
    """
    if step:
        return _of_steps(connection, library, definition).get(step, {})
    return library.until_deployment(connection, "labels", definition, lambda: _labels(connection, library, definition))


def _of_steps(connection: Connection, library: DeployedLibrary, definition: str) -> Mapping[str, Labels]:
    """Step -> what its own form calls its fields, in a process and those it calls."""
    return library.until_deployment(
        connection, "labels of steps", definition, lambda: _Asked(connection, library).steps(definition)
    )


def _labels(connection: Connection, library: DeployedLibrary, definition: str) -> Labels:
    asked = _Asked(connection, library)
    found = dict(asked.here(definition))
    for name in asked.received(definition):
        if name not in found:
            found = {**asked.elsewhere(definition, name, frozenset()), **found}
    return found


class _Asked:
    """Where values were asked for; the forms of a process are read once."""

    def __init__(self, connection: Connection, library: DeployedLibrary) -> None:
        self._connection = connection
        self._library = library
        self._here: dict[str, Labels] = {}
        self._columns: dict[tuple[str, str], Labels] = {}
        self._telling: dict[str, list[tuple[str, Node]]] = {}

    def here(self, definition: str) -> Labels:
        """By the forms of a process, then by those of the processes it calls."""
        if definition not in self._here:
            found = dict(self._in_forms(definition))
            for called, given in self._called(definition):
                asked = {key: label for key, label in self._in_forms(called).items() if key not in given}
                found = {**asked, **found}
            self._here[definition] = found
        return self._here[definition]

    def steps(self, definition: str) -> dict[str, Labels]:
        """By step, the process's own before those it calls."""
        found: dict[str, Labels] = {}
        for process in (definition, *(called for called, _given in self._called(definition))):
            for node in self._nodes(process):
                schema = form_of(self._connection, self._library, node, process)
                if schema and node.id not in found:
                    found[node.id] = _first(_named(schema))
        return found

    def received(self, definition: str) -> list[str]:
        """What a message that begins a process brings, by the names it has there."""
        return list(dict.fromkeys(name for _, node in self._senders(definition) for name in _passed(node)))

    def elsewhere(self, definition: str, name: str, seen: frozenset[tuple[str, str]]) -> Labels:
        """What a value that came with a message was called where it was asked for, and the columns of such a list."""
        for sender, node in self._senders(definition):
            key = _passed(node).get(name, "")
            if not key or (sender, key) in seen:
                continue
            here = self.here(sender)
            if key in here:
                return {name: here[key], **self._columns.get((sender, key), {})}
            found = self.elsewhere(sender, key, seen | {(sender, key)})
            if found:
                return {name if one == key else one: label for one, label in found.items()}
        return {}

    def _nodes(self, definition: str) -> Iterator[Node]:
        yield from self._library.process(definition).process.nodes.values()

    def _called(self, definition: str) -> Iterator[tuple[str, frozenset[str]]]:
        """The processes that steps call, and what each is given: that was not asked there."""
        for id, node in called_by(self._connection, self._library, definition):
            yield id, frozenset(one.name for one in node.call_in)

    def _senders(self, definition: str) -> list[tuple[str, Node]]:
        """The steps that begin a process by a message, and where they stand; later messages bring references."""
        if definition not in self._telling:
            process = self._library.process(definition).process
            messages = dict.fromkeys(node.event.name for node in process.starts("message"))
            self._telling[definition] = [
                (sender, node)
                for message in messages
                for sender in self._library.sending(message)
                for node in self._nodes(sender)
                if node.sends_message and node.event.name == message
            ]
        return self._telling[definition]

    def _in_forms(self, definition: str) -> Labels:
        found: Labels = {}
        for node in self._nodes(definition):
            schema = form_of(self._connection, self._library, node, definition)
            for component in walk(schema) if schema else ():
                key, label = _called(component)
                if key and label and key not in found:
                    found[key] = label
                    self._columns[definition, key] = dict(_named(component))
        return found


def _passed(node: Node) -> dict[str, str]:
    """What a step sends on as it is: the name it goes by -> the name of the variable."""
    values = {one.name: _PATH.fullmatch(one.value.text.strip()) for one in node.inputs if one.value and one.name}
    return {name: path[1] for name, path in values.items() if path}


def _named(schema: Mapping[str, Any]) -> Iterator[tuple[str, FieldLabel]]:
    """What stands in a form or a list, by key, as far as it has a label."""
    for component in walk(schema):
        key, label = _called(component)
        if key and label:
            yield key, label


def _first(named: Iterator[tuple[str, FieldLabel]]) -> Labels:
    """By key, in the order of the form; a later field of the same key adds its choices."""
    found: Labels = {}
    for key, label in named:
        known = found.get(key)
        found[key] = replace(known, choices={**label.choices, **known.choices}) if known else label
    return found


def _called(component: Mapping[str, Any]) -> tuple[str, FieldLabel | None]:
    said = "label" if component.get("label") else "dateLabel"
    label = _worded(component, component.get(said), said)
    return str(component.get("key") or component.get("path") or ""), FieldLabel(
        label, _choices(component)
    ) if label else None


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
