"""Keeps commands from knowing how a task is prepared by somebody else: it comes back to its owner, who completes it."""

from __future__ import annotations

from engine import commands as c
from engine import facts as f
from engine.runtime.execution import Execution, Token
from engine.runtime.finding import open_task


def owner(token: Token) -> str:
    """To whom the task comes back; empty when it is not delegated."""
    return str(token.internal_data["task"].get("owner", ""))


def delegate(execution: Execution, command: c.DelegateTask, acted_as: str) -> None:
    token = open_task(execution, command.task)
    execution.note(token, task={**token.internal_data["task"], "assignee": command.person, "owner": command.actor})
    execution.participants.update((command.actor, command.person))
    execution.tell(
        f.TaskDelegated(
            token=token.id, element=token.place, person=command.person, owner=command.actor, reason=command.reason
        )
    )


def hand_back(execution: Execution, command: c.HandBackTask, acted_as: str) -> None:
    token = open_task(execution, command.task)
    mine = owner(token)
    execution.note(token, task=held_by(token, mine))
    execution.tell(
        f.TaskHandedBack(token=token.id, element=token.place, person=command.actor, owner=mine, reason=command.reason)
    )


def held_by(token: Token, person: str) -> dict[str, object]:
    """The task's notes with another holder: nobody's delegation any more."""
    notes = {name: value for name, value in token.internal_data["task"].items() if name != "owner"}
    return {**notes, "assignee": person}
