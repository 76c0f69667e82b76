"""Keeps the actors from knowing which acts break a rule: limits of steps under way, written down when they pass.

What the simulated people do wrong is known here independently of what the system measures, so one can be held
against the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Misdeed:
    """``day``: the first day on which the rule was broken."""

    day: date
    school: str
    rule: str
    case: str

    def as_json(self) -> dict[str, str]:
        return {"rule": self.rule, "school": self.school, "date": self.day.isoformat(), "case": self.case}


@dataclass(frozen=True, slots=True)
class _Watch:
    rule: str
    limit: date
    school: str
    case: str
    undone: bool


class Misdeeds:
    """Steps that have a limit, and what became of them."""

    def __init__(self) -> None:
        self._open: dict[str, list[_Watch]] = {}
        self._found: set[Misdeed] = set()

    @property
    def watched(self) -> frozenset[str]:
        """The tasks whose end must be told."""
        return frozenset(self._open)

    def watch(self, task: str, rule: str, limit: Any, school: str, case: str, undone: bool = True) -> None:
        """``limit``: the last day in time; anything but a date: there is none in this case.

        ``undone``: the rule is broken too by a step that was taken away past its limit.
        """
        if isinstance(limit, date):
            self._open.setdefault(task, []).append(_Watch(rule, limit, school, case, undone))

    def ended(self, task: str, day: date, done: bool = True) -> None:
        """The task was done, or taken away, on that day."""
        for watch in self._open.pop(task, ()):
            if done or watch.undone:
                self._judge(watch, day)

    def over(self, day: date) -> None:
        """The time is over: steps still open past their limit count."""
        for task in list(self._open):
            self.ended(task, day, done=False)

    def add(self, rule: str, school: str, day: date, case: str = "") -> None:
        self._found.add(Misdeed(day, school, rule, case))

    def _judge(self, watch: _Watch, day: date) -> None:
        if day > watch.limit:
            self.add(watch.rule, watch.school, watch.limit + timedelta(days=1), watch.case)

    def all(self) -> list[Misdeed]:
        """By day."""
        return sorted(self._found)
