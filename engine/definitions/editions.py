"""Keeps the rest from knowing where editions of the regulation are registered and which was in force when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import withdrawn
from engine.database import vw_register
from engine.values import typed

REGISTER = "editions"
IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Edition:
    """``number``: as people cite it; ``since``: approved on this day; ``in_force``: not superseded or cancelled yet."""

    number: str
    since: date
    in_force: bool


def registered(connection: Connection) -> tuple[Edition, ...]:
    """Every edition in the register, the newest last."""
    return tuple(sorted(_read(connection), key=lambda one: (one.since, len(one.number), one.number)))


def may_change(connection: Connection, number: str) -> bool:
    """Whether what the regulation states may change by this edition: it is registered and in force (8.2)."""
    return any(one.number == number and one.in_force for one in registered(connection))


def on(editions: tuple[Edition, ...], day: date) -> str:
    """The number of the edition in force on a day; "" before the first that is registered."""
    return next((one.number for one in reversed(editions) if one.since <= day), "")


def _read(connection: Connection) -> Iterator[Edition]:
    r = vw_register.c
    for row in connection.execute(sa.select(r.key, r.content).where(r.register == REGISTER, withdrawn.stands())):
        content: dict[str, Any] = typed(json.loads(row.content))
        if isinstance(since := content.get("approved_on"), date):
            yield Edition(row.key, since, content.get("status") == IN_FORCE)
