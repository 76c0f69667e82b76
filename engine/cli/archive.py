"""Keeps ``sapa backup`` and ``sapa restore`` from knowing how a copy lies on disk: tables as lines, files, a manifest.

The copy is the same from SQLite and from PostgreSQL and may be brought back into either: rows of one moment, a JSON
list a line, gzipped a table; uploaded files by their hash; and a manifest with the hash of everything else.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Database

from engine import migrations
from engine.cli import keys
from engine.cli.refusing import Unusable
from engine.database import is_sqlite, reading_one_moment, writing

FORMAT = 1
MANIFEST, KEY = "manifest.json", "keys/master.key"
_LEFT_OUT = ("id_session", "id_reset", "alembic_version")
"""Nobody stays signed in over a restore; the schema's version stands in the manifest."""
_BATCH = 500
_SAFE = re.compile(r"(?:files|tables|keys)(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")


def key_mark(key: bytes) -> str:
    """Tells whether a key is the same one, and nothing else about it."""
    return hashlib.sha256(b"sapa master key\0" + key).hexdigest()[:32]


# --- writing -------------------------------------------------------------------------------------------------------


def write(database: Database, files: Path, target: Path, about: dict[str, Any], key: bytes | None) -> dict[str, Any]:
    """Copy everything into an empty or new folder; the manifest. ``about`` goes into it as it stands.

    ``key``: the master key, to be put in. Raises Unusable when the folder is not empty.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(target.iterdir()):
        raise Unusable("copy_folder_used", folder=target)
    if key is not None:
        (target / KEY).parent.mkdir(mode=0o700)
        keys.write(target / KEY, key.hex() + "\n")
    with reading_one_moment(database) as connection:
        revision = migrations.current(database)
        (target / "tables").mkdir()
        tables = {table.name: _dump(connection, table, target) for table in _tables(connection)}
    if files.is_dir():  # after the rows: a file is stored before the row that names it
        shutil.copytree(files, target / "files", ignore=shutil.ignore_patterns("tmp*"))
    manifest: dict[str, Any] = {"format": FORMAT, "schema": revision, **about, "tables": tables}
    manifest["hashes"] = {name: _hash(target / name) for name in sorted(_contents(target))}
    (target / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def mark(folder: Path) -> str:
    """The manifest's own hash: whoever notes it elsewhere knows later that the copy is this very one."""
    return _hash(folder / MANIFEST)


def _tables(connection: Connection) -> list[sa.Table]:
    """As they are in the database, those that are referred to before those that refer."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in _LEFT_OUT]


def _dump(connection: Connection, table: sa.Table, target: Path) -> dict[str, Any]:
    columns = [column.name for column in table.columns]
    binary = _binary(table)
    rows = 0
    # No name and no time in the gzip header: the same rows give the same bytes.
    with (target / f"tables/{table.name}.jsonl.gz").open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, 0) as out:
        order = list(table.primary_key.columns) or list(table.columns)
        result = connection.execution_options(yield_per=_BATCH).execute(sa.select(table).order_by(*order))
        for row in result:
            values = [
                base64.b64encode(value).decode() if index in binary and value is not None else value
                for index, value in enumerate(row)
            ]
            out.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            rows += 1
    return {"columns": columns, "rows": rows}


def _binary(table: sa.Table) -> frozenset[int]:
    kinds = (sa.LargeBinary, sa.types._Binary)
    return frozenset(index for index, column in enumerate(table.columns) if isinstance(column.type, kinds))


def _contents(folder: Path) -> Iterator[str]:
    return (str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)


def _hash(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


# --- reading -------------------------------------------------------------------------------------------------------


def opened(folder: Path) -> dict[str, Any]:
    """The manifest of a whole and unchanged copy. Raises Unusable naming the first thing that is wrong."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        format, hashes = manifest["format"], dict(manifest["hashes"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Unusable("unreadable", file=folder / MANIFEST, why=problem) from None
    if format != FORMAT:
        raise Unusable("copy_format", folder=folder, format=format)
    present = set(_contents(folder))
    for name in sorted(present ^ set(hashes)):
        raise Unusable("copy_surplus" if name in present else "copy_missing", file=folder / name)
    for name, digest in hashes.items():
        if not _SAFE.fullmatch(name):
            raise Unusable("copy_surplus", file=name)
        if _hash(folder / name) != digest:
            raise Unusable("copy_changed", file=folder / name)
    found: dict[str, Any] = manifest
    return found


def read(folder: Path, manifest: dict[str, Any], database: Database, files: Path) -> None:
    """Bring a copy back into an empty database and its files into place, and the schema up to date. Raises Unusable."""
    migrations.upgrade(database, manifest["schema"])
    with writing(database) as connection:
        tables = {table.name: table for table in _tables(connection)}
        if any(connection.execute(sa.select(table).limit(1)).first() is not None for table in tables.values()):
            raise Unusable("database_used", url=database.url.render_as_string(hide_password=True))
        for name in manifest["tables"]:
            if name not in tables:
                raise Unusable("copy_table", table=name)
        for name, table in tables.items():  # in the database's order
            if name in manifest["tables"]:
                _load(connection, table, folder, manifest["tables"][name])
    migrations.upgrade(database)
    if (folder / "files").is_dir():
        shutil.copytree(folder / "files", files, dirs_exist_ok=True)


def _load(connection: Connection, table: sa.Table, folder: Path, told: dict[str, Any]) -> None:
    columns: Sequence[str] = told["columns"]
    binary = {table.columns[index].name for index in _binary(table)}
    batch: list[dict[str, Any]] = []
    rows = 0
    with gzip.open(folder / f"tables/{table.name}.jsonl.gz", "rb") as source:
        for line in source:
            row = dict(zip(columns, json.loads(line), strict=True))
            for name in binary:
                if row.get(name) is not None:
                    row[name] = base64.b64decode(row[name])
            batch.append(row)
            if len(batch) == _BATCH:
                connection.execute(sa.insert(table), batch)
                rows, batch = rows + _BATCH, []
    if batch:
        connection.execute(sa.insert(table), batch)
    if rows + len(batch) != told["rows"]:
        raise Unusable("copy_table", table=table.name)
    _count_on(connection, table)


def _count_on(connection: Connection, table: sa.Table) -> None:
    """A numbering column goes on after the rows brought back; SQLite sees to that itself."""
    if is_sqlite(connection):
        return
    for column in table.columns:
        if column.server_default is not None and "nextval" in str(getattr(column.server_default, "arg", "")):
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 1)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, highest)))
