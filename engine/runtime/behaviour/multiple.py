"""Multi-instance and loop activities: one holder token, its instances below it, each with locals of its own.

``nrOfInstances``, ``nrOfCompletedInstances``, ``nrOfActiveInstances`` and ``loopCounter`` (from 0, as in Camunda 7) are
variables; the completion condition sees the instance's results.
"""

from __future__ import annotations

from typing import Any

from engine.definitions.model import Loop, Node
from engine.errors import LimitStruck, StepFailed
from engine.runtime.behaviour import events
from engine.runtime.definition import blamed, condition, evaluate
from engine.runtime.execution import MAX_TOKENS, Execution, Token
from engine.values import plain, typed


def begin(execution: Execution, token: Token, node: Node) -> bool | None:
    """Open the holder and its first instances. Raises StepFailed when the collection is no list."""
    loop = node.loop
    assert loop is not None
    if loop.kind == "standard":
        return _begin_loop(execution, token, node, loop)
    items = _items(execution, token, loop)
    if not items:
        execution.note(token, mi={"n": 0, "done": 0, "next": 0})
        return True
    sequential = loop.kind == "sequential"
    execution.note(
        token,
        mi={"n": len(items), "done": 0, "next": 1 if sequential else len(items)},
        items=plain(items) if sequential else None,
    )
    active = 1 if sequential else len(items)
    if len(execution.tasks) + active > MAX_TOKENS:  # said before the first is made: many of many would undo as many
        raise LimitStruck("limit_tokens", limit=MAX_TOKENS)
    counters = {"nrOfInstances": len(items), "nrOfCompletedInstances": 0, "nrOfActiveInstances": active}
    execution.open_scope(token, counters)
    events.arm_boundaries(execution, token, node)
    for index, item in enumerate(items[:active]):
        _instance(execution, token, loop, index, item)
    return None


def _items(execution: Execution, token: Token, loop: Loop) -> list[Any]:
    if loop.collection is not None:
        value = evaluate(execution, token, loop.collection)
        if not isinstance(value, list):
            raise StepFailed("collection_not_list", **blamed(execution, token, loop.collection, value))
        items = value
    else:
        assert loop.cardinality is not None
        count = evaluate(execution, token, loop.cardinality)
        if isinstance(count, str) and count.isdigit():
            count = int(count)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise StepFailed("cardinality_not_number", **blamed(execution, token, loop.cardinality, count))
        if count > MAX_TOKENS:
            raise LimitStruck("limit_tokens", limit=MAX_TOKENS)
        items = [None] * count
    if len(items) > MAX_TOKENS:
        raise LimitStruck("limit_tokens", limit=MAX_TOKENS)
    return items


def _instance(execution: Execution, holder: Token, loop: Loop, index: int, item: Any) -> None:
    child = execution.create(holder.task_spec, holder, "run", index=index)
    local: dict[str, Any] = {"loopCounter": index}
    if loop.element_variable:
        local[loop.element_variable] = item
    execution.open_scope(child, local)


def instance_done(execution: Execution, token: Token, node: Node) -> None:
    """One instance has completed and mapped its results."""
    holder, loop = token.scope, node.loop
    assert loop is not None
    notes = dict(holder.internal_data["mi"])
    notes["done"] += 1
    if loop.kind == "standard":
        execution.note(holder, mi=notes)
        _next_round(execution, holder, node, loop, token)
        return
    finished = notes["done"] >= notes["n"]
    execution.set_local(holder, "nrOfCompletedInstances", notes["done"])
    running = notes["next"] - notes["done"]
    execution.set_local(holder, "nrOfActiveInstances", running)
    if loop.completion is not None and condition(execution, token, loop.completion, "completionCondition"):
        finished = True
    if not finished and loop.kind == "sequential":
        index = notes["next"]
        _instance(execution, holder, loop, index, typed(holder.internal_data["items"][index]))
        notes["next"] = index + 1
        execution.set_local(holder, "nrOfActiveInstances", 1)
    execution.note(holder, mi=notes)
    if finished:
        for other in holder.children:
            if other is not token and "index" in other.internal_data:
                events.cancel(execution, other)
        execution.schedule(holder, "leave")


def _begin_loop(execution: Execution, token: Token, node: Node, loop: Loop) -> bool | None:
    execution.note(token, mi={"n": 0, "done": 0, "next": 0})
    execution.open_scope(token)
    if loop.test_before and not _again(execution, token, loop, 0):
        return True
    events.arm_boundaries(execution, token, node)
    _instance(execution, token, loop, 0, None)
    return None


def _next_round(execution: Execution, holder: Token, node: Node, loop: Loop, last: Token) -> None:
    done = holder.internal_data["mi"]["done"]
    if _again(execution, last, loop, done):
        _instance(execution, holder, loop, done, None)
    else:
        execution.schedule(holder, "leave")


def _again(execution: Execution, token: Token, loop: Loop, done: int) -> bool:
    if loop.maximum is not None and done >= loop.maximum:
        return False
    if loop.condition is None:
        return loop.maximum is not None
    return condition(execution, token, loop.condition, "loopCondition")
