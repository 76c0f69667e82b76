"""Keeps the register page from knowing where columns, words of statuses and tones are written: ``registers/*.yaml``.

One file a register; what enters it is decided in the models (operation register.enter). place: where it stands in its
group, a subject (register_groups.yaml). kind: key, text, said (a text in the languages of the pages), date, due, who
(person or unit), role, code, status, period (2026-Q4), source (KIND/KEY of what brought the row), number (short: its
label is shown on phones too); or: the field to take when the first is empty.
tone: ok, warn, bad, now, wait, none (styles/tokens.css); open: statuses whose due date counts.
``withdrawn.yaml`` says what rows of cancelled cases are called in all of them.
spoken: how parts of a key that models made (in_key, a regular expression) are said to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.values import day_of
from engine.views import FieldLabel, Names, RegisterRow, StepView, TimelineRow, Unit
from web.answers import as_text
from web.dates import numeric, with_time
from web.language import text_of
from web.names import named_key
from web.spreadsheet import Content

GROUPS: tuple[str, ...] = tuple(
    yaml.safe_load((Path(__file__).parent / "register_groups.yaml").read_text(encoding="utf-8"))
)
_FOLDER = Path(__file__).parent / "registers"
_WITHDRAWN = Path(__file__).parent / "withdrawn.yaml"
_BESIDE = Path(__file__).parent / "words_beside.yaml"
_MADE = re.compile(r"[a-z0-9]{12}")
"""A part of a key that is the id of a case."""


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    kind: str  # key, text, said, date, due, who, role, code, status, period, source, number
    names: Names
    otherwise: str = ""  # the field to take when the first is empty

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which the first that is filled counts."""
        return (self.field, self.otherwise) if self.otherwise else (self.field,)


@dataclass(frozen=True, slots=True)
class Layout:
    names: Names
    empty: Names
    columns: tuple[Column, ...]
    more: tuple[Column, ...] = ()
    statuses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Names] = field(default_factory=dict)  # what the codes of other columns are called
    open: frozenset[str] = frozenset()  # statuses whose due date still counts
    group: str = "other"
    spoken: tuple[tuple[str, Names], ...] = ()  # (regular expression in a key, what is said in its place)

    @property
    def status_field(self) -> str:
        return next((column.field for column in self.columns if column.kind == "status"), "")

    @property
    def day(self) -> Column | None:
        """The column a period is about: the first date, else the first due date."""
        dated = [one for kind in ("date", "due") for one in self.columns if one.kind == kind]
        return dated[0] if dated else next((one for one in self.more if one.kind == "date"), None)

    def words_of(self, column: Column) -> Mapping[str, Names]:
        """What the codes in a column are called."""
        return {**self.words, **self.statuses} if column.kind == "status" else self.words

    @property
    def chosen(self) -> tuple[Column, ...]:
        """The columns by whose values rows may be chosen: codes, and units among who is named."""
        return tuple(column for column in self.columns if column.kind in ("code", "who"))


@cache
def _layouts() -> dict[str, Layout]:
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in _FOLDER.glob("*.yaml")}
    return {
        name: Layout(
            names=one["names"],
            empty=one.get("empty", {}),
            columns=tuple(_column(column) for column in one["columns"]),
            more=tuple(_column(column) for column in one.get("more", ())),
            statuses={**_withdrawn()["statuses"], **one.get("statuses", {})},
            words=one.get("words", {}),
            open=frozenset(one.get("open", ())),
            group=one.get("group", "other"),
            spoken=tuple((part.pop("in_key"), part) for part in one.get("spoken", ())),
        )
        for name, one in sorted(read.items(), key=lambda item: item[1]["place"])
    }


def labels_beside(
    forms: Mapping[str, FieldLabel], timeline: Iterable[TimelineRow], steps: Iterable[StepView] = ()
) -> dict[str, FieldLabel]:
    """What a case's values are called: by its forms, else (what came with a message) by the registers it wrote in.

    A code that neither words is called as in the registers that have such a column, where these agree.
    """
    found: dict[str, FieldLabel] = {}
    written = dict.fromkeys(f["register"] for row in timeline for f in row.facts if f["kind"] == "register_written")
    for layout in (_layouts()[name] for name in written if name in _layouts()):
        for column in (*layout.columns, *layout.more):
            for name in column.fields:
                told = found.setdefault(name, FieldLabel(column.names, {}))
                found[name] = replace(told, choices={**layout.words_of(column), **told.choices})
    called = {step.element: step.names for step in steps}
    for name, one in _beside().items():
        found.setdefault(name, FieldLabel(one["names"], called if one.get("steps") else one.get("choices", {})))
    found |= forms
    for name in found.keys() & _elsewhere().keys():
        found[name] = replace(found[name], choices={**_elsewhere()[name], **found[name].choices})
    return {**{name: found[name] for name in forms}, **found}  # in the order of the forms


@cache
def _elsewhere() -> Mapping[str, Mapping[str, Names]]:
    """Column -> its codes, as far as all registers with such a column that know them call them alike."""
    found: dict[str, dict[str, list[Names]]] = {}
    for layout in _layouts().values():
        for column in (*layout.columns, *layout.more):
            if column.kind in ("code", "status"):
                for code, names in layout.words_of(column).items():
                    found.setdefault(column.field, {}).setdefault(code, []).append(names)
    return {
        name: {code: those[0] for code, those in codes.items() if len({one["kk"] for one in those}) == 1}
        for name, codes in found.items()
    }


@cache
def _beside() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(_BESIDE.read_text(encoding="utf-8"))
    return read


