"""What people ask for among themselves: who acts while they are away, who prepares a task of theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from engine.commanding import Command, OnInstance, Variables


@dataclass(frozen=True, kw_only=True, slots=True)
class DelegateTask(OnInstance):
    """Let somebody prepare one's own task; it comes back, and only its owner completes it."""

    task: str
    person: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeakAsVisitor(OnInstance):
    """Say something to a case that was begun without an account. ``holder``: its key, known by who holds its code."""

    subscription: str
    name: str
    holder: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandBackTask(OnInstance):
    """Give a delegated task back to its owner, or take it back as the owner."""

    task: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordAbsence(Command):
    """Somebody is away for [start, end); ``substitute`` acts meanwhile for one appointment, or for all of them."""

    person: str
    start: date
    end: date
    substitute: str = ""
    appointment: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndAbsence(Command):
    """End an absence early; with the day of its start it is withdrawn."""

    absence: str
    end: date
    reason: str
