"""Keeps templates from knowing why something cannot be done: what is missing, who can, by which clause, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.views import CaseView, Clause, Person, TaskView
from web.language import text_of, word
from web.names import say
from web.wiring import person, reader

ENDED = ("completed", "cancelled")
ACTS = {"suspend": "suspend", "resume": "suspend", "cancel": "cancel"}
"""What the case page lets do to a whole case, and the right that opens it."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who could do it: a role (or none) with its people."""

    role: str
    people: tuple[str, ...]
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """``todo``: a code of the pages' texts (blocked_todo.CODE)."""

    what: str
    who: tuple[Who, ...]
    clauses: tuple[Clause, ...]
    todo: str


def of_task(found: TaskView, candidates: Sequence[Person]) -> Blocked | None:
    """Why the reader cannot complete or claim an open task; None when they can."""
    if found.state != "open" or found.may_complete:
        return None
    code = found.blocked["code"] if found.blocked else "task_taken"
    params: dict[str, Any] = dict(found.blocked["params"]) if found.blocked else {}
    if code == "task_taken":
        params = {"who": found.people.get(found.assignee, found.assignee)}
    if code == "instance_not_running":
        params = {"state": word("state", str(params.get("state", "")))}
        return Blocked(say(code, params), by_right("suspend", found.school), (), "suspended")
    others = tuple({**_asked_by_name(found), **{one.id: one.name for one in candidates if one.id != person()}}.values())
    roles = _roles(found)
    who: tuple[Who, ...] = (Who(roles, others),) if others or roles else ()
    if code == "task_taken":
        who = (Who("", (str(params["who"]),)), *by_right("assign", found.school))
    elif not others:
        who = (*who, *by_right("people", found.school))  # only an appointment helps
    todo = code if code in ("task_taken", "same_person", "appointment_expired") else "not_permitted"
    return Blocked(say(code, params), who, found.why.clauses, todo if others or code == "task_taken" else "nobody")


def _asked_by_name(found: TaskView) -> dict[str, str]:
    """Whom the task is asked of whatever role they hold, also while they are away: nobody does it in their stead."""
    ids = [key.removeprefix("person:") for key in found.candidates if key.startswith("person:")]
    return {id: found.people[id] for id in ids if id in found.people and id != person()}


def _roles(found: TaskView) -> str:
    return text_of(found.why.role) if any("@" in key for key in found.candidates) else ""


def by_right(right: str, school: str) -> tuple[Who, ...]:
    """Who could do what the reader may not, those first whom one can ask today."""
    found = reader().who_may(right, school)
    held = [one for one in found if one.people] or list(found)
    return tuple(Who(text_of(one.role), one.people, one.clauses) for one in held)


@dataclass(frozen=True, slots=True)
class NotOffered:
    """An act on a case that its page does not offer, and why."""

    act: str
    why: str  # a code of the pages' texts (not_offered.CODE)
    who: tuple[Who, ...]


def of_case(found: CaseView) -> tuple[NotOffered, ...]:
    """The acts on a case that this reader is not offered."""
    told = []
    for act, right in ACTS.items():
        if act in found.may:
            continue
        why = _why_not(act, found)
        who = by_right(right, found.row.school) if why == "right" else ()
        told.append(NotOffered(act, why, who))
    return tuple(told)


def _why_not(act: str, found: CaseView) -> str:
    state = found.row.state
    if state in ENDED:
        return "ended"
    if act == "resume" and state != "suspended":
        return "not_suspended"
    return "is_suspended" if act == "suspend" and state == "suspended" else "right"
