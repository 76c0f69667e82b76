"""Keeps the pages from knowing how registers lie: rows a reader may see, filtered, counted, a page at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_instance, vw_register
from engine.directory import reads, visibility
from engine.directory.folding import fold
from engine.values import moment, plain, typed
from engine.views import Access, RegisterPage, RegisterRow

PER_PAGE = 50


def page(
    connection: Connection,
    access: Access,
    register: str,
    filters: Mapping[str, str],
    search: str,
    number: int,
    per_page: int = PER_PAGE,
) -> RegisterPage:
    """One page, newest first; ``counts`` by the field "status" over everything the reader may see of the register."""
    v = vw_register.c
    query = (
        sa.select(vw_register)
        .select_from(vw_register.join(ru_instance, ru_instance.c.id == v.instance))
        .where(v.register == register, visibility.case_condition(access))
        .order_by(v.at.desc(), v.key.desc())
    )
    if filters.get("school"):
        query = query.where(v.school == filters["school"])
    wanted = {name: value for name, value in filters.items() if value and name != "school"}
    words = fold(search).split()
    found: list[RegisterRow] = []
    counts: Counter[str] = Counter()
    for row in connection.execute(query):
        values: dict[str, Any] = typed(json.loads(row.content))
        counts[str(values.get("status", ""))] += 1
        if any(str(values.get(name, "")) != value for name, value in wanted.items()):
            continue
        if words and not all(word in fold(f"{row.key} {row.content}") for word in words):
            continue
        found.append(RegisterRow(row.key, row.school, row.instance, moment(row.at), values))
    number = max(1, number)
    rows = tuple(found[(number - 1) * per_page : number * per_page])
    people = reads.names(connection, {str(v) for r in rows for v in r.values.values() if isinstance(v, str)})
    return RegisterPage(register, rows, number, per_page, len(found), dict(counts), people)


def names(connection: Connection, access: Access) -> tuple[str, ...]:
    """The registers that have a row this reader may see."""
    v = vw_register.c
    query = (
        sa.select(v.register)
        .select_from(vw_register.join(ru_instance, ru_instance.c.id == v.instance))
        .where(visibility.case_condition(access))
        .distinct()
        .order_by(v.register)
    )
    return tuple(connection.execute(query).scalars())


def plain_row(row: RegisterRow) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.values.items()}
