"""Keeps the rest from knowing how proposals lie in the database; every column follows from facts of the record."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Table, Text

from engine.database import code, metadata

vw_proposal = Table(
    "vw_proposal",
    metadata,
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("why", Text, nullable=False),
    code("by"),
    code("at"),
    code("state", index=True),  # waiting, effective, returned
    Column("files", Text, nullable=False),  # JSON, as in the fact
    code("closed_by"),
    code("closed_at"),
    Column("reason", Text, nullable=False),
    code("deployment", index=True),
)
