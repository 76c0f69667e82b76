"""Keeps the command from knowing how a run is counted: cases, entries, incidents, what of each model was reached."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.assembly import Engine
from engine.database import hi_entry, re_definition, reading
from engine.definitions.decisions import Table
from engine.definitions.library import resolve
from engine.definitions.model import Process
from engine.history.streams import INSTANCE
from engine.simulation.misdeeds import Misdeed


@dataclass(slots=True)
class Reached:
    """One process: how often it ran and how much of it was seen running."""

    started: int = 0
    completed: int = 0
    elements: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()  # what people do
    branches: frozenset[str] = frozenset()  # flows out of what has several
    rows: frozenset[tuple[str, str]] = frozenset()  # (decision, rule)
    seen: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    seen_rows: set[tuple[str, str]] = field(default_factory=set)

    def as_json(self) -> dict[str, int]:
        return {
            "started": self.started, "completed": self.completed,
            "elements_reached": len(self.seen & self.elements), "elements": len(self.elements),
            "tasks_reached": len(self.seen & self.tasks), "tasks": len(self.tasks),
            "branches_reached": len(self.taken & self.branches), "branches": len(self.branches),
            "rows_reached": len(self.seen_rows & self.rows), "rows": len(self.rows),
        }  # fmt: skip

    @property
    def missed(self) -> list[str]:
        """What nobody came to."""
        rows = {"/".join(row) for row in self.rows - self.seen_rows}
        return [*sorted(self.elements - self.seen), *sorted(self.branches - self.taken), *sorted(rows)]


@dataclass(slots=True)
class Tally:
    cases: int = 0
    incidents: int = 0
    entries: int = 0
    processes: dict[str, Reached] = field(default_factory=dict)

    def as_json(self, misdeeds: list[Misdeed]) -> dict[str, Any]:
        return {
            "cases": self.cases, "incidents": self.incidents, "entries": self.entries,
            "processes": {key: reached.as_json() for key, reached in sorted(self.processes.items())},
            "violations": [misdeed.as_json() for misdeed in misdeeds],
        }  # fmt: skip


def count(engine: Engine) -> Tally:
    """Reads the whole record once, entry by entry."""
    tally = Tally()
    with reading(engine.database) as connection:
        keys = sa.select(re_definition.c.key).where(re_definition.c.kind == "process").distinct()
        for key in sorted(connection.execute(keys).scalars()):
            id = resolve(connection, "process", key)
            assert id is not None
            tally.processes[key] = _wanted(engine, connection, engine.library.process(id).process)
        tally.entries = connection.execute(sa.select(sa.func.count()).select_from(hi_entry)).scalar_one()
        query = sa.select(hi_entry.c.stream, hi_entry.c.body).where(hi_entry.c.stream.startswith(INSTANCE))
        reading_on = connection.execution_options(yield_per=500)
        own: dict[str, str] = {}
        for row in reading_on.execute(query.order_by(hi_entry.c.id)):
            for kind, fact in json.loads(row.body)["facts"]:
                _note(tally, own, row.stream, kind, fact)
    # A table's row that applied once is reached, whichever process asked the table.
    applied = set[tuple[str, str]]().union(*(reached.seen_rows for reached in tally.processes.values()))
    for reached in tally.processes.values():
        reached.seen_rows |= applied & reached.rows
    return tally


def _wanted(engine: Engine, connection: sa.Connection, process: Process) -> Reached:
    rows = set()
    for node in process.nodes.values():
        key = node.attributes.get("decisionRef", "")
        id = resolve(connection, "decision", key) if key else None
        logic = engine.library.decision(id).logic if id else None
        rows |= {(key, rule.id) for rule in logic.rules} if isinstance(logic, Table) else set()
    several = {source for source, times in Counter(flow.source for flow in process.flows.values()).items() if times > 1}
    branches = frozenset(flow.id for flow in process.flows.values() if flow.source in several)
    tasks = frozenset(id for id, node in process.nodes.items() if node.kind == "userTask")
    return Reached(elements=frozenset(process.nodes), tasks=tasks, branches=branches, rows=frozenset(rows))


def _note(tally: Tally, own: dict[str, str], stream: str, kind: str, fact: dict[str, Any]) -> None:
    if kind == "instance_started":
        own[stream] = fact["process"]
        tally.cases += 1
        tally.processes[fact["process"]].started += 1
    elif kind == "instance_completed":
        tally.processes[own.pop(stream)].completed += 1
    elif kind == "incident_raised":
        tally.incidents += 1
    elif "element" in fact:
        definition, _, element = str(fact["element"]).rpartition("/")
        key = definition.rpartition(":")[0] or own.get(stream, "")
        if key in tally.processes:
            tally.processes[key].seen.add(element)
            tally.processes[key].taken |= set(fact.get("flows", ()))
            if kind == "decision_made":
                decision = str(fact["decision"]).rpartition(":")[0]
                tally.processes[key].seen_rows |= {(decision, row["rule"]) for row in fact["rows"]}


def outcomes(refusals: Counter[str]) -> str:
    """Refusals by code, most frequent first."""
    return ", ".join(f"{code} {number}" for code, number in refusals.most_common()) or "0"
