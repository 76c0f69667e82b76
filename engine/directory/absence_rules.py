"""Keeps the bus from knowing what makes an absence acceptable and whom it concerns: commands in, facts out."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.commands import EndAbsence, RecordAbsence
from engine.directory import absences, reads
from engine.directory.permissions import permissions
from engine.directory.tables import id_appointment
from engine.errors import Invalid
from engine.facts import Fact
from engine.facts.house import AbsenceEnded, AbsenceRecorded
from engine.views import Appointment

LONGEST = timedelta(days=366)
"""Whoever is away for longer is replaced, not stood in for."""


def decide_absence(conn: Connection, command: RecordAbsence, id: str, today: date) -> list[Fact]:
    """Nobody stands in for themselves, in a circle, or for somebody's substitute. Raises Invalid."""
    problems: dict[str, str] = {}
    _check_person(conn, command.person, "person", problems)
    if command.start < today:
        problems["start"] = "absence_backdated"
    if command.end <= command.start:
        problems["end"] = "end_before_start"
    elif command.end - command.start > LONGEST:
        problems["end"] = "absence_too_long"
    held = _covered(conn, command.person, command.appointment, command.start, command.end)
    if command.appointment and not held:
        problems["appointment"] = "absence_not_held"
    elif command.appointment and command.substitute and held[0].role in permissions().personal:
        problems["appointment"] = "role_replaced_otherwise"
    if not problems:
        problems |= _conflicts(conn, command)
    if problems:
        raise Invalid(problems=problems)
    return [
        AbsenceRecorded(
            absence=id,
            person=command.person,
            substitute=command.substitute,
            appointment=command.appointment,
            start=command.start.isoformat(),
            end=command.end.isoformat(),
            basis=command.basis.strip(),
        )
    ]


def _conflicts(conn: Connection, command: RecordAbsence) -> dict[str, str]:
    """What stands against it among people and other absences."""
    days = (command.start, command.end)
    same = absences.overlapping(conn, *days, person=command.person)
    if any(not command.appointment or one.appointment in ("", command.appointment) for one in same):
        return {"start": "absence_overlaps"}
    if absences.overlapping(conn, *days, substitute=command.person):
        return {"person": "absent_stands_in"}
    if not command.substitute:
        return {}
    problems: dict[str, str] = {}
    if command.substitute == command.person:
        return {"substitute": "substitute_self"}
    _check_person(conn, command.substitute, "substitute", problems)
    if not problems and absences.overlapping(conn, *days, person=command.substitute):
        problems["substitute"] = "substitute_away"
    return problems


def decide_absence_end(conn: Connection, command: EndAbsence, today: date) -> list[Fact]:
    """An end is brought forward, never put off; on the day of the start it withdraws what has not begun."""
    current = absences.absence(conn, command.absence)
    if current is None:
        raise Invalid(problems={"absence": "absence_unknown"})
    problems: dict[str, str] = {}
    if current.end <= today or current.end <= current.start:
        problems["absence"] = "absence_over"
    elif not max(current.start, today) <= command.end < current.end:
        problems["end"] = "absence_end_outside"
    if not command.reason.strip():
        problems["reason"] = "reason_missing"
    if problems:
        raise Invalid(problems=problems)
    return [AbsenceEnded(absence=command.absence, end=command.end.isoformat(), reason=command.reason.strip())]


def concerned(conn: Connection, command: RecordAbsence | EndAbsence) -> tuple[set[str], set[str]]:
    """(the people whose own affair it is, the schools whose keepers may do it; "" is the university itself).

    A substitute may step down, so ending is their affair too.
    """
    if isinstance(command, EndAbsence):
        one = absences.absence(conn, command.absence)
        if one is None:
            return set(), {""}
        people, start, end = {one.person, one.substitute} - {""}, one.start, one.end
        person, appointment = one.person, one.appointment
    else:
        people, start, end = {command.person}, command.start, command.end
        person, appointment = command.person, command.appointment
    units = {one.unit for one in _covered(conn, person, appointment, start, end)} | {reads.unit_of(conn, person) or ""}
    return people, {reads.school_of(conn, unit) or "" for unit in units}


def _covered(conn: Connection, person: str, appointment: str, start: date, end: date) -> list[Appointment]:
    """The appointments that the person holds on some day of [start, end): one of them, or all."""
    a = id_appointment.c
    query = sa.select(id_appointment).where(
        a.person == person, a.start < end.isoformat(), sa.or_(a.end.is_(None), a.end > start.isoformat()),
        sa.or_(a.end.is_(None), a.end > a.start),
    )  # fmt: skip
    if appointment:
        query = query.where(a.id == appointment)
    return [reads.as_appointment(row) for row in conn.execute(query.order_by(a.id)).mappings()]


def _check_person(conn: Connection, id: str, field: str, problems: dict[str, str]) -> None:
    who = reads.person(conn, id)
    if who is None:
        problems[field] = "person_unknown"
    elif not who.active:
        problems[field] = "person_inactive"
