"""Turns the facts of the house's own streams into rows: calendar, parameters, start timers.

The directory's facts go on to ``engine.directory.projection``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import facts as f
from engine.database import ru_outbox, ru_start, ru_timer, vw_day, vw_parameter, vw_parameter_past, vw_term
from engine.directory import projection as directory
from engine.notes import projection as notes
from engine.projections import documents
from engine.projections.batch import Batch
from engine.proposals import projection as proposals
from engine.values import canonical


def project(connection: Connection, batch: Batch, fact: f.Fact, stream: str, seq: int, at: str) -> None:
    """Apply one fact of the directory, calendar, parameters, models or schedule."""
    if fact.kind in directory.HANDLED:
        data = {field.name: getattr(fact, field.name) for field in fields(fact)}
        directory.apply(connection, fact.kind, data, f"{stream}/{seq}")
        return
    if type(fact) in notes.HANDLERS:
        notes.apply(batch, fact, stream, at)
        return
    if type(fact) in documents.HANDLERS:
        documents.apply(batch, fact, stream, seq, at)
        return
    handler = _HANDLERS.get(type(fact))
    if handler is not None:
        handler(batch, fact, at)


def start_timer(process: str, element: str, school: str) -> str:
    """The id of a timer start event's row."""
    return f"start/{process}/{element}/{school}"


def _day(batch: Batch, fact: f.DaySet, at: str) -> None:
    batch.put(vw_day, {"day": fact.day, "working": fact.working, "reason": fact.reason}, replace=True)


def _term(batch: Batch, fact: f.TermSet, at: str) -> None:
    batch.put(vw_term, {"year": fact.year, "name": fact.name, "day": fact.day}, replace=True)


def _parameter(batch: Batch, fact: f.ParameterSet, at: str) -> None:
    row = {"name": fact.name, "content": canonical(fact.value), "reason": fact.reason, "by": fact.by, "at": at}
    batch.put(vw_parameter, row, replace=True)
    if fact.was is not None:
        batch.also(_WAS, i_name=fact.name, i_until=at, i_content=canonical(fact.was))


_past = vw_parameter_past.c
_WAS = sa.insert(vw_parameter_past).from_select(
    ["name", "until", "content"],
    sa.select(*(sa.bindparam(f"i_{column.name}", type_=column.type) for column in _past)).where(
        ~sa.exists().where(_past.name == sa.bindparam("i_name"), _past.until == sa.bindparam("i_until"))
    ),
)
"""Of several changes at one moment the first tells what went before it."""


_NO_STARTS = sa.delete(ru_start).where(ru_start.c.process_key == sa.bindparam("i_process"))
_START = sa.insert(ru_start)


def _starts(batch: Batch, fact: f.StartsReplaced, at: str) -> None:
    batch.also(_NO_STARTS, i_process=fact.process)
    for kind, element, name in fact.starts:
        batch.also(
            _START,
            process_key=fact.process,
            element=element,
            kind=kind,
            name=name,
            definition=fact.definition,
        )


def _armed(batch: Batch, fact: f.StartTimerArmed, at: str) -> None:
    row = {
        "id": start_timer(fact.process, fact.element, fact.school),
        "due": fact.due,
        "instance": "",
        "process_key": fact.process,
        "element": fact.element,
        "school": fact.school,
        "round": fact.round,
    }
    batch.put(ru_timer, row, replace=True)


def _dropped(batch: Batch, fact: f.StartTimerDropped, at: str) -> None:
    batch.drop(ru_timer, start_timer(fact.process, fact.element, fact.school))


def _closed(batch: Batch, fact: f.MessageClosed, at: str) -> None:
    stream, seq, n = fact.sender.rsplit("/", 2)
    if fact.why in ("expired", "looping"):
        batch.patch(ru_outbox, stream, int(seq), int(n), state="dead")
    else:
        batch.drop(ru_outbox, stream, int(seq), int(n))


_HANDLERS: dict[type[f.Fact], Callable[[Batch, Any, str], None]] = {
    f.DaySet: _day,
    f.TermSet: _term,
    f.ParameterSet: _parameter,
    f.StartsReplaced: _starts,
    f.StartTimerArmed: _armed,
    f.StartTimerDropped: _dropped,
    f.MessageClosed: _closed,
    **proposals.HANDLERS,
}
UNPROJECTED = frozenset(
    {
        f.FileStored,
        f.DefinitionDeployed,
        f.StartTimerFired,
        f.PasswordChanged,
        f.CodesIssued,
        f.CommandRefused,
        f.PasswordResetIssued,
        f.TokenIssued,
        f.TokenRevoked,
    }
)
"""Definitions and files are the deployment's own tables (re_); the rest only the record keeps."""
