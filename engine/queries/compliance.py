"""Keeps pages from knowing how findings are shown: kept some minutes, with the cases that the reader may see."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.compliance.measuring import Episode, Finding, measure
from engine.database import ru_instance
from engine.definitions.library import DeployedLibrary
from engine.directory import visibility
from engine.values import Value
from engine.views import Access, Names

FRESH = timedelta(minutes=10)
"""So long a measurement is shown again; our default. Whoever watches may have it measured anew."""
AHEAD = timedelta(days=30)
"""How far ahead "what will break" looks; our default."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A case behind a finding that the reader may see. ``row``: which row of a register of the case, or ""."""

    instance: str
    key: str
    names: Names
    row: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One rule in one school as pages show it. ``measure``: None where only counted; ``broken``: how often, now."""

    rule: str
    names: Names
    wrong: Names
    clauses: tuple[str, ...]
    severity: str
    basis: str
    unit: str
    status: str
    measure: Value
    threshold: Value
    since: date | None
    broken: int
    cases: tuple[Shown, ...]
    coming: tuple[tuple[date, tuple[Shown, ...]], ...]


@dataclass(frozen=True, slots=True)
class Compliance:
    """A school. ``at``: when it was measured. ``rules``: what is broken first, the gravest first."""

    school: str
    at: datetime
    rules: tuple[Kept, ...]

    def count(self, status: str) -> int:
        return sum(one.status == status for one in self.rules)


class Measured:
    """What was measured last, school by school; one for the program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, tuple[datetime, tuple[Finding, ...]]] = {}

    def of(
        self, connection: Connection, now: datetime, school: str, anew: bool = False
    ) -> tuple[datetime, tuple[Finding, ...]]:
        with self._lock:
            last = self._last.get(school)
            if last is None or anew or not last[0] <= now < last[0] + FRESH:
                last = self._last[school] = (now, tuple(measure(connection, now, school)))
            return last


_STATUSES = ("violation", "warning", "no_data", "ok")
_SEVERITIES = ("critical", "major", "minor")


def compliance(
    connection: Connection,
    library: DeployedLibrary,
    measured: Measured,
    access: Access,
    now: datetime,
    schools: Sequence[str],
    anew: bool,
) -> tuple[Compliance, ...]:
    """Each of these schools; ``anew``: measured now, whenever it was before."""
    found = []
    for school in schools:
        at, findings = measured.of(connection, now, school, anew)
        shown = _visible(connection, library, access, findings)
        kept = sorted(
            (_kept(finding, shown) for finding in findings),
            key=lambda one: (_STATUSES.index(one.status), _SEVERITIES.index(one.severity)),
        )
        found.append(Compliance(school, at, tuple(kept)))
    return tuple(found)


def _kept(finding: Finding, shown: Mapping[str, Shown]) -> Kept:
    rule, broken = finding.rule, finding.broken
    soon = [one for one in finding.coming if one.since <= finding.day + AHEAD]
    return Kept(
        rule.number, rule.names, rule.wrong, rule.clauses, rule.severity, rule.basis, rule.unit, finding.status,
        finding.measure if rule.measured else None, finding.threshold, finding.since, len(broken),
        _cases(broken, shown), tuple((one.since, _cases([one], shown)) for one in soon),
    )  # fmt: skip


def _cases(episodes: Sequence[Episode], shown: Mapping[str, Shown]) -> tuple[Shown, ...]:
    meant = dict.fromkeys((one.case, one.row) for one in episodes)
    return tuple(replace(shown[id], row=row) for id, row in meant if id in shown)


def _visible(
    connection: Connection, library: DeployedLibrary, access: Access, findings: Sequence[Finding]
) -> dict[str, Shown]:
    ids = {one.case for finding in findings for one in (*finding.broken, *finding.coming) if one.case}
    if not ids:
        return {}
    i = ru_instance.c
    query = sa.select(i.id, i.business_key, i.title, i.definition).where(
        i.id.in_(sorted(ids)), visibility.case_condition(access)
    )
    return {
        row.id: Shown(row.id, row.business_key, json.loads(row.title) or library.process(row.definition).process.names)
        for row in connection.execute(query)
    }
