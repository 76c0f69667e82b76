"""Who may give a command, today: every command has one rule here; the answer names the appointment that granted it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from engine import commands as c
from engine.definitions import regulation
from engine.definitions.model import Node, Process
from engine.directory import absence_rules, absences, reads
from engine.directory.permissions import permissions
from engine.directory.visibility import is_confidential
from engine.errors import (
    AppointmentExpired,
    ClaimedInStead,
    Invalid,
    NotFound,
    NotPermitted,
    NotWaiting,
    SamePerson,
    SubstitutionOver,
    TaskDelegated,
    TaskNotOpen,
    TaskTaken,
)
from engine.runtime import withdrawing
from engine.runtime.behaviour.mapping import STANDING
from engine.runtime.delegating import owner
from engine.runtime.execution import Execution, Token
from engine.runtime.finding import find
from engine.stand_ins import StandIn, stead_of


class Grant(NamedTuple):
    """What somebody acts as: a key ("role@unit", "person:ID"), and the appointment that gives it, if one does.

    For whom acts in somebody's stead it is that person's appointment: "APPOINTMENT/ABSENCE/PERSON".
    """

    key: str
    appointment: str = ""


NOBODY = Grant("")
MACHINES = {
    c.FireTimer: c.CLOCK,
    c.DeliverMessage: c.ROUTER,
    c.DeliverSignal: c.ROUTER,
}
WORKERS = (c.CompleteExternal, c.FailExternal)
"""The only commands of machines outside (``worker:NAME``)."""
OWN = (c.ChangePassword, c.IssueToken, c.RevokeToken)
"""What everybody may do about their own sign-in, and what nobody does in somebody else's name but by the right."""
REASONED = (c.SuspendInstance, c.CancelInstance, c.CorrectVariables, c.EraseInstance)
RIGHTS: dict[type[c.Command], str] = {
    c.SuspendInstance: "suspend",
    c.ResumeInstance: "suspend",
    c.CancelInstance: "cancel",
    c.CorrectVariables: "correct",
    c.RetryIncident: "operate",
    c.EraseInstance: "erase",
    c.RecordUnit: "people",
    c.RecordPerson: "people",
    c.Appoint: "people",
    c.EndAppointment: "people",
    c.RecordAbsence: "absences",
    c.EndAbsence: "absences",
    c.ImportDirectory: "people",
    c.SetPassword: "admin",
    c.IssueReset: "admin",
    c.RevokeToken: "admin",
    c.SetDay: "calendar",
    c.SetTerm: "calendar",
    c.SetParameter: "parameters",
    c.Deploy: "models",
    c.IssueErratum: "mend",
    c.IssueCodes: "issue_codes",
    c.ProposeModels: "models",
    c.ExplainProposal: "models",
    c.MakeEffective: "models",
    c.ReturnProposal: "models",
    c.CompleteExternal: "operate",
    c.FailExternal: "operate",
}


def role_names(keys: list[str]) -> dict[str, str]:
    """The roles of candidate keys as one phrase in each language, for refusals."""
    roles = regulation.roles()
    codes = sorted({key.partition("@")[0] for key in keys if "@" in key})
    return {
        lang: ", ".join(roles[k].names.get(lang, k) if k in roles else k for k in codes) or "—"
        for lang in ("kk", "ru", "en")
    }


def keys_today(connection: Connection, actor: str, today: date) -> dict[str, str]:
    """The keys of an actor with their appointments; refuses people who are not active. Raises NotPermitted."""
    keys = reads.granted(connection, actor, today)
    if not keys:
        raise NotPermitted(who={"kk": "—", "ru": "—", "en": "—"})
    return keys


def by_right(connection: Connection, command: c.Command, school: str, today: date) -> Grant:
    """For commands that a right opens: the key that grants it. Raises NotPermitted."""
    _acceptable(command)
    if command.actor == c.SYSTEM or (command.actor.startswith("worker:") and isinstance(command, WORKERS)):
        return Grant(command.actor)
    keys = keys_today(connection, command.actor, today)
    if isinstance(command, OWN) and command.actor == command.person:
        return Grant(f"person:{command.actor}")
    if isinstance(command, c.RecordAbsence | c.EndAbsence):
        return _absence(connection, command, keys)
    right = RIGHTS.get(type(command), "")
    grant = permissions().may(keys, right, school) if school else _anywhere(keys, right)
    if grant is None:
        names = permissions().rights.get(right, {})
        raise NotPermitted(who=dict(names) or right)
    return Grant(grant, keys.get(grant, ""))


