"""Keeps the rest from knowing how notes are found: who made one, when, of what kind. Words and names stay sealed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Table

from engine.database import code, metadata

STREAM = "notes:"

vw_note = Table(
    "vw_note",
    metadata,
    code("instance", primary_key=True),
    code("note", primary_key=True),
    code("kind"),  # file, comment
    code("person"),
    code("at"),
    Column("withdrawn", sa.Boolean, nullable=False),
)
vw_mention = Table(
    "vw_mention",
    metadata,
    code("instance", primary_key=True),
    code("note", primary_key=True),
    code("person", primary_key=True, index=True),
    code("at"),
)
id_mention_read = Table(
    "id_mention_read",
    metadata,
    code("person", primary_key=True),
    code("upto"),  # mentions until this moment have been read
)
