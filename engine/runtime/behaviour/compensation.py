"""Undoing what has completed: which activities left something to undo, and running their handlers in reverse order.

BPMN 2.0.2 §10.7 and §13.5. An activity with a compensation handler leaves a record in its scope each time it completes;
a sub-process or transaction without one keeps the records of its inside, with the variables it had. Handlers run one
after another, the latest completion first, as children of the token that throws: taken away with it, seen from inside
like any other step. Records are used up; a scope that is cancelled takes its records with it.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.definitions.model import Node
from engine.errors import LimitStruck, StepFailed
from engine.facts import CompensationThrown, ElementEntered, ElementLeft
from engine.runtime.behaviour import events
from engine.runtime.execution import MAX_TOKENS, Execution, Token
from engine.values import plain, typed

Record = dict[str, Any]
"""``element``; ``locals`` (plain) its handler sees; ``inner`` records of a scope, ``many`` when only they are undone:
it had instances, or has not completed."""

_SCOPES = ("subProcess", "transaction")


def remember(execution: Execution, token: Token, node: Node) -> None:
    """An activity completes: keep what undoing it takes. Raises LimitStruck."""
    definition, notes = token.task_spec.definition, token.internal_data
    if not definition.has_compensation or node.for_compensation:
        return
    record = _record(execution, token, node)
    if record is None:
        return
    known = token.scope.internal_data.get("compensable", [])
    if len(known) >= MAX_TOKENS:
        raise LimitStruck("limit_compensation", limit=MAX_TOKENS)
    execution.note(token.scope, compensable=[*known, record])
    if "compensable" in notes:
        execution.note(token, compensable=None)


def _record(execution: Execution, token: Token, node: Node) -> Record | None:
    definition, notes = token.task_spec.definition, token.internal_data
    # What a called process has done is its own affair: nothing is undone across a call.
    inner = notes.get("compensable", []) if node.kind in _SCOPES or "mi" in notes else []
    if "mi" in notes:
        return {"element": node.id, "inner": inner, "many": True} if inner else None
    if definition.handler_of(node):
        return {"element": node.id, "locals": plain(_counters(execution, token, node))}
    if inner or definition.compensation_start(node) is not None:
        return {"element": node.id, "locals": plain(execution.scopes.get(token.id, {})), "inner": inner}
    return None


def _counters(execution: Execution, token: Token, node: Node) -> dict[str, Any]:
    """What tells one instance of many from the others; other locals of an activity end with it."""
    own, loop = execution.scopes.get(token.id, {}), node.loop
    if "index" not in token.internal_data or loop is None:
        return {}
    return {name: own[name] for name in ("loopCounter", loop.element_variable) if name in own}


# --- throwing ------------------------------------------------------------------------------------------------------


def throw(execution: Execution, token: Token, node: Node) -> bool | None:
    """A compensation throw or end event: everything its scope has completed, or the one activity it names."""
    holder = token.scope
    while holder.task_spec.node.triggered_by_event:  # its handling speaks for the scope around it
        holder = holder.scope
    records: list[Record] = holder.internal_data.get("compensable", [])
    ref = node.event.activity_ref
    chosen = [record for record in records if ref in ("", record["element"])]
    if not chosen:
        return True
    rest = [record for record in records if record["element"] != ref] if ref else []
    execution.note(holder, compensable=rest or None)
    names = [record["element"] for record in reversed(chosen)]
    execution.tell(CompensationThrown(token=token.id, element=token.place, of=names))
    if node.event.wait:
        _undo(execution, token, chosen)
        return None
    aside = _stand_in(execution, token.task_spec.node, token, token.scope)
    _undo(execution, aside, chosen)
    return True


def cancel_transaction(execution: Execution, token: Token, node: Node) -> bool | None:
    """A cancel end event: what runs in the transaction goes, what has completed in it is undone, then it is left."""
    holder = token.scope
    if holder.task_spec.node.kind != "transaction":
        raise StepFailed("element_not_supported", kind=f"{node.kind}/cancel")
    if "index" in holder.internal_data:  # one of many is cancelled: all of them are
        holder = holder.scope
    execution.tell(ElementLeft(token=token.id, element=token.place, flows=[]))
    records = _standing(execution, holder)
    for child in holder.children:
        events.cancel(execution, child)
    names = [record["element"] for record in reversed(records)]
    execution.tell(CompensationThrown(token=token.id, element=token.place, of=names))
    execution.note(holder, inside=None, compensable=None, cancelling=True)
    _undo(execution, holder, records)
    return None


def _standing(execution: Execution, holder: Token) -> list[Record]:
    """Everything completed inside, also in scopes that are still open: those come last, so they are undone first.

    A scope that has not completed has no handler of its own yet (``many``): only what was done inside is undone.
    """
    records = list(holder.internal_data.get("compensable", []))
    for child in holder.children:
        notes = child.internal_data
        if notes.get("aside") or child.task_spec.node.kind not in _SCOPES:
            continue
        inner = _standing(execution, child)
        if inner:
            own = plain(execution.scopes.get(child.id, {}))
            records.append({"element": child.element, "locals": own, "inner": inner, "many": True})
    return records


# --- undoing -------------------------------------------------------------------------------------------------------


def _undo(execution: Execution, runner: Token, records: list[Record]) -> None:
    execution.note(runner, compensating=records)
    execution.schedule(runner, "check")


def go_on(execution: Execution, runner: Token) -> None:
    """The next handler of a token that undoes, or its end when none is left."""
    if any(not child.internal_data.get("aside") for child in runner.children):
        return
    records: list[Record] = runner.internal_data["compensating"]
    if records:
        execution.note(runner, compensating=records[:-1])
        _run(execution, runner, records[-1])
        return
    execution.note(runner, compensating=None)
    if runner.internal_data.get("undoing"):
        execution.tell(ElementLeft(token=runner.id, element=runner.place, flows=[]))
        above = runner.scope
        execution.remove(runner)
        execution.schedule(above, "check")
    elif runner.internal_data.get("cancelling"):
        _leave_cancelled(execution, runner)
    else:
        execution.schedule(runner, "leave")


def _run(execution: Execution, runner: Token, record: Record) -> None:
    definition = runner.task_spec.definition
    node = definition.node(record["element"])
    own = typed(record.get("locals", {}))
    if "inner" not in record:
        handler = execution.create(definition.specs[definition.handler_of(node)], runner)
        if own:
            execution.open_scope(handler, own)
        return
    stand_in = _stand_in(execution, node, runner, runner)
    execution.open_scope(stand_in, own)
    start = None if record.get("many") else definition.compensation_start(node)
    if start is None:
        _undo(execution, stand_in, record["inner"])
        return
    execution.note(stand_in, compensable=record["inner"] or None, compensating=[])
    inside = execution.create(definition.specs[start.parent], stand_in, start=start.id)
    execution.open_scope(inside)


def _stand_in(execution: Execution, node: Node, of: Token, scope: Token) -> Token:
    """A token that stands where something is undone: for a completed scope, or a throw that has gone on."""
    token = execution.create(of.task_spec.definition.specs[node.id], scope, "", undoing=True)
    execution.set_state(token, TaskState.STARTED)
    execution.tell(ElementEntered(token=token.id, element=token.place, flow=""))
    return token


def _leave_cancelled(execution: Execution, holder: Token) -> None:
    specs = holder.task_spec.definition.specs
    spec = next((specs[id] for id in holder.task_spec.node.boundaries if specs[id].node.event.kind == "cancel"), None)
    if spec is None:
        raise StepFailed("cancel_without_boundary")
    scope = holder.scope
    events.cancel(execution, holder)
    hit = execution.create(spec, scope, "leave")
    execution.tell(ElementEntered(token=hit.id, element=hit.place, flow=""))
