"""Checks that nobody outside a multi-instance reads what is answered inside: each instance keeps its own answers.

Camunda 7 would let the last answer overwrite a variable of the process. Told are names that only the instances give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definitions.checking import formulas, spellings
from engine.definitions.findings import Report
from engine.definitions.model import Flow, Node, Process

_COUNTERS = frozenset(["nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter"])


def check(process: Process, report: Report) -> None:
    """All findings about the multi-instances of one process."""
    holders = [node for node in process.nodes.values() if _keeps(node)]
    if not holders:
        return
    read, given = _places(_read(process)), _places(_given(process))
    for holder in holders:
        inside = {holder.id, *_within(holder, process)}
        kept = [
            name
            for name in sorted(_answered(holder, [process.nodes[id] for id in inside]))
            if any(place not in inside for place in read.get(name, ()))
            and all(place in inside for place in given.get(name, ()))
        ]
        if kept:
            report.warning("instances_keep_answers", holder, names=", ".join(kept), example=kept[0])


def _keeps(node: Node) -> bool:
    """A called process has no form of the caller's; what it gives is mapped by name."""
    return node.loop is not None and node.loop.kind != "standard" and node.kind != "callActivity"


def _places(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """name -> where it stands."""
    found: dict[str, set[str]] = {}
    for name, place in pairs:
        found.setdefault(name, set()).add(place)
    return found


def _within(node: Node, process: Process) -> Iterator[str]:
    stack = list(node.children)
    while stack:
        id = stack.pop()
        if id in process.nodes:
            yield id
            stack.extend(process.nodes[id].children)


def _answered(holder: Node, nodes: Iterable[Node]) -> set[str]:
    """Names that answers bring: fields of forms in the model, and what the completion condition waits for."""
    assert holder.loop is not None
    names = {field.id for node in nodes for field in node.fields}
    loop = holder.loop
    if loop.completion is not None and not loop.completion.literal:
        names |= spellings.look(loop.completion.text).names
    if loop.collection is not None and not loop.collection.literal:  # there before anybody answers
        names -= spellings.look(loop.collection.text).names
    handed_out = {part.name for part in holder.outputs}
    return names - _COUNTERS - handed_out - {holder.loop.element_variable} - {part.name for part in holder.inputs}


def _given(process: Process) -> Iterator[tuple[str, str]]:
    """What other than an answer may give a name, and other answers, by the node that does."""
    for node in process.nodes.values():
        parts = (*node.outputs, *node.call_out)
        names = {field.id for field in node.fields} | {part.name for part in parts}
        yield from ((name, node.id) for name in (*names, node.attributes.get("resultVariable", "")))


def _read(process: Process) -> Iterator[tuple[str, str]]:
    """Every name an expression reads, with the node it is read in; a flow is taken after its source: outside of it."""
    for site in formulas.sites(process):
        place = site.place
        if isinstance(place, Flow):  # one with a loose end is told of elsewhere
            source = process.nodes.get(place.source)
            at = source.parent if source is not None else process.id
        else:
            at = place.id
        if not site.expression.literal:
            yield from ((name, at) for name in spellings.look(site.expression.text).names)
