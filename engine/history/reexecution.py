"""Does an instance's entries again and says where the record and this version of the program part.

Re-execution goes through the same ``engine.instances.reenact`` as loading a cold instance, with the recorded answers of
the world; the database is not touched and nothing leaves the house.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from engine.definitions.library import DeployedLibrary
from engine.facts import Fact
from engine.history import sealing
from engine.history.ledger import Entry
from engine.history.report import Problem
from engine.instances import reenact
from engine.runtime import decide, state
from engine.runtime.execution import Execution
from engine.values import canonical, plain

_NAMED = 5
"""Differing fields named per entry."""


class Reexecution:
    """One instance, entry by entry. After the first entry that cannot be done again, ``failed`` is set."""

    def __init__(self, library: DeployedLibrary) -> None:
        self._library = library
        self.execution: Execution | None = None
        self.failed = False
        self.behaviours: set[int] = set()
        self.used: set[str] = set()  # definition ids
        self.last = 0

    def step(self, entry: Entry) -> list[Problem]:
        """Do the next entry again; problems are of the kind *not reproduced*."""
        self.behaviours.add(entry.body["behaviour"])
        try:
            self._note_used(entry)
            recorded = entry.facts()
            self.execution = reenact(entry, self.execution, self._library, check=False)
        except Exception as why:  # whatever a forged or foreign entry makes the program do is a finding
            self.failed = True
            return [self._problem("not_reenacted", entry, stored=f"{type(why).__name__}: {why}"[:200])]
        self.last = entry.seq
        problems = [
            self._problem("fact", entry, field=name, stored=stored, expected=computed)
            for name, stored, computed in differences(recorded, self.execution.facts)
        ]
        self.failed = bool(problems)
        return problems[:_NAMED]

    def snapshot(self, seq: int, sealed: bytes, key: bytes) -> Problem | None:
        """Compare the stored snapshot with the state just after entry ``seq``, where this instance now stands."""
        assert self.execution is not None
        where: dict[str, Any] = {"table": "ru_snapshot", "key": self.execution.instance, "seq": seq}
        stored = open_snapshot(key, sealed, seq)
        if stored is None:
            return Problem("snapshot_closed", **where)
        computed = json.loads(canonical(state.dump(self.execution)))
        parts = sorted(name for name in {*stored, *computed} if stored.get(name) != computed.get(name))
        return Problem("snapshot", **where, field=", ".join(parts)) if parts else None

    def _note_used(self, entry: Entry) -> None:
        if "definition" in entry.body["head"]:
            self.used.add(f"process/{entry.body['head']['definition']}")
        for item in entry.body["world"]:
            if item[0] == "definition" and item[2]:
                self.used.add(f"{item[1]['kind']}/{item[2]}")

    def _problem(self, code: str, entry: Entry, field: str = "", stored: str = "", expected: str = "") -> Problem:
        behaviour, versions = entry.body["behaviour"], ""
        if behaviour != decide.BEHAVIOUR:
            code, versions = "behaviour", f"{behaviour} → {decide.BEHAVIOUR}"
        return Problem(
            code, "not_reproduced", stream=entry.stream, seq=entry.seq, field=field, key=versions, stored=stored,
            expected=expected,
        )  # fmt: skip


def open_snapshot(key: bytes, sealed: bytes, seq: int) -> dict[str, Any] | None:
    """A snapshot's contents, or None when the bytes were changed or put at another entry."""
    try:
        data = json.loads(zlib.decompress(sealing.unseal(key, sealed, f"snapshot/{seq}")))
    except (ValueError, zlib.error):
        return None
    return data if isinstance(data, dict) else None


def differences(recorded: Sequence[Fact], computed: Sequence[Fact]) -> Iterator[tuple[str, str, str]]:
    """(which field of which fact, recorded, computed); values of a case are not shown."""
    for index in range(max(len(recorded), len(computed))):
        if index >= len(recorded) or index >= len(computed) or recorded[index].kind != computed[index].kind:
            kinds = [facts[index].kind if index < len(facts) else "—" for facts in (recorded, computed)]
            yield f"facts[{index}]", kinds[0], kinds[1]
            return  # one fact more or less shifts all that follow
        ours, theirs = recorded[index], computed[index]
        if ours == theirs:
            continue
        for name in (each.name for each in fields(ours)):
            stored, done = plain(getattr(ours, name)), plain(getattr(theirs, name))
            if stored != done:
                hidden = name in ours.private
                shown = ("…", "…") if hidden else (canonical(stored)[:80], canonical(done)[:80])
                yield f"facts[{index}] {ours.kind}.{name}", *shown
