"""camunda:failedJobRetryTimeCycle: a step that failed is tried again by the clock before it becomes an incident.

A limit that struck is an incident at once: trying again would cost the same again.
"""

from __future__ import annotations

from datetime import datetime

from engine.calendar import durations, retries
from engine.errors import LimitStruck, StepFailed
from engine.facts import RetrySet, TimerCleared, TimerSet
from engine.runtime.definition import evaluate
from engine.runtime.execution import Execution, Token
from engine.values import instant

_BY_THEMSELVES = ("run", "leave", "hit", "watch")
"""Steps the engine can repeat; a worker's task is offered again by who looks after the worker."""


def arm(execution: Execution, token: Token, phase: str, failure: StepFailed) -> bool:
    """Whether the failed step will be tried again; its time is set then."""
    expressions = token.task_spec.node.expressions.get("failedJobRetryTimeCycle")
    if not expressions or phase not in _BY_THEMSELVES or isinstance(failure, LimitStruck):
        return False
    before = token.internal_data.get("retry", {})
    tries = before["tries"] if before.get("phase") == phase else 0
    due = _due(execution, token, tries)
    if due is None:
        return False
    at = instant(due)
    execution.note(token, retry={"phase": phase, "tries": tries + 1, "at": at}, due=at)
    execution.tell(
        RetrySet(token=token.id, element=token.place, tries=tries + 1, due=at, code=failure.reason, params=failure.told)
    )
    execution.tell(TimerSet(token=token.id, element=token.place, due=at, round=tries + 1))
    return True


def _due(execution: Execution, token: Token, tries: int) -> datetime | None:
    try:
        text = evaluate(execution, token, token.task_spec.node.expressions["failedJobRetryTimeCycle"][0])
        wait = retries.delay(text, tries) if isinstance(text, str) else None
        return None if wait is None else durations.add(execution.world.now, wait)
    except (StepFailed, ValueError, OverflowError):
        return None  # what cannot be told is no reason to hide the failure itself


def again(execution: Execution, token: Token) -> None:
    """The time has come: the step that failed is taken once more."""
    retry = token.internal_data["retry"]
    execution.tell(TimerCleared(token=token.id, element=token.place))
    execution.note(token, retry={"phase": retry["phase"], "tries": retry["tries"]}, due=None)
    execution.schedule(token, retry["phase"])
