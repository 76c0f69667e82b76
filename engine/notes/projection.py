"""Turns the facts beside a case into rows; nothing private is among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine import facts as f
from engine.notes.tables import STREAM, vw_mention, vw_note
from engine.projections.batch import Batch


def apply(batch: Batch, fact: f.Fact, stream: str, at: str) -> None:
    HANDLERS[type(fact)](batch, fact, stream.removeprefix(STREAM), at)


def _row(instance: str, fact: Any, kind: str, at: str) -> dict[str, Any]:
    return {"instance": instance, "note": fact.note, "kind": kind, "person": fact.person, "at": at, "withdrawn": False}


def _attached(batch: Batch, fact: f.FileAttached, instance: str, at: str) -> None:
    batch.put(vw_note, _row(instance, fact, "file", at))


def _said(batch: Batch, fact: f.CommentMade, instance: str, at: str) -> None:
    batch.put(vw_note, _row(instance, fact, "comment", at))
    for person in fact.mentions:
        batch.put(vw_mention, {"instance": instance, "note": fact.note, "person": person, "at": at})


def _taken_back(batch: Batch, fact: f.NoteTakenBack, instance: str, at: str) -> None:
    batch.patch(vw_note, instance, fact.note, withdrawn=True)


def _erased(batch: Batch, fact: f.NotesErased, instance: str, at: str) -> None:
    for table in (vw_mention, vw_note):
        batch.also(sa.delete(table).where(table.c.instance == sa.bindparam("i_instance")), i_instance=instance)


HANDLERS: dict[type[f.Fact], Callable[[Batch, Any, str, str], None]] = {
    f.FileAttached: _attached,
    f.CommentMade: _said,
    f.NoteTakenBack: _taken_back,
    f.NotesErased: _erased,
}
