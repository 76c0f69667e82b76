"""Decides what may be recorded of documents: each is made once, and only who sees a case and holds the right mends.

The text of an erratum lies under the case's own key: it goes with the case's contents when they are erased.
"""

from __future__ import annotations

import json
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine import facts as f
from engine.database import ru_instance
from engine.directory import visibility
from engine.documents.tables import ru_document_due, vw_document
from engine.errors import Invalid, NotFound
from engine.history import sealing

LONGEST = 2_000
"""Characters of each of an erratum's texts."""
_d, _v = ru_document_due.c, vw_document.c


def made(connection: Connection, command: c.RecordDocuments) -> list[f.Fact]:
    """Nothing when another process was quicker, or the case was erased meanwhile."""
    due = sa.select(_d.kind).where(_d.stream == command.source, _d.seq == command.seq, _d.element == command.element)
    if connection.execute(due).first() is None:
        return []
    fact = f.DocumentsMade(
        instance=command.instance,
        source=command.source,
        seq=command.seq,
        element=command.element,
        document_kind=command.kind,
        documents=[dict(one) for one in command.documents],
    )
    return [fact]


def school(connection: Connection, command: c.IssueErratum, today: date) -> str:
    """The school whose rights count. Raises NotFound when the actor may not see the document's case."""
    access = visibility.access_of(connection, command.actor, today)
    query = (
        sa.select(ru_instance.c.school)
        .join(vw_document, _v.instance == ru_instance.c.id)
        .where(_v.id == command.document)
    )
    found = None if access is None else connection.execute(query.where(visibility.case_condition(access))).scalar()
    if found is None:
        raise NotFound(what=command.document)
    return str(found)


def erratum(connection: Connection, keys: sealing.KeyRing, command: c.IssueErratum) -> list[f.Fact]:
    """Raises Invalid for an empty or endless text, or when the document is itself an erratum or the case erased."""
    texts = {name: getattr(command, name).strip() for name in ("wrong", "right", "why")}
    problems = {name: "erratum_missing" for name, text in texts.items() if not text}
    problems |= {name: "erratum_too_long" for name, text in texts.items() if len(text) > LONGEST}
    if problems:
        raise Invalid(problems=problems)
    row = connection.execute(sa.select(vw_document).where(_v.id == command.document)).one()
    if row.mends:
        raise Invalid(problems={"document": "erratum_of_erratum"})
    key = keys.kept(connection, f"instance:{row.instance}")
    if key is None:
        raise Invalid(problems={"document": "erratum_erased"})
    number = 1 + _errata(connection, command.document)
    sealed = sealing.seal(key, json.dumps(texts, ensure_ascii=False).encode(), place(command.document, number))
    fact = f.ErratumIssued(
        instance=row.instance, document=command.document, number=number, by=command.actor, sealed=sealed.hex()
    )
    return [fact]


def place(document: str, number: int) -> str:
    """Where an erratum's text is sealed: it cannot be moved to another document."""
    return f"erratum/{document}/{number}"


def _errata(connection: Connection, document: str) -> int:
    """Those made and those still to be made."""
    there = sa.select(sa.func.count()).select_from(vw_document).where(_v.mends == document)
    coming = sa.select(sa.func.count()).select_from(ru_document_due).where(_d.element == document)
    return int(connection.execute(there).scalar_one()) + int(connection.execute(coming).scalar_one())
