"""Keeps the forms from knowing where the choices of a select come from: directory, lists of people, rows of the case.

Sources (component property ``options``):
``holders:ROLE@UNIT``  the people who hold the role today; UNIT is an id, ``school``, or a variable with a unit's id
``staff:UNIT``          the active employees of UNIT and below: at home there, or with a post there today
``units:KIND@UNIT``    the active units of a kind at or below UNIT; without ``@UNIT`` all of them
``people:VARIABLE``    the people whose ids are in the list
``rows:VARIABLE:VALUE:LABEL``  the contexts of the list, in its order, by two of their fields
A variable may be a path (``item.reviewers``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from engine.directory import reads
from engine.directory.sorting import alphabet_key
from engine.errors import StepFailed

Option = dict[str, Any]
"""``{"value": …, "label": text}``: what form-js expects under ``valuesKey``."""

_SOURCE = re.compile(
    r"holders:(?P<role>\w+)@(?P<at>[\w.-]+)"
    r"|staff:(?P<staff>[\w.-]+)"
    r"|units:(?P<kind>\w+)(?:@(?P<under>[\w.-]+))?"
    r"|people:(?P<people>[\w.]+)"
    r"|rows:(?P<rows>[\w.]+):(?P<value>\w+):(?P<label>\w+)"
)


def readable(source: str) -> bool:
    """Is the text a source at all? (For the check at deployment.)"""
    return _SOURCE.fullmatch(source) is not None


def options(
    conn: Connection, source: str, *, data: Mapping[str, Any], school: str, day: date, lang: str
) -> list[Option]:
    """The choices of one source, labelled in ``lang`` (kk, ru, en). People and units come in alphabetical order.

    ``data``: the variables the form sees. A variable that is missing or no list gives no choices. At most two
    statements. Raises StepFailed(reason="options_unreadable") for an unknown source.
    """
    match = _SOURCE.fullmatch(source)
    if match is None:
        raise StepFailed("options_unreadable", source=source)
    if match["role"]:
        at = _unit(match["at"], data, school)
        return _people(conn, reads.holders(conn, match["role"], at, day))
    if match["staff"]:
        return _people(conn, reads.staff(conn, _unit(match["staff"], data, school), day))
    if match["kind"]:
        under = _unit(match["under"], data, school) if match["under"] else None
        found = reads.units_of_kind(conn, match["kind"], under)
        return _sorted([{"value": unit.id, "label": unit.names.get(lang) or unit.names["kk"]} for unit in found])
    if match["people"]:
        return _people(conn, [item for item in _list(data, match["people"]) if isinstance(item, str)])
    rows = [row for row in _list(data, match["rows"]) if isinstance(row, Mapping)]
    value, label = match["value"], match["label"]
    return [
        {"value": row[value], "label": _worded(row.get(label), lang) or str(row[value])}
        for row in rows
        if isinstance(row.get(value), str | int | float)
    ]


def _people(conn: Connection, ids: list[str]) -> list[Option]:
    return _sorted([{"value": who, "label": name} for who, name in reads.names(conn, ids).items()])


def _sorted(found: list[Option]) -> list[Option]:
    return sorted(found, key=lambda option: (alphabet_key(option["label"]), option["value"]))


def _unit(name: str, data: Mapping[str, Any], school: str) -> str:
    if name == "school":
        return school
    value = _value(data, name)
    return value if isinstance(value, str) else name


def _list(data: Mapping[str, Any], path: str) -> list[Any]:
    value = _value(data, path)
    return list(value) if isinstance(value, list | tuple) else []


def _value(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _worded(label: Any, lang: str) -> str:
    if isinstance(label, Mapping):
        label = label.get(lang) or label.get("kk")
    return "" if label is None else str(label)
