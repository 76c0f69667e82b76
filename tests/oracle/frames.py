"""The oracle's state: tokens in frames (scopes that are under way), what they wait for, what they have logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.oracle.blocks import Activity, Block, EventSub, Scope, Trigger


@dataclass(eq=False)
class Entry:
    """One word of the log. ``past``: the entries that must stand before it; ``home``: the log it was written into."""

    label: str
    past: frozenset[Entry]
    step: int
    home: Data


Past = frozenset[Entry]
NOTHING: Past = frozenset()


@dataclass(eq=False)
class Data:
    """The variables of a process: a counter and a log. A called process has its own, handed back when it completes."""

    n: int = 0
    log: list[Entry] = field(default_factory=list)


@dataclass(eq=False)
class Wait:
    """Something armed. ``beside``: a boundary event or the start of an event sub-process."""

    element: str
    trigger: Trigger
    fire: Callable[[], None]
    beside: bool
    at: Token | None
    key: str = ""
    due: int = 0  # seconds since the beginning
    round: int = 0
    since: int = 0
    met: bool = False


@dataclass(eq=False)
class Record:
    """A completed activity that can be undone. ``inner``: what a sub-process without a handler of its own did."""

    activity: Activity
    token: Token  # that has done it
    inner: Frame | None = None


@dataclass(eq=False)
class Token:
    """A token on a block, or an instance of an event sub-process, or one instance of a multi-instance (``index``)."""

    place: Block | EventSub
    frame: Frame
    past: Past
    above: Token | None = None  # the multi-instance it is one of, or the compensation throw that began it
    index: int | None = None
    origin: Token | None = None  # of a handler: what it undoes
    done: int = 0  # instances that have completed
    begun: int = 0
    answer: int = 0
    locals: dict[str, int] = field(default_factory=dict)  # of an instance: what was answered inside it
    asks: str = ""  # user or external: what is open here
    incident: str = ""
    alive: bool = True
    frames: list[Frame] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)  # of its instances, until all of them are done
    undoing: list[Record] | None = None
    then: Callable[[], None] | None = None  # what follows a compensation


@dataclass(eq=False)
class Frame:
    """A scope under way. ``holder``: the token it belongs to; None for the process itself."""

    scope: Scope
    holder: Token | None
    data: Data
    tokens: list[Token] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    arrived: dict[Block, dict[int, list[Past]]] = field(default_factory=dict)
    rounds: dict[Block, int] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    past: Past = NOTHING
    over: bool = False
