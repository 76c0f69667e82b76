"""Keeps forms from knowing how registers lie: the few fields of the rows about this case that a form tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import withdrawn
from engine.database import vw_register
from engine.definitions import forms
from engine.values import Value, plain, typed

_r = vw_register.c


def rows(
    connection: Connection, asked: forms.Record, school: str, variables: Mapping[str, Value], now: datetime
) -> list[Any]:
    """Oldest first. A day is there as form-js holds it, as NAME_shown for people, and as NAME_days: how long ago."""
    value = variables.get(asked.by)
    if value is None:
        return []
    query = (
        sa.select(_r.content)
        .where(_r.register == asked.register, _r.school == school, withdrawn.stands())
        .where(_r.content.contains(json.dumps(plain(value), ensure_ascii=False), autoescape=True))
        .order_by(_r.at, _r.key)
    )
    found = (typed(json.loads(row.content)) for row in connection.execute(query))
    return [_told(row, asked.fields, now) for row in found if row.get(asked.by) == value]


def _told(row: Mapping[str, Value], fields: tuple[str, ...], now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in fields:
        value = row.get(name)
        told[name] = forms.as_json(value)
        if isinstance(value, date):
            told[f"{name}_shown"] = forms.as_text(value)
            told[f"{name}_days"] = forms.days_since(value, now)
    return told
