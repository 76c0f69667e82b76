"""The generator's scopes: sub-processes, transactions, called processes, and the event sub-processes in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from tests.oracle import structures, works
from tests.oracle.blocks import Block, Catch, EventSub, Scope, Seq, Split, Sub, Throw, Trigger, Work
from tests.oracle.making import Making, Where


def sub(making: Making, where: Where) -> list[Block]:
    """A sub-process of one of three kinds with what may surround it."""
    kinds: list[Literal["embedded", "transaction", "call"]] = ["embedded", "transaction", "call"]
    kind = making.chance.choices(kinds, [5, 2, 2])[0]
    made = Sub(id=making.id("p"), kind=kind, scope=Scope(id="", body=Seq([])))
    plain = kind != "transaction"
    if making.maybe(0.3):
        works.marked(making, where, made, True)
    inside = _inside(replace(where, depth=where.depth - 1, joined=False, top=True, transaction=not plain), made)
    if plain:
        _surrounded(making, where, made)
    else:
        made.boundaries.append(works.boundary_of(making, where, "cancel", structures.inner(making)))
    for boundary in made.boundaries:
        inside = replace(inside, above=inside.under(boundary.trigger))
    # With an answer at its end at most one of several completes at a time.
    answered = made.many is not None or not where.alone
    caught = [(b.trigger, b.interrupting) for b in made.boundaries]
    made.scope = scope(making, inside, caught, answered=answered)
    if inside.counter == made.id and making.maybe(0.5):
        item = made.id if inside.item == made.id else ""
        made.scope.body.items.insert(0, Work(id=making.id("s"), kind="script", amount=1, item=item, counter=made.id))
    if where.undoable is not None and kind != "call" and (inside.undoable or making.maybe(0.3)):
        _undone(making, where, made)
    return [made]


def _surrounded(making: Making, where: Where, made: Sub) -> None:
    """Boundary events of every kind; of errors and escalations one for each code."""
    kinds = where.happenings("message", "timer", "signal", "error", "error", "escalation", "escalation")
    for _ in range(making.chance.choice([0, 0, 1, 1, 2, 3])):
        boundary = works.boundary_of(making, where, making.chance.choice(kinds), structures.inner(making))
        works.attached(making, made, boundary)


def _inside(where: Where, made: Sub) -> Where:
    """What is different within: whose variables, and what can be undone."""
    # Whether the scope around undoes what an event sub-process has done, the standard does not say: nothing is undone.
    where = replace(where, undoable=None if where.undoable is None else [], around=None)
    item, counter = where.item, where.counter
    if made.many is not None and made.many.kind == "loop":
        counter = ""
    elif made.many is not None:
        item, counter = made.id if made.many.by_collection else item, made.id
    if made.kind == "call":  # nothing is undone across a call, and variables are its own, but what is passed on
        made.passed = item
        where = replace(where, undoable=[], called=True, several=False, alone=True)
        counter = ""
    elif made.many is not None:
        where = replace(where, several=False, alone=True)
    return replace(where, item=item, counter=counter)


def _undone(making: Making, where: Where, made: Sub) -> None:
    if where.undoable is None:
        return
    choice = making.chance.random()
    if choice < 0.3:
        works.undone(making, where, made)
        return
    where.undoable.append(made.id)
    if choice < 0.8 and made.kind == "embedded":
        body: list[Block] = [Work(id=making.id("s"), kind="script", amount=making.chance.randint(1, 9))]
        if making.maybe(0.5):
            body.append(Throw(id=making.id("o"), kind="compensation"))
        inner = Scope(id=making.id("p"), body=Seq(body))
        made.scope.event_subs.append(EventSub(
            id=inner.id, start=making.id("s"), trigger=Trigger(kind="none"), interrupting=True, scope=inner,
            compensating=True,
        ))  # fmt: skip


def scope(making: Making, where: Where, caught: list[tuple[Trigger, bool]], *, answered: bool) -> Scope:
    """A body with event sub-processes beside it. ``caught``: what the boundary events around it wait for.

    ``answered``: it ends with somebody's answer.
    """
    outside = where
    starts = _starts(making, where) if where.depth >= 0 else []
    for trigger, _ in starts:
        where = replace(where, above=where.under(trigger))
    body = structures.sequence(making, where, longest=4 if where.depth < 2 else 6)
    for trigger, interrupting in [*caught, *starts]:
        if making.maybe(0.5):
            _provoke(making, replace(where, depth=0, top=False), trigger, interrupting, body)
    if where.undoable is not None and where.alone and making.maybe(0.3):
        body.items[:0] = [_done_and_undone(making, where), _done_and_undone(making, where)]
    if where.undoable and where.alone and making.maybe(0.4):
        body.items += works.undo(making, replace(where, several=structures.doubled(body)))
    if answered and not (isinstance(body.items[-1], Work) and body.items[-1].kind == "user"):
        body.items.append(works.user(making))
    event_subs = [_event_sub(making, outside, trigger, interrupting) for trigger, interrupting in starts]
    return Scope(id=making.id("z"), body=body, event_subs=event_subs)


def _done_and_undone(making: Making, where: Where) -> Block:
    """A task whose handler is seen when it runs."""
    made = works.user(making)
    works.undone(making, where, made)
    return made


def _starts(making: Making, where: Where) -> list[tuple[Trigger, bool]]:
    """What event sub-processes of a scope begin with, each kind once, and whether they interrupt it."""
    found: dict[str, tuple[Trigger, bool]] = {}
    for _ in range(making.chance.choice([0, 0, 0, 1, 1, 2])):
        kind = making.chance.choice(where.happenings("message", "timer", "signal", "error", "escalation"))
        interrupting = kind == "error" or making.maybe(0.5)
        found[kind] = (making.trigger(kind, 0 if interrupting else making.chance.randint(2, 3)), interrupting)
    return list(found.values())


def _provoke(making: Making, where: Where, trigger: Trigger, interrupting: bool, body: Seq) -> None:
    """Something in a body, at any place of it, that an event around it waits for, or that waits for the same signal."""
    where = replace(where, several=True, alone=False, above={trigger.kind: (trigger.name,)})
    match trigger.kind:
        case "error" | "cancel":
            blocks = structures.stop(making, where, trigger.kind)
        case "signal" if not interrupting and making.maybe(0.4):
            blocks = [Catch(id=making.id("c"), trigger=trigger)]
        case "message" | "signal" | "escalation":
            throw = structures.stop if making.maybe(0.4) else works.loud_throw
            blocks = throw(making, where, trigger.kind)
        case "conditional":
            blocks = works.setter(making, where)
        case _:
            return
    whole = [at for at, block in enumerate(body.items) if not (isinstance(block, Split) and block.decider)]
    at = making.chance.choice(whole)
    body.items[at:at] = blocks


def _event_sub(making: Making, where: Where, trigger: Trigger, interrupting: bool) -> EventSub:
    several = where.several or not interrupting
    inside = replace(
        where, depth=min(where.depth - 1, 1), several=several, alone=False, joined=False, top=True, undoable=None,
        around=where.undoable, transaction=False,
    )  # fmt: skip
    return EventSub(
        id=making.id("p"), start=making.id("s"), trigger=trigger, interrupting=interrupting,
        scope=scope(making, inside, [], answered=True),
    )  # fmt: skip