def _absence(connection: Connection, command: c.RecordAbsence | c.EndAbsence, keys: dict[str, str]) -> Grant:
    """One's own absence, or the right to record absences in every school that the absence touches."""
    own, places = absence_rules.concerned(connection, command)
    if command.actor in own:
        return Grant(f"person:{command.actor}")
    right = RIGHTS[type(command)]
    grants = [permissions().may(keys, right, school) for school in sorted(places)]
    if not grants or grants[0] is None or None in grants:
        raise NotPermitted(who=dict(permissions().rights.get(right, {})) or right)
    return Grant(grants[0], keys.get(grants[0], ""))


def _acceptable(command: c.Command) -> None:
    """An intervention needs its reason; what a case is cannot be corrected, roles and registers go by it."""
    if isinstance(command, REASONED) and not command.reason.strip():
        raise Invalid(problems={"reason": "required"})
    if isinstance(command, c.CorrectVariables):
        fixed = sorted(set(STANDING) & set(command.variables))
        if fixed:
            raise Invalid(problems=dict.fromkeys(fixed, "variable_standing"))


def _anywhere(keys: dict[str, str], right: str) -> str | None:
    return next(iter(sorted(permissions().granting(keys, right))), None)


def start(connection: Connection, command: c.StartProcess, process: Process, today: date) -> Grant:
    """May this person start this process in this school? What lets them. Raises NotPermitted, NotFound."""
    if command.actor in (c.CLOCK, c.ROUTER, c.SYSTEM):
        return NOBODY
    if command.actor == c.VISITOR:
        return _visitor_begins(connection, command, process)
    keys = keys_today(connection, command.actor, today)
    allowed = starters(process, command.school)
    matched = sorted(keys.keys() & set(allowed))
    if not matched:
        raise NotPermitted(who=role_names(allowed))
    if (
        reads.school_of(connection, command.school) != command.school
        and process.properties.get("scope") != "university"
    ):
        raise NotFound(what=command.school)
    if process.properties.get("scope") == "university" and reads.unit(connection, command.school) is None:
        raise NotFound(what=command.school)
    if not any(command.element in ("", node.id) for node in process.by_hand):
        raise NotFound(what=command.element or process.id)  # the clock and messages begin it, not a person
    return Grant(matched[0], keys[matched[0]])


def _visitor_begins(connection: Connection, command: c.StartProcess, process: Process) -> Grant:
    """Anybody may begin at a start event open to visitors, in a school there is. Raises NotPermitted, NotFound."""
    node = process.nodes.get(command.element)
    if node is None or node.kind != "startEvent" or node.parent != process.id or not node.open_to_visitors:
        raise NotPermitted(who=role_names([]))
    if reads.school_of(connection, command.school) != command.school or not command.business_key:
        raise NotFound(what=command.school)
    return NOBODY


def _visitor_speaks(connection: Connection, command: Any, execution: Execution, today: date) -> Grant:
    """Whoever holds the key of a case, begun by them or for them, where the model listens to visitors now."""
    token = find(execution, command.subscription, "event")
    if command.actor != c.VISITOR or not command.holder or command.holder != execution.business_key:
        raise NotPermitted(who=role_names([]))
    if token is None or not token.task_spec.node.open_to_visitors:
        raise NotWaiting(what=command.name)
    return NOBODY


def starters(process: Process, school: str) -> list[str]:
    """The keys that may start a process by hand in a school.

    All of: the roles of the property ``startRole`` and of camunda:candidateStarterGroups, the people of
    camunda:candidateStarterUsers.
    """
    roles = f"{process.properties.get('startRole', '')},{process.attributes.get('candidateStarterGroups', '')}"
    keys = []
    for pattern in (p.strip() for p in roles.split(",")):
        if pattern:
            role, _, unit = pattern.partition("@")
            keys.append(f"{role}@{school if unit in ('', 'school') else unit}")
    for person in (p.strip() for p in process.attributes.get("candidateStarterUsers", "").split(",")):
        if person:
            keys.append(f"person:{person.removeprefix('person:')}")
    return list(dict.fromkeys(keys))


