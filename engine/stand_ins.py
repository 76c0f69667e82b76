"""Keeps the views from knowing how absences are kept: an absence, and a key that is acted for in somebody's stead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away on ``start <= day < end``. An end on the day of the start withdraws it."""

    id: str
    person: str
    substitute: str  # empty: nobody stands in
    appointment: str  # empty: every appointment of the person
    start: date
    end: date
    basis: str
    ended: str  # why it ended early


@dataclass(frozen=True, slots=True)
class StandIn:
    """One key of an absent person that somebody else may act for today."""

    key: str  # "role@unit"
    person: str  # in whose stead
    appointment: str
    absence: str
    end: date  # the first day on which it counts no more

    @property
    def recorded(self) -> str:
        """As a ledger entry names it: the appointment, by which absence, in whose stead."""
        return f"{self.appointment}/{self.absence}/{self.person}"


def stead_of(appointment: str) -> str:
    """In whose stead an entry was made, from its ``appointment``; empty when the actor acted for themselves."""
    return appointment.split("/")[2] if appointment.count("/") == 2 else ""
