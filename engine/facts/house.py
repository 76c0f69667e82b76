"""What can happen around the instances: directory, calendar, parameters, models, schedule, access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecorded(Fact):
    unit: str
    unit_kind: str
    parent: str | None
    names: Any
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecorded(Fact):
    """A person's card; personal fields are private to the directory's own key."""

    private: ClassVar[tuple[str, ...]] = ("name", "position", "email")
    person: str
    unit: str
    person_kind: str
    language: str
    active: bool
    name: str
    position: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed(Fact):
    appointment: str
    person: str
    role: str
    unit: str
    start: str
    end: str | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEnded(Fact):
    appointment: str
    end: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRecorded(Fact):
    """``basis`` may speak of somebody's health; entries of before it was private hold it in the open."""

    private: ClassVar[tuple[str, ...]] = ("basis",)
    absence: str
    person: str
    substitute: str
    appointment: str
    start: str
    end: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEnded(Fact):
    private: ClassVar[tuple[str, ...]] = ("reason",)
    absence: str
    end: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySet(Fact):
    day: str
    working: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSet(Fact):
    year: str
    name: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSet(Fact):
    """``edition``: which edition of the regulation brought the value; cases begun before keep ``was``. "" for ours.

    ``was``: the value before, by which what went before is judged. Earlier entries have it of the regulation's alone.
    """

    name: str
    value: Any
    reason: str
    by: str
    edition: str = ""
    was: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStored(Fact):
    sha256: str
    file: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDeployed(Fact):
    id: str
    definition_kind: str
    key: str
    version: int
    file: str
    sha256: str
    names: Any
    version_tag: str
    deployment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsReplaced(Fact):
    """The start subscriptions of a process after a deployment."""

    process: str
    definition: str
    starts: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimerArmed(Fact):
    process: str
    element: str
    school: str
    due: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimerDropped(Fact):
    process: str
    element: str
    school: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimerFired(Fact):
    process: str
    element: str
    school: str
    due: str
    round: int
    instance: str
    refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Fact):
    person: str
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetIssued(Fact):
    """A link was made with which the person may set a new password."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Fact):
    """``expires``: a moment, or empty for until it is revoked. The token itself is nowhere."""

    token: str
    person: str
    label: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Fact):
    token: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesIssued(Fact):
    """Codes that answer once each, to be handed out on paper. Neither they nor what becomes of them is recorded."""

    instance: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused(Fact):
    """Somebody asked for something and was refused."""

    command: str
    code: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageClosed(Fact):
    """A message or signal nobody gets. ``why``: unawaited (no model waits for it), erased, or a dead letter: expired,
    looping (the last of a chain that would not have ended)."""

    sender: str
    name: str
    school: str
    why: str
