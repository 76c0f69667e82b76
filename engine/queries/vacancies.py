"""Keeps pages from knowing how it is found out which roles the models ask for have nobody, today or soon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import re_definition, ru_candidate, ru_task
from engine.definitions import regulation
from engine.definitions.library import DeployedLibrary, resolve
from engine.directory import absences, reads
from engine.directory.permissions import permissions
from engine.directory.tables import id_appointment, id_person
from engine.stand_ins import Absence
from engine.views import Access, Names, Unit

RIGHTS = ("people", "monitor")
_KEY = re.compile(r"\b([A-Za-z]\w*)@([\w.-]*)")


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role without a holder from ``since`` on. ``last``: the people who hold it until then."""

    role: str
    unit: Unit
    since: date
    last: tuple[str, ...]
    steps: tuple[Names, ...]  # of the models' steps that name the role
    tasks: int  # open tasks that nobody could do
    cases: int
    filled_by: Names  # the procedure that fills the role, where the regulation names one
    clause: str


def vacancies(
    connection: Connection, library: DeployedLibrary, access: Access, today: date, days: int
) -> tuple[Vacancy, ...]:
    """Earliest first: every role that a deployed model names, in each unit the reader watches over."""
    units = reads.units(connection)
    wanted = _wanted(connection, library, units)
    seen = {key: steps for key, steps in wanted.items() if _watched(access, units, key[1])}
    terms = _terms(connection)
    empty: dict[str, date] = {}
    for role, unit in seen:
        since = _first_gap(terms.get((role, unit), []), today, today + timedelta(days=days))
        if since is not None:
            empty[f"{role}@{unit}"] = since
    ownerless = _ownerless(connection, empty)
    names, processes = regulation.roles(), regulation.processes()
    found = []
    for (role, unit), steps in seen.items():
        key = f"{role}@{unit}"
        if key not in empty:
            continue
        tasks = ownerless.get(key, {})
        known = names.get(role)
        filler = processes.get(known.filled_by) if known else None
        found.append(
            Vacancy(
                role=role,
                unit=units[unit],
                since=empty[key],
                last=tuple(who for who, _start, end in terms.get((role, unit), ()) if end == empty[key].isoformat()),
                steps=steps,
                tasks=len(tasks),
                cases=len(set(tasks.values())),
                filled_by=filler.names if filler else {},
                clause=known.clause if known else "",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.since, -one.tasks, -len(one.steps), one.role, one.unit.id)))


def _wanted(
    connection: Connection, library: DeployedLibrary, units: Mapping[str, Unit]
) -> dict[tuple[str, str], tuple[Names, ...]]:
    """(role, unit) -> the steps of the latest models that are offered to it; with what open tasks wait for.

    A key whose unit only a case knows counts for each school or department, if the role is held in those.
    """
    d = re_definition.c
    found: dict[tuple[str, str], dict[str, Names]] = {}
    for key in connection.execute(sa.select(d.key).where(d.kind == "process").distinct().order_by(d.key)).scalars():
        id = resolve(connection, "process", key)
        assert id is not None
        for node in library.process(id).process.nodes.values():
            text = f"{node.properties.get('role', '')} {node.attributes.get('candidateGroups', '')}"
            for role, unit in _KEY.findall(text):
                for at in [unit] if unit in units else _of_scope(units, role) if not unit else []:
                    found.setdefault((role, at), {})[f"{key}/{node.id}"] = node.names or {"kk": node.id}
    offered = sa.select(ru_candidate.c.key).where(ru_candidate.c.key.contains("@")).distinct()
    for role, _at, unit in (key.partition("@") for key in connection.execute(offered).scalars()):
        if unit in units:  # only cases know where such a role is held
            found.setdefault((role, unit), {})
    return {key: tuple(steps.values()) for key, steps in found.items()}


def _of_scope(units: Mapping[str, Unit], role: str) -> list[str]:
    known = regulation.roles().get(role)
    kind = known.scope if known and known.scope in ("school", "department") else ""
    return [one.id for one in units.values() if one.kind == kind and one.active]


def _watched(access: Access, units: Mapping[str, Unit], unit: str) -> bool:
    grants = {key: grant for right in RIGHTS for key, grant in permissions().granting(access.keys, right).items()}
    if any(grant.everywhere for grant in grants.values()):
        return True
    above, at = set(), unit
    while at and at not in above:
        above.add(at)
        at = (units[at].parent or "") if at in units else ""
    return any(key.partition("@")[2] in above for key in grants)


def _terms(connection: Connection) -> dict[tuple[str, str], list[tuple[str, str, str | None]]]:
    """(role, unit) -> (person, start, end) in which somebody who is here holds it, or has somebody who stands in."""
    a = id_appointment.c
    rows = connection.execute(
        sa.select(a.role, a.unit, a.person, a.id, a.start, a.end)
        .join(id_person, id_person.c.id == a.person)
        .where(id_person.c.active.is_(sa.true()))
        .order_by(a.person)
    )
    away: dict[str, list[Absence]] = {}
    for one in absences.overlapping(connection, date.min, date.max):
        away.setdefault(one.person, []).append(one)
    here = set(connection.execute(sa.select(id_person.c.id).where(id_person.c.active.is_(sa.true()))).scalars())
    found: dict[tuple[str, str], list[tuple[str, str, str | None]]] = {}
    for role, unit, person, id, start, end in rows:
        gaps = [
            (one.start.isoformat(), one.end.isoformat())
            for one in away.get(person, ())
            if one.appointment in ("", id) and (one.substitute not in here or role in permissions().personal)
        ]
        for begun, over in _without(start, end, sorted(gaps)):
            found.setdefault((role, unit), []).append((person, begun, over))
    return found


def _without(start: str, end: str | None, gaps: list[tuple[str, str]]) -> Iterator[tuple[str, str | None]]:
    """[start, end) less the gaps, earliest first."""
    for begun, over in gaps:
        if over <= start or (end is not None and begun >= end):
            continue
        if begun > start:
            yield start, begun
        start = over
    if end is None or start < end:
        yield start, end


def _first_gap(terms: list[tuple[str, str, str | None]], today: date, last: date) -> date | None:
    """The first day from today on that no appointment covers; gaps begin today or where one ends."""
    ends = sorted({end for _who, _start, end in terms if end and today.isoformat() < end <= last.isoformat()})
    for day in (today.isoformat(), *ends):
        if not any(start <= day and (end is None or end > day) for _who, start, end in terms):
            return date.fromisoformat(day)
    return None


def _ownerless(connection: Connection, empty: Mapping[str, date]) -> dict[str, dict[str, str]]:
    """Key -> {task: case} of the open tasks, held by nobody, whose every candidate is a role without a holder."""
    if not empty:
        return {}
    c, t = ru_candidate.c, ru_task.c
    offered = sa.select(c.task).where(c.key.in_(sorted(empty)))
    rows = connection.execute(
        sa.select(c.task, c.key, t.instance).join(ru_task, t.id == c.task).where(c.task.in_(offered), t.assignee == "")
    ).all()
    keys: dict[str, set[str]] = {}
    for row in rows:
        keys.setdefault(row.task, set()).add(row.key)
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if keys[row.task] <= empty.keys():
            found.setdefault(row.key, {})[row.task] = row.instance
    return found
