"""Keeps the rest from knowing when the rules are measured: once a night in every school, told to a process.

What follows from a broken rule is the model's business: the process ``compliance_watch`` is begun in each school, and
at the university itself, with the day and the rules that are broken, each with its breaches: since when, in which case
and what that is called. Of a confidential case nothing is told but a name of its own, from which nobody can tell the
case. A house without that process is not watched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.bus import Bus
from engine.calendar.terms import at_time
from engine.compliance.measuring import Finding, measure, places
from engine.database import reading, ru_instance
from engine.definitions.library import resolve
from engine.errors import Refused, StepFailed
from engine.feel import FeelSyntax
from engine.values import day_in_almaty

PROCESS = "compliance_watch"
_HOUR = time(2)  # in Almaty: when nobody works
log = structlog.get_logger("sapa")


class Watch:
    """The nightly look at every school."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._seen: date | None = None

    def tick(self) -> int:
        """Look, when it is past two at night in Almaty and today was not looked yet; answers the cases begun."""
        now = self._bus.clock()
        today = day_in_almaty(now)
        if self._seen == today or now < at_time(today, _HOUR):
            return 0
        begun = self.look()
        self._seen = today
        return begun

    def look(self) -> int:
        """Measure every school now. A school looked at today already is left alone; answers the cases begun.

        A school in which a rule cannot be measured is logged, and the others are looked at.
        """
        now = self._bus.clock()
        day = day_in_almaty(now)
        begun = 0
        with reading(self._bus.database) as connection:
            schools = tuple(places(connection)) if resolve(connection, "process", PROCESS) else ()
        for school in schools:
            try:
                with reading(self._bus.database) as connection:
                    found = _told(connection, measure(connection, now, school))
                variables = {"day": day, "found": found}
                self._bus.handle(c.StartProcess(actor=c.SYSTEM, definition=PROCESS, school=school, variables=variables))
            except (Refused, StepFailed, FeelSyntax) as problem:
                log.info("not watched", school=school, day=str(day), problem=str(problem))
            else:
                begun += 1
        return begun


def _told(connection: Connection, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What is broken, by rule; the breaches of each, the longest first."""
    broken = [one for one in findings if one.status == "violation"]
    keys = _keys(connection, sorted({case for one in broken for case in one.cases}))
    return [
        {
            "rule": one.rule.number,
            "severity": one.rule.severity,
            "clause": ", ".join(one.rule.clauses),
            "names": dict(one.rule.names),
            "wrong": dict(one.rule.wrong),
            "breaches": [
                {"since": breach.since, "row": breach.row, **keys.get(breach.case, {"case": breach.case, **_UNTOLD})}
                for breach in one.broken
            ],
        }
        for one in broken
    ]


_UNTOLD: dict[str, Any] = {"key": "", "title": None}


def _keys(connection: Connection, cases: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """How each of these cases may be spoken of where everybody in the school reads it."""
    i = ru_instance.c
    rows = (
        connection.execute(sa.select(i.id, i.business_key, i.title, i.confidential).where(i.id.in_(cases)))
        if cases
        else ()
    )
    return {
        row.id: {"case": _pseudonym(row.id), "row": "", **_UNTOLD}
        if row.confidential
        else {"case": row.id, "key": row.business_key, "title": json.loads(row.title) or None}
        for row in rows
    }


def _pseudonym(case: str) -> str:
    """The same each night; ids of cases are drawn by lot and cannot be guessed."""
    return hashlib.sha256(f"{PROCESS}/{case}".encode()).hexdigest()[:16]
