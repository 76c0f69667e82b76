"""Keeps pages from knowing how a case is put together on which several people work at once: whose turn, what is known.

A process with the property ``room`` has such a page; the property on its steps says which part of the page each serves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import presence
from engine.database import ru_instance, ru_task
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Node
from engine.directory import reads, visibility
from engine.errors import NotFound
from engine.history import ledger
from engine.history.streams import INSTANCE
from engine.instances import Instances
from engine.queries.cases import case_row
from engine.queries.form_data import texts
from engine.queries.inbox import inbox_row
from engine.queries.tasks import worded
from engine.runtime.execution import Execution, Token
from engine.runtime.finding import find
from engine.views import Access, Appointment, CaseRow

ROOM = "room"
WORDING = "wording"
"""The part of a room whose step takes up the next matter."""
_OPEN = ("active", "suspended")
_LISTED = 50
_TAIL = 60
"""Entries that are looked through for the latest decision."""


@dataclass(frozen=True, slots=True)
class RoomTask:
    """An open step. ``part``: which part of the page it serves; empty for steps beside the room."""

    task: str
    element: str
    part: str
    names: Mapping[str, str]
    submit: Mapping[str, str]
    assignee: str
    whose: str
    """The only person it is offered to, or empty."""
    mine: bool
    """Offered to the reader."""
    behalf: bool
    """The reader may do it for whom it is offered to."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One evaluation of a decision table at a step of the room: the row that decided, as its author words it."""

    element: str
    decision: str
    row: int
    clause: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoomView:
    """``values``: the variables where the room stands now. ``people``: names of whoever is mentioned. ``rulings``: of
    each step, as they stood when the matter in hand was put into words.

    ``posts``: what those people are or were appointed to where the case belongs, so that who counted on a day can be
    shown with the basis. A list of rooms has no ``rulings``, ``marks``, ``people`` and ``posts``.
    """

    row: CaseRow
    kind: str
    values: Mapping[str, Any]
    tasks: tuple[RoomTask, ...]
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    marks: Mapping[str, presence.Mark] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    posts: tuple[Appointment, ...] = ()

    def of(self, part: str) -> tuple[RoomTask, ...]:
        """The open steps that serve one part of the page."""
        return tuple(task for task in self.tasks if task.part == part)


def listing(
    connection: Connection, library: DeployedLibrary, instances: Instances, access: Access, now: datetime
) -> tuple[RoomView, ...]:
    i = ru_instance.c
    query = sa.select(ru_instance).where(i.definition.in_(library.carrying(ROOM)), i.state.in_(_OPEN))
    query = query.where(visibility.case_condition(access)).order_by(i.started.desc(), i.id).limit(_LISTED)
    rows = connection.execute(query).all()
    return tuple(_view(connection, library, instances, access, row, now)[0] for row in rows)


def under_way(connection: Connection, library: DeployedLibrary, access: Access) -> Mapping[str, bool]:
    """The cases of which a step stands open that serves a part of their page, the latest first.

    True: the reader is appointed where the case belongs.
    """
    i, t = ru_instance.c, ru_task.c
    having = library.carrying(ROOM)
    if not having:
        return {}
    query = sa.select(i.id, i.school, t.definition, t.element).join_from(ru_instance, ru_task, t.instance == i.id)
    query = query.where(i.definition.in_(having), i.state == "active", visibility.case_condition(access))
    units = {one.unit for one in access.appointments}
    rows = connection.execute(query.order_by(i.started.desc(), i.id)).all()
    return {
        row.id: row.school in units
        for row in rows
        if library.process(row.definition).node(row.element).properties.get(ROOM)
    }


def may_enter(connection: Connection, library: DeployedLibrary, access: Access, instance: str) -> Any:
    """The case's row. Raises NotFound: no such case for this reader, its contents hidden, or no room."""
    i = ru_instance.c
    row = connection.execute(sa.select(ru_instance).where(i.id == instance, visibility.case_condition(access))).first()
    if row is None or not library.process(row.definition).process.properties.get(ROOM):
        raise NotFound(what=instance)
    return row


