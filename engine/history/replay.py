"""Goes through one instance again, entry by entry, and shows what stood open after each: the auditor's replay.

It runs on what was recorded, beside the database: nothing is written, nothing leaves the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from engine.definitions.library import DeployedLibrary
from engine.errors import NotFound
from engine.history import chain, sealing, timeline
from engine.history.ledger import Entry
from engine.history.reexecution import Reexecution
from engine.history.report import Problem
from engine.history.streams import INSTANCE
from engine.runtime.execution import Execution
from engine.values import plain
from engine.views import TimelineRow

_WAITS = {"task": "user", "external": "external"}


@dataclass(frozen=True, slots=True)
class Step:
    """One entry done again. ``open``: what waits afterwards; ``problems``: where it differs from the record."""

    row: TimelineRow
    entry: Entry
    open: tuple[dict[str, Any], ...]
    variables: dict[str, Any]
    state: str
    done: bool  # it was done again; False once the key is destroyed or an earlier entry could not be
    problems: tuple[Problem, ...]


def steps(connection: Connection, keys: sealing.KeyRing, library: DeployedLibrary, instance: str) -> Iterator[Step]:
    """Every entry of an instance, verified and done again. Raises NotFound."""
    stream = INSTANCE + instance
    try:
        key = keys.of(connection, stream)
    except sealing.Erased:
        key = None
    links, doing, whole, seen = chain.Chain(stream), Reexecution(library), key is not None, False
    for found in chain.rows(connection, stream):
        seen = True
        problems = list(links.check(found))
        body = chain.body_of(found)
        if isinstance(body, Problem):
            raise NotFound(what=f"{stream}/{found.seq}")
        entry, wrong = chain.payload(found, body, key)
        problems += [*chain.columns(found, body), *wrong]
        whole = whole and not wrong
        done = whole and not doing.failed
        if done:
            problems += doing.step(entry)
        execution = doing.execution if done and not doing.failed else None
        yield Step(
            timeline.row(entry), entry, tuple(waiting(execution)) if execution else (),
            _variables(execution) if execution else {}, execution.state if execution else "", done, tuple(problems),
        )  # fmt: skip
    if not seen:
        raise NotFound(what=instance)


def waiting(execution: Execution) -> Iterator[dict[str, Any]]:
    """What the instance waits for, in the order it came about."""
    for id in sorted(execution.tasks):
        token = execution.tasks[id]
        notes = token.internal_data
        waits = next((word for note, word in _WAITS.items() if note in notes), notes.get("event", ""))
        if "incident" in notes:
            waits = "incident"
        if waits:
            task = notes.get("task", {})
            yield {
                "id": execution.public(token), "element": token.place, "names": dict(token.task_spec.node.names),
                "waiting": waits, "due": task.get("due") or notes.get("due"), "keys": task.get("keys", []),
                "assignee": task.get("assignee", ""),
            }  # fmt: skip


def _variables(execution: Execution) -> dict[str, Any]:
    root = execution.scopes.get(execution.task_tree.id, {})
    return {name: plain(value) for name, value in sorted(root.items())}
