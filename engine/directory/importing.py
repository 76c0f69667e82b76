"""Keeps the rest from knowing how a file becomes changes of the directory: each row is judged by the same rules.

The rules run against a copy of the directory in memory, into which every good row goes at once, so that later rows
may name what earlier ones record; nothing is locked while people look at the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.database import metadata
from engine.definitions import regulation
from engine.directory import decide, projection, reads
from engine.directory.folding import fold
from engine.directory.sheets import Row, columns, meaning
from engine.directory.tables import id_appointment, id_person, id_unit
from engine.errors import Invalid
from engine.facts import Fact

NEW, CHANGED, UNCHANGED, BAD = "new", "changed", "unchanged", "bad"
_TABLES = (id_unit, id_person, id_appointment)
_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


@dataclass(frozen=True, slots=True)
class Problem:
    """``code``: a sentence of the wording with the reason; ``fix_CODE`` says what to do, where there is such a one."""

    column: str
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class Verdict:
    row: Row
    state: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    scope: str
    names: Mapping[str, str]


def roles() -> dict[str, Role]:
    """The roles that an appointment may name."""
    return {code: Role(role.scope, dict(role.names)) for code, role in regulation.roles().items()}


def judge(
    connection: Connection, rows: Sequence[Row], roles: Mapping[str, Role], first: str, source: str
) -> tuple[list[Verdict], dict[str, list[Fact]]]:
    """Every row with its verdict, and the facts of each row (by its place) that would change something.

    ``first`` begins the ids of new appointments; ``source`` is the reason of ends whose row gives no basis.
    """
    memory = sa.create_engine("sqlite://")
    try:
        with memory.connect() as copy:  # never committed: it is gone with the answer
            metadata.create_all(copy, tables=_TABLES)
            for table in _TABLES:
                held = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
                if held:
                    copy.execute(sa.insert(table), held)
            return _Judge(copy, roles, first, source).all(rows)
    finally:
        memory.dispose()


class _Judge:
    def __init__(self, copy: Connection, roles: Mapping[str, Role], first: str, source: str) -> None:
        self._copy = copy
        self._scopes = {code: role.scope for code, role in roles.items()}
        self._codes = {fold(name): code for code, role in roles.items() for name in (code, *role.names.values())}
        self._first, self._source = first, source
        self._seen: dict[tuple[str, ...], Row] = {}
        self._facts: dict[str, list[Fact]] = {}

    def all(self, rows: Sequence[Row]) -> tuple[list[Verdict], dict[str, list[Fact]]]:
        found: dict[str, Verdict] = {}
        waiting = list(rows)
        while waiting:  # a unit may stand above the one it lies in: rows that lack a unit are asked again
            for row in waiting:
                found[row.place] = self._one(row)
            again = [row for row in waiting if any(p.code == "unit_unknown" for p in found[row.place].problems)]
            if len(again) == len(waiting):
                break
            waiting = again
        return [found[row.place] for row in rows], self._facts

    def _one(self, row: Row) -> Verdict:
        missing = [
            Problem(name, "", "import_cell_missing")
            for name, one in columns()[row.kind]["columns"].items()
            if one.get("required") and not row.cells.get(name)
        ]
        if missing:
            return Verdict(row, BAD, tuple(missing))
        try:
            state, facts = _READERS[row.kind](self, row)
        except Invalid as refusal:
            rename = _COLUMNS.get(row.kind, {})
            told = [(rename.get(name, name), code) for name, code in refusal.problems.items()]
            return Verdict(row, BAD, tuple(Problem(name, row.cells.get(name, ""), code) for name, code in told))
        key = (row.kind, row.cells[columns()[row.kind]["key"]])
        if row.kind != "appointments":
            twin = self._seen.setdefault(key, row)
            if twin is not row and twin.cells != row.cells:
                return Verdict(row, BAD, (Problem(columns()[row.kind]["key"], key[1], "import_twice"),))
        if facts:
            self._facts[row.place] = facts
        for fact in facts:
            data = {field.name: getattr(fact, field.name) for field in fields(fact)}
            projection.apply(self._copy, fact.kind, data)
        return Verdict(row, state)

    def _unit(self, row: Row) -> tuple[str, list[Fact]]:
        id = row.cells["unit"]
        known = reads.unit(self._copy, id)
        kind = meaning(row.cells["kind"])
        return self._recorded_unit(row, id, kind, row.cells.get("parent") or (known.parent if known else None))

    def _programme(self, row: Row) -> tuple[str, list[Fact]]:
        return self._recorded_unit(row, row.cells["programme"], "programme", row.cells["department"])

    def _recorded_unit(self, row: Row, id: str, kind: str, parent: str | None) -> tuple[str, list[Fact]]:
        known = reads.unit(self._copy, id)
        typed = {lang: text for lang in decide.LANGUAGES if (text := row.cells.get(f"name_{lang}"))}
        names = {**(known.names if known else {}), **typed}
        active = _yes(row, known.active if known else True)
        command = c.RecordUnit(actor="", unit=id, kind=kind, parent=parent, names=names, active=active)
        facts = decide.decide_unit(self._copy, command)
        if known is None:
            return NEW, facts
        same = (known.kind, known.parent, dict(known.names), known.active) == (kind, parent, names, active)
        return (UNCHANGED, []) if same else (CHANGED, facts)

    def _person(self, row: Row) -> tuple[str, list[Fact]]:
        id, cells = row.cells["person"], row.cells
        known = reads.person(self._copy, id)
        command = c.RecordPerson(
            actor="",
            person=id,
            name=cells["name"],
            unit=cells["unit"],
            kind=meaning(cells.get("kind") or (known.kind if known else "employee")),
            position=cells.get("position") or (known.position if known else ""),
            email=cells.get("email") or (known.email if known else ""),
            language=meaning(cells.get("language") or (known.language if known else "kk")),
            active=_yes(row, known.active if known else True),
        )
        facts = decide.decide_person(self._copy, command)
        if known is None:
            return NEW, facts
        shared = ("name", "unit", "kind", "position", "email", "language", "active")
        same = all(getattr(known, name) == getattr(command, name) for name in shared)
        return (UNCHANGED, []) if same else (CHANGED, facts)

    def _appointment(self, row: Row) -> tuple[str, list[Fact]]:
        cells = row.cells
        role = self._codes.get(fold(cells["role"]), cells["role"])
        start, end = _day(row, "start"), _day(row, "end")
        assert start is not None
        known = self._known(cells["person"], role, cells["unit"], start)
        if known is None:
            command = c.Appoint(
                actor="",
                person=cells["person"],
                role=role,
                unit=cells["unit"],
                start=start,
                end=end,
                basis=cells.get("basis", ""),
            )
            id = f"{self._first}-{len(self._facts) + 1}"
            return NEW, decide.decide_appoint(self._copy, command, appointment_id=id, roles=self._scopes)
        if end is None or end == known.end:
            if cells.get("basis", known.basis) not in ("", known.basis):
                raise Invalid(problems={"basis": "import_basis_fixed"})
            return UNCHANGED, []
        reason = cells.get("basis") or self._source
        return CHANGED, decide.decide_end(
            self._copy, c.EndAppointment(actor="", appointment=known.id, end=end, reason=reason)
        )

    def _known(self, person: str, role: str, unit: str, start: date) -> Any:
        a = id_appointment.c
        row = self._copy.execute(
            sa.select(id_appointment).where(
                a.person == person,
                a.role == role,
                a.unit == unit,
                a.start == start.isoformat(),
                sa.or_(a.end.is_(None), a.end > a.start),
            )
        ).mappings()
        found = row.first()
        return reads.as_appointment(found) if found else None


def _yes(row: Row, known: bool) -> bool:
    text = row.cells.get("active", "")
    if not text:
        return known
    code = meaning(text)
    if code not in ("yes", "no"):
        raise Invalid(problems={"active": "import_yes_or_no"})
    return code == "yes"


def _day(row: Row, column: str) -> date | None:
    text = row.cells.get(column, "")
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        raise Invalid(problems={column: "import_date"}) from None


_READERS: dict[str, Callable[[_Judge, Row], tuple[str, list[Fact]]]] = {
    "units": _Judge._unit,
    "programmes": _Judge._programme,
    "people": _Judge._person,
    "appointments": _Judge._appointment,
}
_COLUMNS = {
    "units": {"names": "name_kk"},
    "programmes": {"names": "name_kk", "unit": "programme", "parent": "department", "kind": "programme"},
    "appointments": {"appointment": "person"},
}
"""Where the rules speak of a field that the sheet calls otherwise."""
