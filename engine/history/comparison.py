"""Keeps verification from knowing how two databases are compared: table by table, in key order, in chunks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from engine.database import metadata, re_definition, ru_word, vw_register
from engine.directory.tables import id_appointment, id_person
from engine.history.rebuild import ALSO_COMPARED, CACHES, NOT_FROM_FACTS

_CHUNK = 1_000
Row = tuple[Any, ...]
_CONTENTS = {vw_register.c.content, id_person.c.name, id_person.c.position, id_person.c.email}
"""Columns whose values are not shown in a report."""

_EMPTY = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect("", check_same_thread=False), poolclass=NullPool)
"""Each connection is a database of its own; what SQLAlchemy has compiled once serves them all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``column`` empty: the whole row; then ``stored`` or ``expected`` says "row" for the side that has it."""

    table: str
    key: str
    column: str
    stored: str
    expected: str

    @property
    def code(self) -> str:
        if self.column:
            return {id_appointment.name: "appointment", re_definition.name: "definition"}.get(self.table, "row")
        return "row_missing" if self.expected else "row_foreign"


@contextmanager
def throw_away(beginning: sqlite3.Connection | None = None) -> Iterator[Connection]:
    """A database of the tables that are rebuilt, in memory, spilling into a nameless file; gone afterwards.

    ``beginning``: what ``kept`` gave; else the tables are empty.
    """
    with _EMPTY.connect() as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=ON", "cache_size=-65536"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        (beginning or _empty()).backup(_raw(connection))
        yield connection


@cache
def _empty() -> sqlite3.Connection:
    """The tables with nothing in them: made once, copied page by page."""
    with _EMPTY.connect() as connection:
        metadata.create_all(connection, tables=[*CACHES, *ALSO_COMPARED], checkfirst=False)
        return kept(connection)


def kept(connection: Connection) -> sqlite3.Connection:
    """A copy in memory of what ``throw_away`` gave. What was written has to be committed: else it waits for ever."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    _raw(connection).backup(copy)
    return copy


def _raw(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def compare(
    source: Connection, target: Connection, words: bool = True, counted: Callable[[int], None] | None = None
) -> Iterator[Difference]:
    """Rows of ``source`` (as stored) that differ from ``target`` (as the facts have it), by table and key.

    ``words`` False leaves the search words out: they come from the models' files. ``counted`` hears of rows compared.
    """
    for table in (*CACHES, *ALSO_COMPARED):
        if table is not ru_word or words:
            yield from _table(table, source, target, counted)


def _table(
    table: Table, source: Connection, target: Connection, counted: Callable[[int], None] | None
) -> Iterator[Difference]:
    hear = counted or (lambda _rows: None)
    stored, expected = _rows(source, table), _rows(target, table)
    while True:  # nearly always all are equal: then no row is looked at by itself
        ours, theirs = list(islice(stored, _CHUNK)), list(islice(expected, _CHUNK))
        if ours != theirs:
            break
        hear(len(ours))
        if len(ours) < _CHUNK:
            return
    yield from _one_by_one(table, chain(ours, stored), chain(theirs, expected), hear)


def _one_by_one(
    table: Table, stored: Iterator[Row], expected: Iterator[Row], hear: Callable[[int], None]
) -> Iterator[Difference]:
    columns = _compared(table)
    keys = len(table.primary_key)
    ours, theirs = next(stored, None), next(expected, None)
    seen = 0
    while ours is not None or theirs is not None:
        key_of_ours = ours[:keys] if ours is not None else None
        key_of_theirs = theirs[:keys] if theirs is not None else None
        if key_of_theirs is None or (key_of_ours is not None and key_of_ours < key_of_theirs):
            assert key_of_ours is not None
            yield Difference(table.name, _named(key_of_ours), "", "row", "")
            ours = next(stored, None)
        elif key_of_ours is None or key_of_theirs < key_of_ours:
            yield Difference(table.name, _named(key_of_theirs), "", "", "row")
            theirs = next(expected, None)
        else:
            assert ours is not None and theirs is not None
            for column, was, is_ in zip(columns[keys:], ours[keys:], theirs[keys:], strict=True):
                if was != is_:
                    shown = ("…", "…") if column in _CONTENTS else (str(was)[:80], str(is_)[:80])
                    yield Difference(table.name, _named(key_of_ours), column.name, *shown)
            ours, theirs = next(stored, None), next(expected, None)
        seen += 1
        if seen % _CHUNK == 0:
            hear(_CHUNK)
    hear(seen % _CHUNK)


def _compared(table: Table) -> list[sa.Column[Any]]:
    """Its columns that follow from facts, the key first."""
    left_out = NOT_FROM_FACTS.get(table, {})
    return [*table.primary_key, *(c for c in table.columns if not c.primary_key and c.name not in left_out)]


@cache
def _in_order(table: Table) -> sa.Select[Any]:
    return sa.select(*_compared(table)).order_by(*table.primary_key)


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    return map(tuple, connection.execute(_in_order(table), execution_options={"yield_per": _CHUNK}))


def _named(key: tuple[Any, ...]) -> str:
    return "/".join(str(part) for part in key)
