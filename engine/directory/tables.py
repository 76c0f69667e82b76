"""Keeps the rest from knowing how people, units and appointments lie in the database: their tables and indexes.

Dates are ISO text, so that they compare as text; an appointment is in force on ``start <= day < end``.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, Table, Text

from engine.database import CODE, code, metadata

id_unit = Table(
    "id_unit",
    metadata,
    code("id", primary_key=True),
    code("kind", index=True),
    Column("parent", CODE, nullable=True, index=True),
    Column("names", Text, nullable=False),  # JSON {kk, ru, en}
    Column("active", Boolean, nullable=False),
)
id_person = Table(
    "id_person",
    metadata,
    code("id", primary_key=True),
    Column("name", Text, nullable=False),
    code("unit", index=True),
    code("kind"),
    Column("position", Text, nullable=False),
    Column("email", Text, nullable=False),
    code("language"),
    Column("active", Boolean, nullable=False),
)
id_appointment = Table(
    "id_appointment",
    metadata,
    code("id", primary_key=True),
    code("person"),
    code("role"),
    code("unit"),
    code("start"),
    Column("end", CODE, nullable=True),
    Column("basis", Text, nullable=False),
    code("entry"),  # the ledger entry that recorded it: "STREAM/SEQ"
    # Whole rows of the two hot questions, so that neither touches the table: who am I, and who holds this.
    Index("ix_id_appointment_of_person", "person", "start", "end", "role", "unit", "id"),
    Index("ix_id_appointment_of_role", "role", "unit", "start", "end", "person"),
)
id_login = Table(
    "id_login",
    metadata,
    code("login", primary_key=True),
    code("person"),
    Column("digest", Text, nullable=False),
    sa.UniqueConstraint("person"),
)
id_import = Table(
    "id_import",
    metadata,
    code("id", primary_key=True),
    code("person"),  # who brought the file; nobody else sees it
    Column("name", Text, nullable=False),
    code("created", index=True),
    Column("content", sa.LargeBinary, nullable=False),
    Column("verdicts", Text, nullable=False),  # JSON: what the dry run showed
    Column("result", Text, nullable=False),  # JSON, empty until it is loaded
)
id_absence = Table(
    "id_absence",
    metadata,
    code("id", primary_key=True),
    code("person"),
    code("substitute"),  # empty: nobody stands in
    code("appointment"),  # empty: all that the person holds
    code("start"),
    code("end"),
    Column("basis", Text, nullable=False),
    Column("ended", Text, nullable=False),  # why it ended early; empty while it runs its term
    code("entry"),
    Index("ix_id_absence_of_person", "person", "start", "end"),
    Index("ix_id_absence_of_substitute", "substitute", "start", "end"),
)
