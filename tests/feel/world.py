"""A small world for expressions: a fixed clock, a calendar without holidays, a directory of three people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.values import Value


def _after(date: date, n: int) -> date:
    day = date
    while n > 0:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


_HOLDERS = {("examiner", "eng"): ["p001", "p002"], ("clerk", "eng-cs"): ["p003"]}
_PARAMETERS: dict[str, Value] = {"P_TERM": 10, "P_NAME": "Сапа"}


def _parameter(name: str) -> Value:
    return _PARAMETERS.get(name)


_ANSWERS: dict[str, Callable[..., Value]] = {
    "calendar.working_days_after": _after,
    "calendar.is_working_day": lambda date: date.weekday() < 5,
    "calendar.working_days_between": lambda start, end: sum(
        (start + timedelta(days=n)).weekday() < 5 for n in range(1, (end - start).days + 1)
    ),
    "calendar.term": lambda year, name: date(2026, 9, 1) if (year, name) == ("2026/2027", "autumn") else None,
    "parameter": _parameter,
    "directory.holders": lambda role, unit: _HOLDERS.get((role, unit), []),
    "directory.appointments": lambda role, unit: [
        {"appointment": f"a-{person}", "person": person, "start": date(2026, 1, 1), "end": None}
        for person in _HOLDERS.get((role, unit), [])
    ],
    "directory.stands_in": lambda person, role, unit: (person, role, unit) == ("p003", "examiner", "eng"),
    "directory.away_until": lambda person, date: date + timedelta(days=3) if person == "p003" else None,
    "directory.is_holder": lambda person, role, unit: person in _HOLDERS.get((role, unit), []),
    "directory.school_of": lambda unit: unit.split("-")[0],
}


class SmallWorld:
    """Answers from the tables above and keeps what it was asked."""

    def __init__(self, now: datetime = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)) -> None:
        self.now = now
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, question: str, /, **args: Value) -> Value:
        self.asked.append((question, args))
        return _ANSWERS[question](**args)
