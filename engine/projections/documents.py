"""Turns facts into what is to be made and what was made: a step that names a document calls for it in the same commit.

So nothing is lost between the commit and the making, and nothing is made twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine import facts as f
from engine.documents.tables import ru_document_due, vw_document
from engine.projections.batch import Batch
from engine.projections.context import Context
from engine.values import canonical

PROPERTY, ERRATUM = "document", "erratum"
_forget = sa.delete(ru_document_due).where(ru_document_due.c.instance == sa.bindparam("i_instance"))


def called_for(c: Context, fact: f.ElementLeft) -> None:
    """A step is done; the model says whether a document tells of it."""
    kind = c.nodes(*c.place(fact.element)).properties.get(PROPERTY, "")
    if kind:
        _due(c.batch, c.stream, c.seq, fact.element, kind, c.standing.instance)


def forgotten(c: Context) -> None:
    """The case's contents are gone: nothing can be made of them any more."""
    c.batch.also(_forget, i_instance=c.standing.instance)


def apply(batch: Batch, fact: f.Fact, stream: str, seq: int, at: str) -> None:
    """One fact of the documents' own stream."""
    HANDLERS[type(fact)](batch, fact, stream, seq, at)


def _erratum(batch: Batch, fact: f.ErratumIssued, stream: str, seq: int, at: str) -> None:
    _due(batch, stream, seq, fact.document, ERRATUM, fact.instance)


def _made(batch: Batch, fact: f.DocumentsMade, stream: str, seq: int, at: str) -> None:
    batch.drop(ru_document_due, fact.source, fact.seq, fact.element)
    for one in fact.documents:
        row = {
            "id": one["id"],
            "instance": fact.instance,
            "kind": fact.document_kind,
            "number": one["number"],
            "day": one["day"],
            "addressee": one["addressee"],
            "stream": fact.source,
            "seq": fact.seq,
            "mends": one["mends"],
            "files": canonical(one["files"]),
            "at": at,
        }
        batch.put(vw_document, row)


def _due(batch: Batch, stream: str, seq: int, element: str, kind: str, instance: str) -> None:
    row = {"stream": stream, "seq": seq, "element": element, "kind": kind, "instance": instance,
           "tries": 0, "next": "", "problem": ""}  # fmt: skip
    batch.put(ru_document_due, row)


HANDLERS: dict[type[f.Fact], Callable[[Batch, Any, str, int, str], None]] = {
    f.DocumentsMade: _made,
    f.ErratumIssued: _erratum,
}
