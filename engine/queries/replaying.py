"""Keeps pages from knowing how a case is gone through again: what each entry moved, and where its proof fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.engine import Connection

from engine.definitions.library import DeployedLibrary
from engine.errors import NotFound
from engine.history import ledger, replay
from engine.history.sealing import KeyRing
from engine.history.streams import INSTANCE
from engine.queries.cases import visible
from engine.queries.standing import Standing
from engine.views import Access, Proof

AUDIT = "audit"
SAID = 3
"""Differences worded for one entry; the first explains the others."""


def moves(connection: Connection, access: Access, instance: str) -> tuple[Mapping[str, str], ...]:
    """For each entry the elements whose state it changed, with the state afterwards. Raises NotFound.

    States are those of a case's steps: active, waiting (for a date), incident, done, none.
    """
    _row, hidden = visible(connection, access, instance)
    if hidden:
        raise NotFound(what=instance)
    return tuple(_moves(ledger.read(connection, INSTANCE + instance, None)))  # what moved is public: nothing is opened


def _moves(entries: Iterable[ledger.Entry]) -> Iterator[Mapping[str, str]]:
    standing = Standing()

    def state(element: str) -> str:
        return standing.state(element, standing.timers[element] > 0)

    for entry in entries:
        before: dict[str, str] = {}
        for kind, fact in entry.body["facts"]:
            element = fact.get("element", "")
            if element:
                before.setdefault(element, state(element))
                standing.note(kind, element)
        yield {element: state(element) for element, was in before.items() if state(element) != was}


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
