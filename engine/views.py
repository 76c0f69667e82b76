"""What a reader is shown: plain frozen rows, already filtered by permission, so that pages never see tables.

``Names`` are {kk, ru, en} as far as the model has them. Moments are aware UTC. Person ids stay ids; ``people`` maps
the ids a view mentions to names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from engine.stand_ins import StandIn

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    unit: str
    position: str
    kind: str
    language: str
    email: str
    active: bool


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    kind: str
    parent: str | None
    names: Names
    active: bool


@dataclass(frozen=True, slots=True)
class Appointment:
    id: str
    person: str
    role: str
    unit: str
    start: date
    end: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    task: str
    instance: str
    element: str
    names: Names
    title: Names  # the case's title
    about: str | Names  # what it is about in the case, or empty
    process: Names
    business_key: str
    school: str
    due: datetime | None
    overdue: bool
    follow_up: datetime | None  # when to look at it again at the latest
    priority: int  # 50 unless the model says otherwise; what is more urgent has more
    created: datetime
    assignee: str
    clause: str
    unread: bool = False  # the reader has not opened it since it came (back)
    snoozed: datetime | None = None  # put off by the reader until then


@dataclass(frozen=True, slots=True)
class InboxPage:
    rows: tuple[InboxRow, ...]
    page: int
    per_page: int
    more: bool
    counts: Mapping[str, int]  # mine, role, overdue, today; each capped at 1000 ("1000+")
    people: Mapping[str, str]
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what nobody holds: task -> keys
    owners: Mapping[str, str] = field(default_factory=dict)  # task -> to whom it comes back, of delegated ones
    stead: Mapping[str, str] = field(default_factory=dict)  # task -> the absent person in whose stead it is offered


@dataclass(frozen=True, slots=True)
class Clause:
    number: str
    titles: Names


@dataclass(frozen=True, slots=True)
class Why:
    """Why am I asked: clauses, the role or person rule that matched, how the date came about, what happens if not."""

    clauses: tuple[Clause, ...]
    key: str  # the candidate key that matched: role@unit or person:ID
    role: Names
    unit: Names
    appointment: Appointment | None
    due: datetime | None
    due_rule: str  # FEEL text of the due date
    parameters: tuple[Mapping[str, Any], ...]  # {name, value, source: regulation|default, clause} used by the due rule
    consequence: Names


@dataclass(frozen=True, slots=True)
class TaskView:
    task: str
    instance: str
    definition: str
    element: str
    names: Names
    documentation: str
    process: Names
    title: Names
    about: str | Names
    business_key: str
    school: str
    state: Literal["open", "completed", "withdrawn"]
    created: datetime
    due: datetime | None
    overdue: bool
    follow_up: datetime | None
    priority: int
    assignee: str
    completed_by: str
    completed_at: datetime | None
    form: Mapping[str, Any] | None  # the form-js schema, untranslated
    form_id: str
    data: Mapping[str, Any]  # variables the form may show (plain JSON)
    submit: Names
    preview: str  # the kind of document that the step shows as a draft
    why: Why
    may_complete: bool
    may_claim: bool
    stead: StandIn | None  # in whose stead this reader would complete it
    owner: str  # to whom it comes back, while somebody else prepares it
    may_return: bool  # an earlier step of this scope can be done again, and the form itself offers no way back
    blocked: Mapping[str, Any] | None  # {code, params} when it may not be completed by this reader
    candidates: tuple[str, ...]
    next: tuple[Mapping[str, Any], ...]  # open tasks of the case after completion: {names, keys, …}
    people: Mapping[str, str]
    case_over: bool = False


@dataclass(frozen=True, slots=True)
class StartView:
    definition: str
    key: str
    names: Names
    label: Names
    clause: str
    form: Mapping[str, Any] | None
    form_id: str
    data: Mapping[str, Any]  # what the form is opened with
    school: str
    blocked: Mapping[str, Any] | None
    note: Names = field(default_factory=dict)  # what whoever begins it must know


@dataclass(frozen=True, slots=True)
class StepView:
    """One node of the model in flow order, for the diagram and for the list that says the same in words."""

    element: str
    kind: str
    names: Names
    state: Literal["active", "done", "stopped", "waiting", "incident", "none"]
    tokens: int
    visits: int
    due: datetime | None
    clause: str
    depth: int


@dataclass(frozen=True, slots=True)
class RelatedCase:
    how: str  # sender (wrote to this one), receiver (this one wrote to it), same_key
    row: CaseRow


@dataclass(frozen=True, slots=True)
class TimelineRow:
    seq: int
    at: datetime
    actor: str
    acted_as: str  # "role@unit", empty for the clock and the router
    stead: str  # the absent person in whose stead it was done
    kind: str  # the command
    facts: tuple[Mapping[str, Any], ...]
    values: Mapping[str, Any]  # what was typed, as far as this reader may see it


@dataclass(frozen=True, slots=True)
class IncidentView:
    incident: str
    instance: str
    element: str
    names: Names
    code: str
    params: Mapping[str, Any]
    since: datetime


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """What a form calls a value, and the choices it may take (value -> names)."""

    names: Names
    choices: Mapping[str, Names]


@dataclass(frozen=True, slots=True)
class CaseRow:
    instance: str
    process: Names
    process_key: str
    business_key: str
    title: Names
    school: str
    state: str
    started: datetime
    ended: datetime | None
    incidents: int
    confidential: bool
    keep_until: date | None  # of an ended case: the last day on which it must be kept; None: nothing is said


@dataclass(frozen=True, slots=True)
class CaseView:
    row: CaseRow
    definition: str
    version: int
    version_tag: str
    xml: str
    steps: tuple[StepView, ...]
    tasks: tuple[InboxRow, ...]
    timers: tuple[Mapping[str, Any], ...]
    incidents: tuple[IncidentView, ...]
    data: Mapping[str, Any]
    timeline: tuple[TimelineRow, ...]
    people: Mapping[str, str]
    may: frozenset[str]  # commands this reader may give: suspend, resume, cancel, retry, correct, …
    content_hidden: bool
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # task that nobody holds -> keys


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What is deployed under one key, in its latest version. ``kind``: process, decision, form."""

    kind: str
    key: str
    names: Names
    version: int
    versions: int  # how many there are
    at: datetime
    by: str  # a person's name, or who it was instead
    running: int  # cases, on all versions


