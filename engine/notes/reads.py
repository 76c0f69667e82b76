"""Keeps pages from knowing how notes are read: words out of their own sealed stream, only for who may see the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import facts as f
from engine.database import ru_candidate, ru_instance, ru_participant, ru_task
from engine.definitions.library import DeployedLibrary
from engine.directory import reads, visibility
from engine.directory.permissions import permissions
from engine.directory.sorting import alphabet_key
from engine.errors import NotFound
from engine.history import ledger
from engine.history.sealing import KeyRing
from engine.notes import limits
from engine.notes.tables import STREAM, id_mention_read, vw_mention, vw_note
from engine.notes.views import Mention, Note, NotesView
from engine.queries.cases import case_row, visible
from engine.values import moment
from engine.views import Access

SHOWN_MENTIONS = 50
AUDIT = "audit"


def view(connection: Connection, keys: KeyRing, access: Access, instance: str, day: date) -> NotesView:
    """The notes of a case. Raises NotFound; a case whose contents are hidden has none."""
    row, hidden = visible(connection, access, instance)
    if hidden:
        return NotesView((), (), False, "notes_not_yours", (), {})
    running = row.state not in ("completed", "cancelled")
    mine = connection.execute(
        sa.select(ru_instance.c.id).where(ru_instance.c.id == instance, visibility.own_condition(access))
    ).first()
    found = notes(connection, keys, access, instance, running)
    why_not = "notes_not_yours" if mine is None else "" if running else "notes_closed"
    mentionable = () if why_not else _mentionable(connection, access, row, day)
    told = {note.person for note in found} | {one for note in found for one in note.mentions}
    return NotesView(
        files=tuple(note for note in found if note.kind == "file"),
        comments=tuple(note for note in found if note.kind == "comment"),
        may_add=not why_not,
        why_not=why_not,
        mentionable=mentionable,
        people=dict(reads.names(connection, told)),
    )


def notes(connection: Connection, keys: KeyRing, access: Access, instance: str, running: bool) -> list[Note]:
    """Every note in the order of the record; the caller has asked whether the case may be seen."""
    made: dict[str, tuple[Any, datetime]] = {}
    gone: dict[str, datetime] = {}
    for entry in _entries(connection, keys, instance):
        for fact in entry.facts():
            if isinstance(fact, (f.FileAttached, f.CommentMade)):
                made[fact.note] = (fact, moment(entry.at))
            elif isinstance(fact, f.NoteTakenBack):
                gone[fact.note] = moment(entry.at)
    return [_note(fact, at, gone.get(id), access, running) for id, (fact, at) in made.items()]


def files_by(connection: Connection, keys: KeyRing, instance: str, person: str) -> tuple[tuple[str, int], ...]:
    """(name, bytes) of what one of them attached and has not taken back; nothing once the notes are erased."""
    found: dict[str, tuple[str, int]] = {}
    for entry in _entries(connection, keys, instance):
        for fact in entry.facts():
            if isinstance(fact, f.FileAttached) and fact.person == person:
                found[fact.note] = (fact.name, fact.size)
            elif isinstance(fact, f.NoteTakenBack):
                found.pop(fact.note, None)
    return tuple(found.values())


def _entries(connection: Connection, keys: KeyRing, instance: str) -> list[ledger.Entry]:
    key = keys.kept(connection, STREAM + instance)
    return list(ledger.read(connection, STREAM + instance, key)) if key is not None else []


def _note(fact: Any, at: datetime, gone: datetime | None, access: Access, running: bool) -> Note:
    is_file = isinstance(fact, f.FileAttached)
    readable = gone is None or AUDIT in access.rights
    return Note(
        note=fact.note,
        kind="file" if is_file else "comment",
        person=fact.person,
        at=at,
        task=fact.task,
        withdrawn=gone,
        name=fact.name if is_file and readable else "",
        size=fact.size if is_file else 0,
        media=fact.media if is_file else "",
        sha256=fact.sha256 if is_file and readable else "",
        text="" if is_file or not readable else fact.text,
        mentions=() if is_file or not readable else tuple(fact.mentions),
        own=running and gone is None and fact.person == access.person.id,
        readable=readable,
    )


def file(connection: Connection, keys: KeyRing, access: Access, instance: str, note: str) -> Note:
    """A file's note, if its bytes are for this reader. Raises NotFound."""
    _, hidden = visible(connection, access, instance)
    if not hidden:
        for one in notes(connection, keys, access, instance, running=False):
            if one.note == note and one.kind == "file" and one.readable:
                return one
    raise NotFound(what=note)


