"""Keeps the rest from knowing how documents lie in the database: what is still to be made, and what was made."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from engine.database import code, metadata

ru_document_due = Table(
    "ru_document_due",
    metadata,
    code("stream", primary_key=True),  # of the entry that calls for documents
    Column("seq", Integer, primary_key=True, autoincrement=False),
    code("element", primary_key=True),  # the step, or the document that is mended
    code("kind"),
    code("instance", index=True),
    Column("tries", Integer, nullable=False),
    code("next", index=True),  # when it is tried again; empty: at once
    Column("problem", Text, nullable=False),  # JSON: why it could not be made, see barring; empty before the first try
)
vw_document = Table(
    "vw_document",
    metadata,
    code("id", primary_key=True),
    code("instance", index=True),
    code("kind"),
    Column("number", Text, nullable=False),
    code("day"),
    Column("addressee", Text, nullable=False),  # id of a person or unit; empty: to nobody in particular
    code("stream"),  # the entry it was made from
    Column("seq", Integer, nullable=False),
    code("mends", index=True),  # the document whose mistake it mends
    Column("files", Text, nullable=False),  # JSON: language -> {pdf, docx: [sha256, size]}
    code("at"),
)
