"""Keeps templates from knowing ids: keys, people, parameters and values become words in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import regulation
from engine.errors import Invalid, Refused
from engine.views import FieldLabel, Unit
from engine.wording import catalogue
from engine.wording import say as engine_say
from web.answers import as_text
from web.dates import as_day, numeric, with_time
from web.language import language, text_of
from web.wiring import LANGUAGES, calendar, new_key


def role_name(code: str) -> str:
    role = regulation.roles().get(code)
    return text_of(role.names) if role else code


def key_name(key: str, units: Mapping[str, Unit]) -> str:
    """``role@unit`` as a person says it: the role, then the unit it is held in."""
    code, _at, unit = key.partition("@")
    place = text_of(units[unit].names) if unit in units and units[unit].kind != "university" else ""
    role = role_name(code)
    if role.partition(" (")[0].casefold() in place.casefold():  # a department acts as what it is called
        return place
    return ", ".join(part for part in (role, place) if part)


def named_key(text: str, units: Mapping[str, Unit]) -> str:
    """A key that begins with a unit says it by name; any other text stays as it is."""
    unit, slash, rest = text.partition("/")
    return f"{text_of(units[unit].names)}, {rest}" if slash and rest and unit in units else text


def offered_to(keys: Iterable[str], people: Mapping[str, str], units: Mapping[str, Unit]) -> str:
    """To whom a task is offered: people by name, roles with their unit."""
    ids = ((key, key.removeprefix("person:")) for key in keys)
    return ", ".join(people.get(id, id) if id != key else key_name(key, units) for key, id in ids)


def has_next(item: Mapping[str, Any], people: Mapping[str, str], units: Mapping[str, Unit], school: str) -> str:
    """Who has an open task: its holder, else the people it names, else the roles it is offered to.

    ``school``: where the case runs; of a role held there it need not be said.
    """
    named_people = [item.get("assignee"), *item.get("people", ())]
    known = [people[one] for one in named_people if one in people]
    if known:
        return known[0] if item.get("assignee") else ", ".join(known)
    keys = [key.removesuffix(f"@{school}") for key in item.get("keys", ())]
    return "; ".join(dict.fromkeys(key_name(key, units) for key in keys))


def parameter_value(parameter: Mapping[str, Any]) -> str:
    """``10 working days``, ``3 months``: the value with the unit its register gives it."""
    value, unit = parameter["value"], parameter.get("unit", "")
    if isinstance(value, bool):
        return str(_("answer.yes") if value else _("answer.no"))
    if isinstance(value, list):  # periods: days from and to
        return (
            ", ".join("–".join(numeric(date.fromisoformat(day)) for day in period.values()) for period in value) or "—"
        )
    if value in parameter.get("words", {}):
        return text_of(parameter["words"][value])
    if isinstance(value, float):
        return as_text(value) if language() == "en" else as_text(value).replace(".", ",")
    return counted(value, unit) if isinstance(value, int) else as_text(value)


def counted(number: float, unit: str) -> str:
    """The number, with its unit where that is one of time."""
    if unit not in {"wd", "days", "months", "years"}:
        return str(number)
    said: str = ngettext(f"unit.{unit}", f"unit.{unit}", number)
    return said


_WORDED = "names"
_SAID_BY = {"figure": _WORDED, "title": "titles"}
"""Fields of a row: a code or a text in one language -> what says it in the reader's, so that it need not be told."""