@dataclass(frozen=True, slots=True)
class ModelVersion:
    kind: str
    key: str
    names: Names
    version: int
    tag: str
    file: str
    sha256: str
    deployment: str
    at: datetime
    by: str
    running: int  # cases on this very version
    ended: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry of a case done again. ``done``: False where it could not be (erased, or an earlier entry differs)."""

    seq: int
    done: bool
    problems: tuple[str, ...]  # where it differs from the record, in words


@dataclass(frozen=True, slots=True)
class Workload:
    """Running work of one process in one school."""

    school: str
    process_key: str
    process: Names
    running: int  # cases
    tasks: int  # open
    overdue: int  # tasks
    timers: int  # due within a week
    incidents: int


@dataclass(frozen=True, slots=True)
class StepLoad:
    """What waits at one step of a process, over all watched cases."""

    element: str
    names: Names
    cases: int
    overdue: int
    incidents: int


@dataclass(frozen=True, slots=True)
class ProcessLoad:
    """What waits in a process; ``xml``: its diagram in the latest version."""

    names: Names
    xml: str
    steps: tuple[StepLoad, ...]


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A running case, a late task, a timer or an incident, as its list needs it. ``at``: began, due or since."""

    id: str  # of the task, timer or incident; empty for a case
    instance: str
    process: Names
    process_key: str
    school: str
    element: str
    names: Names  # of the step
    clause: str
    title: Names
    business_key: str
    at: datetime
    overdue: bool
    assignee: str
    offered: tuple[str, ...]  # role@unit or person:ID, of a task nobody holds
    code: str  # of an incident
    params: Mapping[str, Any]
    hidden: bool  # the contents of the case are not for this reader
    linked: bool  # the case has a page for this reader


@dataclass(frozen=True, slots=True)
class WatchPage:
    rows: tuple[WatchRow, ...]
    page: int
    per_page: int
    total: int
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    key: str
    school: str
    instance: str
    at: datetime
    values: Mapping[str, Any]
    withdrawn: bool = False  # its case is cancelled; ``values`` say who did so, when and why


@dataclass(frozen=True, slots=True)
class RegisterPage:
    register: str
    rows: tuple[RegisterRow, ...]
    page: int
    per_page: int
    total: int
    fitting: int  # what fits all of the wish but its status
    counts: Mapping[str, int]
    people: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]  # of each column asked for, and of "school"


@dataclass(frozen=True, slots=True)
class Access:
    """Who is asking, today."""

    person: Person
    keys: frozenset[str]
    appointments: tuple[Appointment, ...]
    schools: tuple[str, ...]  # schools whose cases this person may see at all
    stands: tuple[StandIn, ...] = ()  # keys of absent people they act for today; never part of ``keys``
    rights: frozenset[str] = field(default_factory=frozenset)  # start, models, audit, monitor, people, admin
