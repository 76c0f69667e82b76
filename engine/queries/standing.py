"""Keeps queries from knowing how facts tell where the tokens of a case stand: to show it, nothing is done again."""

from __future__ import annotations

from collections import Counter
from typing import Literal

State = Literal["active", "done", "stopped", "waiting", "incident", "none"]
"""``stopped``: entered, and each time broken off (by a timer, a message, an end) before it was through."""


class Standing:
    """The elements of one case, after the facts noted so far."""

    def __init__(self) -> None:
        self._arrived: Counter[str] = Counter()
        self._begun: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        self._through: set[str] = set()
        self.timers: Counter[str] = Counter()
        self._failing: set[str] = set()

    def note(self, kind: str, element: str, flow: str = "") -> None:
        """Take in one fact about an element. ``flow``: by which it was entered, if by one."""
        if kind == "element_entered":
            (self._arrived if flow else self._begun)[element] += 1
            self.tokens[element] += 1
        elif kind in ("element_left", "element_cancelled"):
            self.tokens[element] -= 1
            if kind == "element_left":
                self._through.add(element)
        elif kind == "timer_set":
            self.timers[element] += 1
        elif kind in ("timer_fired", "timer_cleared"):
            self.timers[element] -= 1
        elif kind == "incident_raised":
            self._failing.add(element)
        elif kind == "incident_resolved":
            self._failing.discard(element)

    def visits(self, element: str) -> int:
        """How often it was entered. Of a step done for several, each counts; the arrival that began them does not."""
        return self._begun[element] or self._arrived[element]

    def state(self, element: str, waits: bool) -> State:
        """``waits``: a timer of the element is armed."""
        if element in self._failing:
            return "incident"
        if self.tokens[element] > 0:
            return "waiting" if waits else "active"
        if self.visits(element):
            return "done" if element in self._through else "stopped"
        return "waiting" if waits else "none"