@dataclass(frozen=True, slots=True)
class Values:
    """Turns process values into words: labels of their forms, names of people and units, names of choices."""

    people: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    labels: Mapping[str, FieldLabel] = field(default_factory=dict)

    def label(self, key: str) -> str:
        """What the forms call the value; empty when no form asks for it."""
        found = self.labels.get(key)
        return text_of(found.names) if found else ""

    def listed(self, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(label or "", key, text) of each value that says something, in the order of the forms, other values last."""
        rows = [(self.label(key), key, self.text(values[key], key)) for key in self._in_order(values)]
        return sorted((row for row in rows if row[2]), key=lambda row: not row[0])

    def _in_order(self, keys: Iterable[str]) -> list[str]:
        """As the forms ask for them: kept values are in the order of the alphabet."""
        place = {key: number for number, key in enumerate(self.labels)}
        return sorted(keys, key=lambda key: place.get(key, len(place)))

    def text(self, value: Any, key: str = "") -> str:
        """A value as text: dates as dates, people and choices by name, rows of a list by line."""
        if isinstance(value, datetime):
            return with_time(value)
        if isinstance(value, date):
            return numeric(value)
        if isinstance(value, bool):
            return "✓" if value else str(_("answer.no"))
        if isinstance(value, list):
            said = self._in_one_language(value) if key == _WORDED else ""
            rows = len(value) > 1 and all(isinstance(one, Mapping) for one in value)
            return said or "\n".join(("• " if rows else "") + self.text(one, key) for one in value)
        if isinstance(value, Mapping):
            return self._context(value)
        if isinstance(value, str):
            return self._word(value, key)
        return as_text(value)

    def _in_one_language(self, value: list[Any]) -> str:
        """Of a text that a model keeps as a list, one in each language, the reader's own."""
        alike = len(value) == len(LANGUAGES) and all(isinstance(one, str) for one in value)
        return str(value[list(LANGUAGES).index(language())]) if alike else ""

    def _context(self, value: Mapping[str, Any]) -> str:
        if value.get("@") in {"date", "dt"}:  # typed values that came as plain JSON
            return _dated(str(value.get("v")))
        if "kk" in value:
            return text_of(value)
        if {"note", "name", "sha256"} <= value.keys():  # a file beside the case
            return str(value["name"])
        told = sorted(self._in_order(value), key=lambda key: key != _WORDED)  # what a row is about comes first
        told = [key for key in told if not value.get(_SAID_BY.get(key, ""))]
        labels = {key: self.label(key) or self.label(_SAID_BY.get(key, "")) or key for key in told}
        rows = [(labels[key], self.text(value[key], key)) for key in told]
        return "; ".join(f"{name} {text}" if name.endswith("?") else f"{name}: {text}" for name, text in rows if text)

    def _word(self, value: str, key: str) -> str:
        found = self.labels.get(key)
        if found and value in found.choices:
            return text_of(found.choices[value])
        value = value.removeprefix("person:")
        if value in self.people:
            return self.people[value]
        role, at, unit = value.partition("@")
        if role in regulation.roles() and (not at or unit in self.units):
            return key_name(value, self.units)
        return text_of(self.units[value].names) if value in self.units else _dated(named_key(value, self.units))


def _dated(text: str) -> str:
    """An ISO date or moment as the reader writes it; any other text as it is."""
    if len(text) < 10 or text[4:5] != "-" or text[7:8] != "-":
        return text
    try:
        return numeric(date.fromisoformat(text)) if len(text) == 10 else with_time(datetime.fromisoformat(text))
    except ValueError:
        return text


def left(due: datetime, now: datetime) -> str:
    """How much time a due date leaves, in working days: «3 жұмыс күні қалды»."""
    day, today = as_day(due), as_day(now)
    if day == today:
        return str(_("due.passed_today") if due < now else _("due.today"))
    days = calendar().between(min(day, today), max(day, today))
    if day < today and not days:  # it ended last night, or over a week-end
        return str(_("due.passed"))
    counted: str = ngettext("due.late", "due.late", days) if day < today else ngettext("due.left", "due.left", days)
    return counted


def say(code: str, params: Mapping[str, Any] | None = None) -> str:
    """A sentence of the engine in the reader's language."""
    return engine_say(code, language(), params)


def refusal(error: Refused) -> str:
    """Why something was refused: the reasons of single fields where the engine words them, else its one sentence."""
    reasons = error.problems.values() if isinstance(error, Invalid) else ()
    worded = [say(code, error.params) for code in reasons if isinstance(code, str) and code in catalogue()]
    return " ".join(worded) or error.say(language())


def told_about(about: str | Mapping[str, str], people: Mapping[str, str]) -> str:
    """What a task is about: worded by its model, somebody's name, or a text as it was written."""
    return text_of(about) if isinstance(about, Mapping) else people.get(about, about)


def put_names(app: Flask) -> None:
    """Make the words available in templates."""
    app.jinja_env.filters.update(
        key_name=key_name,
        has_next=has_next,
        role_name=role_name,
        role_of=lambda key: key.partition("@")[0],
        parameter_value=parameter_value,
        told_about=told_about,
    )
    app.jinja_env.globals.update(left=left, say=say, new_key=new_key)
