"""Keeps play from knowing how a world without a house answers: plain calendar, first parameters, nobody appointed.

Registers and numbers are kept in memory and behave as ``engine.answers`` has them behave in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from engine.calendar.working_days import WorkingCalendar
from engine.definitions import regulation
from engine.play.models import Models
from engine.tallies import tally, wanted
from engine.values import Value, plain, typed


class MemoryAnswers:
    """Answers the questions of every instance of one play."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._calendar = WorkingCalendar({})
        self._rows: dict[tuple[str, str, str], dict[str, Value]] = {}  # (register, school, key) -> values, by entry
        self._numbers: dict[tuple[str, str, str], int] = {}

    def __call__(self, question: str, args: Mapping[str, Value]) -> Value:
        """Raises KeyError for a question nobody can answer (a fault of the program)."""
        return _QUESTIONS[question](self, **args)

    def _definition(self, kind: str, key: str, binding: str, version: str, of: str) -> Value:
        return self._models.resolve(kind, key, binding, version)

    # --- calendar and parameters -----------------------------------------------------------------------------------

    def _after(self, date: date, n: int) -> Value:
        return self._calendar.after(date, int(n))

    def _before(self, date: date, n: int) -> Value:
        return self._calendar.before(date, int(n))

    def _next(self, date: date) -> Value:
        return self._calendar.next(date)

    def _is_working(self, date: date) -> Value:
        return self._calendar.is_working(date)

    def _between(self, start: date, end: date) -> Value:
        return self._calendar.between(start, end)

    def _parameter(self, name: str) -> Value:
        setting = regulation.parameters().get(name)
        return setting.value if setting else None

    def _parameter_on(self, name: str, when: Value) -> Value:
        return self._parameter(name) if isinstance(when, date) else None

    # --- directory: nobody is there --------------------------------------------------------------------------------

    def _nothing(self, **_: Value) -> Value:
        return None

    def _nobody(self, **_: Value) -> Value:
        return []

    def _no(self, **_: Value) -> Value:
        return False

    # --- registers and numbers -------------------------------------------------------------------------------------

    def _enter(self, register: str, school: str, key: str, values: dict[str, Value], instance: str) -> Value:
        if (register, school, key) in self._rows:
            return None
        self._rows[register, school, key] = _copy(values)
        return values

    def _update(self, register: str, school: str, key: str, values: dict[str, Value]) -> Value:
        row = self._rows.get((register, school, key))
        if row is None:
            return None
        row |= _copy(values)
        return _copy(row)

    def _select(
        self, register: str, school: str, where: dict[str, Value], since: dict[str, Value]
    ) -> list[dict[str, Value]]:
        return [
            {"key": key, **_copy(row)}
            for (name, at, key), row in self._rows.items()
            if name == register and school in ("*", at) and wanted(row, where, since)
        ]

    def _tally(self, register: str, school: str, where: dict[str, Value], field: str) -> Value:
        return tally(self._select(register, school, where, {}), field)

    def _number(self, series: str, school: str, year: str) -> Value:
        number = self._numbers[series, school, year] = self._numbers.get((series, school, year), 0) + 1
        return number


def _copy(values: dict[str, Value]) -> dict[str, Value]:
    """Rows pass through the same plain data as in a database, so that nothing is shared with an instance."""
    copied: dict[str, Value] = typed(plain(values))
    return copied


_QUESTIONS: dict[str, Callable[..., Value]] = {
    "definition": MemoryAnswers._definition,
    "calendar.working_days_after": MemoryAnswers._after,
    "calendar.working_days_before": MemoryAnswers._before,
    "calendar.next_working_day": MemoryAnswers._next,
    "calendar.is_working_day": MemoryAnswers._is_working,
    "calendar.working_days_between": MemoryAnswers._between,
    "calendar.term": MemoryAnswers._nothing,
    "calendar.record": MemoryAnswers._nothing,  # None: recorded
    "parameter": MemoryAnswers._parameter,
    "parameter.on": MemoryAnswers._parameter_on,
    "directory.holders": MemoryAnswers._nobody,
    "directory.appointments": MemoryAnswers._nobody,
    "directory.is_holder": MemoryAnswers._no,
    "directory.stands_in": MemoryAnswers._no,
    "directory.away_until": MemoryAnswers._nothing,
    "directory.unknown": MemoryAnswers._nobody,
    "directory.unit_of": MemoryAnswers._nothing,
    "directory.parent_unit": MemoryAnswers._nothing,
    "directory.school_of": MemoryAnswers._nothing,
    "directory.units": MemoryAnswers._nobody,
    "directory.appoint": MemoryAnswers._nothing,  # None: made
    "directory.end": MemoryAnswers._nothing,
    "register.enter": MemoryAnswers._enter,
    "register.update": MemoryAnswers._update,
    "register.select": MemoryAnswers._select,
    "register.tally": MemoryAnswers._tally,
    "number": MemoryAnswers._number,
}
