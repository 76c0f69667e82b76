"""Keeps expressions from knowing functions of contexts (DMN 1.3 §10.3.4.10)."""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.registry import builtin
from engine.feel.kinds import MISSING
from engine.feel.limits import Run
from engine.feel.lookup import entry
from engine.values import Value


@builtin("get value", "m: context", "key: string")
def get_value(run: Run, context: dict[str, Value], key: str) -> Value:
    found = entry(context, key)
    return None if found is MISSING else found


@builtin("get entries", "m: context")
def get_entries(run: Run, context: dict[str, Value]) -> Value:
    run.spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "...entries: any?", each="context")
def from_entries(run: Run, entries: list[Any]) -> Value:
    made: dict[str, Value] = {}
    for given in entries:
        one = given[0] if isinstance(given, list) and len(given) == 1 else given
        if "key" not in one or "value" not in one or not isinstance(one["key"], str) or one["key"] in made:
            return None
        made[one["key"]] = one["value"]
    return made


@builtin("context merge", "...contexts: any?", each="context")
def merge(run: Run, contexts: list[Any]) -> Value:
    made: dict[str, Value] = {}
    for context in contexts:
        one = context[0] if isinstance(context, list) and len(context) == 1 else context
        run.spend(len(one))
        made.update(one)
    return made


@builtin("context put", "context: context", "keys: list?", "value: any", "key: string?")
def put(run: Run, context: dict[str, Value], keys: Any, value: Any, key: Any) -> Value:
    """``keys`` is one key or the path to it."""
    path = [key] if keys is MISSING else list(keys)
    return _put(run, context, path, value)


def _put(run: Run, context: Any, path: list[Any], value: Value) -> Value:
    if not path or not isinstance(path[0], str) or not isinstance(context, dict):
        return None
    key, *rest = path
    if rest:
        value = _put(run, context.get(key), rest, value)
        if value is None:
            return None
    run.spend(len(context) + 1)
    return {**context, key: value}
