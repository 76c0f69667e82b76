"""Keeps pages from knowing how it is found out who could do what a reader cannot: by a right, in one school, today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from engine.definitions import regulation
from engine.directory import reads
from engine.directory.permissions import permissions
from engine.directory.sorting import alphabet_key
from engine.views import Clause, Names

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class WhoMay:
    """A role that has the right, who holds it there today, and what gives it: clauses, or our default (none)."""

    role: Names
    people: tuple[str, ...]  # names
    clauses: tuple[Clause, ...]


def who_may(connection: Connection, right: str, school: str, day: date) -> tuple[WhoMay, ...]:
    """Roles with a right in a school, those that somebody holds first."""
    grants = [grant for grant in permissions().grants if grant.right == right and grant.role]
    held: dict[str, list[str]] = {}
    for one in reads.in_force(connection, day):
        for grant in grants:
            if one.role == grant.role and (grant.everywhere or one.unit == school):
                held.setdefault(one.role, []).append(one.person)
    people = reads.persons(connection, {id for ids in held.values() for id in ids})
    known, roles = regulation.clauses(), regulation.roles()
    found = []
    for grant in grants:
        active = {people[id].name for id in held.get(grant.role, ()) if id in people and people[id].active}
        names = sorted(active, key=alphabet_key)
        numbers = () if grant.source == DEFAULT else regulation.split_clauses(grant.source)
        clauses = tuple(Clause(number, known[number].titles if number in known else {}) for number in numbers)
        role = roles[grant.role].names if grant.role in roles else {"kk": grant.role}
        found.append(WhoMay(role, tuple(names), clauses))
    return tuple(sorted(found, key=lambda one: not one.people))
