"""Keeps the rest from knowing how letters and calendar events lie in the database until they have left the house.

None of it follows from facts: whoever rebuilds or re-executes cases sends nobody a letter. A letter holds ids only;
what it says is read from the case at the moment it is sent. An event holds when and who as the case's answers were, and
goes with the case when that is erased.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from engine.database import CODE, code, metadata

ou_cursor = Table("ou_cursor", metadata, code("name", primary_key=True), code("value"))
ou_letter = Table(
    "ou_letter",
    metadata,
    code("id", primary_key=True),  # from what the letter is about: the left part of its Message-ID
    code("kind"),
    code("person", index=True),  # empty while it is not known whom it is for
    Column("about", Text, nullable=False),
    code("at", index=True),
    code("due"),  # next try
    code("state"),  # waiting, sent, failed, dropped
    Column("tries", Integer, nullable=False),
    Column("lease", CODE, nullable=True),  # until when one process has it in hand
    Column("reason", Text, nullable=False),
    Index("ix_ou_letter_state_due", "state", "due"),
)
ou_event = Table(
    "ou_event",
    metadata,
    code("instance", primary_key=True),
    Column("sequence", Integer, nullable=False),
    code("state"),  # published, cancelled
    code("start", index=True),
    Column("people", Text, nullable=False),  # JSON: ids
    Column("sealed", LargeBinary, nullable=False),  # the rest, with the case's key
)
id_feed = Table(
    "id_feed",
    metadata,
    code("person", primary_key=True),
    Column("digest", CODE, nullable=False, unique=True),
    code("created"),
)
