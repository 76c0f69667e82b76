"""Keeps the tests of the verifier from knowing how a record is spoilt: every row, every column, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.engine import Connection

from engine.database import hi_checkpoint, hi_entry, hi_payload, id_key, re_resource, ru_snapshot
from tests.history.house import House

RECORD = (hi_entry, hi_payload, hi_checkpoint, id_key, ru_snapshot, re_resource)
"""The caches have tests of their own; these are what everything else is held against."""
FREE = {("hi_entry", "id"), ("id_key", "wrapped")}
"""Columns that may take another value without meaning another thing: a place in the common order may leave gaps, a
wrapped key may be wrapped anew by whoever holds the master key. What does mean something has tests of its own."""


@dataclass(frozen=True)
class Mutation:
    """One small change; ``table`` and ``key`` say of which row."""

    name: str
    table: Table
    key: tuple[Any, ...]
    apply: Callable[[Connection], None]

    def __str__(self) -> str:
        return f"{self.name} {self.table.name} {self.key}"


def bit(value: Any) -> Any:
    """The value with one bit turned."""
    if isinstance(value, (bytes, memoryview)):
        data = bytearray(value)
        data[len(data) // 2] ^= 1
        return bytes(data)
    if isinstance(value, int):
        return value ^ 1 << 14
    middle = len(value) // 2
    return value[:middle] + chr(ord(value[middle]) ^ 1) + value[middle + 1 :] if value else "x"


def mutations(house: House) -> Iterator[Mutation]:
    """Change each column by one bit, delete, swap with the neighbour: of every row of the record."""
    for table in RECORD:
        rows = house.table(table)
        if table is hi_entry:
            rows.sort(key=lambda row: (row.stream, row.seq))
        for row, following in zip_longest(rows, rows[1:]):
            yield from _columns(table, row)
            if table is not ru_snapshot:  # without one, the record itself is read
                delete = sa.delete(table).where(_is(table, row))
                yield Mutation("delete", table, _key(table, row), lambda c, s=delete: _run(c, s))
            if following is not None and (table is not hi_entry or row.stream == following.stream):
                yield _swap(table, row, following)


def _columns(table: Table, row: Any) -> Iterator[Mutation]:
    for column in table.columns:
        value = getattr(row, column.name)
        if (table.name, column.name) in FREE or value is None:
            continue
        change = sa.update(table).where(_is(table, row)).values({column.name: bit(value)})
        yield Mutation(f"turn a bit of {column.name} of", table, _key(table, row), lambda c, s=change: _run(c, s))


def _swap(table: Table, one: Any, two: Any) -> Mutation:
    """Everything but the primary key changes places."""
    names = [c.name for c in table.columns if not c.primary_key]

    def apply(connection: Connection) -> None:
        for row in (one, two):
            connection.execute(sa.delete(table).where(_is(table, row)))
        keys = {name.name: getattr(one, name.name) for name in table.primary_key}
        other = {name.name: getattr(two, name.name) for name in table.primary_key}
        connection.execute(sa.insert(table), keys | {name: getattr(two, name) for name in names})
        connection.execute(sa.insert(table), other | {name: getattr(one, name) for name in names})

    return Mutation("swap with the next", table, _key(table, one), apply)


def _run(connection: Connection, statement: Any) -> None:
    connection.execute(statement)


def _key(table: Table, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in table.primary_key)


def _is(table: Table, row: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == getattr(row, column.name) for column in table.primary_key))
