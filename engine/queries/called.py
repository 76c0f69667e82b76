"""Keeps pages from knowing how a called process is told from its caller within one case: by the places of facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Node, Process
from engine.history import ledger
from engine.history.streams import INSTANCE
from engine.queries.cases import in_flow_order, visible
from engine.queries.standing import Standing
from engine.views import Access, Names, StepView

_OPEN = frozenset({"active", "waiting", "incident"})


@dataclass(frozen=True, slots=True)
class CalledProcess:
    """A process that a step of the case called: it runs within the case, by its own diagram."""

    definition: str  # "KEY:version"
    names: Names
    version: int
    callers: tuple[tuple[str, Names], ...]  # (element id, names) of the call activities that may have called it
    running: bool
    calls: int  # how often it was begun
    steps: tuple[StepView, ...]
    xml: str


def called(
    connection: Connection, library: DeployedLibrary, access: Access, instance: str
) -> tuple[CalledProcess, ...]:
    """The processes that steps of a case called, in the order of their first call. Raises NotFound.

    What moved is public: nothing is opened, so whoever sees that the case exists sees where it stands.
    """
    row, _hidden = visible(connection, access, instance)
    standings: dict[str, Standing] = {}
    for entry in ledger.read(connection, INSTANCE + instance, None):
        for kind, fact in entry.body["facts"]:
            definition, inner, element = str(fact.get("element", "")).rpartition("/")
            if inner:
                standings.setdefault(definition, Standing()).note(kind, element, fact.get("flow", ""))
    processes = {id: library.process(id).process for id in (row.definition, *standings)}
    return tuple(_view(library, processes, id, standing) for id, standing in standings.items())


def _view(library: DeployedLibrary, processes: dict[str, Process], id: str, standing: Standing) -> CalledProcess:
    process = processes[id]
    steps = tuple(
        StepView(
            element=node.id,
            kind=node.kind,
            names=node.names,
            state=standing.state(node.id, standing.timers[node.id] > 0),
            tokens=max(standing.tokens[node.id], 0),
            visits=standing.visits(node.id),
            due=None,
            clause=node.properties.get("clause", ""),
            depth=depth,
        )
        for node, depth in ((process.nodes[element], depth) for element, depth in in_flow_order(process))
    )
    starts = [step.visits for step in steps if step.kind == "startEvent" and step.depth == 0]
    return CalledProcess(
        definition=id,
        names=process.names,
        version=int(id.rpartition(":")[2]),
        callers=tuple((node.id, node.names) for node in _callers(processes.values(), process.id)),
        running=any(step.state in _OPEN for step in steps),
        calls=max(starts, default=1),
        steps=steps,
        xml=library.text(id),
    )


def _callers(processes: Iterable[Process], key: str) -> Iterable[Node]:
    """Call activities that name the process; one whose name is worked out while running may have called it too."""
    for process in processes:
        for node in process.nodes.values():
            if node.called_element is not None and node.called_element.text.strip() in (key, f'"{key}"'):
                yield node
