"""Keeps process owners from knowing Python: the functions added to FEEL, in one list, with what they take and give.

Those marked ``asks`` go to the world, which records each answer; the others are computed. Any null argument gives null.
A date and time given where a date is wanted counts as its day in Kazakhstan; a number of days must be whole.
Descriptions in kk, ru, en stand in ``engine/wording/feel.yaml`` as ``feel.function.<name>``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import isfinite
from typing import TYPE_CHECKING, Literal

from engine.calendar import durations, terms
from engine.feel.kinds import MISSING, local
from engine.feel.limits import Failed
from engine.feel.temporal import parse_time
from engine.values import ALMATY, Value, day_in_almaty

if TYPE_CHECKING:
    from engine.world import World

ParameterType = Literal["date", "days", "text", "clock", "any"]
_SHORT = 150
"""Characters that a line takes, of an inbox or of a heading."""


@dataclass(frozen=True, slots=True)
class Added:
    """One function. ``parameters`` are (name, type); ``question`` is the world's, with the argument names it takes."""

    name: str
    parameters: tuple[tuple[str, ParameterType], ...]
    compute: Callable[..., Value] | None = None
    question: str = ""
    argument_names: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.question)

    def describe(self, lang: str) -> str:
        """What it gives, in one sentence."""
        from engine.wording import say

        return say(f"feel.function.{self.name}", lang)

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(name for name, _ in self.parameters)})"

    def call(self, world: World, arguments: Sequence[Value]) -> Value:
        """Raises Failed when the result lies outside the calendar, and whatever the world raises."""
        if len(arguments) != len(self.parameters):
            return None
        given = [_fitted(value, wanted) for value, (_, wanted) in zip(arguments, self.parameters, strict=True)]
        if any(value is None for value, (_, wanted) in zip(given, self.parameters, strict=True) if wanted != "any"):
            return None
        try:
            if self.question:
                return world.ask(self.question, **dict(zip(self.argument_names, given, strict=True)))
            if self.compute is None:
                raise Failed(f"{self.name} has no meaning")
            return self.compute(world, *given)
        except (OverflowError, durations.NotATime) as error:
            raise Failed(f"{self.signature}: {error}") from None


def _fitted(value: Value, wanted: ParameterType) -> Value:
    if value is MISSING:
        return None
    if wanted == "any" or value is None:
        return value
    if wanted == "date":
        if isinstance(value, datetime):
            return day_in_almaty(local(value))
        return value if isinstance(value, date) else None
    if wanted == "days":
        whole = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) and value % 1 == 0
        return int(value) if whole else None
    if wanted == "clock":
        value = parse_time(value) if isinstance(value, str) else value
        return value if isinstance(value, time) else None
    return value if isinstance(value, str) else None


def _asks(name: str, question: str, /, **parameters: ParameterType) -> Added:
    """Parameters are called in FEEL as the question calls them, but for ``from`` and ``to``, no names in Python."""
    shown = {"start": "from", "end": "to"} if name == "working_days_between" else {}
    names = tuple((shown.get(key, key), kind) for key, kind in parameters.items())
    return Added(name, names, None, question, tuple(parameters))


def _computes(name: str, compute: Callable[..., Value], /, **parameters: ParameterType) -> Added:
    return Added(name, tuple(parameters.items()), compute)


def _now(world: World) -> datetime:
    return local(world.now.astimezone(ALMATY))


def _empty(_: World, value: Value) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def _shortened(_: World, text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _prolonged(_: World, start: date, end: date, periods: Value) -> Value:
    """``periods``: contexts of dates, from and to, as a parameter of that kind has them; anything else gives null."""
    ends: list[tuple[date, date]] = []
    for one in periods if isinstance(periods, list) else [None]:
        first, last = (one.get("from"), one.get("to")) if isinstance(one, dict) else (None, None)
        if not isinstance(first, date) or not isinstance(last, date):
            return None
        ends.append((first, last))
    return durations.prolonged(start, end, ends)


ADDED: tuple[Added, ...] = (
    _computes("today", lambda world: _now(world).date()),
    _computes("now", _now),
    _asks("working_days_after", "calendar.working_days_after", date="date", n="days"),
    _asks("working_days_before", "calendar.working_days_before", date="date", n="days"),
    _asks("next_working_day", "calendar.next_working_day", date="date"),
    _asks("is_working_day", "calendar.is_working_day", date="date"),
    _asks("working_days_between", "calendar.working_days_between", start="date", end="date"),
    _computes("add_months", lambda _, day, n: durations.add_months(day, n), date="date", n="days"),
    _computes("prolonged", _prolonged, start="date", end="date", periods="any"),
    _computes("end_of_day", lambda _, day: terms.end_of_day(day), date="date"),
    _computes("at_time", lambda _, day, clock: terms.at_time(day, clock), date="date", time="clock"),
    _computes("quarter", lambda _, day: terms.quarter(day), date="date"),
    _computes("quarter_start", lambda _, day: terms.quarter_start(day), date="date"),
    _computes("half_year", lambda _, day: terms.half_year(day), date="date"),
    _computes("academic_year", lambda _, day: terms.academic_year(day), date="date"),
    _asks("term", "calendar.term", year="text", name="text"),
    _asks("parameter", "parameter", name="text"),
    _asks("parameter_on", "parameter.on", name="text", when="any"),
    _asks("holders", "directory.holders", role="text", unit="text"),
    _asks("appointments", "directory.appointments", role="text", unit="text"),
    _asks("is_holder", "directory.is_holder", person="text", role="text", unit="text"),
    _asks("stands_in", "directory.stands_in", person="text", role="text", unit="text"),
    _asks("away_until", "directory.away_until", person="text", date="date"),
    _asks("unit_of", "directory.unit_of", person="text"),
    _asks("parent_unit", "directory.parent_unit", unit="text"),
    _asks("school_of", "directory.school_of", unit="text"),
    _asks("units", "directory.units", kind="text", school="text"),
    _computes("empty", _empty, value="any"),
    _computes("shortened", _shortened, text="text"),
)

BY_NAME: dict[str, Added] = {function.name: function for function in ADDED}
