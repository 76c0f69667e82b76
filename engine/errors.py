"""Every refusal: the class names it, ``code`` is what callers map, ``wording/errors.yaml`` says it in kk, ru, en.

SapaError
├─ Refused                a person asked for something that cannot be had (web: 4xx, see ``status``)
│  ├─ NotPermitted        403   NotFound 404   Conflict 409 (TaskNotOpen, AlreadyDone, Stale…)   Invalid 422
├─ ModelRefused           a deployment with at least one error finding
├─ StepFailed             a model step failed: becomes an incident, never reaches a person as an exception
└─ Broken                 the installation is not usable (database, keys, schema)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from engine.definitions.model import Finding


class SapaError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.__str__())

    def __str__(self) -> str:
        from engine.wording import say

        return say(self.code, "en", self.params)

    def say(self, lang: str) -> str:
        """The sentence for a person, in kk, ru or en."""
        from engine.wording import say

        return say(self.code, lang, self.params)


class Refused(SapaError):
    """The request was refused."""

    code, status = "refused", 400


class NullCharacter(Refused):
    """What was sent holds the character U+0000, which nothing here can keep."""

    code = "null_character"


class NotPermitted(Refused):
    """You may not do this."""

    code, status = "not_permitted", 403


class SamePerson(NotPermitted):
    """Another person must do this step: you did the step it checks."""

    code = "same_person"


class AppointmentExpired(NotPermitted):
    """The appointment that would allow this is over."""

    code = "appointment_expired"


class SubstitutionOver(NotPermitted):
    """The days in which this was done in somebody's stead are over."""

    code = "substitution_over"


class ClaimedInStead(NotPermitted):
    """Who stands in for somebody claims nothing: what is done in somebody's stead needs no claim."""

    code = "claimed_in_stead"


class TaskDelegated(NotPermitted):
    """Somebody prepares the task for its owner; it must come back before it is completed."""

    code = "task_delegated"


class OwnProposal(NotPermitted):
    """Nobody makes effective what they proposed themselves; ``who`` can."""

    code = "proposal_own"


class OneAlone(NotPermitted):
    """People propose models, and somebody else makes them effective; only the set-up deploys by itself."""

    code = "deployed_alone"


class NotFound(Refused):
    """There is no such thing, or it is not open to you."""

    code, status = "not_found", 404


class Conflict(Refused):
    """The state has changed meanwhile."""

    code, status = "conflict", 409


class TaskNotOpen(Conflict):
    """The task is not open any more; params tell who completed it and when, if it was completed."""

    code = "task_not_open"


class TaskTaken(Conflict):
    """Somebody else has claimed the task."""

    code = "task_taken"


class InstanceNotRunning(Conflict):
    """The case is suspended or ended."""

    code = "instance_not_running"


class NotesClosed(Conflict):
    """The case has ended: nothing more is put beside it."""

    code = "notes_closed"


class MustBeKept(Conflict):
    """The case must still be kept; ``until`` is the last day of it."""

    code = "must_be_kept"


class ProposalClosed(Conflict):
    """The proposal was made effective, returned or taken back already."""

    code = "proposal_closed"


class ProposalStale(Conflict):
    """Another version of ``models`` was made effective since the proposal."""

    code = "proposal_stale"


class DuplicateKey(Conflict):
    """A case with this business key exists already."""

    code = "duplicate_key"


class AlreadyUnderWay(Conflict):
    """The process runs one case at a time in a school, and one has been open ``since`` a day."""

    code = "already_under_way"


class StartConditionFalse(Conflict):
    """The process begins only when a condition holds, and it does not with what was given."""

    code = "start_condition_false"


class NotWaiting(Conflict):
    """Nothing waits for this (message, timer, external task, incident)."""

    code = "not_waiting"


class CodeSpent(Conflict):
    """The code answers once, and it has answered."""

    code = "code_spent"


class Busy(Conflict):
    """The database is busy; nothing was changed, try again."""

    code, status = "busy", 503


class NotDrawnNow(Busy):
    """Too many files are being drawn; this one was not."""

    code = "not_drawn_now"


class NotDrafted(Conflict):
    """The draft of a document cannot be made from these facts and the forms as they are."""

    code = "not_drafted"


class Invalid(Refused):
    """The input is not acceptable; ``problems`` maps field -> sentence code or text."""

    code, status = "invalid", 422

    def __init__(self, *, problems: Mapping[str, Any] | None = None, **params: Any) -> None:
        self.problems = dict(problems or {})
        super().__init__(**params)


class TooLarge(Invalid):
    """The input is larger than allowed."""

    code, status = "too_large", 413


class NothingNew(Invalid):
    """Every definition in the files is in force already, as these very files: ``definitions`` are their (kind, key)."""

    code = "proposal_nothing_new"

    def __init__(self, definitions: Sequence[tuple[str, str]]) -> None:
        self.definitions = tuple(definitions)
        super().__init__(problems={"files": "proposal_nothing_new"})


class ModelRefused(Refused):
    """The files cannot be deployed; ``findings`` lists every reason."""

    code, status = "model_refused", 422

    def __init__(self, findings: Sequence[Finding], **params: Any) -> None:
        self.findings = tuple(findings)
        super().__init__(count=sum(f.severity == "error" for f in findings), **params)


class StepFailed(SapaError):
    """A step of the model failed; becomes an incident. ``reason`` is a code of the wording, params explain."""

    code = "step_failed"

    def __init__(self, reason: str, **params: Any) -> None:
        self.reason = reason
        super().__init__(reason=reason, **params)

    @property
    def told(self) -> dict[str, str]:
        """What explains the failure, short enough to be kept."""
        return {name: str(value)[:500] for name, value in self.params.items() if name != "reason"}

    def __str__(self) -> str:
        return self.say("en")

    def say(self, lang: str) -> str:
        from engine.wording import say

        return say(self.reason, lang, self.params)


class LimitStruck(StepFailed):
    """A time, memory or step limit struck."""


class NotReproduced(SapaError):
    """Re-execution differs from the record under this version of the program."""

    code = "not_reproduced"


class Broken(SapaError):
    """The installation cannot be used as it is."""

    code, status = "broken", 503


class KeyRefused(Broken):
    """The master key is not the one this database was set up with."""

    code = "master_key_other"
