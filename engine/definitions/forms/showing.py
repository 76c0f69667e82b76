"""Keeps the rest from knowing what a form wants to see: which variables, in which JSON shape, under which names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any

from engine.definitions.forms.components import Schema, is_fixed, walk
from engine.javascript import javascript
from engine.remembered import recall
from engine.values import ALMATY, Months, Value, canonical, day_in_almaty, plain

_SHOWN = re.compile(r"_(?:shown|days)\.(\w+)")
_OWN = frozenset({"value", "this", "parent", "i"})  # what form-js and checks call a field's surroundings: no variables
GIVEN = "_given"
"""Key of the data under which the rows of fixed lists travel with their types, so that they come back unharmed."""


def localised(schema: Schema, lang: str) -> dict[str, Any]:
    """The schema with every text in kk, ru or en; a text missing in that language stays Kazakh."""
    found: dict[str, Any] = json.loads(javascript.call("forms", "localised", canonical(schema), lang))
    return found


def visible_keys(schema: Schema) -> frozenset[str]:
    """The variables a form shows or reads (keys, expressions, templates, checks): only these may go to a browser.

    Names that begin with ``_`` are the server's own additions (``_people``, ``_units``, ``_options_…``).
    """
    return _names(canonical(schema))


@lru_cache(maxsize=512)
def _names(text: str) -> frozenset[str]:
    work = partial(javascript.call, "forms", "variables", text)
    read = set(json.loads(recall("variables", text, work, ["assets/forms.js"])))
    return frozenset(read - _OWN) | frozenset(_SHOWN.findall(text))


def prefill(schema: Schema, variables: Mapping[str, Value], now: datetime) -> dict[str, Any]:
    """The data a form is opened with, as plain JSON. ``now``: aware; dates and times are those of Almaty.

    Besides the visible variables: ``_today``, ``_now``, ``_shown`` (top-level dates and moments as a person reads them,
    ``27.11.2026 10:30``), ``_days`` (how many days ago each was) and ``_given``. ``_people``, ``_units`` and
    ``_options_…`` are the caller's to add.
    """
    names = visible_keys(schema)
    seen = {name: variables[name] for name in sorted(names) if name in variables}
    lists = {str(one.get("path")) for one in walk(schema) if is_fixed(one)}
    return {
        **{name: as_json(value) for name, value in seen.items()},
        **clock(now),
        "_shown": {name: text for name, value in seen.items() if (text := as_text(value)) is not None},
        "_days": {name: days for name, value in seen.items() if (days := days_since(value, now)) is not None},
        GIVEN: {path: plain(seen[path]) for path in lists if isinstance(seen.get(path), list)},
    }


def clock(now: datetime) -> dict[str, str]:
    """``_today`` and ``_now`` as forms read them: local ISO texts without a zone."""
    local = now.astimezone(ALMATY)
    return {"_today": local.date().isoformat(), "_now": local.strftime("%Y-%m-%dT%H:%M:%S")}


def as_json(value: Value) -> Any:
    """A typed value as form-js holds it: dates and moments as local ISO texts, durations as ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if isinstance(value, Months):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return value


def days_since(value: Value, now: datetime) -> int | None:
    """Whole calendar days in Almaty since a date or moment, negative before it; None for any other value."""
    if isinstance(value, datetime):
        value = day_in_almaty(value)
    return (day_in_almaty(now) - value).days if isinstance(value, date) else None


def as_text(value: Value) -> str | None:
    """A date or moment as it is written in Kazakhstan; None for any other value, which a template writes by itself."""
    if isinstance(value, datetime):
        return value.astimezone(ALMATY).strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return None
