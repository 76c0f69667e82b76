"""Keeps the rest from knowing how answers are checked and typed: form-js itself decides, as it does in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from engine.definitions.forms.components import (
    CHOICES,
    KEYED,
    MANY,
    Component,
    Path,
    Schema,
    find,
    holds,
    is_fixed,
    is_given,
    is_list,
    place,
    steps,
)
from engine.definitions.forms.limits import within_limits
from engine.definitions.forms.merging import merged, rows_that_moved
from engine.definitions.forms.showing import GIVEN, clock
from engine.errors import Invalid
from engine.javascript import JavaScriptLimit, javascript
from engine.values import ALMATY, Value, canonical, typed
from engine.wording import say

TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class FormResult:
    """``data``: typed answers by key; what was left empty is None, what was hidden is not there (in a row: None).
    ``errors``: path -> sentences; paths are steps joined by dots, rows counted from 0: ``rows.2.reason``; empty when
    the answers are good."""

    data: dict[str, Value] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


FILES = "_files"
"""Key of the data under which the files beside the case travel as records: an answer names some of them."""
MOST_FILES = 10
"""Files of one field; our default."""


def check(
    schema: Schema, answers: Mapping[str, Any], lang: str, context: Mapping[str, Any], now: datetime | None = None
) -> FormResult:
    """Checks a submission as form-js checks it in the browser, and types what it accepts.

    ``answers``: plain JSON as sent; ``context``: what prefill() gave, with options and names added; ``now``: aware,
    the moment of the command when it is later than that of prefill().
    A date becomes a date, a moment an aware datetime of Almaty, a time a time, a number a number, an empty answer None.
    Raises TooLarge and Invalid; JavaScriptFailed when the form itself is at fault.
    """
    within_limits(schema, answers, lang)
    moved = rows_that_moved(schema, answers, context)
    ground = {**context, **(clock(now) if now else {})}
    ground.pop(GIVEN, None)
    sent = merged(schema, answers, ground)
    options = canonical({"lang": lang, "now": _milliseconds(ground.get("_now"))})
    try:
        text = javascript.call("forms", "validate", canonical(schema), canonical(sent), options, timeout=TIMEOUT)
    except JavaScriptLimit as limit:
        raise Invalid(problems={"": [say("form_too_slow", lang)]}) from limit
    report = json.loads(text)
    errors = {one["path"]: [message["text"] for message in one["messages"]] for one in report["errors"]}
    result: dict[str, Value] = {}
    rows = {path: typed(given) for path, given in (context.get(GIVEN) or {}).items()}
    _Reader(lang, errors, rows, context.get(FILES) or ()).read(
        schema.get("components") or (), report["data"], sent, result
    )
    errors.update({path: [say("form_rows_changed", lang)] for path in moved})
    return FormResult(result if not errors else {}, errors)


def _milliseconds(local: object) -> int | None:
    """What the clock of the form shows, for the scripts' own clock."""
    return (
        int(datetime.fromisoformat(local).replace(tzinfo=ALMATY).timestamp() * 1000) if isinstance(local, str) else None
    )


