"""Keeps the timeline's page from knowing facts: each entry becomes one caption, its details and who acted as what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from engine.commands import VISITOR
from engine.views import CaseView, FieldLabel, StepView, TimelineRow
from engine.wording import catalogue, say
from web.dates import with_time
from web.language import language, text_of
from web.names import Values
from web.register_layout import row_called

# What moves tokens inside the model says nothing to a reader that the other facts do not say better.
SILENT = frozenset(
    {
        "element_entered",
        "element_left",
        "element_cancelled",
        "subscribed",
        "unsubscribed",
        "timer_cleared",
        "title_changed",
        "task_described",
    }
)
# The first of these in an entry is its headline; the rest are details below it.
HEADLINES = (
    "instance_started",
    "task_completed",
    "task_returned",
    "task_claimed",
    "task_released",
    "task_assigned",
    "task_delegated",
    "task_handed_back",
    "timer_fired",
    "message_received",
    "signal_received",
    "incident_resolved",
    "variables_corrected",
    "instance_suspended",
    "instance_resumed",
    "instance_cancelled",
    "instance_erased",
    "external_closed",
)


@dataclass(frozen=True, slots=True)
class Caption:
    seq: int
    at: datetime
    who: str
    acted_as: str
    stead: str  # the name of the absent person in whose stead it was done
    headline: str
    kind: str
    details: tuple[str, ...]
    values: tuple[tuple[str, str, str], ...]  # label or "", key, text


Asked = Callable[[str], Mapping[str, FieldLabel]]
"""Step -> what its form calls its fields."""


def _of_none(_step: str) -> Mapping[str, FieldLabel]:
    return {}


def captions(case: CaseView, values: Values, called: Iterable[StepView] = (), asked: Asked = _of_none) -> list[Caption]:
    """The case's history, newest first, in the reader's language. ``called``: steps of processes it called."""
    words = _Words(case, values, called, asked)
    return [words.caption(row) for row in reversed(case.timeline)]


def as_asked(values: Values, row: TimelineRow, asked: Asked) -> Values:
    """What was answered at a step is called as it was asked there, though another form uses the same key."""
    step = next((fact["element"].rpartition("/")[2] for fact in row.facts if fact["kind"] == "task_completed"), "")
    there, labels = asked(step) if step else {}, values.labels
    if not there:
        return values
    known = {
        key: replace(label, choices={**labels[key].choices, **label.choices}) if key in labels else label
        for key, label in there.items()
    }
    return replace(values, labels={**known, **{key: labels[key] for key in labels if key not in known}})


class Subject(NamedTuple):
    """What a task was about, and whose it was alone; empty where its model says neither."""

    about: str
    whose: str


NOTHING = Subject("", "")


def subjects(timeline: Iterable[TimelineRow]) -> dict[int, Subject]:
    """Of each task, by its token."""
    found: dict[int, Subject] = {}
    for row in timeline:
        for fact in row.facts:
            if fact["kind"] == "task_offered":
                alone = str(fact["keys"][0]).removeprefix("person:") if len(fact["keys"]) == 1 else ""
                found[fact["token"]] = Subject("", alone)
            elif fact["kind"] == "task_described" and fact.get("about"):
                about = fact["about"]
                said = text_of(about) if isinstance(about, dict) else str(about)
                found[fact["token"]] = found.get(fact["token"], NOTHING)._replace(about=said)
    return found


class _Words:
    def __init__(self, case: CaseView, values: Values, called: Iterable[StepView], asked: Asked) -> None:
        self._people = case.people
        self._values = values
        self._asked = cache(asked)
        self._elements = {step.element: text_of(step.names) for step in (*called, *case.steps)}
        self._subjects = subjects(case.timeline)

    def caption(self, row: TimelineRow) -> Caption:
        facts = [fact for fact in row.facts if fact.get("kind") not in SILENT]
        facts.sort(key=lambda fact: HEADLINES.index(fact["kind"]) if fact["kind"] in HEADLINES else len(HEADLINES))
        sentences = [self._sentence(fact, row.actor) for fact in facts]
        headline, *details = sentences or [_command(row.kind)]
        return Caption(
            seq=row.seq,
            at=row.at,
            who=self._people.get(row.actor, _actor(row.actor)),
            acted_as=row.acted_as,
            stead=self._people.get(row.stead, row.stead),
            headline=headline,
            kind=facts[0]["kind"] if facts else "",
            details=tuple(dict.fromkeys(details)),
            values=tuple(as_asked(self._values, row, self._asked).listed(row.values)),
        )

    def _sentence(self, fact: Mapping[str, Any], actor: str) -> str:
        params = {key: self._value(value, key) for key, value in fact.items() if key != "kind"}
        kind, token = fact["kind"], fact.get("token")
        about, whose = self._subjects.get(token, NOTHING) if isinstance(token, int) else NOTHING
        if kind == "task_completed" and whose in self._people and whose != fact["person"]:
            kind, params["whose"] = "task_completed_for", self._people[whose]
        if kind == "message_received" and actor == VISITOR:
            kind = "message_of_visitor"
        if kind == "register_written":
            params["key"] = row_called(fact["register"], fact["key"], self._people, self._values.units)
        said = say(f"caption.{kind}", language(), params)
        if not about or not kind.startswith("task_"):
            return said
        return f"{said.removesuffix('.')} · {self._people.get(about, about)}"

    def _value(self, value: Any, key: str = "") -> str:
        if isinstance(value, datetime):
            return with_time(value)
        if isinstance(value, str):
            if key in ("due", "follow_up"):
                return _moment(value)
            if key in ("element", "to"):
                return self._elements.get(value.rpartition("/")[2], value)
            return self._people.get(value) or value
        return self._values.text(value, key)


def _moment(text: str) -> str:
    try:
        return with_time(datetime.fromisoformat(text))
    except ValueError:
        return text


def _actor(actor: str) -> str:
    return say(f"actor.{actor}", language()) if f"actor.{actor}" in catalogue() else actor


def _command(kind: str) -> str:
    code = "command." + re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
    return say(code, language()) if code in catalogue() else kind
