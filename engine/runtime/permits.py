"""Who may give a command, today: every command has one rule here; the answer names the appointment that granted it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from engine import commands as c
from engine.definitions import regulation
from engine.definitions.model import Node, Process
from engine.directory import reads
from engine.directory.permissions import permissions
from engine.errors import AppointmentExpired, Invalid, NotFound, NotPermitted, SamePerson, TaskNotOpen, TaskTaken
from engine.runtime.behaviour.mapping import STANDING
from engine.runtime.execution import Execution, Token
from engine.runtime.finding import find


class Grant(NamedTuple):
    """What somebody acts as: a key ("role@unit", "person:ID"), and the appointment that gives it, if one does."""

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
    c.ImportDirectory: "people",
    c.SetPassword: "admin",
    c.IssueReset: "admin",
    c.RevokeToken: "admin",
    c.SetDay: "calendar",
    c.SetTerm: "calendar",
    c.SetParameter: "parameters",
    c.Deploy: "models",
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
    right = RIGHTS.get(type(command), "")
    grant = permissions().may(keys, right, school) if school else _anywhere(keys, right)
    if grant is None:
        names = permissions().rights.get(right, {})
        raise NotPermitted(who=dict(names) or right)
    return Grant(grant, keys.get(grant, ""))


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
    return by_right(connection, command, execution.school, today)


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
    """Complete or return: one of the task's keys today, nobody else's claim, not the person who did the barred step."""
    token = _token(execution, command.task)
    notes = token.internal_data["task"]
    keys = keys_today(connection, command.actor, today)
    matched = sorted(keys.keys() & set(notes["keys"])) or sorted(keys.keys() & set(notes["on_behalf"]))
    if not matched:
        _refuse_candidate(connection, command.actor, notes["keys"], today)
    if notes["assignee"] and notes["assignee"] != command.actor and matched[0] not in notes["on_behalf"]:
        raise TaskTaken(who=reads.names(connection, [notes["assignee"]]).get(notes["assignee"], "—"))
    barred = same_person(execution, token, command.actor)
    if barred is not None:
        raise SamePerson(step=dict(barred.names) or barred.id)
    own = f"person:{command.actor}"
    key = next((key for key in matched if key != own), own)
    return Grant(key, keys[key])


def _refuse_candidate(connection: Connection, actor: str, keys: list[str], today: date) -> None:
    for key in keys:
        over = reads.expired_of(connection, actor, key, today) if "@" in key else None
        if over is not None:
            raise AppointmentExpired(role=role_names([key]), end=over.end.isoformat() if over.end else "—")
    raise NotPermitted(who=role_names(keys))


def _claimer(connection: Connection, command: c.ClaimTask, execution: Execution, today: date) -> Grant:
    return _worker(connection, command, execution, today)


def _releaser(connection: Connection, command: c.UnclaimTask, execution: Execution, today: date) -> Grant:
    token = _token(execution, command.task)
    if token.internal_data["task"]["assignee"] != command.actor:
        return _assigner(connection, command, execution, today)
    return Grant(f"person:{command.actor}")


def _assigner(connection: Connection, command: Any, execution: Execution, today: date) -> Grant:
    """Reassigning needs the right; the receiver must be a candidate and not barred."""
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
    return Grant(grant, keys.get(grant, ""))


_TASK_RULES: dict[type[c.OnInstance], Callable[[Connection, Any, Execution, date], Grant]] = {
    c.CompleteTask: _worker,
    c.ReturnTask: _worker,
    c.ClaimTask: _claimer,
    c.UnclaimTask: _releaser,
    c.AssignTask: _assigner,
}