def row_called(register: str, key: str, people: Mapping[str, str], units: Mapping[str, Unit]) -> str:
    """A row of a register in a sentence: the register, and what of the row's key says something to people."""
    if register not in _layouts():
        return key
    shown = _layouts()[register]
    parts = key.split("/")
    said = "/".join(one for one in parts if one not in people and one not in units and not _MADE.fullmatch(one))
    for pattern, names in shown.spoken:
        said = re.sub(pattern, text_of(names), said)
    return ", ".join(filter(None, (text_of(shown.names), said, *(people[one] for one in parts if one in people))))


@cache
def _withdrawn() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(_WITHDRAWN.read_text(encoding="utf-8"))
    return read


def _why() -> tuple[Column, ...]:
    """What is told of a row whose case is cancelled."""
    return tuple(_column(column) for column in _withdrawn()["more"])


def _column(read: Mapping[str, Any]) -> Column:
    return Column(read["field"], read["kind"], read["names"], read.get("or", ""))


def known() -> Mapping[str, Layout]:
    """The registers that have a page of their own in the menu."""
    return _layouts()


def layout(register: str, rows: Sequence[RegisterRow]) -> Layout:
    """How a register is shown; one that is not described shows every field that its rows hold."""
    if register in _layouts():
        found = _layouts()[register]
        return replace(found, more=(*found.more, *_why())) if any(row.withdrawn for row in rows) else found
    fields = list(dict.fromkeys(name for row in rows for name in row.values))
    names = {"kk": register}
    columns = tuple(Column(name, "text", {"kk": name}) for name in fields)
    return Layout(names, {}, columns, statuses=_withdrawn()["statuses"])


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    text: str
    tone: str = ""
    late: bool = False
    value: Content = ""  # for a spreadsheet, where it is more than its text: a day, a moment, a number

    @property
    def content(self) -> Content:
        """What a spreadsheet holds of it."""
        return self.text if self.value == "" else self.value


@dataclass(frozen=True, slots=True)
class Reading:
    """What turns ids into names on one page, and the day against which a due date is late."""

    people: Mapping[str, str]
    units: Mapping[str, Unit]
    today: date

    def cell(self, shown: Layout, column: Column, row: RegisterRow) -> Cell:
        """One value as a reader sees it: names instead of ids, dates as dates, statuses as words."""
        value: Any = row.values.get(column.field)
        if value in (None, "", []):
            value = row.values.get(column.otherwise) or None
        if column.kind == "key":
            told = row.key if value is None else value
            key = self._without_unit(told if isinstance(told, str) and "/" in told else self._named(told))
            key = "/".join(part for part in key.split("/") if not _MADE.fullmatch(part))
            for pattern, names in shown.spoken:
                key = re.sub(pattern, text_of(names), key)
            return Cell(column, key)
        if column.kind == "said":
            return Cell(column, text_of(value) if isinstance(value, Mapping) else as_text(value or ""))
        if column.kind == "period":
            return Cell(column, _period(shown, as_text(value)))
        if column.kind == "source":
            return Cell(column, self._source(shown, as_text(value or "")))
        if column.kind == "role":
            return Cell(column, self._role(shown, as_text(value)))
        if column.kind == "status":
            words = shown.statuses.get(str(value), {})
            return Cell(column, text_of(words) or as_text(value), tone=words.get("tone", "none") if value else "")
        if column.kind == "code":
            several = value if isinstance(value, list) else [value]
            return Cell(column, ", ".join(text_of(shown.words.get(str(one))) or as_text(one) for one in several))
        if column.kind in {"date", "due"}:
            day = day_of(value)
            late = column.kind == "due" and is_late(shown, column, row, self.today)
            return Cell(column, numeric(day) if day else as_text(value), late=late, value=day or "")
        plain = value if isinstance(value, (int, float, date)) and not isinstance(value, bool) else ""
        return Cell(column, self._named(value), value=plain)

    def _without_unit(self, key: str) -> str:
        """A key as people quote it: the unit it begins with has a column of its own."""
        unit, _, rest = key.partition("/")
        return rest if rest and unit in self.units else key

    def _role(self, shown: Layout, text: str) -> str:
        """``ROLE@UNIT``: what the register calls the role, and the unit it is held in."""
        role, _, unit = text.partition("@")
        at = self.units.get(unit)
        return ", ".join(filter(None, (text_of(shown.words.get(role)) or role, text_of(at.names) if at else "")))

    def _source(self, shown: Layout, text: str) -> str:
        """``KIND/KEY``: what the register calls the kind, with the key; a key of no kind stays as it is."""
        kind, _, key = text.partition("/")
        before, _, last = key.rpartition("/")
        if last in shown.words:
            key = f"{before}, {text_of(shown.words[last])}"
        words = text_of(shown.words.get(kind))
        return words.format(named_key(key, self.units)) if words else self._named(text)

    def _named(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._named(one) for one in value)
        if isinstance(value, str):
            unit = self.units.get(value)
            return self.people.get(value) or (text_of(unit.names) if unit else named_key(value, self.units))
        if isinstance(value, datetime):
            return with_time(value)
        return numeric(value) if isinstance(value, date) else as_text(value)


def is_late(shown: Layout, column: Column, row: RegisterRow, today: date) -> bool:
    """Whether the day in a column has passed and still counts."""
    if str(row.values.get(shown.status_field, "")) not in shown.open:
        return False
    day = next(filter(None, (day_of(row.values.get(name)) for name in column.fields)), None)
    return day is not None and day < today


def _period(shown: Layout, text: str) -> str:
    """``2026-Q4`` in the words of the register for Q; any other text as it is."""
    year, _, part = text.partition("-")
    words = text_of(shown.words.get(part[:1]))
    return words.format(year=year, n=part[1:]) if words else text
