"""Everything anyone can ask for: one frozen class a command, imperative. ``engine.bus`` alone carries them out.

``actor`` is a person's id, or ``clock`` (the beat), ``router`` (messages between instances), ``system`` (set-up) or
``visitor`` (anybody without an account).
Values of variables are the types of ``engine.values``. Moments are aware.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.commanding import CLOCK, ROUTER, SYSTEM, VISITOR, Command, OnInstance, Variables
from engine.commands_of_models import Deploy, ExplainProposal, MakeEffective, ProposeModels, ReturnProposal
from engine.commands_of_people import DelegateTask, EndAbsence, HandBackTask, RecordAbsence, SpeakAsVisitor

__all__ = ["CLOCK", "ROUTER", "SYSTEM", "VISITOR", "Command", "OnInstance", "Variables"]
__all__ += ["Deploy", "ExplainProposal", "MakeEffective", "ProposeModels", "ReturnProposal"]
__all__ += ["DelegateTask", "EndAbsence", "HandBackTask", "RecordAbsence", "SpeakAsVisitor"]  # only passed on

# --- process instances ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class StartProcess(Command):
    """Start a process instance in a school. ``definition`` is a process key (latest version) or a definition id."""

    definition: str
    school: str
    variables: Variables = field(default_factory=dict)
    business_key: str | None = None
    element: str = ""  # start event; empty: the none start event
    cause: str = ""  # what started it: "" (a person), "timer:…", "message:STREAM/SEQ/N", "signal:…"


@dataclass(frozen=True, kw_only=True, slots=True)
class CompleteTask(OnInstance):
    """Complete a user or manual task with its cleaned form answers."""

    task: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnTask(OnInstance):
    """Return an open task for correction: the step named (or the one just before) is done again by who did it."""

    task: str
    reason: str
    to: str = ""  # element id; empty: the user task completed last before this one


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimTask(OnInstance):
    task: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnclaimTask(OnInstance):
    task: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignTask(OnInstance):
    """Give a task to one person, who must be a candidate of it."""

    task: str
    person: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FireTimer(OnInstance):
    timer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverMessage(OnInstance):
    """Hand a message to one subscription of one instance. ``sender`` is "STREAM/SEQ/N": delivered exactly once."""

    subscription: str
    name: str
    variables: Variables = field(default_factory=dict)
    sender: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverSignal(OnInstance):
    name: str
    variables: Variables = field(default_factory=dict)
    sender: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CompleteExternal(OnInstance):
    task: str
    worker: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class FailExternal(OnInstance):
    """``error_code``: a BPMN error; otherwise a technical failure, an incident once ``retries`` is 0."""

    task: str
    worker: str
    message: str = ""
    error_code: str = ""
    retries: int = 0
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectVariables(OnInstance):
    """Set variables of the instance's root scope by hand, with a reason that stays in the ledger."""

    variables: Variables
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryIncident(OnInstance):
    incident: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspendInstance(OnInstance):
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeInstance(OnInstance):
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelInstance(OnInstance):
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseInstance(OnInstance):
    """Destroy a finished case's key: its contents are gone lawfully, its chain still verifies."""

    reason: str


# --- directory, calendar, parameters, models, access ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordUnit(Command):
    """Create or change a unit. ``kind``: university, school, department, programme, section."""

    unit: str
    kind: str
    parent: str | None
    names: Mapping[str, str]
    active: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPerson(Command):
    """``kind``: employee or student. ``language``: kk, ru or en. ``unit``: the home unit."""

    person: str
    name: str
    unit: str
    kind: str = "employee"
    position: str = ""
    email: str = ""
    language: str = "kk"
    active: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Appoint(Command):
    """Appoint a person to a role in a unit for [start, end)."""

    person: str
    role: str
    unit: str
    start: date
    end: date | None = None
    basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndAppointment(Command):
    appointment: str
    end: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportDirectory(Command):
    """Load the good rows of a file as one entry. ``expected``: row's place -> what was foreseen of it; others wait."""

    source: str
    sha256: str
    rows: tuple[Any, ...]  # of engine.directory.sheets
    expected: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetDay(Command):
    """Mark one day of the working calendar as working or not, against the built-in calendar of Kazakhstan."""

    day: date
    working: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetTerm(Command):
    """A date of the academic calendar, e.g. year "2026/2027", name "autumn_end"."""

    year: str
    name: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class SetParameter(Command):
    """Change a parameter. What the regulation states changes only with ``edition``: the number of a later one in force.

    Cases that have begun keep what the regulation stated then; one of our defaults counts from the next use (8.2).
    """

    name: str
    value: Any
    reason: str
    edition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordDocuments(Command):
    """What was made of an entry, for one of its steps; the program's own command. See facts.DocumentsMade."""

    instance: str
    source: str
    seq: int
    element: str
    kind: str
    documents: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueErratum(Command):
    """Mend a mistake in a document by another one: what stands there, what is right, and why."""

    document: str
    wrong: str
    right: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetPassword(Command):
    """Create or change a sign-in. ``digest`` is an argon2 hash; it is never recorded, only that it changed."""

    person: str
    login: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePassword(Command):
    """A person's own new password; their login stays, their other sessions end.

    ``keep`` is the digest of the session that stays; ``link`` that of a reset link, which is used up by this.
    """

    person: str
    digest: str
    keep: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueReset(Command):
    """A link (its digest) with which a person sets a new password once; ``login`` for who has no sign-in yet."""

    person: str
    link: str
    login: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueCodes(Command):
    """So many codes that answer an invitation of the case once each, to be handed out on paper."""

    instance: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueToken(Command):
    """A personal token (its digest) with which programs act for the person. Nobody issues one for somebody else."""

    person: str
    label: str
    digest: str
    expires: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RevokeToken(Command):
    person: str
    token: str


# --- beside a case: files and comments, which move nothing of it ---------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class BesideCase(Command):
    """``task``: the task on whose page it was done, if on one."""

    instance: str
    task: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachFile(BesideCase):
    """A file whose bytes are kept already (engine.notes.desk). ``media``: what its contents are, not its name."""

    name: str
    sha256: str
    size: int
    media: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MakeComment(BesideCase):
    """``mentions``: ids of people who are told of it; each must be able to see the case."""

    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeBackNote(BesideCase):
    """Take back one's own file or comment. It stays in the record; readers see that it was taken back."""

    note: str


# --- what comes back -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to. ``at`` is the entry's moment; ``result`` is command-specific."""

    stream: str
    seq: int
    at: datetime
    instance: str = ""
    result: Any = None
    repeated: bool = False
    threw: bool = False  # messages or signals left for other instances
    listens: tuple[str, ...] = ()  # message names somebody now waits for
