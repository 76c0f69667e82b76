"""What both sides show after a step, and how they are held against each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.oracle.frames import Entry
from tests.oracle.game import Game

Waiting = tuple[str, str, str, bool]
"""Element, kind, name or moment, whether it is armed beside something."""


@dataclass
class View:
    completed: bool
    open: Counter[str] = field(default_factory=Counter)
    waits: Counter[Waiting] = field(default_factory=Counter)
    incidents: Counter[tuple[str, str]] = field(default_factory=Counter)
    leaked: set[str] = field(default_factory=set)  # inner variables found at the outermost level
    n: int = 0
    log: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Compact, for a person who looks for the fault."""
        parts = [f"{name}×{count}" if count > 1 else name for name, count in sorted(self.open.items())]
        for (element, kind, what, beside), count in sorted(self.waits.items()):
            text = f"{'+' if beside else '~'}{element}({kind} {what})"
            parts.append(f"{text}×{count}" if count > 1 else text)
        parts += [f"!{element}:{code}" for element, code in self.incidents.elements()]
        return " ".join(
            [*parts, "." if self.completed else "", *self.leaked, f"n={self.n}", f"log={','.join(self.log)}"]
        )


def of_game(game: Game) -> View:
    view = View(game.root is not None and game.root.over, n=game.data.n)
    for token in game.open:
        view.open[token.place.id] += 1
    for wait in game.armed:
        kind = wait.trigger.kind
        what = str(wait.due) if kind == "timer" else "" if kind == "conditional" else wait.trigger.name
        view.waits[wait.element, kind, what, wait.beside] += 1
    for token in game.incidents:
        view.incidents[token.place.id, token.incident] += 1
    view.log = [entry.label for entry in game.data.log]
    return view


def differs(engine: View, oracle: View, new: list[Entry]) -> str:
    """What is not the same, or nothing. ``new``: the log's entries of this step, which may stand in several orders."""
    for name in ("completed", "open", "waits", "incidents", "leaked", "n"):
        if getattr(engine, name) != getattr(oracle, name):
            return name
    if len(engine.log) != len(oracle.log) or not _allowed(engine.log[len(engine.log) - len(new) :], new):
        return "log"
    return ""


def _allowed(labels: list[str], entries: list[Entry]) -> bool:
    """Whether labels are an order of the entries in which nothing stands before what it follows from."""
    left = list(entries)
    for label in labels:
        found = next((e for e in left if e.label == label and not _must_wait(e, left)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _must_wait(entry: Entry, left: list[Entry]) -> bool:
    return any(other in entry.past or (other.home is entry.home and other.step < entry.step) for other in left)
