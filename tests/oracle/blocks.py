"""Keeps generator, writer and oracle from knowing each other: a structured process as plain blocks, without XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

Kind = Literal["message", "signal", "timer", "conditional", "error", "escalation", "cancel", "none"]


@dataclass(eq=False, kw_only=True)
class Trigger:
    """What an event waits for or catches. ``name``: of the message or signal, the code, or the variable looked at.

    An empty code catches whatever comes. A conditional event holds while its variable is above ``LIMIT``.
    """

    kind: Kind
    name: str = ""
    timer: Literal["", "date", "duration", "cycle"] = ""
    seconds: int = 0  # of a duration or a cycle's interval; since the beginning for a date
    rounds: int = 0
    key: str = ""  # the multi-instance whose item is the key that a message must bring


LIMIT = 5
"""A conditional event's condition is ``variable > LIMIT``."""


@dataclass(eq=False)
class Seq:
    """Blocks one after another. ``owner`` is the block, boundary event, scope or arm it stands in."""

    items: list[Block]
    owner: Block | Boundary | Scope | None = None
    number: int = 0  # which branch of its owner

    @property
    def ends(self) -> bool:
        """Whether it stops by an end event of its own instead of going on behind its owner."""
        return isinstance(self.items[-1], End)


@dataclass(eq=False, kw_only=True)
class Block:
    id: str
    seq: Seq = field(default_factory=lambda: Seq([]), repr=False)
    at: int = 0

    def inner(self) -> list[Seq]:
        return []


@dataclass(eq=False, kw_only=True)
class Many:
    """Multi-instance (parallel, sequential) or standard loop (loop)."""

    kind: Literal["parallel", "sequential", "loop"]
    items: tuple[int, ...] = ()  # one instance each; of a loop: as many rounds at most
    by_collection: bool = False
    enough: int = 0  # completion condition: so many instances done
    answered: bool = False  # completion condition: answered 1; of a loop: again while answered 1
    before: bool = False  # of a loop: asked before the first round, and the answer is no


@dataclass(eq=False, kw_only=True)
class Boundary:
    """``back``: rejoins behind its host (on), begins the host again (again), or ends by itself (end)."""

    id: str
    trigger: Trigger
    interrupting: bool
    handler: Seq
    back: Literal["on", "again", "end"]
    host: Activity | None = field(default=None, repr=False)


@dataclass(eq=False, kw_only=True)
class Activity(Block):
    many: Many | None = None
    boundaries: list[Boundary] = field(default_factory=list)
    undo: Activity | None = None  # handler of its compensation boundary event, which is called ID_undo

    def inner(self) -> list[Seq]:
        return [boundary.handler for boundary in self.boundaries]


WorkKind = Literal[
    "undefined", "manual", "user", "script", "business_rule", "service_expression", "service_operation",
    "service_external", "send", "receive",
]  # fmt: skip


@dataclass(eq=False, kw_only=True)
class Work(Activity):
    """A task. ``amount`` is added to the counter; ``item`` names the multi-instance whose item is added instead."""

    kind: WorkKind
    amount: int = 0
    item: str = ""
    counter: str = ""  # the innermost multi-instance: its loopCounter is added as well
    name: str = ""  # message sent or received
    key: str = ""  # the multi-instance whose item is the key that the message received must bring
    options: int = 0  # of a user task: answers 0 … options-1
    sets: str = ""  # of a user task: a variable it sets to the number answered


@dataclass(eq=False, kw_only=True)
class Sub(Activity):
    """A sub-process of a kind. ``passed``: the multi-instance whose item a called process is given."""

    kind: Literal["embedded", "transaction", "call"]
    passed: str = ""
    scope: Scope


@dataclass(eq=False, kw_only=True)
class Catch(Block):
    trigger: Trigger


@dataclass(eq=False, kw_only=True)
class Throw(Block):
    """``kind`` none, message, signal, escalation, link (a pair), compensation (of ``activity``, or of all)."""

    kind: Literal["none", "message", "signal", "escalation", "link", "compensation"]
    name: str = ""
    activity: str = ""


@dataclass(eq=False, kw_only=True)
class End(Block):
    kind: Literal["none", "message", "signal", "error", "escalation", "terminate", "compensation", "cancel"]
    name: str = ""
    activity: str = ""


@dataclass(eq=False, kw_only=True)
class Split(Block):
    """Branches side by side or to choose from. ``taken[answer]``: the branches whose condition holds.

    ``decider``: the user task whose answer counts; without one the answer is 0. ``by_task``: its own outgoing flows
    carry the conditions, without a gateway. ``default``: this branch has no condition and is taken when no other is.
    """

    kind: Literal["parallel", "inclusive", "exclusive"]
    join: Literal["parallel", "inclusive", "exclusive"]
    branches: list[Seq]
    taken: list[set[int]] = field(default_factory=list)
    decider: Work | None = None
    by_task: bool = False
    default: int | None = None
    several: bool = False  # more than one token may come to it
    merged_by_task: bool = False  # an exclusive join without a gateway: several flows into a task

    def inner(self) -> list[Seq]:
        return self.branches


@dataclass(eq=False, kw_only=True)
class Arm:
    id: str
    trigger: Trigger
    receive: bool
    then: Seq


@dataclass(eq=False, kw_only=True)
class Race(Block):
    """An event-based gateway."""

    arms: list[Arm]

    def inner(self) -> list[Seq]:
        return [arm.then for arm in self.arms]


@dataclass(eq=False, kw_only=True)
class Loop(Block):
    """The body ``rounds`` times, or again while ``decider`` is answered 1."""

    body: Seq
    rounds: int
    decider: Work | None
    inclusive: bool  # its gateways are inclusive ones

    def inner(self) -> list[Seq]:
        return [self.body]


@dataclass(eq=False, kw_only=True)
class EventSub:
    id: str
    start: str
    trigger: Trigger
    interrupting: bool
    scope: Scope
    compensating: bool = False


@dataclass(eq=False, kw_only=True)
class Scope:
    """What a process, a sub-process or an event sub-process holds. ``start`` and ``end`` are its none events."""

    id: str
    body: Seq
    event_subs: list[EventSub] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class Model:
    """``start`` is what the process begins with; ``variables`` are those that conditional events look at."""

    seed: int
    scope: Scope
    start: Trigger
    variables: list[str]


# --- walking -------------------------------------------------------------------------------------------------------


def tied(scope: Scope) -> Scope:
    """Tell every sequence and block where it stands."""
    _tie(scope.body, scope, 0)
    for event_sub in scope.event_subs:
        tied(event_sub.scope)
    return scope


def _tie(seq: Seq, owner: Block | Boundary | Scope, number: int) -> None:
    seq.owner, seq.number = owner, number
    for at, block in enumerate(seq.items):
        block.seq, block.at = seq, at
        if isinstance(block, Activity):
            for boundary in block.boundaries:
                boundary.host = block
                _tie(boundary.handler, boundary, 0)
            if isinstance(block.undo, Sub):
                tied(block.undo.scope)
        else:
            for branch, inside in enumerate(block.inner()):
                _tie(inside, block, branch)
        if isinstance(block, Sub):
            tied(block.scope)


def blocks(seq: Seq) -> Iterator[Block]:
    """Every block of one scope below a sequence, sub-processes not entered."""
    for block in seq.items:
        yield block
        yield from chain.from_iterable(blocks(inside) for inside in block.inner())
