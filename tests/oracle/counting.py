"""Which constructs a random process is made of, by the element that stands for each, and which of them came to pass."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.blocks import (
    Activity,
    Block,
    Catch,
    End,
    EventSub,
    Loop,
    Model,
    Race,
    Scope,
    Seq,
    Split,
    Sub,
    Throw,
    Work,
    blocks,
)

Found = Iterator[tuple[str, str]]
"""Construct and element."""


def constructs(model: Model) -> Found:
    """Every construct of a process as often as it is in it."""
    yield f"start.{model.start.kind}", model.scope.id
    yield from _scope(model.scope, nested=False)


def _scope(scope: Scope, nested: bool) -> Found:
    if not scope.body.ends:
        yield "end.none", scope.id
    yield from _seq(scope.body, nested)
    for event_sub in scope.event_subs:
        yield _event_sub(event_sub), event_sub.id
        if nested:
            yield "subprocess.event_nested", event_sub.id
        yield from _scope(event_sub.scope, nested=True)


def _event_sub(event_sub: EventSub) -> str:
    if event_sub.compensating:
        return "subprocess.event_compensation"
    return f"subprocess.event_{'' if event_sub.interrupting else 'non_'}interrupting_{event_sub.trigger.kind}"


def _seq(seq: Seq, nested: bool) -> Found:
    for block in blocks(seq):
        if block.at:
            yield "flow.sequence", block.id
        yield from ((name, block.id) for name in _block(block))
        if isinstance(block, Race):
            for arm in block.arms:
                yield f"gateway.event_based_{'receive' if arm.receive else arm.trigger.kind}", arm.id
        if isinstance(block, Activity):
            for boundary in block.boundaries:
                kind = boundary.trigger.kind
                name = kind if kind == "cancel" else f"{kind}_{'' if boundary.interrupting else 'non_'}interrupting"
                yield f"boundary.{name}", boundary.id
            if block.undo is not None:
                yield "boundary.compensation", block.undo.id
                yield from ((name, block.undo.id) for name in _block(block.undo))
        if isinstance(block, Sub):
            yield from _scope(block.scope, nested)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Activity():
            yield from _activity(block)
        case Catch(trigger=trigger):
            yield f"catch.timer_{trigger.timer}" if trigger.kind == "timer" else f"catch.{trigger.kind}"
        case Throw(kind=kind):
            yield f"throw.{kind}"
            if kind == "link":
                yield "catch.link"
        case End(kind=kind):
            yield f"end.{kind}"
        case Split():
            yield from _split(block)
        case Loop(inclusive=inclusive):
            yield "gateway.inclusive" if inclusive else "gateway.exclusive"
            if inclusive or any(isinstance(b, Split) and b.kind == "inclusive" for b in blocks(block.body)):
                yield "gateway.inclusive_loop"


def _split(split: Split) -> Iterator[str]:
    if split.by_task and split.kind != "parallel":
        yield "flow.conditional"
    if split.default is not None:
        yield "flow.default"
    for kind in dict.fromkeys((split.kind, split.join)):
        yield f"gateway.{kind}"
        if split.several and kind != "exclusive":
            yield f"gateway.{kind}_several_tokens"


def _activity(activity: Activity) -> Iterator[str]:
    if isinstance(activity, Work):
        yield f"task.{activity.kind}"
        if activity.counter:
            yield "marker.loop_counter"
    elif isinstance(activity, Sub):
        yield "call_activity" if activity.kind == "call" else f"subprocess.{activity.kind}"
    many = activity.many
    if many is None:
        return
    if many.kind == "loop":
        yield "marker.loop"
        return
    yield f"marker.multi_instance_{many.kind}"
    yield "marker.collection" if many.by_collection else "marker.cardinality"
    if many.enough or many.answered:
        yield "marker.completion_condition"
