"""Keeps those who watch the server from knowing its tables: how much runs, waits, is late or stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, ru_incident, ru_instance, ru_outbox, ru_task, ru_timer
from engine.values import instant, moment


def figures(connection: Connection, now: datetime) -> Mapping[str, Mapping[str, float]]:
    """name -> label -> value; the label is empty where there is one value only. No contents of cases."""
    number = sa.func.count()
    states: dict[str, float] = dict.fromkeys(("active", "suspended", "completed", "cancelled"), 0.0)
    for state, n in connection.execute(sa.select(ru_instance.c.state, number).group_by(ru_instance.c.state)):
        states[state] = float(n)
    outbox: dict[str, float] = {"new": 0.0, "dead": 0.0}
    for state, n in connection.execute(sa.select(ru_outbox.c.state, number).group_by(ru_outbox.c.state)):
        outbox[state] = float(n)
    timers = sa.select(number).select_from(ru_timer)
    oldest = connection.scalar(sa.select(sa.func.min(ru_timer.c.due)))
    tasks = sa.select(number).select_from(ru_task)
    lag = max((now - moment(oldest)).total_seconds(), 0.0) if oldest else 0.0
    return {
        "cases": states,
        "tasks_open": {"": float(connection.scalar(tasks) or 0)},
        "tasks_overdue": {"": float(connection.scalar(tasks.where(ru_task.c.due < instant(now))) or 0)},
        "timers_waiting": {"": float(connection.scalar(timers) or 0)},
        "timers_lag_seconds": {"": lag},
        "incidents": {"": float(connection.scalar(sa.select(number).select_from(ru_incident)) or 0)},
        "outbox": outbox,
        "ledger_entries": {"": float(connection.scalar(sa.select(sa.func.max(hi_entry.c.id))) or 0)},
    }
