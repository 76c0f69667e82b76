"""Keeps play from knowing how steps are written down: JSON in, one frozen class a step out, or the reason why not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.calendar import durations
from engine.errors import Refused
from engine.values import Value, typed

Variables = Mapping[str, Value]
_MANY = 10_000
"""Steps of one play; nobody writes more by hand."""


class StepRefused(Refused):
    """A step cannot be taken. ``reason`` is a code of the wording, ``element`` what the step named."""

    code = "step_refused"

    def __init__(self, reason: str, element: str = "", **params: Any) -> None:
        self.reason, self.element = reason, element
        super().__init__(element=element, **params)

    def say(self, lang: str) -> str:
        from engine.wording import say

        return say(f"play.{self.reason}", lang, self.params)

    def __str__(self) -> str:
        return self.say("en")


@dataclass(frozen=True, slots=True)
class Start:
    process: str = ""
    variables: Variables = field(default_factory=dict)
    business_key: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """``task``: a name, an element id, or * for any; ``all``: each of them, else the first."""

    task: str
    data: Variables = field(default_factory=dict)
    all: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    duration: durations.Duration


@dataclass(frozen=True, slots=True)
class AdvanceTo:
    moment: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """``key`` None: whoever waits, whatever the key."""

    name: str
    key: str | None = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    name: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class External:
    """A worker's answer to an external task: done, or a BPMN error, or a technical failure."""

    topic: str
    variables: Variables = field(default_factory=dict)
    error_code: str = ""
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Decide:
    decision: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Correct:
    """Set variables by hand, as an administrator does."""

    variables: Variables


@dataclass(frozen=True, slots=True)
class Retry:
    """Try an incident again: the one at this element, or the first."""

    element: str = ""


Step = Start | Complete | Advance | AdvanceTo | Message | Signal | External | Decide | Correct | Retry


def read(data: bytes) -> list[Any]:
    """The steps as plain JSON data, each still to be understood. Raises StepRefused for what is no list of steps."""
    try:
        found = json.loads(data, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as problem:
        raise StepRefused("steps_unreadable", why=str(problem) or "nesting") from None
    if not isinstance(found, list):
        raise StepRefused("steps_no_list")
    if len(found) > _MANY:
        raise StepRefused("steps_many", limit=_MANY)
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number


def understood(item: Any) -> Step:
    """One step. Raises StepRefused."""
    kinds = [name for name in _READERS if isinstance(item, dict) and name in item]
    if len(kinds) != 1:
        named = ", ".join(item) if isinstance(item, dict) else _shown(item)
        raise StepRefused("step_unknown", step=named[:80] or "{}", kinds=", ".join(_READERS))
    kind = kinds[0]
    reader, fields = _READERS[kind]
    body = item[kind]
    if not fields:
        return reader(_Body({kind: body}))
    if isinstance(body, str):
        body = {fields[0]: body}
    elif body is None:
        body = {}
    if not isinstance(body, dict):
        raise StepRefused("step_field", field=kind, value=_shown(body))
    unknown = ", ".join(sorted(set(body) - set(fields)))
    if unknown:
        raise StepRefused("step_field_unknown", field=unknown[:80], fields=", ".join(fields))
    return reader(_Body(body))


class _Body:
    """The fields of one step, each read with the type it must have."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def text(self, name: str, *, needed: bool = False) -> str:
        value = self._fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)  # keys are often numbers
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value):
            raise self._wrong(name)
        return value

    def truth(self, name: str) -> bool:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name)
        return bool(value)

    def duration(self, name: str) -> durations.Duration:
        try:
            return durations.parse_duration(self.text(name, needed=True))
        except (ValueError, OverflowError):
            raise self._wrong(name) from None

    def moment(self, name: str) -> datetime:
        try:
            return durations.parse_moment(self.text(name, needed=True))
        except (ValueError, OverflowError):
            raise self._wrong(name) from None

    def failure(self, name: str) -> str | None:
        """A text, true, or {"message": text}; None when there is no failure."""
        value = self._fields.get(name)
        if isinstance(value, dict):
            value = value.get("message") or True
        if value is None or value is False:
            return None
        return value if isinstance(value, str) else ""

    def variables(self, *names: str) -> dict[str, Value]:
        """JSON as it stands; typed values as the ledger writes them: {"@": "date", "v": "2026-10-01"}."""
        merged: dict[str, Value] = {}
        for name in names:
            value = self._fields.get(name)
            if value is None:
                continue
            if not isinstance(value, dict):
                raise self._wrong(name)
            try:
                merged |= {key: typed(item) for key, item in value.items()}
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
                raise self._wrong(name) from None
        return merged

    def _wrong(self, name: str) -> StepRefused:
        return StepRefused("step_field", field=name, value=_shown(self._fields.get(name)))


def _shown(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)[:80]


def _start(body: _Body) -> Step:
    return Start(body.text("process"), body.variables("variables"), body.text("business_key"))


def _complete(body: _Body) -> Step:
    return Complete(body.text("task", needed=True), body.variables("data", "variables"), body.truth("all"))


def _message(body: _Body) -> Step:
    key = body.text("key") if body.has("key") else None
    return Message(body.text("name", needed=True), key, body.variables("variables"))


def _signal(body: _Body) -> Step:
    return Signal(body.text("name", needed=True), body.variables("variables"))


def _external(body: _Body) -> Step:
    variables = body.variables("variables")
    return External(body.text("topic", needed=True), variables, body.text("error_code"), body.failure("failure"))


def _decide(body: _Body) -> Step:
    return Decide(body.text("decision", needed=True), body.variables("variables"))


def _correct(body: _Body) -> Step:
    return Correct(body.variables("variables"))


_READERS: dict[str, tuple[Callable[[_Body], Step], tuple[str, ...]]] = {
    "start": (_start, ("process", "variables", "business_key")),
    "complete": (_complete, ("task", "data", "variables", "all")),
    "advance": (lambda body: Advance(body.duration("advance")), ()),
    "advance_to": (lambda body: AdvanceTo(body.moment("advance_to")), ()),
    "message": (_message, ("name", "key", "variables")),
    "signal": (_signal, ("name", "variables")),
    "external": (_external, ("topic", "variables", "error_code", "failure")),
    "decide": (_decide, ("decision", "variables")),
    "correct": (_correct, ("variables",)),
    "retry": (lambda body: Retry(body.text("element")), ("element",)),
}
"""Kind of step -> (reader, its fields; the first one may stand alone as a text). Without fields the body is a text."""
