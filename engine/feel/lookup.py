"""Keeps expressions from knowing how a name finds its value: exactly, or by FEEL's reading of blanks in long names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.kinds import MISSING, Range
from engine.feel.temporal import COMPONENTS
from engine.values import Value

_SPACED = re.compile(r"\s*([./\-'+]|\*\*?)\s*")
_BLANKS = re.compile(r"\s{2,}")
_ONE_WORD = re.compile(r"\w+")
_RANGE_PARTS: dict[str, Callable[[Range], Any]] = {
    "start": lambda span: span.start,
    "end": lambda span: span.end,
    "start included": lambda span: span.start_included,
    "end included": lambda span: span.end_included,
}


def _missing(_: Range) -> Any:
    return MISSING


def normal(name: str) -> str:
    """One form of a name for all ways to set blanks in it."""
    return _BLANKS.sub(" ", _SPACED.sub(r" \1 ", name)).strip()


def entry(context: Mapping[str, Value], name: str) -> Any:
    """The context's entry, MISSING when it has none."""
    if name in context:
        return context[name]
    if _ONE_WORD.fullmatch(name):
        return MISSING
    wanted = normal(name)
    return next((value for key, value in context.items() if normal(key) == wanted), MISSING)


def component(target: Any, name: str) -> Any:
    """What ``target.name`` is: an entry, or a part of a date, time, duration or range. MISSING for anything else."""
    if isinstance(target, dict):
        return entry(target, name)
    if isinstance(target, Range):
        return _RANGE_PARTS.get(name, _missing)(target)
    parts = COMPONENTS.get(type(target))
    if parts is None:
        return MISSING
    read = parts.get(name)
    return MISSING if read is None else read(target)
