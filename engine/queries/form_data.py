"""Keeps the pages from knowing what a form needs besides the case's values: choices, names of people and units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from engine.definitions import forms
from engine.directory import reads
from engine.queries import choices, form_records
from engine.values import Value, day_in_almaty


def form_data(
    connection: Connection,
    schema: Mapping[str, Any],
    variables: Mapping[str, Value],
    school: str,
    now: datetime,
    lang: str,
) -> dict[str, Any]:
    """What ``schema`` is opened with, for a reader of ``lang``: only what the form shows or reads leaves the server.

    Added to the visible values: ``_people`` and ``_units`` (id -> name), each list of choices, rows of registers.
    """
    shown = forms.prefill(schema, variables, now)
    day = day_in_almaty(now)
    fixed: dict[str, Any] = {}  # kept apart: their many texts are no ids to be looked up
    for key, source in forms.option_sources(schema).items():
        found = choices.of(connection, source, data=variables, school=school, day=day, lang=lang)
        (fixed if choices.is_regulation(source) else shown)[key] = [dict(choice) for choice in found]
    for asked in forms.records(schema):
        shown[asked.key] = form_records.rows(connection, asked, school, variables, now)
    mentioned = set(texts(shown))
    shown["_people"] = reads.names(connection, mentioned)
    units = reads.units(connection)
    shown["_units"] = {id: units[id].names.get(lang) or units[id].names.get("kk", id) for id in mentioned & set(units)}
    return shown | fixed


def texts(value: Any) -> Iterator[str]:
    """Every short text inside a value: any of them may be somebody's id."""
    if isinstance(value, str):
        if len(value) <= 64:
            yield value
            yield value.partition("/")[0]  # a key may begin with a unit
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
