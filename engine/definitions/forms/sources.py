"""Keeps the rest from knowing where a form says what it needs from elsewhere: properties ``options`` and ``record``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.definitions.forms.components import Schema, walk

_READABLE = re.compile(
    r"holders:\w+@[\w.-]+"
    r"|staff:[\w.-]+"
    r"|units:\w+(@[\w.-]+)?"
    r"|people:[\w.]+"
    r"|rows:[\w.]+:\w+:\w+"
    r"|regulation:(clauses|rules)"
)


def readable(source: str) -> bool:
    """Whether the text is a source that ``engine.queries.choices`` lists: ``holders:ROLE@UNIT``, ``staff:UNIT``,
    ``units:KIND@UNIT``, ``people:VARIABLE``, ``rows:VARIABLE:VALUE:LABEL``, ``regulation:clauses`` or ``rules``."""
    return _READABLE.fullmatch(source) is not None


def option_sources(schema: Schema) -> dict[str, str]:
    """Key in the form's data -> source of the list ``[{"label": …, "value": …}, …]`` to be put there."""
    found = {}
    for component in walk(schema):
        source = (component.get("properties") or {}).get("options")
        if source:
            found[str(component.get("valuesKey") or f"_options_{component.get('key')}")] = str(source)
    return found


_RECORD = re.compile(r"(\w+):(\w+):(\w+(?:,\w+)*)")


@dataclass(frozen=True, slots=True)
class Record:
    """Rows of a register whose ``by`` is the case's variable of the same name; of each only these fields."""

    register: str
    by: str
    fields: tuple[str, ...]

    @property
    def key(self) -> str:
        """Where the rows stand in the form's data."""
        return f"_record_{self.register}"


def record(source: str) -> Record | None:
    """What ``REGISTER:VARIABLE:FIELD,FIELD`` asks for; None when it cannot be read."""
    match = _RECORD.fullmatch(source)
    return Record(match[1], match[2], tuple(match[3].split(","))) if match else None


def records(schema: Schema) -> tuple[Record, ...]:
    """What the texts of a form tell from the registers: component property ``record``, several apart by spaces."""
    sources = (str((one.get("properties") or {}).get("record") or "") for one in walk(schema))
    found = (record(source) for text in sources for source in text.split())
    return tuple(dict.fromkeys(one for one in found if one is not None))
