"""Gathers what an entry's facts do to the caches, and writes it with one statement per table and kind of change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.engine import Connection, Dialect

from engine.database import is_sqlite

_deletes: dict[Table, Any] = {}
_inserts: dict[Table, Any] = {}
_updates: dict[tuple[Table, tuple[str, ...]], Any] = {}
_keys: dict[Table, tuple[str, ...]] = {}
_ready: dict[tuple[Any, tuple[str, ...]], _Ready | None] = {}


class _Ready:
    """A statement as SQLite takes it: its text, which value stands where, and what turns it into SQLite's own kind."""

    def __init__(self, compiled: Any, dialect: Dialect) -> None:
        self.text = str(compiled)
        self.names: list[str] = compiled.positiontup
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in self.names]
        self.kinds = [type.bind_processor(dialect) for type in types]

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(
            values[name] if kind is None else kind(values[name])
            for name, kind in zip(self.names, self.kinds, strict=True)
        )


def _made_ready(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Ready | None:
    """None where the statement adds something of its own to the values it is given: a column's default."""
    if (statement, names) not in _ready:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        found = _Ready(compiled, dialect) if set(compiled.positiontup or ()) == set(names) else None
        _ready[statement, names] = found
    return _ready[statement, names]


def _run(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    """The same few statements are run for every entry: on SQLite their text is made once and given as it is."""
    ready = _made_ready(statement, tuple(rows[0]), connection.dialect) if is_sqlite(connection) else None
    if ready is None:
        connection.execute(statement, rows)
    else:
        connection.exec_driver_sql(ready.text, [ready.row(row) for row in rows])


def _key(table: Table) -> tuple[str, ...]:
    names = _keys.get(table)
    if names is None:
        names = _keys[table] = tuple(column.name for column in table.primary_key)
    return names


def _delete(table: Table) -> Any:
    statement = _deletes.get(table)
    if statement is None:
        conditions = [column == sa.bindparam(f"k_{column.name}") for column in table.primary_key]
        statement = _deletes[table] = sa.delete(table).where(*conditions)
    return statement


def _insert(table: Table) -> Any:
    statement = _inserts.get(table)
    if statement is None:
        statement = _inserts[table] = sa.insert(table)
    return statement


def _update(table: Table, names: tuple[str, ...]) -> Any:
    statement = _updates.get((table, names))
    if statement is None:
        conditions = [column == sa.bindparam(f"k_{column.name}") for column in table.primary_key]
        values: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in names}
        statement = _updates[table, names] = sa.update(table).where(*conditions).values(**values)
    return statement


class Batch:
    """Rows by primary key. A row put and dropped in one entry never reaches the database."""

    def __init__(self) -> None:
        self._puts: dict[Table, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
        self._drops: dict[Table, set[tuple[Any, ...]]] = defaultdict(set)
        self._patches: dict[Table, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
        self._after: list[tuple[Any, dict[str, Any]]] = []

    def put(self, table: Table, row: Mapping[str, Any], replace: bool = False) -> None:
        key = tuple([row[name] for name in _key(table)])
        self._puts[table][key] = dict(row)
        if replace:
            self._drops[table].add(key)

    def drop(self, table: Table, *key: Any) -> bool:
        """True when the row was only put in this batch."""
        if key in self._puts[table]:
            del self._puts[table][key]
            return True
        self._drops[table].add(key)
        return False

    def patch(self, table: Table, *key: Any, **values: Any) -> None:
        if key in self._puts[table]:
            self._puts[table][key].update(values)
        else:
            self._patches[table].setdefault(key, {}).update(values)

    def held(self, table: Table, *key: Any) -> Mapping[str, Any] | None:
        """A row that was put in this batch."""
        return self._puts[table].get(key)

    def pending(self, table: Table) -> list[dict[str, Any]]:
        return list(self._puts[table].values())

    def discard(self, table: Table, name: str, value: Any) -> None:
        """Forget rows put in this batch by one column."""
        rows = self._puts[table]
        for key in [key for key, row in rows.items() if row[name] == value]:
            del rows[key]

    def also(self, statement: Any, **parameters: Any) -> None:
        """A statement to run after the rows."""
        self._after.append((statement, parameters))

    def flush(self, connection: Connection) -> None:
        for table, keys in self._drops.items():
            if keys:
                names = [f"k_{name}" for name in _key(table)]
                _run(connection, _delete(table), [dict(zip(names, key, strict=True)) for key in sorted(keys)])
        for table, rows in self._puts.items():
            if rows:
                _run(connection, _insert(table), list(rows.values()))
        for table, patches in self._patches.items():
            groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
            names = [f"k_{name}" for name in _key(table)]
            for key, values in patches.items():
                row = dict(zip(names, key, strict=True))
                groups[tuple(sorted(values))].append(row | {f"v_{name}": value for name, value in values.items()})
            for columns, parameters in groups.items():
                _run(connection, _update(table, columns), parameters)
        for _, run in groupby(self._after, key=lambda pair: id(pair[0])):
            pairs = list(run)
            connection.execute(pairs[0][0], [parameters for _, parameters in pairs])
