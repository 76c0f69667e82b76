"""Keeps expressions from knowing how their work is bounded: steps and sizes are counted, not timed: replay agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.javascript import Allowance

if TYPE_CHECKING:
    from engine.world import World

STEPS = 1_000_000
"""Work one evaluation may do: about one evaluated syntax node of a loop's body, or one list element made."""
ROOM = 20_000_000
"""Steps for a formula over whole registers, which is worked out by night and not while somebody waits."""
LIST = 100_000
TEXT = 1_000_000
PATTERN = 400
"""Steps that a regular expression costs at least: each is a visit to JavaScript, a millisecond."""
PATIENCE = 2.0
"""Seconds of processor time for all regular expressions of one evaluation, which cannot be counted otherwise."""
NESTING = 100
"""Levels of an expression's syntax tree."""
DEPTH = 150
"""Levels that functions calling each other may add up to; Python's own stack must hold several calls for each."""
LENGTH = 6_000
"""Characters of an expression. The parser reads some ten thousand in a second, and must be far from its own limit."""


class Struck(Exception):
    """A limit struck; ``kind`` is steps, list, text or depth."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


class Failed(Exception):
    """The evaluation cannot go on; ``message`` says why, for the maker of the model."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


_WEIGHTY = frozenset({str, list, tuple, dict})


class Run:
    """One evaluation: the world it may ask and what it has left to spend."""

    __slots__ = ("_patience", "depth", "left", "world")

    def __init__(self, world: World, steps: int = STEPS) -> None:
        self.world = world
        self.left = steps
        self.depth = 0
        self._patience: Allowance | None = None

    @property
    def patience(self) -> Allowance:
        """What is left for regular expressions; made when the first is met, few evaluations have any."""
        if self._patience is None:
            self._patience = Allowance(PATIENCE)
        return self._patience

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise Struck("steps")

    def sized(self, items: list[object]) -> None:
        """A list was made."""
        if len(items) > LIST:
            raise Struck("list")
        self.spend(len(items) + 1)

    def texted(self, text: str) -> str:
        """A text was made."""
        if len(text) > TEXT:
            raise Struck("text")
        self.read(text)
        return text

    def read(self, text: str) -> None:
        """A text was gone through."""
        if len(text) > 64:
            self.spend(len(text) >> 6)

    def weigh(self, value: object) -> None:
        """A value was gone through to its leaves. What holds the same part twice is gone through twice."""
        if isinstance(value, str):
            self.read(value)
        elif isinstance(value, (list, tuple, dict)):
            self.spend(len(value))
            for item in value.values() if isinstance(value, dict) else value:
                if type(item) in _WEIGHTY:
                    self.weigh(item)
