"""Named operations of service tasks: what a model may ask the house to do, inside the same transaction.

Each operation asks the world (which records the answer) and tells the fact that the projections are rebuilt from.
None knows what a register is about: that is the model's business.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from engine.errors import StepFailed
from engine.facts import NumberAllocated, RegisterWritten
from engine.runtime.execution import Execution, Token
from engine.values import ALMATY, Value

_Operation = Callable[[Execution, Token, dict[str, Value]], Value]
_CODE = 16


def _need(arguments: dict[str, Value], name: str, kind: type = str) -> Any:
    value = arguments.get(name)
    if not isinstance(value, kind) or value == "":
        raise StepFailed("operation_argument", name=name, value=str(value)[:80])
    return value


def _school(execution: Execution, arguments: dict[str, Value]) -> str:
    """The school of the row: the case's own, unless the model says otherwise."""
    value = arguments.get("in_school")
    return value if isinstance(value, str) and value else execution.school


def register_enter(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    register, values = _need(arguments, "register"), _need(arguments, "values", dict)
    school = _school(execution, arguments)
    key = arguments.get("key")
    key = str(key) if key else f"{execution.instance}-{token.id}"
    row = execution.world.ask(
        "register.enter", register=register, school=school, key=key, values=values, instance=execution.instance
    )
    if row is None:
        raise StepFailed("register_key_taken", register=register, key=key)
    execution.tell(RegisterWritten(register=register, school=school, key=key, content=row))
    return {"key": key, **row}


def register_update(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    register, key = _need(arguments, "register"), str(_need(arguments, "key", object))
    values, school = _need(arguments, "values", dict), _school(execution, arguments)
    row = execution.world.ask("register.update", register=register, school=school, key=key, values=values)
    if row is None:
        raise StepFailed("register_row_missing", register=register, key=key)
    execution.tell(RegisterWritten(register=register, school=school, key=key, content=row))
    return {"key": key, **row}


def register_select(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    where, since = arguments.get("where") or {}, arguments.get("since") or {}
    return execution.world.ask(
        "register.select",
        register=_need(arguments, "register"),
        school=_school(execution, arguments),
        where=where,
        since=since,
    )


def register_count(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    rows = register_select(execution, token, arguments)
    return len(rows)


def register_tally(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    """How many rows there are and how often each answer was given: the rows themselves never reach the case."""
    return execution.world.ask(
        "register.tally",
        register=_need(arguments, "register"),
        school=_school(execution, arguments),
        where=arguments.get("where") or {},
        field=_need(arguments, "field"),
    )


def code_make(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    """A code nobody can guess who does not know the case, another for each step of it; 16 signs of A-Z, 2-7."""
    digest = hashlib.sha256(f"code {execution.instance}/{token.id}".encode()).digest()
    return base64.b32encode(digest)[:_CODE].decode()


def number_allocate(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    """The next number of a series, per school and calendar year (Almaty): "12/2026"."""
    series, school = _need(arguments, "series"), _school(execution, arguments)
    year = str(execution.world.now.astimezone(ALMATY).year)
    number = execution.world.ask("number", series=series, school=school, year=year)
    execution.tell(NumberAllocated(series=series, school=school, year=year, number=number))
    return f"{number}/{year}"


def directory_appoint(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    """Appoint somebody; recorded in the directory's own stream, caused by this entry."""
    appointment = f"{execution.instance}-{token.id}"
    end = arguments.get("end")
    refused = execution.world.ask(
        "directory.appoint",
        appointment=appointment,
        person=_need(arguments, "person").removeprefix("person:"),
        role=_need(arguments, "role"),
        unit=_need(arguments, "unit"),
        start=_need(arguments, "start", date),
        end=end if isinstance(end, date) else None,
        basis=str(arguments.get("basis") or ""),
    )
    if refused:
        raise StepFailed("appointment_refused", why=refused)
    return {"appointment": appointment}


def directory_end(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    refused = execution.world.ask(
        "directory.end",
        appointment=_need(arguments, "appointment"),
        end=_need(arguments, "end", date),
        reason=str(arguments.get("reason") or ""),
    )
    if refused:
        raise StepFailed("appointment_refused", why=refused)
    return None


def calendar_record(execution: Execution, token: Token, arguments: dict[str, Value]) -> Value:
    """Record a date of the academic calendar; in the calendar's own stream, caused by this entry."""
    refused = execution.world.ask(
        "calendar.record",
        year=_need(arguments, "year"),
        name=_need(arguments, "name"),
        day=_need(arguments, "day", date),
    )
    if refused:
        raise StepFailed("term_refused", why=refused)
    return None


OPERATIONS: dict[str, _Operation] = {
    "register.enter": register_enter,
    "register.update": register_update,
    "register.select": register_select,
    "register.count": register_count,
    "register.tally": register_tally,
    "code.make": code_make,
    "number.allocate": number_allocate,
    "directory.appoint": directory_appoint,
    "directory.end": directory_end,
    "calendar.record": calendar_record,
}


def perform(execution: Execution, token: Token, name: str, arguments: dict[str, Value]) -> Value:
    """Run a named operation. Raises StepFailed when it is unknown or its arguments are not acceptable."""
    operation = OPERATIONS.get(name)
    if operation is None:
        raise StepFailed("operation_unknown", name=name)
    return operation(execution, token, arguments)
