"""What can happen to a process instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.facts.base import Fact


def held_while_open(process: str, school: str) -> str:
    """The unique key of a process that runs one case at a time: unlike keys of its own, it is given back at the end."""
    return f"{process}/{school}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStarted(Fact):
    """A process instance began. ``sealed``: confidential even to those who see confidential cases by their role."""

    definition: str
    process: str
    school: str
    business_key: str
    unique_key: str | None
    starter: str
    cause: str
    confidential: bool
    sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleChanged(Fact):
    """The case's title in each language."""

    private: ClassVar[tuple[str, ...]] = ("title",)
    title: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementEntered(Fact):
    """A token arrived at an element."""

    token: int
    element: str
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLeft(Fact):
    """A token left an element by these flows."""

    token: int
    element: str
    flows: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementCancelled(Fact):
    """A token was taken away (interrupted, terminated, returned)."""

    token: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOffered(Fact):
    """A task was offered to whoever holds one of the keys."""

    token: int
    element: str
    keys: list[str]
    on_behalf: list[str]
    assignee: str
    due: str | None
    follow_up: str | None
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDescribed(Fact):
    """What an offered task is about, where the model says so (property ``about``): one of several of the same name."""

    private: ClassVar[tuple[str, ...]] = ("about",)
    token: int
    about: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed(Fact):
    token: int
    element: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReleased(Fact):
    token: int
    element: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    token: int
    element: str
    person: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDelegated(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    token: int
    element: str
    person: str
    owner: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHandedBack(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    token: int
    element: str
    person: str
    owner: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(Fact):
    token: int
    element: str
    person: str
    acted_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReturned(Fact):
    """A task went back for correction."""

    private: ClassVar[tuple[str, ...]] = ("reason",)
    token: int
    element: str
    to: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithdrawn(Fact):
    """An open task was taken back by the model."""

    token: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSet(Fact):
    token: int
    element: str
    due: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Fact):
    token: int
    element: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerCleared(Fact):
    token: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed(Fact):
    token: int
    element: str
    event: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribed(Fact):
    token: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageThrown(Fact):
    """A message left for other instances."""

    private: ClassVar[tuple[str, ...]] = ("variables",)
    n: int
    element: str
    name: str
    school: str
    key: str
    everyone: bool  # to every instance that waits now, and to nobody later
    variables: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalThrown(Fact):
    """A signal was broadcast to the school."""

    private: ClassVar[tuple[str, ...]] = ("variables",)
    n: int
    element: str
    name: str
    school: str
    variables: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Fact):
    token: int
    element: str
    name: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReceived(Fact):
    token: int
    element: str
    name: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorThrown(Fact):
    """A BPMN error."""

    token: int
    element: str
    code: str
    caught: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationThrown(Fact):
    """A BPMN escalation."""

    token: int
    element: str
    code: str
    caught: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationThrown(Fact):
    """What these activities had done is being undone, in this order."""

    token: int
    element: str
    of: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionMet(Fact):
    token: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalOffered(Fact):
    token: int
    element: str
    topic: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalClosed(Fact):
    token: int
    element: str
    outcome: str
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(Fact):
    """A decision table or literal expression was evaluated; rows are the matched rules."""

    private: ClassVar[tuple[str, ...]] = ("result",)
    element: str
    decision: str
    rows: list[Any]
    result: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDone(Fact):
    """A named operation ran."""

    element: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWritten(Fact):
    """A register row was entered or changed; content is the whole row afterwards."""

    private: ClassVar[tuple[str, ...]] = ("content",)
    register: str
    school: str
    key: str
    content: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAllocated(Fact):
    series: str
    school: str
    year: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRaised(Fact):
    """A step failed; params explain it and may quote values of the case."""

    private: ClassVar[tuple[str, ...]] = ("params",)
    token: int
    element: str
    code: str
    params: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySet(Fact):
    """A step failed and will be tried again at ``due``; params explain the failure."""

    private: ClassVar[tuple[str, ...]] = ("params",)
    token: int
    element: str
    tries: int
    due: str
    code: str
    params: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved(Fact):
    token: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesCorrected(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    names: list[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSuspended(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceResumed(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCancelled(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCompleted(Fact):
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceErased(Fact):
    """The case's key was destroyed lawfully."""

    by: str
