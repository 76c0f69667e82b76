"""When a timer is due: calendar-correct, in Almaty, cycles always computed from their schedule."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.calendar import durations
from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.runtime.definition import blamed, evaluate
from engine.runtime.execution import Execution, Token
from engine.timers import moments
from engine.values import Months, Value, instant, moment

_UNREADABLE = ("duration_unreadable", "date_unreadable", "moment_unreadable", "cycle_unreadable")
"""What the sentence of ``timer_invalid`` says better, with the variables; the others say what is wrong themselves."""


def first_due(execution: Execution, token: Token, node: Node) -> dict[str, Any]:
    """The notes of a timer that begins to wait now: due (UTC text), round, cycle. Raises StepFailed."""
    event = node.event
    assert event.value is not None
    value = evaluate(execution, token, event.value)
    now = execution.world.now
    try:
        if event.timer == "date":
            return {"due": _shifted(execution, node, moments.moment_of(value)), "round": 0}
        if event.timer == "duration":
            return {"due": _shifted(execution, node, durations.add(now, _duration(value))), "round": 0}
        cycle = durations.Cycle.parse(value if isinstance(value, str) else str(value))
        due = cycle.next_after(now, since=now)
    except durations.NotATime as problem:
        if problem.reason in _UNREADABLE:
            raise StepFailed("timer_invalid", **blamed(execution, token, event.value, value)) from None
        raise StepFailed(problem.reason, text=problem.text[:80]) from None
    except (ValueError, OverflowError):
        raise StepFailed("timer_invalid", **blamed(execution, token, event.value, value)) from None
    if due is None:
        raise StepFailed("timer_over", **blamed(execution, token, event.value, value))
    return {"due": _shifted(execution, node, due), "round": 1, "cycle": str(value), "since": instant(now)}


def next_due(execution: Execution, token: Token, node: Node) -> dict[str, Any] | None:
    """The next round of a cycle, or None when it has ended or the timer was not a cycle. Missed rounds fire once."""
    notes = token.internal_data
    if "cycle" not in notes:
        return None
    cycle = durations.Cycle.parse(notes["cycle"])
    if cycle.count is not None and notes["round"] >= cycle.count:
        return None
    due = cycle.next_after(execution.world.now, since=moment(notes["since"]))
    if due is None:
        return None
    return {
        **{k: notes[k] for k in ("cycle", "since")},
        "due": _shifted(execution, node, due),
        "round": notes["round"] + 1,
    }


def _shifted(execution: Execution, node: Node, due: datetime) -> str:
    return instant(moments.on_working_day(due, execution.world) if moments.moves(node) else due)


def _duration(value: Value) -> durations.Duration:
    if isinstance(value, str):
        return durations.parse_duration(value)
    if isinstance(value, (timedelta, Months)):
        return value
    raise ValueError(f"not a duration: {type(value).__name__}")
