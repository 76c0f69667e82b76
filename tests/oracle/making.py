"""What the parts of the generator share: chance, fresh names, and where in the process a block will stand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.oracle.blocks import Kind, Trigger


@dataclass(frozen=True)
class Where:
    """What may be put at a place.

    ``several``: more than one token may pass through the same variables here, so no counters are kept.
    ``alone``: no other token of this scope moves meanwhile. ``joined``: a parallel join waits for this branch.
    ``top``: in no branch or loop of its scope. ``undoable``: the activities of this scope that can be undone so far,
    None where nothing may be; ``around``: those an event sub-process can undo. ``above``: names of what stands around
    and can be thrown at, by kind.
    """

    depth: int
    several: bool = False
    alone: bool = True
    joined: bool = False
    top: bool = True
    called: bool = False
    item: str = ""
    counter: str = ""
    transaction: bool = False
    undoable: list[str] | None = None
    around: list[str] | None = None
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def happenings(self, *kinds: Kind) -> list[Kind]:
        """Kinds of events to choose from; a called process has no variables that conditions could look at."""
        return [*kinds] if self.called else [*kinds, "conditional"]

    def thrown(self, kind: str) -> tuple[str, ...]:
        return self.above.get(kind, ())

    def under(self, trigger: Trigger) -> dict[str, tuple[str, ...]]:
        return {**self.above, trigger.kind: (*self.thrown(trigger.kind), trigger.name)}


class Making:
    """One process being made. ``budget``: about so many more blocks, then only the simplest."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.variables: list[str] = []
        self.budget = self.chance.randint(15, 70)
        self._count = 0

    def id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def trigger(self, kind: Kind, rounds: int = 0) -> Trigger:
        """A fresh one: nothing else waits for the same. ``rounds``: how often a timer's cycle may come."""
        seconds = self.chance.randint(60, 4_000_000)  # so many that no two fall on the same moment
        if kind == "timer":
            if rounds and self.maybe(0.5):
                return Trigger(kind=kind, timer="cycle", seconds=seconds, rounds=rounds)
            return Trigger(kind=kind, timer="date" if self.maybe(0.3) else "duration", seconds=seconds)
        if kind in ("error", "escalation") and self.maybe(0.2):
            return Trigger(kind=kind)
        prefix = {"message": "M", "signal": "G", "conditional": "k", "error": "X", "escalation": "Q"}.get(kind, "")
        name = self.id(prefix) if prefix else ""
        if kind == "conditional":
            self.variables.append(name)
        return Trigger(kind=kind, name=name)
