"""One random process as the oracle plays it: which steps are taken by chance, and what is to be seen after each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.oracle import steps, view
from tests.oracle.blocks import Model
from tests.oracle.counting import constructs
from tests.oracle.frames import Entry
from tests.oracle.game import Game
from tests.oracle.generator import made
from tests.oracle.steps import Step
from tests.oracle.view import View

CALM, LIMIT = 35, 80
"""After so many steps towards the end only; after so many it is enough."""


@dataclass
class Tally:
    """How many there were of each construct (``made``), in how many places it came to pass, and how it all ended."""

    made: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.made += other.made
        self.reached += other.reached
        self.outcomes += other.outcomes


class Course:
    """The same one for the same seed."""

    def __init__(self, seed: int) -> None:
        self.model: Model = made(seed)
        self.game = Game(self.model)
        self.path: list[Step] = []
        self._chance = random.Random(seed)
        self._eager = self._chance.choice([1, 3, 8])

    def __iter__(self) -> Iterator[tuple[Step, View, list[Entry]]]:
        """Each step with what is seen after it and the entries it added to the log."""
        game, logged = self.game, 0
        step: Step | None = Step("start", value=self.model.start.seconds)
        while step is not None and len(self.path) < LIMIT:
            self.path.append(step)
            steps.taken(game, step)
            seen = view.of_game(game)
            yield step, seen, game.data.log[logged:]
            logged = len(game.data.log)
            step = None
            if not seen.completed:
                step = steps.next_step(game, self._chance, self._eager, len(self.path) > CALM)

    def tally(self) -> Tally:
        found = list(constructs(self.model))
        reached = Counter(name for name, element in found if element in self.game.reached)
        outcomes = Counter(processes=1, steps=len(self.path))
        outcomes[self._outcome()] += 1
        return Tally(Counter(name for name, _ in found), reached, outcomes)

    def _outcome(self) -> str:
        if self.game.root is not None and self.game.root.over:
            return "completed"
        if self.game.incidents:
            return "incident"
        return "cut off" if len(self.path) >= LIMIT else "stuck"


def alone(seed: int) -> Tally:
    """A process played by the oracle only, which is quick."""
    course = Course(seed)
    for _ in course:
        pass
    return course.tally()
