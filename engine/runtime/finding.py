"""Keeps commands from knowing how a waiting token is found by the id that stands outside the instance."""

from __future__ import annotations

from engine.errors import TaskNotOpen
from engine.runtime.execution import Execution, Token


def find(execution: Execution, id: str, note: str) -> Token | None:
    """The waiting token with this public id and note, or None."""
    number = id.rpartition(".")[2]
    token = execution.tasks.get(int(number)) if number.isdigit() else None
    if token is None or note not in token.internal_data or (token.stuck and note != "due"):
        return None
    return token


def open_task(execution: Execution, id: str) -> Token:
    token = find(execution, id, "task")
    if token is None:
        raise TaskNotOpen()
    return token
