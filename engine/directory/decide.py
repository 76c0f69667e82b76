"""Keeps the bus from knowing what makes a change of the directory acceptable: commands in, facts or refusals out.

Each function reads, changes nothing, and returns the facts to be recorded; it raises engine.errors.Invalid, whose
``problems`` maps a field to a code of ``engine/wording/directory.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.commanding import CLOCK, ROUTER, SYSTEM, VISITOR
from engine.commands import Appoint, EndAppointment, RecordPerson, RecordUnit, SetPassword
from engine.directory.reads import ROOT, SCHOOL, appointment, chain, person, unit
from engine.directory.tables import id_appointment, id_login
from engine.errors import Invalid
from engine.facts import Fact
from engine.facts.house import Appointed, AppointmentEnded, PasswordChanged, PersonRecorded, UnitRecorded

UNIT_KINDS = (ROOT, SCHOOL, "department", "programme", "section")
PERSON_KINDS = ("employee", "student")
LANGUAGES = ("kk", "ru", "en")

# Ids are parts of keys ("role@unit", "person:ID") and of addresses of pages.
MACHINES = frozenset([CLOCK, ROUTER, SYSTEM, VISITOR, "worker"])
"""Actors that are no people: who could sign in as one of them would need no permission."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def decide_unit(conn: Connection, command: RecordUnit) -> list[Fact]:
    problems: dict[str, str] = {}
    known = unit(conn, command.unit)
    if not _ID.fullmatch(command.unit):
        problems["unit"] = "id_malformed"
    if command.kind not in UNIT_KINDS:
        problems["kind"] = "unit_kind_unknown"
    elif known and known.kind != command.kind:
        problems["kind"] = "unit_kind_fixed"
    if not command.names.get("kk", "").strip() or not set(command.names) <= set(LANGUAGES):
        problems["names"] = "unit_names_missing"
    if command.kind == ROOT:
        if command.parent is not None:
            problems["parent"] = "unit_root_has_no_parent"
    elif command.parent is None:
        problems["parent"] = "unit_parent_missing"
    else:
        above = [unit_id for unit_id, _kind in chain(conn, command.parent)]
        if not above:
            problems["parent"] = "unit_unknown"
        elif command.unit in above:
            problems["parent"] = "unit_ring"
    _refuse(problems)
    names = {lang: text.strip() for lang, text in command.names.items() if text.strip()}
    return [
        UnitRecorded(
            unit=command.unit, unit_kind=command.kind, parent=command.parent, names=names, active=command.active
        )
    ]


def decide_person(conn: Connection, command: RecordPerson) -> list[Fact]:
    problems: dict[str, str] = {}
    if not _ID.fullmatch(command.person):
        problems["person"] = "id_malformed"
    elif command.person.lower() in MACHINES:
        problems["person"] = "id_of_machine"
    if not command.name.strip() or len(command.name) > 200:
        problems["name"] = "person_name_missing"
    if command.kind not in PERSON_KINDS:
        problems["kind"] = "person_kind_unknown"
    if command.language not in LANGUAGES:
        problems["language"] = "language_unknown"
    if command.email and not _EMAIL.fullmatch(command.email):
        problems["email"] = "email_malformed"
    _check_unit(conn, command.unit, problems, active=command.active)
    _refuse(problems)
    return [
        PersonRecorded(
            person=command.person,
            name=command.name.strip(),
            unit=command.unit,
            person_kind=command.kind,
            position=command.position.strip(),
            email=command.email,
            language=command.language,
            active=command.active,
        )
    ]


def decide_appoint(conn: Connection, command: Appoint, *, appointment_id: str, roles: Mapping[str, str]) -> list[Fact]:
    """``roles``: code -> scope (school, department, university, any, external) as the models' role list has them.

    A role of the whole university is given at the university or one of its sections only: with it go rights over
    every school, which nobody may get by an appointment inside one school.
    """
    problems: dict[str, str] = {}
    who = person(conn, command.person)
    if who is None:
        problems["person"] = "person_unknown"
    elif not who.active:
        problems["person"] = "person_inactive"
    scope = roles.get(command.role)
    if scope is None:
        problems["role"] = "role_unknown"
    _check_unit(conn, command.unit, problems)
    if "unit" not in problems and scope in ("school", "department", "university"):
        inside = any(kind == SCHOOL for _id, kind in chain(conn, command.unit))
        if inside == (scope == "university"):
            problems["unit"] = "role_not_in_unit"
    if command.end is not None and command.end <= command.start:
        problems["end"] = "end_before_start"
    if not problems and _overlaps(conn, command):
        problems["start"] = "appointment_overlaps"
    if appointment(conn, appointment_id) is not None:
        problems["appointment"] = "appointment_known"
    _refuse(problems)
    return [
        Appointed(
            appointment=appointment_id,
            person=command.person,
            role=command.role,
            unit=command.unit,
            start=command.start.isoformat(),
            end=command.end.isoformat() if command.end else None,
            basis=command.basis.strip(),
        )
    ]


def decide_end(conn: Connection, command: EndAppointment) -> list[Fact]:
    """An end on the very day of the start annuls the appointment; an end can be brought forward, never put off."""
    problems: dict[str, str] = {}
    current = appointment(conn, command.appointment)
    if current is None:
        problems["appointment"] = "appointment_unknown"
    elif command.end < current.start:
        problems["end"] = "end_before_start"
    elif current.end is not None and command.end > current.end:
        problems["end"] = "appointment_over_earlier"
    if not command.reason.strip():
        problems["reason"] = "reason_missing"
    _refuse(problems)
    return [
        AppointmentEnded(appointment=command.appointment, end=command.end.isoformat(), reason=command.reason.strip())
    ]


def decide_password(conn: Connection, command: SetPassword) -> list[Fact]:
    """The digest stays out of the facts; the caller writes it with ``projection.write_login``."""
    problems: dict[str, str] = {}
    login = command.login.strip().lower()
    who = person(conn, command.person)
    if who is None:
        problems["person"] = "person_unknown"
    elif not who.active:
        problems["person"] = "person_inactive"
    if not _LOGIN.fullmatch(login):
        problems["login"] = "login_malformed"
    else:
        owner = conn.execute(sa.select(id_login.c.person).where(id_login.c.login == login)).scalar()
        if owner not in (None, command.person):
            problems["login"] = "login_taken"
    _refuse(problems)
    return [PasswordChanged(person=command.person, login=login)]


def _check_unit(conn: Connection, unit_id: str, problems: dict[str, str], *, active: bool = True) -> None:
    """``active``: only an active unit will do (somebody who leaves may keep a unit that is closed)."""
    known = unit(conn, unit_id)
    if known is None:
        problems["unit"] = "unit_unknown"
    elif active and not known.active:
        problems["unit"] = "unit_inactive"


def _overlaps(conn: Connection, command: Appoint) -> bool:
    a = id_appointment.c
    same = sa.and_(a.person == command.person, a.role == command.role, a.unit == command.unit)
    later = sa.or_(a.end.is_(None), a.end > command.start.isoformat())
    earlier = a.start < command.end.isoformat() if command.end else sa.true()
    real = sa.or_(a.end.is_(None), a.end > a.start)  # an annulled appointment is in nobody's way
    return conn.execute(sa.select(a.id).where(same, later, earlier, real).limit(1)).first() is not None


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise Invalid(problems=problems)
