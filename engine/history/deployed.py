"""Checks that the models the house runs on are the ones that were deployed: file by file, hash by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import re_definition, re_resource
from engine.history import chain
from engine.history.report import Problem

STREAM = "models"


@dataclass(slots=True)
class Files:
    """What the ledger says about files, and what became of them."""

    names: dict[str, str] = field(default_factory=dict)  # SHA-256 -> file name, as first stored
    definitions: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # "kind/key:version" -> …, SHA-256
    changed: set[str] = field(default_factory=set)  # definition ids that cannot be trusted
    count: int = 0


def check(connection: Connection, files: Files) -> Iterator[Problem]:
    """Every stored file against its recorded hash, every recorded definition against its row; fills ``files``."""
    for row in chain.rows(connection, STREAM):
        body = chain.body_of(row)
        if not isinstance(body, Problem):  # otherwise named with its stream
            _read(body["facts"], files)
    bad = set(files.names)
    r = re_resource.c
    for row in connection.execute(sa.select(re_resource).order_by(r.sha256), execution_options={"yield_per": 20}):
        files.count += 1
        name = files.names.get(row.sha256, "")
        digest = hashlib.sha256(row.content).hexdigest()
        if digest != row.sha256:
            yield Problem("file_changed", table="re_resource", key=row.sha256, file=name, stored=digest[:16],
                          expected=row.sha256[:16])  # fmt: skip
        elif not name:
            yield Problem("file_foreign", table="re_resource", key=row.sha256, file=row.sha256[:16])
        else:
            bad.discard(row.sha256)
    present = set(connection.execute(sa.select(r.sha256)).scalars())
    for digest in sorted(set(files.names) - present):
        yield Problem("file_missing", table="re_resource", key=digest, file=files.names[digest])
    d = re_definition.c
    rows = {row.id: tuple(row[1:]) for row in connection.execute(sa.select(d.id, d.kind, d.key, d.version, d.sha256))}
    for id, told in files.definitions.items():
        if told[-1] in bad or rows.get(id) != told:  # the row itself is compared with all the others
            files.changed.add(id)


def _read(facts: Any, files: Files) -> None:
    try:
        for kind, fact in facts:
            if kind == "file_stored":
                files.names.setdefault(fact["sha256"], fact["file"])
            elif kind == "definition_deployed":
                told = tuple(fact[name] for name in ("definition_kind", "key", "version", "sha256"))
                files.definitions[f"{fact['definition_kind']}/{fact['id']}"] = told
    except (KeyError, TypeError, ValueError):
        return  # unreadable facts are named with their stream
