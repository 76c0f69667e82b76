"""The generator's small parts: tasks with their markers and boundary events, catch and throw events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, cast, get_args

from tests.oracle.blocks import (
    Activity,
    Block,
    Boundary,
    Catch,
    End,
    Kind,
    Many,
    Scope,
    Seq,
    Sub,
    Throw,
    Work,
    WorkKind,
)
from tests.oracle.making import Making, Where

WAITING = ("user", "service_external", "receive")
Body = Callable[[Where], Seq]


def user(making: Making, options: int = 0, sets: str = "") -> Work:
    return Work(id=making.id("u"), kind="user", options=options, sets=sets)


def work(making: Making, where: Where, sequence: Body) -> Work:
    """A task of any kind, with a marker, boundary events or a handler that undoes it now and then."""
    chance = making.chance
    kind: WorkKind = chance.choice([*get_args(WorkKind), "user", "user", "script"])
    made = Work(id=making.id(kind[:1] if kind != "service_external" else "x"), kind=kind)
    if making.maybe(0.2):
        marked(making, where, made, kind in WAITING)
    if kind in ("script", "service_expression", "business_rule"):
        made.amount = chance.randint(1, 9)
    if kind == "script" and where.item and made.many is None and making.maybe(0.6):
        made.item = where.item
    if kind == "script" and where.counter and made.many is None and making.maybe(0.5):
        made.counter = where.counter
    if kind == "receive":
        made.name = making.id("M")
        if where.item and made.many is None and making.maybe(0.6):
            made.key = where.item
    if kind == "send":
        names = where.thrown("message")
        made.name = chance.choice(names) if names and making.maybe(0.5) else making.id("M")
    if kind in WAITING and making.maybe(0.3):
        bounded(making, where, made, sequence)
    if where.undoable is not None and (where.alone or kind == "user") and making.maybe(0.35):
        undone(making, where, made)
    return made


def marked(making: Making, where: Where, made: Activity, waits: bool) -> None:
    """``waits``: each instance ends with somebody's answer, so that at most one completes at a time."""
    chance = making.chance
    kind = chance.choice(["parallel", "sequential", "parallel", "sequential", "loop"])
    if kind == "loop":
        made.many = Many(kind="loop", items=tuple([0] * chance.randint(1, 3)))
        if isinstance(made, Work) and made.kind == "user" and making.maybe(0.5):
            made.many.answered, made.options = True, 2
        made.many.before = not made.many.answered and making.maybe(0.2)
        return
    items = tuple(chance.randint(1, 9) for _ in range(chance.randint(0, 3)))
    made.many = Many(kind=cast("Literal['parallel', 'sequential']", kind), items=items, by_collection=making.maybe(0.6))
    if (waits or kind == "sequential") and making.maybe(0.4):
        if isinstance(made, Work) and made.kind == "user" and making.maybe(0.5):
            made.many.answered, made.options = True, 2
        else:
            made.many.enough = chance.randint(1, 2)


def bounded(making: Making, where: Where, made: Activity, sequence: Body) -> None:
    """Boundary events that wait for something."""
    for _ in range(making.chance.choice([1, 1, 2])):
        kinds = where.happenings("message", "timer", "signal")
        if isinstance(made, Work) and made.kind == "service_external":
            kinds += ["error", "error"]
        kind = making.chance.choice(kinds)
        attached(making, made, boundary_of(making, where, kind, sequence))


def attached(making: Making, made: Activity, boundary: Boundary) -> None:
    """One catcher for each code: a second that catches any is given a code."""
    trigger = boundary.trigger
    same = [b for b in made.boundaries if (b.trigger.kind, b.trigger.name) == (trigger.kind, trigger.name)]
    if same and trigger.kind in ("error", "escalation"):
        trigger.name = making.id("X")
    made.boundaries.append(boundary)


