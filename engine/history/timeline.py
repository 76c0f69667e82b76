"""The ledger of one instance as rows for pages and for replay: who, when, as which role, what followed, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.facts import KINDS
from engine.history.ledger import Entry
from engine.stand_ins import stead_of
from engine.values import ALMATY, moment, plain
from engine.views import Names, TimelineRow
from engine.wording import catalogue, say

_SAID = frozenset({"reason", "title", "about"})
"""Private fields that a caption says; the others are values of the case, shown elsewhere as far as a reader may."""
_ELEMENTS = frozenset({"element", "to", "caught"})
_MOMENTS = frozenset({"due", "follow_up"})


def rows(entries: Iterable[Entry]) -> Iterator[TimelineRow]:
    """Entries of one instance, for a reader who may see the case's contents."""
    return map(row, entries)


def row(entry: Entry) -> TimelineRow:
    return TimelineRow(
        seq=entry.seq, at=moment(entry.at), actor=entry.actor, acted_as=entry.body["as"],
        stead=stead_of(entry.body["appointment"]), kind=entry.kind,
        facts=tuple(facts(entry)), values={name: plain(value) for name, value in entry.inputs.items()},
    )  # fmt: skip


def facts(entry: Entry) -> Iterator[Mapping[str, Any]]:
    """Each fact as {kind, its public fields, the private ones a caption says}; erased ones are left out."""
    values = entry.values or {}
    for index, (kind, public) in enumerate(entry.body["facts"]):
        said = {name: values.get(f"f{index}.{name}") for name in KINDS[kind].private if name in _SAID}
        yield {"kind": kind, **public, **{name: value for name, value in said.items() if value is not None}}


def caption(fact: Mapping[str, Any], lang: str, element: Callable[[str], Names], people: Mapping[str, str]) -> str:
    """The sentence of one fact (wording ``caption.KIND``). ``element`` names a place as the ledger writes it."""
    params: dict[str, Any] = {}
    for name, value in fact.items():
        if name in _ELEMENTS and isinstance(value, str) and value:
            names = element(value)
            params[name] = names.get(lang) or names.get("kk") or value
        elif name in _MOMENTS and isinstance(value, str):
            params[name] = local(moment(value))
        elif isinstance(value, str):
            params[name] = people.get(value, value)
        else:
            params[name] = value
    return say(f"caption.{fact['kind']}", lang, params)


def command(kind: str, lang: str) -> str:
    """What was asked for, in words (wording ``command.KIND``)."""
    code = "command." + "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
    return say(code, lang) if code in catalogue() else kind


def mentioned(entry: Entry) -> set[str]:
    """Ids of people an entry speaks of."""
    found = {entry.actor}
    for _, fact in entry.body["facts"]:
        found.update(str(fact[name]) for name in ("person", "by", "starter", "assignee") if fact.get(name))
    return found


def local(at: datetime) -> str:
    return at.astimezone(ALMATY).strftime("%d.%m.%Y %H:%M")
