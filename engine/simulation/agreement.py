"""Keeps the command from knowing how two accounts are compared: what people did wrong, and what the rules find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.engine import Connection

from engine.compliance.measuring import measure
from engine.simulation.misdeeds import Misdeed


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """``known``: whose account alone tells of it."""

    day: date
    school: str
    rule: str
    known: Literal["people", "rules"]

    def as_json(self) -> dict[str, str]:
        return {"rule": self.rule, "school": self.school, "date": self.day.isoformat(), "known": self.known}


def differences(connection: Connection, now: datetime, misdeeds: Iterable[Misdeed]) -> list[Difference]:
    """What only one account has, by day. A breach counts once for each rule, school and first day."""
    done = {(one.day, one.school, one.rule) for one in misdeeds}
    found = {
        (episode.since, finding.school, finding.rule.number)
        for finding in measure(connection, now)
        for episode in finding.episodes
        if episode.since <= finding.day
    }
    return sorted(
        [*(Difference(*one, "people") for one in done - found), *(Difference(*one, "rules") for one in found - done)]
    )
