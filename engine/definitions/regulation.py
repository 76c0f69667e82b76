"""Keeps the rest from knowing where the regulation's registers lie: clauses, roles and parameters, read once.

They are data of ``processes/regulation/*.yaml``; nothing in Python repeats them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from engine.definitions.model import LANGUAGES
from engine.errors import Broken
from engine.values import Value
from engine.wording import LOADER

FOLDER = Path(__file__).parents[2] / "processes" / "regulation"

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Source = Literal["regulation", "default", "derived"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """``iso`` is None where the text names an event or gives no figure."""

    iso: str | None
    calendar: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the regulation, titled in our own words."""

    id: str
    titles: Mapping[str, str]
    kind: str
    modality: Literal["must", "may", "should"] | None
    process: str | None
    also: tuple[str, ...] = ()
    component: str | None = None
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """What an appointment makes of a person. ``scope`` is the kind of unit it is held in."""

    code: str
    names: Mapping[str, str]
    scope: Literal["school", "department", "university", "external", "any"]
    source: Source
    filled_by: str = ""  # the procedure that fills it, where the regulation says so
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter. ``value`` is a process variable's value; ``clauses`` those it belongs to.

    ``source`` default means that the regulation leaves it open: it must never be shown as a requirement.
    """

    name: str
    value: Value
    type: Literal["number", "boolean", "choice", "periods", "time"]
    source: Source
    clauses: tuple[str, ...]
    names: Mapping[str, str]
    unit: str = ""
    more: bool = False
    minimum: float | None = None
    maximum: float | None = None
    below: str = ""
    above: str = ""
    """Parameters this one stays below and above, whatever they are set to."""
    options: tuple[str | int, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each option of a choice is called, in three languages."""
    line: int = 0

    def accepts(self, value: Value) -> bool:
        """Whether ``value`` may replace the present one."""
        if self.type == "boolean":
            return isinstance(value, bool)
        if self.type == "choice":
            return value in self.options
        if self.type == "periods":
            return isinstance(value, list) and all(_is_period(item) for item in value)
        if self.type == "time":
            return isinstance(value, str) and bool(_CLOCK.fullmatch(value))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.options:
            return value in self.options
        low, high = self.limits
        return (self.unit == "share" or float(value).is_integer()) and low <= value <= high

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the greatest number it may be."""
        most = 1 if self.unit == "share" else 10_000
        return self.minimum or 0, most if self.maximum is None else self.maximum


@dataclass(frozen=True, slots=True)
class Process:
    """A procedure of the regulation: the id its model carries, its stable number and names."""

    id: str
    number: str
    names: Mapping[str, str] = field(default_factory=dict)


@cache
def clauses(folder: Path = FOLDER) -> Mapping[str, Clause]:
    """Every clause by number, in the order of the text. Raises Broken."""
    return {
        item["id"]: Clause(
            item["id"],
            _names(item),
            item["kind"],
            item["modality"],
            item["process"],
            tuple(item.get("also", ())),
            item.get("component"),
            Deadline(**item["deadline"]) if item.get("deadline") else None,
        )
        for item in _load(folder / "clauses.yaml")["clauses"]
    }


@cache
def headings(folder: Path = FOLDER) -> Mapping[str, Mapping[str, str]]:
    """Number of a section -> its title in three languages."""
    return {item["num"]: _names(item) for item in _load(folder / "clauses.yaml")["headings"]}


@cache
def processes(folder: Path = FOLDER) -> Mapping[str, Process]:
    """The procedures of the regulation by process id, modelled already or not."""
    return {
        item["id"]: Process(item["id"], item["num"], _names(item))
        for item in _load(folder / "clauses.yaml")["processes"]
    }


@cache
def roles(folder: Path = FOLDER) -> Mapping[str, Role]:
    """Every role by code. Raises Broken."""
    return {
        item["code"]: Role(
            item["code"], _names(item), item["scope"], item["source"], item.get("filled_by", ""), item.get("clause", "")
        )
        for item in _load(folder / "roles.yaml")
    }


@cache
def parameters(folder: Path = FOLDER) -> Mapping[str, Setting]:
    """Every parameter by name, with the value the house starts with. Raises Broken."""
    found: dict[str, Setting] = {}
    lines = _lines(folder / "parameters.yaml")
    for item, line in zip(_load(folder / "parameters.yaml"), lines, strict=True):
        setting = Setting(
            name=item["name"],
            value=item["value"],
            type=item["type"],
            source=item["source"],
            clauses=split_clauses(item["clause"]),
            names=_names(item),
            unit=item.get("unit", ""),
            more=item.get("more", False),
            minimum=item.get("minimum"),
            maximum=item.get("maximum"),
            below=item.get("below", ""),
            above=item.get("above", ""),
            options=tuple(item.get("options", ())),
            words={option: _names(words) for option, words in item.get("words", {}).items()},
            line=line,
        )
        if setting.name in found or not setting.accepts(setting.value):
            raise Broken(what=f"parameters.yaml: {setting.name}")
        found[setting.name] = setting
    return found


def split_clauses(text: str) -> tuple[str, ...]:
    """``7.3.1, 7.2.2`` -> both."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_period(item: Any) -> bool:
    if not isinstance(item, dict) or set(item) != {"from", "to"}:
        return False
    start, end = item["from"], item["to"]
    return isinstance(start, date) and isinstance(end, date) and start <= end


def _names(item: Mapping[str, str]) -> Mapping[str, str]:
    return {lang: item[lang] for lang in LANGUAGES}


def _load(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - the safe loader, in C
    except (OSError, yaml.YAMLError) as error:
        raise Broken(what=f"{path.name}: {error}") from error


def _lines(path: Path) -> list[int]:
    """The line on which each item of a list file starts."""
    node = cast(yaml.SequenceNode, yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER))
    return [item.start_mark.line + 1 for item in node.value]
