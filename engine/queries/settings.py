"""Keeps readers from knowing where a parameter's value comes from: the one set last, or the register's."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from engine.answers import parameter
from engine.definitions import regulation
from engine.values import plain


def in_force(connection: Connection, setting: regulation.Setting) -> dict[str, Any]:
    """A parameter as pages show it: name, names, value, unit, source (regulation or default), clause."""
    return {
        "name": setting.name,
        "names": setting.names,
        "value": plain(parameter(connection, setting.name)),
        "unit": setting.unit,
        "words": setting.words,
        "source": setting.source,
        "clause": ", ".join(setting.clauses),
    }


def of_clause(connection: Connection, clause: str) -> tuple[dict[str, Any], ...]:
    """The parameters that stand for what a clause says or leaves open."""
    found = [setting for setting in regulation.parameters().values() if clause in setting.clauses]
    return tuple(in_force(connection, setting) for setting in found)