def view(
    connection: Connection, library: DeployedLibrary, instances: Instances, access: Access, instance: str, now: datetime
) -> RoomView:
    """Raises NotFound: no such case for this reader, its contents hidden, or no room."""
    row = may_enter(connection, library, access, instance)
    found, nodes = _view(connection, library, instances, access, row, now)
    marks = presence.marks(connection, instance)
    mentioned = {*texts(found.values), *marks, *(task.whose for task in found.tasks if task.whose)}
    rulings = _rulings(connection, instance, row.seq, nodes)
    people = reads.names(connection, mentioned)
    posts = reads.ever_at(connection, row.school, people)
    return replace(found, rulings=rulings, marks=marks, people=people, posts=posts)


def _view(
    connection: Connection, library: DeployedLibrary, instances: Instances, access: Access, row: Any, now: datetime
) -> tuple[RoomView, Mapping[str, Node]]:
    """Where a room stands, without what only its own page shows; and the nodes of its process."""
    definition = library.process(row.definition)
    execution = instances.load(connection, row.id, row.seq)
    rows = connection.execute(sa.select(ru_task).where(ru_task.c.instance == row.id).order_by(ru_task.c.id)).all()
    tokens: list[tuple[Token, RoomTask]] = []
    for one in rows:
        token = find(execution, one.id, "task")
        if token is not None:
            node = library.process(one.definition).node(one.element)
            names = inbox_row(one, library, now).names
            tokens.append((token, _task(one, names, token, node, access)))
    values = dict(_here(execution, [token for token, _ in tokens]))
    found = RoomView(
        row=case_row(row, library),
        kind=definition.process.properties[ROOM],
        values=values,
        tasks=tuple(task for _, task in tokens),
    )
    return found, definition.process.nodes


def _here(execution: Execution, tokens: list[Token]) -> Mapping[str, Any]:
    """The variables where the work stands: those of the innermost open step of the room."""
    inside = [token for token in tokens if token.task_spec.node.properties.get(ROOM)] or tokens
    if not inside:
        return execution.scopes.get(execution.task_tree.id, {})
    return execution.variables(max(inside, key=lambda token: (len(execution.chain(token)), -token.id)))


def _task(row: Any, names: Mapping[str, str], token: Token, node: Node, access: Access) -> RoomTask:
    notes = token.internal_data["task"]
    keys, own = set(notes["keys"]), access.person.id
    single = next(iter(keys)) if len(keys) == 1 else ""
    free = row.assignee in ("", own)
    return RoomTask(
        task=row.id,
        element=row.element,
        part=node.properties.get(ROOM, ""),
        names=names,
        submit=worded(node.properties, "submit"),
        assignee=row.assignee,
        whose=single.removeprefix("person:") if single.startswith("person:") else row.assignee,
        mine=free and bool(access.keys & keys),
        behalf=bool(access.keys & set(notes["on_behalf"])),
    )


def _rulings(connection: Connection, instance: str, seq: int, nodes: Mapping[str, Node]) -> Mapping[str, Ruling]:
    """The latest of each step when the matter in hand was put into words: its own rulings are not its predecessor's.

    Which rows matched is public: nothing is opened.
    """
    latest: dict[str, Ruling] = {}
    settled: Mapping[str, Ruling] = latest
    for entry in ledger.read(connection, INSTANCE + instance, None, after=max(0, seq - _TAIL)):
        for kind, fact in entry.body["facts"]:
            element = str(fact.get("element", "")).rpartition("/")[2]
            part = nodes[element].properties.get(ROOM) if element in nodes else None
            if kind == "decision_made" and part:
                latest.update({ruling.element: ruling for ruling in _ruling(element, fact)})
            elif kind == "task_offered" and part == WORDING:
                settled = dict(latest)
    return settled


def _ruling(element: str, fact: Mapping[str, Any]) -> Iterator[Ruling]:
    for row in fact["rows"][-1:]:
        clause, _, text = str(row["description"]).rpartition(": ")
        notes = row["annotations"]
        words = {"kk": text, **{lang: str(notes[lang]) for lang in ("ru", "en") if lang in notes}}
        yield Ruling(element, str(fact["decision"]), int(row["index"]), clause, words)