def on_instance(connection: Connection, command: c.OnInstance, execution: Execution, today: date) -> Grant:
    """May this command be given to this instance? What the person acts as. Raises NotPermitted and its kin."""
    machine = MACHINES.get(type(command))
    if machine is not None:
        if command.actor != machine:
            raise NotPermitted(who=machine)
        return NOBODY
    rule = _TASK_RULES.get(type(command))
    if rule is not None:
        return rule(connection, command, execution, today)
    try:
        return by_right(connection, command, execution.school, today)
    except NotPermitted:
        if isinstance(command, c.CancelInstance) and keys_today(connection, command.actor, today):
            process = execution.definition.process
            if withdrawing.own_mistake(connection, command.actor, command.instance, process):
                return Grant(f"person:{command.actor}")
        raise


def _token(execution: Execution, task: str) -> Token:
    token = find(execution, task, "task")
    if token is None:
        raise TaskNotOpen(who="—", when="—")
    return token


def same_person(execution: Execution, token: Token, person: str) -> Node | None:
    """The step that bars this person from this task (property notSamePersonAs), or None."""
    node = token.task_spec.node
    prefix = token.place.removesuffix(node.id)
    for element in map(str.strip, node.properties.get("notSamePersonAs", "").split(",")):
        if element and execution.performed(token, prefix + element, person):
            return token.task_spec.definition.process.nodes.get(element, node)
    return None


def _worker(connection: Connection, command: Any, execution: Execution, today: date) -> Grant:
    """Complete or return: one of the task's keys today, nobody else's claim, not the person who did the barred step.

    What is not the actor's own they may do in the stead of somebody who is away, under the same rules.
    """
    token = _token(execution, command.task)
    notes = token.internal_data["task"]
    keys = keys_today(connection, command.actor, today)
    matched = sorted(keys.keys() & set(notes["keys"])) or sorted(keys.keys() & set(notes["on_behalf"]))
    if owner(token) and (matched or command.actor in (owner(token), notes["assignee"])):
        raise TaskDelegated(who=_name(connection, notes["assignee"]), owner=_name(connection, owner(token)))
    stead = in_stead(connection, command.actor, keys, token, today)
    if stead is not None:
        return _standing_in(execution, token, command.actor, stead)
    if not matched:
        if any(one.key in notes["keys"] for one in absences.standing_in(connection, command.actor, today)):
            raise TaskTaken(who=_name(connection, notes["assignee"]))
        _refuse_candidate(connection, command.actor, notes["keys"], today)
    if notes["assignee"] and notes["assignee"] != command.actor and matched[0] not in notes["on_behalf"]:
        raise TaskTaken(who=_name(connection, notes["assignee"]))
    barred = same_person(execution, token, command.actor)
    if barred is not None:
        raise SamePerson(step=dict(barred.names) or barred.id)
    own = f"person:{command.actor}"
    key = next((key for key in matched if key != own), own)
    return Grant(key, keys[key])


def _name(connection: Connection, person: str) -> str:
    return reads.names(connection, [person]).get(person, "—")


def in_stead(connection: Connection, actor: str, keys: Collection[str], token: Token, today: date) -> StandIn | None:
    """The absent person in whose stead the actor would do this task; None where they may do it, or not, for themselves.

    A claimed task is the claimer's alone.
    """
    notes = token.internal_data["task"]
    if notes["assignee"] in ("", actor) and {*notes["keys"], *notes["on_behalf"]} & set(keys):
        return None
    stands = absences.standing_in(connection, actor, today)
    for offered in (notes["keys"], notes["on_behalf"]):
        for one in stands:
            if one.key in offered and notes["assignee"] in ("", one.person):
                return one
    return None


def _standing_in(execution: Execution, token: Token, actor: str, stead: StandIn) -> Grant:
    """What bars the one bars the other: a substitute may no more than the person they stand in for."""
    for person in (actor, stead.person):
        barred = same_person(execution, token, person)
        if barred is not None:
            raise SamePerson(step=dict(barred.names) or barred.id)
    return Grant(stead.key, stead.recorded)


