"""Keeps the rest from knowing where chance comes from: one seed, the same draws in the same order on every machine.

People are curious to a degree: what may happen at a step and has not happened yet is then preferred, so that years of a
few schools come to what a university meets in decades.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


class Chance:
    """Draws from one seed. A text seeds by its bytes, so Python's own hash seed plays no part.

    ``curious``: with this share (0..1) what never happened at a place (``at``) is preferred there.
    """

    def __init__(self, seed: str, curious: float = 0.0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - habits of simulated people are no secret
        self._curious = curious
        self._happened: defaultdict[str, set[Any]] = defaultdict(set)

    def happens(self, share: float, at: str = "") -> bool:
        """True in this share of cases (0..1)."""
        return share > 0 and self.weighted({True: share, False: 1 - share}, at)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def weighted(self, weights: Mapping[_T, float], at: str = "") -> _T:
        """One of the keys, as often as its weight says; ``at``: the place where it happens, if that is remembered."""
        values = list(weights)
        if at and self._curious:
            fresh = [value for value in values if weights[value] > 0 and value not in self._happened[at]]
            if fresh and self._random.random() < self._curious:
                values = fresh
        found = self._random.choices(values, [weights[value] for value in values])[0]
        self._happened[at].add(found)
        return found

    def one(self, items: Sequence[_T]) -> _T | None:
        return self._random.choice(items) if items else None

    def some(self, items: Sequence[Any], share: float) -> list[Any]:
        """Each item with this probability, in the order given."""
        return [item for item in items if self.happens(share)]

    def sample(self, items: Sequence[_T], count: int) -> list[_T]:
        return self._random.sample(list(items), min(count, len(items)))

    def case_id(self) -> str:
        """An id for a new case: as the engine makes them, but repeatable."""
        return "".join(self._random.choice(_LETTERS) for _ in range(12))

    def key(self) -> str:
        """The key of a form somebody sends: as a page makes them, but repeatable."""
        return f"{self._random.getrandbits(128):032x}"
