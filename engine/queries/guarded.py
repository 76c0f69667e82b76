"""Keeps pages from knowing that some variables of a case are told only to those whose own steps show them.

A process names them (property ``guarded``), and the variable that opens them to everybody of the case once it is true
(``guardedUnless``). Whoever has or had a step whose form shows one of them, began the case by hand or sees confidential
cases by right is told all of them; others who take part see the rest of the case without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from engine.definitions import forms
from engine.definitions.library import DeployedLibrary
from engine.directory import visibility
from engine.history import ledger
from engine.history.sealing import KeyRing
from engine.history.streams import INSTANCE
from engine.queries import task_forms
from engine.values import plain
from engine.views import Access

_MACHINE_NAMES = frozenset({"instance", "process", "school"})


def withheld(
    connection: Connection,
    library: DeployedLibrary,
    access: Access,
    case: Any,
    known: Mapping[str, Any],
    entries: Iterable[ledger.Entry],
) -> frozenset[str]:
    """The variables of this case that its pages leave out for this reader.

    ``case``: its row; ``known``: its variables; ``entries``: its record, which need not be opened.
    """
    properties = library.process(case.definition).process.properties
    names = frozenset(name.strip() for name in properties.get("guarded", "").split(",")) - {""}
    if not names or known.get(properties.get("guardedUnless", "")) is True:
        return frozenset()
    if visibility.may(access.keys, visibility.SEE_CONFIDENTIAL, case.school):
        return frozenset()
    shown = _Shown(connection, library, case.definition, names)
    mine = frozenset(visibility.offered_keys(access))
    for entry in entries:
        for kind, fact in entry.body["facts"]:
            if kind == "instance_started" and entry.actor == access.person.id:
                return frozenset()
            own = access.person.id in (fact.get("assignee"), fact.get("person")) or not mine.isdisjoint(
                fact.get("keys", ())
            )
            if own and kind.startswith("task_") and shown.by(fact["element"]):
                return frozenset()
    return names


def withheld_of(
    connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access, case: Any
) -> frozenset[str]:
    """The same where neither the case's variables nor its record are at hand."""
    if "guarded" not in library.process(case.definition).process.properties:
        return frozenset()
    stream = INSTANCE + case.id
    entries = list(ledger.read(connection, stream, keys.kept(connection, stream)))
    return withheld(connection, library, access, case, answers(entries), entries)


def answers(entries: Iterable[ledger.Entry]) -> dict[str, Any]:
    """What was entered by people, latest value each: the ledger's inputs, not the engine's scratch values."""
    data: dict[str, Any] = {}
    for entry in entries:
        data.update({n: plain(v) for n, v in entry.inputs.items() if n not in _MACHINE_NAMES})
    return data


class _Shown:
    """Which steps have a form that shows one of the names."""

    def __init__(
        self, connection: Connection, library: DeployedLibrary, definition: str, names: frozenset[str]
    ) -> None:
        self._connection, self._library, self._definition, self._names = connection, library, definition, names
        self._known: dict[str, bool] = {}

    def by(self, place: str) -> bool:
        """``place``: an element of the case's process, or of one that it called, as the record writes it."""
        if place not in self._known:
            called, _, element = place.rpartition("/")
            definition = called or self._definition
            node = self._library.process(definition).node(element)
            form = task_forms.form_of(self._connection, self._library, node, definition)
            self._known[place] = form is not None and not self._names.isdisjoint(forms.visible_keys(form))
        return self._known[place]