class _Reader:
    """Walks the schema over form-js's result; what was sent and did not survive is an error, never a silent loss."""

    def __init__(
        self, lang: str, errors: dict[str, list[str]], given: Mapping[str, Any], files: Sequence[Mapping[str, Any]]
    ) -> None:
        """``errors`` is added to; ``given``: the typed rows of fixed lists by path; ``files``: what may be named."""
        self._lang = lang
        self._errors = errors
        self._given = given
        self._files = {str(one["note"]): dict(one) for one in files}

    def read(
        self, components: Sequence[Component], data: Any, sent: Any, into: dict[str, Value], at: Path = ()
    ) -> None:
        """``into`` gets the typed values of ``components``, which stand at the path ``at``."""
        for component, path in _placed(components):
            kind = component["type"]
            if is_list(component):
                rows = self._rows(component, find(data, path), find(sent, path), (*at, *path))
                if rows is not None:
                    place(into, path, rows)
            elif kind == "group" and find(data, path) is not None:
                inner: dict[str, Value] = {}
                within = component.get("components") or ()
                self.read(within, find(data, path), find(sent, path), inner, (*at, *path))
                place(into, path, inner)
            elif kind != "group" and holds(data, path):
                if not is_given(component):
                    place(into, path, self._value(component, find(data, path), find(sent, path), (*at, *path)))
            elif kind != "group" and at and not is_given(component):
                place(into, path, None)  # hidden in a row: the row is the form's own, nothing old may stay in it

    def _rows(self, component: Component, data: Any, sent: Any, at: Path) -> list[Value] | None:
        fixed = is_fixed(component)
        if data is None and (sent or fixed):
            return None  # hidden: what the variable held stays as it is
        sent = sent if isinstance(sent, list) else []
        ground = self._given.get(".".join(at)) or sent
        rows: list[Value] = []
        for index, row in enumerate(sent):
            result: dict[str, Value] = dict(ground[index]) if fixed and index < len(ground) else {}
            answer = data[index] if index < len(data) and isinstance(data[index], dict) else {}
            inner = component.get("components") or ()
            self.read(inner, answer, row, result, (*at, str(index)))
            if not fixed:  # a read-only value that travelled with its row
                result |= {one["key"]: row.get(one["key"]) or None for one in inner if one.get("key") and is_given(one)}
            rows.append(result)
        return rows

    def _value(self, component: Component, value: Any, sent: Any, path: Path) -> Value:
        where = ".".join(path)
        if component["type"] in MANY:
            lost = isinstance(sent, list) and any(one not in (value or []) for one in sent)
        elif component["type"] == "checkbox":
            lost = sent not in (None, "", True, False)
        else:
            lost = sent not in (None, "", [], {}) and value in (None, "")
        if lost:
            self._refuse(where, "form_not_in_list" if component["type"] in CHOICES else "form_not_understood")
            return None
        if value in ("", None):
            return None
        if component["type"] == "filepicker":
            return self._chosen(component, value, where)
        try:
            return _typed(component, value)
        except (ValueError, TypeError, OverflowError):
            if where not in self._errors:
                self._refuse(where, "form_not_understood")
            return None

    def _chosen(self, component: Component, value: Any, where: str) -> Value:
        """Records of files beside the case, as the case has them: what a browser says of a file counts for nothing."""
        asked = value if isinstance(value, list) else [value]
        notes = dict.fromkeys(str(one.get("note")) for one in asked if isinstance(one, Mapping))
        found = [self._files[note] for note in notes if note in self._files]
        if len(found) != len(asked):
            self._refuse(where, "form_file_gone")
        elif len(found) > (MOST_FILES if component.get("multiple") else 1):
            self._refuse(where, "form_files_too_many")
        return found or None

    def _refuse(self, where: str, code: str) -> None:
        self._errors[where] = [say(code, self._lang)]


def _placed(components: Sequence[Component]) -> Iterator[tuple[Component, Path]]:
    """Components that hold data, with their paths; a group without a path is looked through."""
    for component in components:
        kind = component.get("type")
        if kind == "group" and not component.get("path"):
            yield from _placed(component.get("components") or ())
        elif kind in KEYED and component.get("key"):
            yield component, steps(component["key"])
        elif kind in ("group", "dynamiclist") and component.get("path"):
            yield component, steps(component["path"])


def _typed(component: Component, value: Any) -> Value:
    kind = component["type"]
    if kind == "datetime":
        return _moment(str(component.get("subtype") or "date"), str(value))
    if kind == "number" and not component.get("serializeToString"):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value


def _moment(subtype: str, text: str) -> date | datetime | time:
    if subtype == "date":
        return date.fromisoformat(text)
    if subtype == "time":
        return time.fromisoformat(text)
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=ALMATY) if found.tzinfo is None else found.astimezone(ALMATY)
