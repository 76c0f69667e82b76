"""The generator's large parts: sequences, splits with their joins, loops, and gateways that wait for an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from tests.oracle import scopes, works
from tests.oracle.blocks import Activity, Arm, Block, Catch, End, Loop, Race, Seq, Split, Throw, Work
from tests.oracle.making import Making, Where

Gateway = Literal["parallel", "inclusive", "exclusive"]
Part = Callable[[Making, Where], list[Block]]


def sequence(making: Making, where: Where, *, longest: int = 3) -> Seq:
    """One to ``longest`` parts, and perhaps an end event of its own; never empty."""
    items: list[Block] = []
    for _ in range(making.chance.randint(1, longest if where.depth > 0 else 1)):
        items += part(making, where)
        if _doubles(items[-1]):  # whoever comes by a boundary event beside its host goes on as a second token
            where = replace(where, several=True, alone=False)
            if making.maybe(0.4):
                items += making.chance.choice([parallel, inclusive])(making, where)
    return Seq(items)


def _doubles(block: Block) -> bool:
    if isinstance(block, Split):
        return block.kind != "exclusive" and block.join == "exclusive"
    return isinstance(block, Activity) and any(b.back == "on" and not b.interrupting for b in block.boundaries)


def doubled(seq: Seq) -> bool:
    """Whether a second token may come to the end of a sequence."""
    return any(_doubles(block) for block in seq.items)


def part(making: Making, where: Where) -> list[Block]:
    making.budget -= 1
    small = where.depth <= 0 or making.budget <= 0
    parts, weights = zip(*(_SMALL if small else _ANY), strict=True)
    chosen: Part = making.chance.choices(parts, weights)[0]
    return chosen(making, where)


def inner(making: Making) -> Callable[[Where], Seq]:
    return lambda where: sequence(making, where, longest=2)


def _sub(making: Making, where: Where) -> list[Block]:
    return scopes.sub(making, where)


def _work(making: Making, where: Where) -> list[Block]:
    return [works.work(making, where, inner(making))]


# --- splits --------------------------------------------------------------------------------------------------------


def _branches(making: Making, where: Where, count: int) -> list[Seq]:
    below = replace(where, depth=where.depth - 1, top=False)
    return [sequence(making, below, longest=2) for _ in range(count)]


def parallel(making: Making, where: Where) -> list[Block]:
    several, join = where.several, _join(making, where, "parallel")
    where = replace(where, alone=False, joined=where.joined or join == "parallel")
    branches = _branches(making, where, making.chance.choice([2, 2, 3]))
    if making.maybe(0.5):
        _speak(making, where, branches)
    split = Split(id=making.id("g"), kind="parallel", join=join, branches=branches, several=several)
    if making.maybe(0.8):
        return [split]
    split.decider, split.by_task = works.user(making), True  # no gateway: several flows out of a task
    return [split.decider, split]


def _join(making: Making, where: Where, kind: Gateway) -> Gateway:
    """Mostly the kind of the split; every token may come through by itself where nothing waits for one of each."""
    if where.top and making.maybe(0.15):
        return "exclusive"
    return "inclusive" if making.maybe(0.2) else kind


def _speak(making: Making, where: Where, branches: list[Seq]) -> None:
    """Let the first branch throw what the others wait for, or set what they look at."""
    kind = making.chance.choice(where.happenings("message", "signal", "signal"))
    trigger = making.trigger(kind)
    waiting = branches[1:] if kind == "signal" else branches[1:2]
    for branch in waiting:
        branch.items.insert(0, Catch(id=making.id("c"), trigger=trigger))
    speaker = branches[0].items
    if kind == "conditional":
        speaker[:0] = [works.user(making, 10, trigger.name), works.user(making)]
    elif kind == "message" and making.maybe(0.3):
        speaker[:0] = [works.user(making), Work(id=making.id("s"), kind="send", name=trigger.name)]
    else:
        thrown: works.Loud = "message" if kind == "message" else "signal"
        speaker[:0] = [works.user(making), Throw(id=making.id("t"), kind=thrown, name=trigger.name)]


def _answers(making: Making, count: int, least: int, most: int) -> list[set[int]]:
    options = making.chance.randint(2, 3)
    return [set(making.chance.sample(range(count), making.chance.randint(least, most))) for _ in range(options)]


def exclusive(making: Making, where: Where) -> list[Block]:
    branches = _branches(making, where, making.chance.choice([2, 2, 3]))
    taken = _answers(making, len(branches), 1, 1)
    return _chosen(making, where, Split(
        id=making.id("g"), kind="exclusive", join="inclusive" if making.maybe(0.15) else "exclusive", branches=branches,
        taken=taken, several=where.several,
    ))  # fmt: skip


def inclusive(making: Making, where: Where) -> list[Block]:
    branches = _branches(making, replace(where, alone=False), making.chance.choice([2, 3, 3]))
    if not where.joined and making.maybe(0.25):  # one branch may stop: the join does not wait for it
        branches[0].items.append(works.end(making))
    taken = _answers(making, len(branches), 1, len(branches))
    return _chosen(making, where, Split(
        id=making.id("g"), kind="inclusive", join=_join(making, where, "inclusive"), branches=branches, taken=taken,
        several=where.several,
    ))  # fmt: skip


def _chosen(making: Making, where: Where, split: Split) -> list[Block]:
    """Who chooses: an answer given just before, or nobody; with a default flow or without."""
    asked = making.maybe(0.6)
    if not asked:
        split.taken = split.taken[:1]
    if making.maybe(0.4):
        split.default = making.chance.randrange(len(split.branches))
        for taken in split.taken:
            if taken != {split.default}:
                taken.discard(split.default)
    split.merged_by_task = split.join == "exclusive" and making.maybe(0.3)
    if not asked:
        return [split]
    decider = works.user(making, options=len(split.taken))
    split.decider = decider
    if making.maybe(0.4):
        split.by_task = True
    return [decider, split]


def stop(making: Making, where: Where, kind: str = "") -> list[Block]:
    """A way out: on one answer an end event of any kind, else on."""
    chance = making.chance
    kind = kind or chance.choice(_stops(making, where))
    names = where.thrown(kind)
    name = chance.choice(names[-2:]) if names else ""
    if kind in ("message", "signal", "error", "escalation"):
        name = name or making.id("N")
    ref = ""
    if kind == "compensation" and where.undoable and making.maybe(0.4):
        ref = chance.choice(where.undoable)
    last = End(id=making.id("e"), kind=kind, name=name, activity=ref)  # type: ignore[arg-type]  # one of its kinds
    before: list[Block] = []
    if kind in ("none", "terminate", "error", "cancel") and making.maybe(0.4):
        before = [Work(id=making.id("s"), kind="script", amount=chance.randint(1, 9))]
    on = sequence(making, replace(where, depth=min(where.depth - 1, 0), top=False), longest=1)
    decider = works.user(making, options=2)
    split = Split(
        id=making.id("g"), kind="exclusive", join="exclusive", branches=[Seq([*before, last]), on],
        taken=[{0}, {1}], decider=decider, by_task=making.maybe(0.3),
    )  # fmt: skip
    return [decider, split]


def _stops(making: Making, where: Where) -> list[str]:
    kinds = ["terminate"]
    kinds += ["error"] * (3 if where.thrown("error") else making.maybe(0.35))
    if not where.joined:
        kinds += ["none", "message", "signal", *["escalation"] * (2 if where.thrown("escalation") else 1)]
    if where.transaction:
        kinds += ["cancel"] * 4
    if where.undoable and where.alone and not where.several and not where.joined:
        kinds += ["compensation"] * 4
    return kinds


# --- loops and races -----------------------------------------------------------------------------------------------


def loop(making: Making, where: Where) -> list[Block]:
    inside = replace(where, depth=where.depth - 1, top=False)
    body = sequence(making, inside, longest=2)
    if where.several or making.maybe(0.4):
        decider = works.user(making, options=2)
        body.items.append(decider)
        made = Loop(id=making.id("w"), body=body, rounds=0, decider=decider, inclusive=False)
    else:
        made = Loop(id=making.id("w"), body=body, rounds=making.chance.randint(1, 3), decider=None, inclusive=False)
    made.inclusive = where.alone and not where.several and making.maybe(0.4)
    return [made]


def race(making: Making, where: Where) -> list[Block]:
    kinds = where.happenings("message", "timer", "signal", "message")
    arms = []
    for _ in range(making.chance.choice([2, 2, 3])):
        kind = making.chance.choice(kinds)
        receive = kind == "message" and making.maybe(0.4)
        trigger = making.trigger(kind)
        if trigger.timer == "date":  # a moment that has passed would leave no choice
            trigger.timer = "duration"
        then = sequence(making, replace(where, depth=where.depth - 1, top=False), longest=2)
        arms.append(Arm(id=making.id("r"), trigger=trigger, receive=receive, then=then))
    return [Race(id=making.id("g"), arms=arms)]


_SMALL: list[tuple[Part, int]] = [
    (_work, 12), (works.catch, 3), (works.quiet_throw, 1), (works.loud_throw, 2), (works.setter, 2), (works.undo, 2),
]  # fmt: skip
_ANY: list[tuple[Part, int]] = [
    (_work, 10), (works.catch, 2), (works.quiet_throw, 1), (works.loud_throw, 2), (works.setter, 2), (works.undo, 4),
    (parallel, 5), (exclusive, 4), (inclusive, 5), (stop, 5), (loop, 4), (race, 4), (_sub, 12),
]  # fmt: skip
