"""Checks single entries: the link to the one before, the hash over the body, columns against the body, the payload.

Works on rows as they lie in the database and trusts nothing it has not recomputed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import Connection

from engine.history import sealing
from engine.history.ledger import AFTER, GENESIS, Entry, hash_of
from engine.history.report import Problem

CHUNK = 500
_NAMED = ("stream", "seq", "at", "kind", "actor")
"""Columns that repeat the body, for indexes."""
_PARTS = {*_NAMED, "as", "appointment", "request", "behaviour", "cause", "head", "world", "facts", "values"}
_ROWS = AFTER.limit(CHUNK)


def rows(connection: Connection, stream: str, after: int = 0) -> Iterator[Any]:
    """Rows of a stream in order, read in chunks so that memory stays flat."""
    while True:
        found = connection.execute(_ROWS, {"stream": stream, "after": after}).all()
        yield from found
        if len(found) < CHUNK:
            return
        after = found[-1].seq


class Chain:
    """Follows one stream's links."""

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._seq = 0
        self._hash = GENESIS
        self._id = 0
        self.head = (0, GENESIS)

    def check(self, row: Any) -> Iterator[Problem]:
        """Problems of the next row of the stream; goes on from what is stored, so that one break is named once."""
        if row.seq != self._seq + 1:
            yield self._problem("gap", row, "seq", stored=str(row.seq), expected=str(self._seq + 1))
        elif row.prev != self._hash:
            yield self._problem("link", row, "prev", stored=row.prev[:16], expected=self._hash[:16])
        if hash_of(row.prev, row.body) != row.hash:
            yield self._problem("hash", row, "hash", stored=row.hash[:16], expected=hash_of(row.prev, row.body)[:16])
        if row.id <= self._id:
            yield self._problem("order", row, "id", stored=str(row.id), expected=f">{self._id}")
        self._seq, self._hash, self._id = row.seq, row.hash, row.id
        self.head = (row.seq, row.hash)

    def _problem(self, code: str, row: Any, field: str, stored: str, expected: str) -> Problem:
        return Problem(code, stream=self._stream, seq=row.seq, field=field, stored=stored, expected=expected)


def body_of(row: Any) -> dict[str, Any] | Problem:
    """The entry's body, or why it cannot be read."""
    where = {"stream": row.stream, "seq": row.seq, "field": "body"}
    try:
        body = json.loads(row.body)
    except ValueError:
        return Problem("body", **where)
    if not isinstance(body, dict) or not set(body).issuperset(_PARTS):
        return Problem("body", **where)
    return body


def columns(row: Any, body: dict[str, Any]) -> Iterator[Problem]:
    """Columns that differ from the body they repeat."""
    for name in _NAMED:
        if body[name] != getattr(row, name):
            yield Problem(
                "column", stream=row.stream, seq=row.seq, field=name, table="hi_entry", column=name,
                stored=str(getattr(row, name))[:80], expected=str(body[name])[:80],
            )  # fmt: skip


def payload(row: Any, body: dict[str, Any], key: bytes | None) -> tuple[Entry, list[Problem]]:
    """The entry with its values opened, and what is wrong with the payload; ``key`` None: destroyed lawfully."""
    where: dict[str, Any] = {"stream": row.stream, "seq": row.seq, "table": "hi_payload"}
    values, salt, problems = None, b"", []
    if row.sealed is None:
        problems.append(Problem("payload_missing", **where))
    elif key is not None:
        try:
            salt, values = sealing.unpack(key, row.sealed, f"{row.stream}/{row.seq}")
        except (ValueError, KeyError, TypeError):
            problems.append(Problem("payload_closed", **where))
    if values is not None:
        commitments = body["values"]
        problems += [
            Problem("payload_field", **where, field=name)
            for name in sorted(set(values) | set(commitments))
            if name not in values or commitments.get(name) != sealing.commitment(salt, name, values[name])
        ]
    entry = Entry(
        row.id, row.stream, row.seq, row.at, row.kind, row.actor, body, row.body, row.prev, row.hash, values, salt
    )
    return entry, problems
