"""Keeps pages from knowing how it is found where each clause is decided in what is deployed, and what stands there."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import re_definition, re_resource, ru_instance, ru_task
from engine.definitions.clauses import Clauses
from engine.definitions.library import is_newest, newest
from engine.directory import visibility
from engine.views import Access

_indexed: dict[tuple[tuple[str, str], ...], Clauses] = {}
"""The index of what was in force when somebody last asked; a deployment makes it anew."""


def places(connection: Connection) -> Clauses:
    """Where the models, tables and forms in force, the parameters, roles and registers decide each clause."""
    d = re_definition.c
    last = newest()
    query = sa.select(d.file, d.sha256).join(last, is_newest(last)).distinct().order_by(d.file, d.sha256)
    named = tuple((row.file, row.sha256) for row in connection.execute(query))
    found = _indexed.get(named)
    if found is None:
        r = re_resource.c
        hashes = [sha256 for _, sha256 in named]
        rows = connection.execute(sa.select(r.sha256, r.content).where(r.sha256.in_(hashes)))
        contents = {row.sha256: row.content for row in rows}
        found = Clauses.of({file: contents[sha256] for file, sha256 in named})
        _indexed.clear()
        _indexed[named] = found
    return found


def open_under(connection: Connection, access: Access, found: Clauses) -> Mapping[str, tuple[str, ...]]:
    """For each clause, the open cases the reader may see that now stand at a task of it, the oldest first."""
    i, t = ru_instance.c, ru_task.c
    query = (
        sa.select(i.id, t.process_key, t.element)
        .join(ru_task, t.instance == i.id)
        .where(visibility.case_condition(access))
        .order_by(i.started, i.id)
    )
    standing: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(query):
        standing.setdefault((row.process_key, row.element), []).append(row.id)
    cases: dict[str, dict[str, None]] = {}
    for clause in found.tags():
        for place in found.at(clause):
            cases.setdefault(clause, {}).update(dict.fromkeys(standing.get((place.process, place.element), ())))
    return {clause: tuple(those) for clause, those in cases.items() if those}
