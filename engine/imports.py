"""Keeps the pages from knowing where a file of the directory waits between its dry run and its loading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.bus import Bus
from engine.database import reading
from engine.directory import sheets
from engine.directory.importing import BAD, Problem, Verdict, judge, roles
from engine.directory.tables import id_import
from engine.errors import NotFound
from engine.values import instant

KEPT = timedelta(days=7)
_i = id_import.c


@dataclass(frozen=True, slots=True)
class Import:
    """A file with the verdict of each row. ``moved``: places whose verdict was another one when it was loaded."""

    id: str
    name: str
    verdicts: tuple[Verdict, ...]
    loaded: int | None  # rows that changed something; None until it is loaded
    moved: frozenset[str]

    @property
    def counts(self) -> Mapping[str, int]:
        found = dict.fromkeys(("new", "changed", "unchanged", "bad"), 0)
        for one in self.verdicts:
            found[one.state] += 1
        return found

    @property
    def kept(self) -> tuple[Verdict, ...]:
        """The rows that are not loaded: bad ones, and those that moved."""
        return tuple(one for one in self.verdicts if one.state == BAD or one.row.place in self.moved)


class Imports:
    """Dry runs change nothing of the directory; only ``load`` does, by one command."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def kinds(self) -> Mapping[str, Any]:
        """What a file may hold: kind -> names, columns with their names, an example."""
        return {kind: sheets.columns()[kind] for kind in sheets.KINDS}

    def examine(self, name: str, content: bytes) -> list[Verdict]:
        """What loading the file would do now. Raises Invalid when it cannot be read at all."""
        rows = sheets.read(name, content)
        with reading(self._bus.database) as connection:
            return judge(connection, rows, roles(), first="a0", source=name)[0]

    def propose(self, person: str, name: str, content: bytes) -> str:
        """Examine a file and keep it for a week; answers the id of the dry run."""
        verdicts = self.examine(name, content)
        now = self._bus.clock()
        id = hashlib.sha256(f"{person} {instant(now)} ".encode() + content).hexdigest()[:16]
        row = {
            "id": id,
            "person": person,
            "name": name[:200],
            "created": instant(now),
            "content": content,
            "verdicts": json.dumps([[one.state, [_told(p) for p in one.problems]] for one in verdicts]),
            "result": "",
        }

        def keep(connection: sa.Connection) -> None:
            connection.execute(sa.delete(id_import).where(sa.or_(_i.created < instant(now - KEPT), _i.id == id)))
            connection.execute(sa.insert(id_import), row)

        self._bus.in_transaction(keep)
        return id

    def get(self, person: str, id: str) -> Import:
        """A file that this person brought. Raises NotFound."""
        return _import(self._row(person, id))

    def load(self, person: str, id: str, key: str = "") -> None:
        """Load the good rows of a dry run, once. Raises NotFound, NotPermitted."""
        row = self._row(person, id)
        if row.result:
            return
        found = _import(row)
        done = self._load(person, key or f"import:{id}", row.name, row.content, found.verdicts)
        if done.repeated:
            return
        result = {"loaded": loaded(found.verdicts, done.result), "moved": moved(found.verdicts, done.result)}
        self._bus.execute(sa.update(id_import).where(_i.id == id).values(result=json.dumps(result)))

    def load_now(self, name: str, content: bytes) -> tuple[list[Verdict], int]:
        """From the command line: what the file did, and how many rows changed something."""
        verdicts = self.examine(name, content)
        done = self._load(c.SYSTEM, "", name, content, tuple(verdicts))
        return list(done.result), loaded(verdicts, done.result)

    def _load(self, actor: str, key: str, name: str, content: bytes, foreseen: tuple[Verdict, ...]) -> c.Done:
        return self._bus.handle(
            c.ImportDirectory(
                actor=actor,
                key=key,
                source=name,
                sha256=hashlib.sha256(content).hexdigest(),
                rows=tuple(one.row for one in foreseen),
                expected={one.row.place: one.state for one in foreseen},
            )
        )

    def _row(self, person: str, id: str) -> Any:
        with reading(self._bus.database) as connection:
            row = connection.execute(sa.select(id_import).where(_i.id == id, _i.person == person)).first()
        if row is None:
            raise NotFound(what=id)
        return row


def _import(row: Any) -> Import:
    told = json.loads(row.verdicts)
    verdicts = tuple(
        Verdict(read, state, tuple(Problem(*one) for one in problems))
        for read, (state, problems) in zip(sheets.read(row.name, row.content), told, strict=True)
    )
    result = json.loads(row.result) if row.result else {}
    return Import(row.id, row.name, verdicts, result.get("loaded"), frozenset(result.get("moved", ())))


def moved(foreseen: Any, found: Any) -> list[str]:
    """The places of rows whose verdict is not what was foreseen."""
    before = {one.row.place: one.state for one in foreseen}
    return [one.row.place for one in found if before.get(one.row.place) != one.state]


def loaded(foreseen: Any, found: Any) -> int:
    """How many rows changed something."""
    other = set(moved(foreseen, found))
    return sum(one.state in ("new", "changed") and one.row.place not in other for one in found)


def _told(problem: Problem) -> list[str]:
    return [problem.column, problem.value, problem.code]
