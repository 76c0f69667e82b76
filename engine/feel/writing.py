"""Keeps expressions from knowing how FEEL writes a value as text: ``string(…)``."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from engine.feel.kinds import Function, Range
from engine.feel.limits import Failed, Run
from engine.feel.numbers import text_of
from engine.feel.temporal import written
from engine.values import Months, Value

_PLAIN_KEY = re.compile(r"\w*", re.ASCII)


def string(value: Value, run: Run, wrap: bool = False) -> str:
    """``wrap`` puts texts in quotes: they stand within a list or a context."""
    if value is None:
        return "null"
    if isinstance(value, str):
        if not wrap:
            return value
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return text_of(value)
    if isinstance(value, (date, time, timedelta, Months)):
        return written(value)
    if isinstance(value, (list, tuple)):
        run.spend(len(value))
        return run.texted("[" + ", ".join(string(item, run, True) for item in value) + "]")
    if isinstance(value, dict):
        run.spend(len(value))
        pairs = (f"{_key(key, run)}: {string(item, run, True)}" for key, item in value.items())
        return run.texted("{" + ", ".join(pairs) + "}")
    if isinstance(value, Range):
        return "<range>"
    if isinstance(value, Function):
        return "<function>"
    raise Failed("string() of something that is no value")


def _key(key: str, run: Run) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else string(key, run, True)