def _refuse_candidate(connection: Connection, actor: str, keys: list[str], today: date) -> None:
    for key in keys:
        over = reads.expired_of(connection, actor, key, today) if "@" in key else None
        if over is not None:
            raise AppointmentExpired(role=role_names([key]), end=over.end.isoformat() if over.end else "—")
    ended = absences.stood_in(connection, actor, keys, today)
    if ended is not None:
        raise SubstitutionOver(end=ended.isoformat())
    raise NotPermitted(who=role_names(keys))


def _claimer(connection: Connection, command: c.ClaimTask | c.DelegateTask, execution: Execution, today: date) -> Grant:
    grant = _worker(connection, command, execution, today)
    if stead_of(grant.appointment):  # a claim would outlive the absence; what is done in somebody's stead needs none
        raise ClaimedInStead()
    return grant


def _delegator(connection: Connection, command: c.DelegateTask, execution: Execution, today: date) -> Grant:
    """Whoever could complete the task for themselves; the receiver sees the case from then on, so not just anybody."""
    grant = _claimer(connection, command, execution, today)
    token, person = _token(execution, command.task), reads.person(connection, command.person)
    problem = ""
    if person is None or not person.active:
        problem = "person_inactive" if person else "person_unknown"
    elif person.id == command.actor:
        problem = "delegate_self"
    elif absences.is_away(connection, person.id, today):
        problem = "person_away"
    elif same_person(execution, token, person.id) is not None:
        problem = "same_person"
    elif reads.school_of(connection, person.unit) not in (None, execution.school):
        problem = "delegate_other_school"
    elif is_confidential(connection, execution.instance):
        offered = reads.keys_of(connection, person.id, today) & set(token.internal_data["task"]["keys"])
        if not offered and person.id not in execution.participants:
            problem = "delegate_confidential"
    if problem:
        raise Invalid(problems={"person": problem})
    return grant


def _handing_back(connection: Connection, command: c.HandBackTask, execution: Execution, today: date) -> Grant:
    token = _token(execution, command.task)
    keys_today(connection, command.actor, today)
    if not owner(token):
        raise Invalid(problems={"task": "task_not_delegated"})
    if command.actor not in (owner(token), token.internal_data["task"]["assignee"]):
        raise NotPermitted(who=_name(connection, owner(token)))
    return Grant(f"person:{command.actor}")


def _releaser(connection: Connection, command: c.UnclaimTask, execution: Execution, today: date) -> Grant:
    token = _token(execution, command.task)
    if owner(token) and token.internal_data["task"]["assignee"] == command.actor:
        raise TaskDelegated(who=_name(connection, command.actor), owner=_name(connection, owner(token)))
    if token.internal_data["task"]["assignee"] != command.actor:
        return _assigner(connection, command, execution, today)
    return Grant(f"person:{command.actor}")


def _assigner(connection: Connection, command: Any, execution: Execution, today: date) -> Grant:
    """Reassigning needs the right; the receiver must be a candidate and not barred: by a step of theirs, or away."""
    token = _token(execution, command.task)
    keys = keys_today(connection, command.actor, today)
    grant = permissions().may(keys, "assign", execution.school)
    if grant is None:
        names = permissions().rights.get("assign", {})
        raise NotPermitted(who=dict(names))
    if isinstance(command, c.AssignTask):
        theirs = reads.keys_of(connection, command.person, today)
        if not theirs & set(token.internal_data["task"]["keys"]):
            raise Invalid(problems={"person": "person_no_candidate"})
        if same_person(execution, token, command.person) is not None:
            raise Invalid(problems={"person": "same_person"})
        if absences.is_away(connection, command.person, today):
            raise Invalid(problems={"person": "person_away"})
    return Grant(grant, keys.get(grant, ""))


_TASK_RULES: dict[type[c.OnInstance], Callable[[Connection, Any, Execution, date], Grant]] = {
    c.CompleteTask: _worker,
    c.ReturnTask: _worker,
    c.ClaimTask: _claimer,
    c.UnclaimTask: _releaser,
    c.AssignTask: _assigner,
    c.DelegateTask: _delegator,
    c.HandBackTask: _handing_back,
    c.SpeakAsVisitor: _visitor_speaks,
}
