"""Keeps the bus from knowing how notes are permitted, written and destroyed: one stream and one key for each case.

Who may read a case may read its notes; who took part in it or is offered a task of it may add to them while it runs;
each takes back only their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine import facts as f
from engine.database import hi_entry, id_key, ru_candidate, ru_instance, ru_task
from engine.directory import visibility
from engine.errors import Invalid, NotesClosed, NotFound, NotPermitted
from engine.history import ledger, sealing
from engine.notes import limits
from engine.notes.projection import apply
from engine.notes.tables import STREAM, vw_note
from engine.projections.batch import Batch
from engine.runtime import permits
from engine.values import day_in_almaty, instant
from engine.views import Access

_WHO = {"kk": "істің қатысушылары", "ru": "участники дела", "en": "those who take part in the case"}


class Notes:
    """Carries out commands beside a case, inside the caller's transaction and under the case's lock."""

    def __init__(self, keys: sealing.KeyRing) -> None:
        self._keys = keys

    def carry_out(self, connection: Connection, command: c.BesideCase, row: Any, now: datetime) -> c.Done:
        """Permit, decide, append, project. Raises NotFound, NotPermitted, NotesClosed, Invalid."""
        visitor = command.actor == c.VISITOR and isinstance(command, c.AttachFile)
        access = None if visitor else permitted(connection, command.actor, row, now)
        if visitor and not begun_by_visitor(connection, row):
            raise NotFound(what=row.id)
        stream = STREAM + row.id
        seq, prev = ledger.head(connection, stream)
        fact = self._fact(connection, command, access, row, str(seq + 1), now)
        grant = _grant(connection, access, row.id, now) if access else permits.NOBODY
        digest = {"note": command.note} if isinstance(command, c.TakeBackNote) else {}
        self._append(
            connection, stream, seq, prev, type(command).__name__, command.actor, now, [fact],
            head={**digest, "task": command.task}, acted_as=grant.key, appointment=grant.appointment,
            request=command.key,
        )  # fmt: skip
        return c.Done(stream, seq + 1, now, row.id, str(seq + 1))

    def _fact(
        self, connection: Connection, command: c.BesideCase, access: Access | None, row: Any, note: str, now: datetime
    ) -> f.Fact:
        person = access.person.id if access else c.VISITOR
        if command.task and command.task.rpartition(".")[0] != row.id:
            raise NotFound(what=command.task)
        if isinstance(command, c.AttachFile):
            limits.file(command.name, command.size, command.media, count(connection, row.id, "file"))
            return f.FileAttached(
                note=note, person=person, task=command.task, media=command.media, size=command.size, name=command.name,
                sha256=command.sha256,
            )  # fmt: skip
        if isinstance(command, c.MakeComment):
            limits.comment(command.text, command.mentions, count(connection, row.id, "comment"))
            for one in command.mentions:
                if not sees(connection, one, row.id, now):
                    raise Invalid(problems={"mentions": "mention_cannot_see"})
            mentions = list(dict.fromkeys(command.mentions))
            return f.CommentMade(
                note=note, person=person, task=command.task, mentions=mentions, text=command.text.strip()
            )
        assert isinstance(command, c.TakeBackNote)
        n = vw_note.c
        found = connection.execute(
            sa.select(vw_note).where(n.instance == row.id, n.note == command.note, n.withdrawn.is_(sa.false()))
        ).first()
        if found is None:
            raise NotFound(what=command.note)
        if found.person != person:
            raise NotPermitted(who={"kk": "оны қосқан адам", "ru": "тот, кто это добавил", "en": "whoever added it"})
        return f.NoteTakenBack(note=command.note, person=person)

    def erase(self, connection: Connection, command: c.EraseInstance, cause: int, now: datetime) -> None:
        """Destroy the key of a case's notes, if it has any, in the transaction that erases the case."""
        stream = STREAM + command.instance
        seq, prev = ledger.head(connection, stream)
        if not seq:
            return
        self._append(
            connection, stream, seq, prev, "EraseInstance", command.actor, now, [f.NotesErased(by=command.actor)],
            cause=f"instance:{command.instance}/{cause}",
        )  # fmt: skip
        gone = {"wrapped": None, "destroyed_at": instant(now)}
        connection.execute(sa.update(id_key).where(id_key.c.stream == stream).values(**gone))

    def _append(
        self, connection: Connection, stream: str, seq: int, prev: str, kind: str, actor: str, now: datetime,
        facts: Sequence[f.Fact], **more: Any,
    ) -> None:  # fmt: skip
        draft = ledger.Draft(
            stream=stream, seq=seq + 1, prev=prev, at=now, kind=kind, actor=actor, facts=facts, inputs={}, world=[],
            **{"head": {}, **more},
        )  # fmt: skip
        key = self._keys.of(connection, stream) or self._keys.create(connection, stream)
        ledger.append(connection, draft, key)
        batch = Batch()
        for fact in facts:
            apply(batch, fact, stream, instant(now))
        batch.flush(connection)


def permitted(connection: Connection, person: str, row: Any, now: datetime) -> Access:
    """Who adds to a case's notes. Raises NotFound for who does not see the case, NotPermitted, NotesClosed."""
    access = visibility.access_of(connection, person, day_in_almaty(now))
    if access is None or not _is_there(connection, row.id, visibility.case_condition(access)):
        raise NotFound(what=row.id)
    if not _is_there(connection, row.id, visibility.own_condition(access)):
        raise NotPermitted(who=dict(_WHO))
    if row.state in ("completed", "cancelled"):
        raise NotesClosed()
    return access


def begun_by_visitor(connection: Connection, row: Any) -> bool:
    """Is this a running case that somebody without an account began?"""
    e = hi_entry.c
    first = sa.select(e.actor).where(e.stream == f"instance:{row.id}", e.seq == 1)
    return row.state == "active" and connection.execute(first).scalar() == c.VISITOR


def sees(connection: Connection, person: str, instance: str, now: datetime) -> bool:
    """May this person read the case today?"""
    access = visibility.access_of(connection, person, day_in_almaty(now))
    return access is not None and _is_there(connection, instance, visibility.case_condition(access))


def _is_there(connection: Connection, instance: str, condition: Any) -> bool:
    query = sa.select(ru_instance.c.id).where(ru_instance.c.id == instance, condition)
    return connection.execute(query).first() is not None


def _grant(connection: Connection, access: Access, instance: str, now: datetime) -> permits.Grant:
    """The role by which an open task of the case is theirs; else they act as themselves."""
    offered = sa.select(ru_candidate.c.key).join(ru_task, ru_task.c.id == ru_candidate.c.task)
    keys = connection.execute(offered.where(ru_task.c.instance == instance)).scalars().all()
    own = f"person:{access.person.id}"
    key = next(iter(sorted((access.keys & set(keys)) - {own})), own)
    return permits.Grant(key, permits.keys_today(connection, access.person.id, day_in_almaty(now)).get(key, ""))


def count(connection: Connection, instance: str, kind: str) -> int:
    """How many files or comments a case has, those taken back too."""
    n = vw_note.c
    query = sa.select(sa.func.count()).where(n.instance == instance, n.kind == kind)
    return int(connection.execute(query).scalar_one())
