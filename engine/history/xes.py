"""Keeps process mining from knowing the ledger: cases as an event log in XES (IEEE 1849-2016), written as it is read.

Only what moved leaves the house: steps, moments, ids of people and the roles they acted as. Values of cases, titles,
reasons and names of people do not; a confidential case is left out unless it is asked for, and then has no key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import sqlalchemy as sa
from lxml import etree
from sqlalchemy.engine import Connection

from engine.database import ru_instance
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Process
from engine.history import ledger
from engine.history.streams import INSTANCE

NAMESPACE = "http://www.xes-standard.org/"
_EXTENSIONS = ("Concept", "Lifecycle", "Organizational", "Time")
_NAMESPACES: Any = {None: NAMESPACE}  # the types of lxml do not know the default namespace
_BATCH = 200
# What a fact says in the standard's transactional life cycle; every other fact is the engine's own business.
_TRANSITIONS = {
    "task_offered": "schedule",
    "task_claimed": "assign",
    "task_assigned": "reassign",
    "task_delegated": "reassign",
    "task_handed_back": "reassign",
    "task_released": "unknown",
    "task_completed": "complete",
    "task_withdrawn": "withdraw",
    "task_returned": "ate_abort",
    "incident_raised": "suspend",
    "incident_resolved": "resume",
}
_BY_A_PERSON = frozenset(
    f"task_{what}" for what in ("claimed", "assigned", "delegated", "handed_back", "released", "completed", "returned")
)
_TASKS = frozenset({"userTask", "manualTask"})  # they have events of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which cases: of one process, of one school, confidential ones too. ``language``: of the names of steps."""

    process: str = ""
    school: str = ""
    confidential: bool = False
    language: str = "kk"


@dataclass(slots=True)
class Written:
    cases: int = 0
    events: int = 0


def write(connection: Connection, library: DeployedLibrary, target: IO[bytes], wish: Wish) -> Written:
    """Write the log; memory holds one case at a time. Answers how much there was."""
    written = Written()
    with etree.xmlfile(target, encoding="UTF-8") as file:
        file.write_declaration()
        about = {"xes.version": "1849.2016", "xes.features": ""}  # the standard's schema asks for a decimal number
        with file.element(f"{{{NAMESPACE}}}log", about, nsmap=_NAMESPACES):
            for name in _EXTENSIONS:
                attributes = {"name": name, "prefix": _prefix(name), "uri": f"{NAMESPACE}{_prefix(name)}.xesext"}
                file.write(_one("extension", attributes))
            for scope, keys in (("trace", ("concept:name",)), ("event", ("concept:name", "lifecycle:transition"))):
                known = _one("global", {"scope": scope})
                known.extend(_text(key, "__INVALID__") for key in keys)
                if scope == "event":
                    known.append(_one("date", {"key": "time:timestamp", "value": "1970-01-01T00:00:00Z"}))
                file.write(known)
            file.write(_one("classifier", {"name": "Step", "scope": "event", "keys": "concept:name"}))
            file.write(_one("classifier", {"name": "Case", "scope": "trace", "keys": "concept:name"}))
            file.write(_text("concept:name", "sapa"))
            file.write(_text("lifecycle:model", "standard"))
            for row in _cases(connection, wish):
                process = library.process(row.definition).process
                with file.element(f"{{{NAMESPACE}}}trace"):
                    for attribute in _about(row, process, wish):
                        file.write(attribute)
                    for event in _events(connection, row.id, process, wish):
                        file.write(event)
                        written.events += 1
                written.cases += 1
    return written


def _prefix(extension: str) -> str:
    return {"Organizational": "org"}.get(extension, extension.lower())


def _one(tag: str, attributes: Mapping[str, str]) -> Any:
    return etree.Element(tag, dict(attributes))  # written below the log, whose namespace is the default there


def _text(key: str, value: str) -> Any:
    return _one("string", {"key": key, "value": value})


def _cases(connection: Connection, wish: Wish) -> Iterator[Any]:
    """The cases in the order they began, a batch at a time."""
    i = ru_instance.c
    query = sa.select(ru_instance).order_by(i.started, i.id).limit(_BATCH)
    if wish.process:
        query = query.where(i.process_key == wish.process)
    if wish.school:
        query = query.where(i.school == wish.school)
    if not wish.confidential:
        query = query.where(i.confidential.is_(sa.false()))
    after = ("", "")
    while True:
        beyond = sa.or_(i.started > after[0], sa.and_(i.started == after[0], i.id > after[1]))
        found = connection.execute(query.where(beyond)).all()
        yield from found
        if len(found) < _BATCH:
            return
        after = (found[-1].started, found[-1].id)


def _about(row: Any, process: Process, wish: Wish) -> Iterator[Any]:
    yield _text("concept:name", row.id)
    yield _text("sapa:process", row.process_key)
    yield _text("sapa:process_name", process.names.get(wish.language) or process.names.get("kk", row.process_key))
    yield _text("sapa:definition", row.definition)
    yield _text("sapa:school", row.school)
    yield _text("sapa:state", row.state)
    if row.business_key and not row.confidential:
        yield _text("sapa:business_key", row.business_key)


def _events(connection: Connection, instance: str, process: Process, wish: Wish) -> Iterator[Any]:
    """Events of one case. Contents are not opened: what is public in an entry is all there is to say."""
    for entry in ledger.read(connection, INSTANCE + instance, None):
        for kind, fact in entry.body["facts"]:
            element = str(fact.get("element", "")).rpartition("/")[2]
            node = process.nodes.get(element)
            transition = _TRANSITIONS.get(kind, "")
            if kind == "element_left" and (node is None or node.kind not in _TASKS):
                transition = "complete"
            if not transition or not element:
                continue
            event = _one("event", {})
            names = node.names if node else {}
            event.append(_text("concept:name", names.get(wish.language) or names.get("kk") or element))
            event.append(_text("lifecycle:transition", transition))
            event.append(_one("date", {"key": "time:timestamp", "value": entry.at}))
            if kind in _BY_A_PERSON:
                event.append(_text("org:resource", entry.actor))
                if "@" in entry.body["as"]:
                    event.append(_text("org:role", entry.body["as"]))
            event.append(_text("sapa:element", element))
            event.append(_one("int", {"key": "sapa:entry", "value": str(entry.seq)}))
            if node is not None and node.properties.get("clause"):
                event.append(_text("sapa:clause", node.properties["clause"]))
            yield event
