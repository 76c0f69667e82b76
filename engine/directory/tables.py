"""Keeps the rest from knowing how people, units and appointments lie in the database: their tables and indexes.

Dates are ISO text, so that they compare as text; an appointment is in force on ``start <= day < end``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, String, Table, Text

from engine.database import metadata

_code = String().with_variant(String(collation="C"), "postgresql")  # byte order, as in engine.database


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, _code, nullable=False, **options)


id_unit = Table(
    "id_unit",
    metadata,
    _text("id", primary_key=True),
    _text("kind", index=True),
    Column("parent", _code, nullable=True, index=True),
    Column("names", Text, nullable=False),  # JSON {kk, ru, en}
    Column("active", Boolean, nullable=False),
)
id_person = Table(
    "id_person",
    metadata,
    _text("id", primary_key=True),
    Column("name", Text, nullable=False),
    _text("unit", index=True),
    _text("kind"),
    Column("position", Text, nullable=False),
    Column("email", Text, nullable=False),
    _text("language"),
    Column("active", Boolean, nullable=False),
)
id_appointment = Table(
    "id_appointment",
    metadata,
    _text("id", primary_key=True),
    _text("person"),
    _text("role"),
    _text("unit"),
    _text("start"),
    Column("end", _code, nullable=True),
    Column("basis", Text, nullable=False),
    _text("entry"),  # the ledger entry that recorded it: "STREAM/SEQ"
    # Whole rows of the two hot questions, so that neither touches the table: who am I, and who holds this.
    Index("ix_id_appointment_of_person", "person", "start", "end", "role", "unit", "id"),
    Index("ix_id_appointment_of_role", "role", "unit", "start", "end", "person"),
)
id_login = Table(
    "id_login",
    metadata,
    _text("login", primary_key=True),
    _text("person"),
    Column("digest", Text, nullable=False),
    sa.UniqueConstraint("person"),
)
id_import = Table(
    "id_import",
    metadata,
    _text("id", primary_key=True),
    _text("person"),  # who brought the file; nobody else sees it
    Column("name", Text, nullable=False),
    _text("created", index=True),
    Column("content", sa.LargeBinary, nullable=False),
    Column("verdicts", Text, nullable=False),  # JSON: what the dry run showed
    Column("result", Text, nullable=False),  # JSON, empty until it is loaded
)