def boundary_of(making: Making, where: Where, kind: Kind, sequence: Body) -> Boundary:
    """A boundary event with its handler and the way on from there."""
    interrupting = kind in ("error", "cancel") or making.maybe(0.5)
    trigger = making.trigger(kind, 0 if interrupting else making.chance.randint(2, 3))
    inside = replace(where, depth=min(where.depth - 1, 1), top=False)
    if not interrupting:
        inside = replace(inside, several=True, alone=False, joined=False)
    handler = sequence(inside)
    back: Literal["on", "again", "end"] = "on"
    if handler.ends:
        back = "end"
    elif not interrupting:  # both tokens go on only where nothing waits for one of each
        back = "on" if where.top and making.maybe(0.5) else "end"
    elif not where.joined and making.maybe(0.3):
        back = "end"
    elif kind in ("message", "signal") and making.maybe(0.3):
        back = "again"
        handler.items.insert(0, user(making))  # else a host that sends what interrupts it would never rest
    if back == "end" and not handler.ends:
        handler.items.append(end(making))
    return Boundary(id=making.id("b"), trigger=trigger, interrupting=interrupting, handler=handler, back=back)


def undone(making: Making, where: Where, made: Activity) -> None:
    """A compensation boundary event and its handler."""
    if where.undoable is None:
        return
    kind: WorkKind = making.chance.choice(["user", "script"])
    amount = making.chance.randint(1, 9) if kind == "script" else 0
    handler = Work(id=making.id("h"), kind=kind, amount=amount)
    if kind == "script" and where.item and made.many is None and making.maybe(0.7):
        handler.item = where.item  # of the instance whose activity is undone
    made.undo = handler
    if making.maybe(0.2):
        inside = Scope(id=making.id("z"), body=Seq([handler, user(making)]))
        made.undo = Sub(id=making.id("p"), kind="embedded", scope=inside)
    where.undoable.append(made.id)


def end(making: Making) -> End:
    return End(id=making.id("e"), kind="none")


def catch(making: Making, where: Where) -> list[Block]:
    kind = making.chance.choice(where.happenings("message", "timer", "timer", "signal"))
    trigger = making.trigger(kind, rounds=2)
    if kind == "message" and where.item and making.maybe(0.6):
        trigger.key = where.item
    return [Catch(id=making.id("c"), trigger=trigger)]


def quiet_throw(making: Making, where: Where) -> list[Block]:
    """A throw that nobody hears, or that goes straight on."""
    if making.maybe(0.4):
        return [Throw(id=making.id("l"), kind="link", name=making.id("L"))]
    return [Throw(id=making.id("n"), kind="none")]


Loud = Literal["message", "signal", "escalation"]


def loud_throw(making: Making, where: Where, asked: Loud | None = None) -> list[Block]:
    """Behind an answer, so that nothing else moves while it is heard."""
    loud: list[Loud] = ["message", "signal", "escalation"]
    heard = [kind for kind in loud if where.thrown(kind)]
    kind: Loud = asked if asked is not None else making.chance.choice(heard or loud)
    names = where.thrown(kind)
    name = making.chance.choice(names[-2:]) if names else ""
    if kind == "message" and making.maybe(0.25):
        return [user(making), Work(id=making.id("s"), kind="send", name=name or making.id("N"))]
    return [user(making), Throw(id=making.id("t"), kind=kind, name=name or making.id("N"))]


def setter(making: Making, where: Where) -> list[Block]:
    """Somebody sets what a conditional event looks at; then somebody else is asked, so that nothing runs meanwhile."""
    names = where.thrown("conditional")
    if not names or where.called:
        return [user(making)]
    return [user(making, options=10, sets=making.chance.choice(names)), user(making)]


def undo(making: Making, where: Where) -> list[Block]:
    """A compensation throw for what this scope, or the one around an event sub-process, has done so far."""
    undoable = where.around or (where.undoable if where.alone and not where.several else None)
    if not undoable:
        return [user(making)]
    ref = making.chance.choice(undoable) if making.maybe(0.3) else ""
    return [user(making), Throw(id=making.id("o"), kind="compensation", activity=ref)]
