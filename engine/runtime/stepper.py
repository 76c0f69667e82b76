"""The only mover of SpiffWorkflow: works off the queue until everything waits, parks what fails as an incident."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from SpiffWorkflow.util.task import TaskState

from engine.errors import LimitStruck, StepFailed
from engine.facts import IncidentRaised
from engine.runtime import determinism
from engine.runtime.behaviour import activities, events, gateways, retrying, scopes
from engine.runtime.execution import Execution, Token
from engine.values import typed

MAX_STEPS = 50_000
"""Steps one command may take. A model that loops without ever waiting ends as an incident here."""


def _run(execution: Execution, token: Token) -> None:
    token._ready()
    token.run()


def _leave(execution: Execution, token: Token) -> None:
    token.complete()


def _offer(execution: Execution, token: Token) -> None:
    """Again to a worker; what is armed beside the task has stayed armed."""
    activities.external(execution, token, token.task_spec.node)


def _hit(execution: Execution, token: Token) -> None:
    """What had arrived, taken in again with what it brought."""
    payload = typed(token.internal_data.get("brought", {}))
    execution.note(token, brought=None)
    events.trigger(execution, token, payload)


PHASES: dict[str, Callable[[Execution, Token], None]] = {
    "run": _run,
    "leave": _leave,
    "check": scopes.check,
    "open": scopes.begin,
    "offer": _offer,
    "hit": _hit,
    "watch": events.watch,
}


def drive(execution: Execution) -> None:
    """Move every token as far as it goes. Only faults of the program itself are raised."""
    determinism.at(execution.world.now.timestamp())
    steps = execution.signals = 0
    while True:
        while execution.queue:
            id, phase = execution.queue.popleft()
            token = execution.tasks.get(id)
            if token is None or (token.stuck and phase != "check"):
                continue
            steps += 1
            if steps > MAX_STEPS and phase != "check":
                park(execution, token, phase, LimitStruck("limit_steps", limit=MAX_STEPS))
                continue
            failure = execution.attempt(partial(PHASES[phase], execution, token))
            if failure is not None:
                park(execution, token, phase, failure)
        if not _settle(execution, exhausted=steps > MAX_STEPS):
            break


def _settle(execution: Execution, *, exhausted: bool) -> bool:
    """When nothing moves: conditions that variables have made true, then inclusive joins nobody can reach any more."""
    if execution.changed and _conditions(execution, exhausted=exhausted):
        return True
    moved = False

    def joins() -> None:
        nonlocal moved
        moved = gateways.settle(execution)

    execution.attempt(joins)
    return moved


def _conditions(execution: Execution, *, exhausted: bool) -> bool:
    """Let the conditional events go whose condition has become true. True if one did.

    All of them are looked at before the first one goes: what it sets in motion may make the others false again, and
    that they were true in between counts. ``exhausted``: a command that has taken all its steps sets off nothing more.
    """
    execution.changed = False
    hit: list[Token] = []
    for token in events.watching(execution):
        failure = execution.attempt(partial(_look, execution, token, hit))
        if failure is not None:
            park(execution, token, "watch", failure)
    for token in hit:
        if not execution.alive(token):  # the one before has interrupted it
            continue
        failure = LimitStruck("limit_steps", limit=MAX_STEPS) if exhausted else None
        failure = failure or execution.attempt(partial(events.trigger, execution, token))
        if failure is not None:
            park(execution, token, "hit", failure)
    return bool(hit)


def _look(execution: Execution, token: Token, hit: list[Token]) -> None:
    if events.look(execution, token):
        hit.append(token)


def park(execution: Execution, token: Token, phase: str, failure: StepFailed) -> None:
    """Leave a token as an incident, unless it is to be tried again; ``phase`` is what a retry does."""
    if retrying.arm(execution, token, phase, failure):
        token._set_state(TaskState.STARTED)
    else:
        params = failure.told
        execution.note(token, incident={"phase": phase, "code": failure.reason, "params": params})
        token._set_state(TaskState.ERROR)
        execution.tell(IncidentRaised(token=token.id, element=place(token), code=failure.reason, params=params))
    execution._undo.clear()


def place(token: Token) -> str:
    """The element as the ledger names it; empty for the process itself."""
    return token.place if token.parent is not None else ""
