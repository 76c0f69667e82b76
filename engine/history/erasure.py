"""Keeps the erasure of a case from leaving its values in rows that other cases own.

Rows a case entered go with it. Where it changed another case's row, the row falls back to what was last written by a
case that is not erased: the same as a rebuild from the facts that can still be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, hi_payload, vw_register
from engine.facts import RegisterWritten
from engine.history import ledger, sealing
from engine.values import canonical, plain


def written_elsewhere(connection: Connection, stream: str, key: bytes) -> set[tuple[str, str, str]]:
    """(register, school, key) of rows of other cases that this one has written; asked while its key exists."""
    touched = {
        (fact.register, fact.school, fact.key)
        for entry in ledger.read(connection, stream, key)
        for fact in entry.facts()
        if isinstance(fact, RegisterWritten)
    }
    instance = stream.partition(":")[2]
    return {row for row in touched if _owner(connection, row) not in (None, instance)}


def fall_back(connection: Connection, keys: sealing.KeyRing, rows: set[tuple[str, str, str]]) -> None:
    """Write into these rows what was last written by a case whose key still exists."""
    for row in sorted(rows):
        content: Any = next(_written(connection, keys, row), {})
        statement = sa.update(vw_register).where(*_is(row)).values(content=canonical(plain(content)))
        connection.execute(statement)


def _written(connection: Connection, keys: sealing.KeyRing, row: tuple[str, str, str]) -> Iterator[Any]:
    """What was written into a row, the latest first, as far as it can be read."""
    e, p = hi_entry.c, hi_payload.c
    query = (
        sa.select(hi_entry, p.sealed)
        .select_from(hi_entry.join(hi_payload, sa.and_(p.stream == e.stream, p.seq == e.seq)))
        .where(e.body.contains('"register_written"'), e.body.contains(canonical(row[2]), autoescape=True))
        .order_by(e.id.desc())
    )
    for found in connection.execute(query):
        try:
            opened = keys.of(connection, found.stream)
        except sealing.Erased:
            continue
        for fact in reversed(ledger.entry_of(found, opened).facts()):
            if isinstance(fact, RegisterWritten) and (fact.register, fact.school, fact.key) == row:
                yield fact.content


def _is(row: tuple[str, str, str]) -> tuple[Any, ...]:
    c = vw_register.c
    return c.register == row[0], c.school == row[1], c.key == row[2]


def _owner(connection: Connection, row: tuple[str, str, str]) -> str | None:
    return connection.execute(sa.select(vw_register.c.instance).where(*_is(row))).scalar()
