"""Keeps expressions from knowing text functions (DMN 1.3 §10.3.4.3). Patterns go to quickjs, where time is limited."""

from __future__ import annotations

import json
import re
from math import isnan
from typing import Any

from engine.feel.builtins.registry import builtin
from engine.feel.kinds import MISSING
from engine.feel.limits import PATTERN, Failed, Run, Struck
from engine.javascript import JavaScriptFailed, JavaScriptLimit, javascript
from engine.values import Value

NO_PATTERN = re.compile(r"[^\\^$.*+?()\[\]{}|/]*")


def slice_bounds(length: int, start: Any, count: Any) -> tuple[int, int]:
    """Where FEEL's 1-based (or negative) position and count lie, as JavaScript's slice reads them."""

    def bound(position: float) -> int:
        position = 0 if isnan(position) else int(position)
        return max(0, length + position) if position < 0 else min(position, length)

    first = length + start if start < 0 else start - 1
    last = length if count is MISSING else first + (count or 0)
    return bound(first), bound(last)


@builtin("substring", "string: string", "start position: number", "length: number?")
def substring(run: Run, text: str, start: Any, length: Any) -> Value:
    run.read(text)
    if start == 0 or (length is not MISSING and length is not None and length < 0):
        return None
    first, last = slice_bounds(len(text), start, length)
    return text[first:last]


@builtin("string length", "string: string")
def string_length(run: Run, text: str) -> Value:
    return len(text)


@builtin("upper case", "string: string")
def upper_case(run: Run, text: str) -> Value:
    return run.texted(text.upper())


@builtin("lower case", "string: string")
def lower_case(run: Run, text: str) -> Value:
    return run.texted(text.lower())


@builtin("substring before", "string: string", "match: string")
def substring_before(run: Run, text: str, match: str) -> Value:
    run.read(text)
    index = text.find(match)
    return "" if index < 0 else text[:index]


@builtin("substring after", "string: string", "match: string")
def substring_after(run: Run, text: str, match: str) -> Value:
    run.read(text)
    index = text.find(match)
    return "" if index < 0 else text[index + len(match) :]


@builtin("contains", "string: string", "match: string")
def contains(run: Run, text: str, match: str) -> Value:
    run.read(text)
    return match in text


@builtin("starts with", "string: string", "match: string")
def starts_with(run: Run, text: str, match: str) -> Value:
    return text.startswith(match)


@builtin("ends with", "string: string", "match: string")
def ends_with(run: Run, text: str, match: str) -> Value:
    return text.endswith(match)


@builtin("string join", "list: list", "delimiter: string?")
def string_join(run: Run, items: list[Value], delimiter: Any) -> Value:
    run.sized(items)
    if any(item is not None and not isinstance(item, str) for item in items):
        return None
    between = delimiter if isinstance(delimiter, str) else ""
    return run.texted(between.join(item for item in items if item is not None))


@builtin("split", "string: string", "delimiter: string")
def split(run: Run, text: str, delimiter: str) -> Value:
    if delimiter and NO_PATTERN.fullmatch(delimiter):
        items: list[Any] = list(text.split(delimiter))
    else:
        found = _in_quickjs("split", run, text, delimiter)
        if not isinstance(found, list):
            return None
        items = found
    run.sized(items)
    return items


@builtin("matches", "input: string", "pattern: string", "flags: string?")
def matches(run: Run, text: str, pattern: str, flags: Any) -> Value:
    if NO_PATTERN.fullmatch(pattern) and not flags:
        run.read(text)
        return pattern in text
    return _in_quickjs("matches", run, text, pattern, flags)


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: Any) -> Value:
    if pattern and NO_PATTERN.fullmatch(pattern) and "$" not in replacement and not flags:
        return run.texted(text.replace(pattern, replacement))
    return _in_quickjs("replace", run, text, pattern, replacement, flags)


def _in_quickjs(function: str, run: Run, *arguments: Any) -> Value:
    """Patterns are JavaScript's (flag u); one that backtracks for ever must not hold a thread nobody can stop."""
    given = [argument for argument in arguments if argument is not MISSING and argument is not None]
    names = [f"a{index}" for index in range(len(given))]
    text = f"{function}({', '.join(names)})"
    run.spend(sum(map(len, given)) // 16 + PATTERN)
    try:
        request = json.dumps([text, "expression", dict(zip(names, given, strict=True)), None, []])
        told = javascript.call("feel", "Feel.run", request, timeout=1.0, memory=32 << 20, allowance=run.patience)
        answer = json.loads(told)
    except JavaScriptLimit as limit:
        raise Struck(limit.kind) from None
    except JavaScriptFailed as failure:
        raise Failed(str(failure)) from None
    if "failed" in answer:
        raise Failed(answer["failed"])
    value: Value = answer["value"]
    return run.texted(value) if isinstance(value, str) else value