def _mentionable(connection: Connection, access: Access, row: Any, day: date) -> tuple[tuple[str, str], ...]:
    """Active people who see the case: by taking part, by an open task, by a role. The command asks again of each."""
    wanted = set(
        connection.execute(sa.select(ru_participant.c.person).where(ru_participant.c.instance == row.id)).scalars()
    )
    t = ru_task.c
    wanted |= set(connection.execute(sa.select(t.assignee).where(t.instance == row.id, t.assignee != "")).scalars())
    offered = sa.select(ru_candidate.c.key).join(ru_task, t.id == ru_candidate.c.task).where(t.instance == row.id)
    keys = set(connection.execute(offered).scalars())
    wanted |= {key.removeprefix("person:") for key in keys if key.startswith("person:")}
    wanted |= reads.holding_one_of(connection, day, _seeing(connection, row, keys))
    wanted.discard(access.person.id)
    found = reads.persons(connection, wanted).values()
    return tuple((one.id, one.name) for one in sorted(found, key=lambda one: alphabet_key(one.name)) if one.active)


def _seeing(connection: Connection, row: Any, keys: set[str]) -> dict[str, set[str] | None]:
    """The roles by which somebody sees the case, with the units they must be held in (None: wherever)."""
    table = permissions()
    wanted: dict[str, set[str] | None] = {}
    for key in keys:
        role, at, unit = key.partition("@")
        if at:
            wanted[role] = (wanted.get(role) or set()) | {unit}
    if row.sealed:
        return wanted
    seeing = set(table.roles_with(visibility.SEE_CONFIDENTIAL)) if row.confidential else None
    school = _within(reads.units(connection), str(row.school))
    for right, units in ((visibility.SEE_SCHOOL, school), (visibility.SEE_ALL, None)):
        for role in table.roles_with(right):
            if seeing is None or role in seeing:
                wanted[role] = None if units is None else (wanted.get(role) or set()) | units
    return wanted


def _within(units: Mapping[str, Any], school: str) -> set[str]:
    """The school and the units whose nearest school it is."""
    found = set()
    for one in units:
        unit = one
        while unit in units and units[unit].kind != reads.SCHOOL:
            unit = units[unit].parent or ""
        if unit == school:
            found.add(one)
    return found


# --- mentions ------------------------------------------------------------------------------------------------------


def _mentions_of(access: Access) -> Any:
    """Rows of one's mentions in cases that one may still see and whose comment still stands."""
    m, n = vw_mention.c, vw_note.c
    return (
        sa.select(m.instance, m.note, m.at, n.person)
        .select_from(
            vw_mention.join(vw_note, sa.and_(n.instance == m.instance, n.note == m.note)).join(
                ru_instance, ru_instance.c.id == m.instance
            )
        )
        .where(m.person == access.person.id, n.withdrawn.is_(sa.false()), visibility.case_condition(access))
    )


_ANY_NEW = (
    sa.select(vw_mention.c.note)
    .outerjoin(id_mention_read, id_mention_read.c.person == vw_mention.c.person)
    .where(
        vw_mention.c.person == sa.bindparam("person"),
        vw_mention.c.at > sa.bindparam("since"),
        vw_mention.c.at > sa.func.coalesce(id_mention_read.c.upto, ""),
    )
    .limit(1)
)


def _read_upto(connection: Connection, person: str) -> str:
    r = id_mention_read.c
    return connection.execute(sa.select(r.upto).where(r.person == person)).scalar() or ""


def unread(connection: Connection, access: Access) -> int:
    """How many mentions the reader has not looked at yet."""
    return mentioned(connection, access, "")


def mentioned(connection: Connection, access: Access, since: str) -> int:
    """The same of those made after ``since``."""
    if connection.execute(_ANY_NEW, {"person": access.person.id, "since": since}).first() is None:
        return 0  # asked by every page, and nearly nobody is mentioned: what one may see is not looked at
    r = id_mention_read.c
    upto = sa.func.coalesce(sa.select(r.upto).where(r.person == access.person.id).scalar_subquery(), "")
    query = _mentions_of(access).where(vw_mention.c.at > since).where(vw_mention.c.at > upto).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(query)).scalar_one())


def mentions(connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access) -> tuple[Mention, ...]:
    """Where the reader is mentioned, the latest first."""
    m = vw_mention.c
    upto = _read_upto(connection, access.person.id)
    rows = connection.execute(
        _mentions_of(access).order_by(m.at.desc(), m.instance, m.note).limit(SHOWN_MENTIONS)
    ).all()
    told: dict[str, dict[str, Note]] = {}
    found = []
    for row in rows:
        if row.instance not in told:
            listed = notes(connection, keys, access, row.instance, running=False)
            told[row.instance] = {note.note: note for note in listed}
        note = told[row.instance].get(row.note)
        case = connection.execute(sa.select(ru_instance).where(ru_instance.c.id == row.instance)).one()
        if note is not None:
            found.append(
                Mention(
                    case=case_row(case, library),
                    note=row.note,
                    task=note.task,
                    person=row.person,
                    at=moment(row.at),
                    text=note.text,
                    unread=row.at > upto,
                )
            )
    return tuple(found)


LIMITS = {"size": limits.FILE_BYTES // 1024 // 1024, "files": limits.FILES, "length": limits.COMMENT_LENGTH}
"""What pages say of the limits."""
