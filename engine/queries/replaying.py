"""Keeps pages from knowing how a case is gone through again: what each entry moved, and where its proof fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy.engine import Connection

from engine.definitions.library import DeployedLibrary
from engine.errors import NotFound
from engine.history import ledger, replay
from engine.history.sealing import KeyRing
from engine.queries.cases import entries_of, visible
from engine.views import Access, Proof

AUDIT = "audit"
SAID = 3
"""Differences worded for one entry; the first explains the others."""


def moves(connection: Connection, keys: KeyRing, access: Access, instance: str) -> tuple[Mapping[str, str], ...]:
    """For each entry the elements whose state it changed, with the state afterwards. Raises NotFound.

    States are those of a case's steps: active, waiting (for a date), incident, done, none.
    """
    _row, hidden = visible(connection, access, instance)
    if hidden:
        raise NotFound(what=instance)
    return tuple(moves_of(entries_of(connection, keys, instance)))


def moves_of(entries: Iterable[ledger.Entry]) -> Iterable[Mapping[str, str]]:
    standing = _Standing()
    for entry in entries:
        touched: dict[str, str] = {}
        for kind, fact in entry.body["facts"]:
            element = fact.get("element", "")
            if element:
                touched.setdefault(element, standing.state(element))
                standing.note(kind, element)
        yield {
            element: standing.state(element) for element, before in touched.items() if standing.state(element) != before
        }


class _Standing:
    """Where the tokens stand, by facts alone: what a reader sees never depends on doing anything again."""

    def __init__(self) -> None:
        self._tokens: Counter[str] = Counter()
        self._visited: set[str] = set()
        self._timed: Counter[str] = Counter()
        self._failing: set[str] = set()

    def note(self, kind: str, element: str) -> None:
        if kind == "element_entered":
            self._tokens[element] += 1
            self._visited.add(element)
        elif kind in ("element_left", "element_cancelled"):
            self._tokens[element] = max(self._tokens[element] - 1, 0)
        elif kind == "timer_set":
            self._timed[element] += 1
        elif kind in ("timer_fired", "timer_cleared"):
            self._timed[element] = max(self._timed[element] - 1, 0)
        elif kind == "incident_raised":
            self._failing.add(element)
        elif kind == "incident_resolved":
            self._failing.discard(element)

    def state(self, element: str) -> str:
        if element in self._failing:
            return "incident"
        if self._timed[element]:
            return "waiting"
        if self._tokens[element]:
            return "active"
        return "done" if element in self._visited else "none"


def proof(
    connection: Connection, keys: KeyRing, library: DeployedLibrary, access: Access, instance: str, language: str
) -> tuple[Proof, ...]:
    """Every entry done again and compared with the record; for who holds ``audit``. Raises NotFound.

    The whole case is executed again: a long one takes seconds, so it is asked for, not shown with the page.
    """
    _row, hidden = visible(connection, access, instance)
    if hidden or AUDIT not in access.rights:
        raise NotFound(what=instance)
    return tuple(
        Proof(
            seq=step.row.seq,
            done=step.done,
            problems=tuple(problem.say(language) for problem in step.problems[:SAID]),
        )
        for step in replay.steps(connection, keys, library, instance)
    )
