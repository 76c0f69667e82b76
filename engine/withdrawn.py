"""Keeps the registers from knowing when a row no longer counts: once the case that entered it is cancelled.

Nothing is deleted and nothing is written into the row: who withdrew it, when and why stands in the case's own record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, hi_payload, ru_instance, vw_register
from engine.facts import InstanceCancelled
from engine.history import ledger
from engine.history.sealing import KeyRing
from engine.values import moment

CODE = "case_cancelled"
"""What stands for the status of such a row."""
_AT_ONCE = 500  # cases in one statement


@dataclass(frozen=True, slots=True)
class Withdrawal:
    by: str
    at: datetime
    reason: str


def stands() -> sa.ColumnElement[bool]:
    """The rows of ``vw_register`` that count."""
    i = ru_instance.c
    cancelled = sa.select(sa.literal(1)).where(i.id == vw_register.c.instance, i.state == "cancelled")
    return ~sa.exists(cancelled.correlate(vw_register))


def told(connection: Connection, keys: KeyRing, cases: Iterable[str]) -> dict[str, Withdrawal]:
    """Who cancelled each of these cases, when and why."""
    streams, found = sorted({f"instance:{case}" for case in cases}), {}
    e, p = hi_entry.c, hi_payload.c
    both = hi_entry.outerjoin(hi_payload, sa.and_(p.stream == e.stream, p.seq == e.seq))
    for at in range(0, len(streams), _AT_ONCE):
        query = (
            sa.select(hi_entry, p.sealed)
            .select_from(both)
            .where(e.stream.in_(streams[at : at + _AT_ONCE]), e.kind == "CancelInstance")
        )
        for row in connection.execute(query):
            entry = ledger.entry_of(row, keys.kept(connection, row.stream))
            for fact in entry.facts():
                if isinstance(fact, InstanceCancelled):
                    case = row.stream.removeprefix("instance:")
                    found[case] = Withdrawal(entry.actor, moment(entry.at), fact.reason or "")
    return found
