"""Keeps readers from knowing where a parameter's value comes from: the one set last, or the register's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from engine.answers import parameter
from engine.definitions import regulation
from engine.facts import ParameterSet
from engine.history import ledger
from engine.history.sealing import KeyRing
from engine.values import Value, moment, plain, typed

STREAM = "parameters"


@dataclass(frozen=True, slots=True)
class Change:
    """What a parameter was set to, when, by whom (a person's id, or ``system``), why, and by which edition, if any."""

    value: Any
    at: datetime
    by: str
    reason: str
    edition: str = ""


def _shown(value: Value) -> Any:
    """Periods with their days as texts, 2027-07-01; the rest as it is."""
    if not isinstance(value, list):
        return plain(value)
    return [{end: day.isoformat() for end, day in period.items()} for period in value]


def in_force(connection: Connection, setting: regulation.Setting) -> dict[str, Any]:
    """A parameter as pages show it: name, names, value, unit, source (regulation or default), clause."""
    return {
        "name": setting.name,
        "names": setting.names,
        "value": _shown(parameter(connection, setting.name)),
        "unit": setting.unit,
        "words": setting.words,
        "source": setting.source,
        "clause": ", ".join(setting.clauses),
    }


def of_clause(connection: Connection, clause: str) -> tuple[dict[str, Any], ...]:
    """The parameters that stand for what a clause says or leaves open."""
    found = [setting for setting in regulation.parameters().values() if clause in setting.clauses]
    return tuple(in_force(connection, setting) for setting in found)


def every(connection: Connection) -> tuple[dict[str, Any], ...]:
    """Every parameter, in the order of the register: the regulation's first, then what is ours."""
    return tuple(
        in_force(connection, setting)
        | {"type": setting.type, "options": setting.options, "first": _shown(setting.value), "limits": setting.limits}
        | {end: _other(connection, name) for end, name in (("below", setting.below), ("above", setting.above)) if name}
        for setting in regulation.parameters().values()
    )


def _other(connection: Connection, name: str) -> dict[str, Any]:
    return {"names": regulation.parameters()[name].names, "value": _shown(parameter(connection, name))}


def changes(connection: Connection, keys: KeyRing) -> dict[str, list[Change]]:
    """By parameter, how often and why it was changed, the newest first."""
    found: dict[str, list[Change]] = {}
    for entry in ledger.read(connection, STREAM, keys.of(connection, STREAM)):
        for fact in entry.facts():
            if isinstance(fact, ParameterSet):
                change = Change(_shown(typed(fact.value)), moment(entry.at), fact.by, fact.reason, fact.edition)
                found.setdefault(fact.name, []).insert(0, change)
    return found
