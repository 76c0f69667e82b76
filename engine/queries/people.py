"""Keeps pages from knowing how the directory is searched and what of a person's card is for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Engine as Database

from engine.database import reading
from engine.directory import absences, reads
from engine.directory.folding import fold
from engine.directory.permissions import permissions
from engine.directory.sorting import alphabet_key
from engine.directory.tables import id_appointment
from engine.errors import NotFound
from engine.stand_ins import Absence
from engine.views import Access, Appointment, Person, Unit

PER_PAGE = 50
KEEPERS = "people"
"""The right of those who keep the directory: they alone see addresses and who has left."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: Person
    roles: tuple[Appointment, ...]  # in force today


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: tuple[PersonRow, ...]
    page: int
    per_page: int
    total: int


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Appointments by what they are today; each stays for ever."""

    person: Person
    now: tuple[Appointment, ...]
    later: tuple[Appointment, ...]
    past: tuple[Appointment, ...]  # latest first; one that ended on its first day was annulled
    absences: tuple[Absence, ...]  # theirs, latest first; one that ended on its first day was withdrawn
    stands: tuple[Absence, ...]  # of others, in which they stand in
    people: Mapping[str, str]  # the names that absences mention
    personal: Mapping[str, str]  # roles of theirs that no substitute gets, with the clause that says who acts


class People:
    """The directory as one reader sees it on one day."""

    def __init__(self, database: Database, access: Access, today: date) -> None:
        self._database = database
        self._keeper = KEEPERS in access.rights
        self._today = today

    def search(self, words: str = "", unit: str = "", page: int = 1) -> PeoplePage:
        """People by name, position, unit or role, every word somewhere; letters that people mix up are the same."""
        number = max(1, min(page, 10_000))
        with reading(self._database) as connection:
            units = reads.units(connection)
            inside = _below(units, unit) if unit else set(units)
            asked = [fold(word) for word in words.split()][:8]
            folded = {id: fold(" ".join(one.names.values())) for id, one in units.items()}
            found = [
                one
                for one in reads.persons(connection).values()
                if one.unit in inside
                and (one.active or self._keeper)
                and all(
                    word in f"{fold(one.name)} {fold(one.position)} {folded.get(one.unit, '')} {one.id}"
                    for word in asked
                )
            ]
            found.sort(key=lambda one: alphabet_key(one.name))
            shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
            held = reads.in_force(connection, self._today, [one.id for one in shown if one.active])
        roles: dict[str, list[Appointment]] = {}
        for one in held:
            roles.setdefault(one.person, []).append(one)
        rows = tuple(PersonRow(self._seen(who), tuple(roles.get(who.id, ()))) for who in shown)
        return PeoplePage(rows, number, PER_PAGE, len(found))

    def card(self, id: str) -> PersonCard:
        """One person with the history of their appointments. Raises NotFound."""
        with reading(self._database) as connection:
            who = reads.person(connection, id)
            if who is None:
                raise NotFound(what=id)
            away = absences.absences_of(connection, id)
            people = reads.names(connection, {name for one in away for name in (one.person, one.substitute) if name})
            a = id_appointment.c
            held = [
                reads.as_appointment(row)
                for row in connection.execute(
                    sa.select(id_appointment).where(a.person == id).order_by(a.start, a.id)
                ).mappings()
            ]
        now = tuple(one for one in held if one.start <= self._today and not _over(one, self._today))
        later = tuple(one for one in held if one.start > self._today and not _annulled(one))
        past = tuple(one for one in reversed(held) if one not in now and one not in later)
        own = tuple(one for one in away if one.person == id)
        held_roles = {one.role for one in (*now, *later)}
        personal = {role: clause for role, clause in permissions().personal.items() if role in held_roles}
        return PersonCard(
            self._seen(who), now, later, past, own, tuple(one for one in away if one.substitute == id), people, personal
        )

    def holders(self) -> Mapping[str, tuple[PersonRow, ...]]:
        """Who holds a role today, by the unit it is held in."""
        with reading(self._database) as connection:
            held = sorted(reads.in_force(connection, self._today), key=lambda one: (one.role, one.id))
            people = reads.persons(connection, [one.person for one in held])
        found: dict[str, list[PersonRow]] = {}
        for one in held:
            if people[one.person].active:
                found.setdefault(one.unit, []).append(PersonRow(self._seen(people[one.person]), (one,)))
        return {unit: tuple(rows) for unit, rows in found.items()}

    def units(self) -> list[tuple[int, Unit]]:
        """Every unit with its depth, each below its parent."""
        with reading(self._database) as connection:
            return _tree(reads.units(connection))

    def _seen(self, person: Person) -> Person:
        return person if self._keeper else replace(person, email="")


def _tree(units: Mapping[str, Unit]) -> list[tuple[int, Unit]]:
    """Every unit below its parent with its depth, by the Kazakh alphabet."""
    below: dict[str | None, list[Unit]] = {}
    for one in units.values():
        below.setdefault(one.parent if one.parent in units else None, []).append(one)
    found: list[tuple[int, Unit]] = []

    def walk(parent: str | None, depth: int) -> None:
        for one in sorted(below.get(parent, ()), key=lambda one: alphabet_key(one.names.get("kk", one.id))):
            found.append((depth, one))
            walk(one.id, depth + 1)

    walk(None, 0)
    return found


def _below(units: Mapping[str, Unit], top: str) -> set[str]:
    found, size = {top}, 0
    while size != len(found):
        size = len(found)
        found |= {one.id for one in units.values() if one.parent in found}
    return found


def _over(one: Appointment, day: date) -> bool:
    return one.end is not None and one.end <= day


def _annulled(one: Appointment) -> bool:
    return one.end is not None and one.end <= one.start
