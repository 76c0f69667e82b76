"""Answers the world's questions for real, inside the command's own transaction; the ledger writes each answer down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import withdrawn
from engine.calendar.terms import end_of_day
from engine.calendar.working_days import WorkingCalendar
from engine.database import is_sqlite, vw_day, vw_number, vw_parameter, vw_parameter_past, vw_register, vw_term
from engine.definitions import regulation
from engine.definitions.library import resolve
from engine.directory import absences, reads
from engine.tallies import tally, wanted
from engine.upserts import inserting
from engine.values import Value, canonical, day_in_almaty, instant, plain, typed

_DAYS = sa.select(vw_day.c.day, vw_day.c.working)
_TERM = sa.select(vw_term.c.day).where(vw_term.c.year == sa.bindparam("year"), vw_term.c.name == sa.bindparam("name"))
_p, _was, _r = vw_parameter.c, vw_parameter_past.c, vw_register.c
_PARAMETER = sa.select(_p.content, _p.at).where(_p.name == sa.bindparam("name"))
_STOOD = (
    sa.select(_was.content)
    .where(_was.name == sa.bindparam("name"), _was.until > sa.bindparam("then"))
    .order_by(_was.until)
    .limit(1)
)
_ROW = sa.select(vw_register).where(
    _r.register == sa.bindparam("register"), _r.school == sa.bindparam("school"), _r.key == sa.bindparam("key")
)
_ROW_ALONE = _ROW.with_for_update()
_ROWS = (
    sa.select(_r.key, _r.content)
    .where(_r.register == sa.bindparam("register"), withdrawn.stands())
    .order_by(_r.at, _r.key)
)
_ROWS_OF_SCHOOL = _ROWS.where(_r.school == sa.bindparam("school"))
_ENTER = sa.insert(vw_register)
_WRITE = (
    sa.update(vw_register)
    .where(
        _r.register == sa.bindparam("i_register"),
        _r.school == sa.bindparam("i_school"),
        _r.key == sa.bindparam("i_key"),
    )
    .values(content=sa.bindparam("i_content"))
)


def working_calendar(connection: Connection) -> WorkingCalendar:
    rows = connection.execute(_DAYS)
    return WorkingCalendar({date.fromisoformat(row.day): row.working for row in rows})


def parameter(connection: Connection, name: str, began: str = "") -> Value:
    """A parameter's value in force; None for one that does not exist.

    ``began``: the instant at which a case began: what the regulation states counts for it as it did then.
    """
    setting = regulation.parameters().get(name)
    stated = setting is not None and setting.source == "regulation"
    return parameter_at(connection, name, began if stated else "")


def parameter_at(connection: Connection, name: str, then: str = "") -> Value:
    """A parameter's value as it stood at an instant; without one, now. None for one that does not exist."""
    row = connection.execute(_PARAMETER, {"name": name}).first()
    if row is None:
        setting = regulation.parameters().get(name)
        return setting.value if setting else None
    content = row.content
    if then and row.at > then:
        content = connection.execute(_STOOD, {"name": name, "then": then}).scalar() or content
    return typed(json.loads(content))


def _only_looking(**_: Value) -> str | None:
    return "not possible here"


class Answers:
    """One command's outside. ``appoint``, ``end_appointment`` and ``record_term`` write to streams of the house.

    Without them it is only looked at, and whoever asks for a change is told so. ``began``: since when the case it is
    for goes on: it keeps the decision tables of that moment, and the constants, see ``parameter``. ``mending``: what
    failed is tried again, with the tables as they are now.
    """

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        appoint: Callable[..., str | None] = _only_looking,
        end_appointment: Callable[..., str | None] = _only_looking,
        record_term: Callable[..., str | None] = _only_looking,
        began: str = "",
        mending: bool = False,
    ) -> None:
        self._connection = connection
        self._now = now
        self._appoint = appoint
        self._end_appointment = end_appointment
        self._record_term = record_term
        self._began = began
        self._mending = mending
        self._calendar: WorkingCalendar | None = None
        self._stood: dict[tuple[str, str], Value] = {}  # what a parameter was at an instant: the past stays

    def __call__(self, question: str, args: Mapping[str, Value]) -> Value:
        """Raises KeyError for a question nobody can answer (a fault of the program)."""
        return _QUESTIONS[question](self, **args)

    @property
    def today(self) -> date:
        return day_in_almaty(self._now)

    # --- models, calendar, parameters ------------------------------------------------------------------------------

    def _definition(self, kind: str, key: str, binding: str, version: str, of: str) -> Value:
        stood = self._began if kind == "decision" and not self._mending else ""
        return resolve(self._connection, kind, key, binding, version, of, stood)

    @property
    def calendar(self) -> WorkingCalendar:
        if self._calendar is None:
            self._calendar = working_calendar(self._connection)
        return self._calendar

    def _after(self, date: date, n: int) -> Value:
        return self.calendar.after(date, int(n))

    def _before(self, date: date, n: int) -> Value:
        return self.calendar.before(date, int(n))

    def _next(self, date: date) -> Value:
        return self.calendar.next(date)

    def _is_working(self, date: date) -> Value:
        return self.calendar.is_working(date)

    def _between(self, start: date, end: date) -> Value:
        return self.calendar.between(start, end)

    def _term(self, year: str, name: str) -> Value:
        row = self._connection.execute(_TERM, {"year": year, "name": name}).first()
        return date.fromisoformat(row.day) if row else None

    def _make_term(self, **args: Value) -> Value:
        return self._record_term(**args)

    def _parameter(self, name: str) -> Value:
        return parameter(self._connection, name, self._began)

    def _parameter_on(self, name: str, when: Value) -> Value:
        """``when``: a moment, or a day: then as it stood when the day ended."""
        if isinstance(when, date) and not isinstance(when, datetime):
            when = end_of_day(when)
        if not isinstance(when, datetime):
            return None
        asked = name, instant(when)
        if asked not in self._stood:
            self._stood[asked] = parameter_at(self._connection, *asked)
        return self._stood[asked]

    # --- directory -------------------------------------------------------------------------------------------------

    def _holders(self, role: str, unit: str) -> Value:
        return reads.holders(self._connection, role, unit, self.today)

    def _appointments(self, role: str, unit: str) -> Value:
        return [dict(one) for one in reads.appointments_to(self._connection, role, unit, self.today)]

    def _unknown(self, people: list[str]) -> Value:
        known = reads.names(self._connection, people)
        return [person for person in people if person not in known]

    def _is_holder(self, person: str, role: str, unit: str) -> Value:
        return reads.is_holder(self._connection, person, role, unit, self.today)

    def _stands_in(self, person: str, role: str, unit: str) -> Value:
        standing = absences.standing_in(self._connection, person, self.today)
        return any(one.key == f"{role}@{unit}" for one in standing)

    def _away_until(self, person: str, date: date) -> Value:
        return absences.away_until(self._connection, person, date)

    def _unit_of(self, person: str) -> Value:
        return reads.unit_of(self._connection, person)

    def _parent_unit(self, unit: str) -> Value:
        return reads.parent_unit(self._connection, unit)

    def _school_of(self, unit: str) -> Value:
        return reads.school_of(self._connection, unit)

    def _units(self, kind: str, school: str) -> Value:
        return [unit.id for unit in reads.units_of_kind(self._connection, kind, school)]

    def _make_appointment(self, **args: Value) -> Value:
        return self._appoint(**args)

    def _stop_appointment(self, **args: Value) -> Value:
        return self._end_appointment(**args)

    # --- registers and numbers -------------------------------------------------------------------------------------

    def _row(self, register: str, school: str, key: str) -> Any:
        # whoever changes a row sees what the one before has made of it
        query = _ROW if is_sqlite(self._connection) else _ROW_ALONE
        return self._connection.execute(query, {"register": register, "school": school, "key": key}).first()

    def _enter(self, register: str, school: str, key: str, values: dict[str, Value], instance: str) -> Value:
        if self._row(register, school, key) is not None:
            return None
        self._connection.execute(
            _ENTER,
            {
                "register": register,
                "school": school,
                "key": key,
                "instance": instance,
                "at": instant(self._now),
                "content": canonical(plain(values)),
            },
        )
        return values

    def _update(self, register: str, school: str, key: str, values: dict[str, Value]) -> Value:
        row = self._row(register, school, key)
        if row is None:
            return None
        merged = {**_content(row.content), **values}
        content = canonical(plain(merged))
        written = {"i_register": register, "i_school": school, "i_key": key, "i_content": content}
        self._connection.execute(_WRITE, written)
        return merged

    def _select(
        self, register: str, school: str, where: dict[str, Value], since: dict[str, Value]
    ) -> list[dict[str, Value]]:
        query = _ROWS if school == "*" else _ROWS_OF_SCHOOL
        found = []
        for row in self._connection.execute(query, {"register": register, "school": school}):
            values = _content(row.content)
            if wanted(values, where, since):
                found.append({"key": row.key, **values})
        return found

    def _tally(self, register: str, school: str, where: dict[str, Value], field: str) -> Value:
        return tally(self._select(register, school, where, {}), field)

    def _number(self, series: str, school: str, year: str) -> Value:
        statement = (
            inserting(self._connection, vw_number)
            .values(series=series, school=school, year=year, last=1)
            .on_conflict_do_update(index_elements=["series", "school", "year"], set_={"last": vw_number.c.last + 1})
            .returning(vw_number.c.last)
        )
        return self._connection.execute(statement).scalar_one()


def _content(text: str) -> dict[str, Value]:
    value: dict[str, Value] = typed(json.loads(text))
    return value


_QUESTIONS: dict[str, Callable[..., Value]] = {
    "definition": Answers._definition,
    "calendar.working_days_after": Answers._after,
    "calendar.working_days_before": Answers._before,
    "calendar.next_working_day": Answers._next,
    "calendar.is_working_day": Answers._is_working,
    "calendar.working_days_between": Answers._between,
    "calendar.term": Answers._term,
    "calendar.record": Answers._make_term,
    "parameter": Answers._parameter,
    "parameter.on": Answers._parameter_on,
    "directory.holders": Answers._holders,
    "directory.appointments": Answers._appointments,
    "directory.is_holder": Answers._is_holder,
    "directory.stands_in": Answers._stands_in,
    "directory.away_until": Answers._away_until,
    "directory.unknown": Answers._unknown,
    "directory.unit_of": Answers._unit_of,
    "directory.parent_unit": Answers._parent_unit,
    "directory.school_of": Answers._school_of,
    "directory.units": Answers._units,
    "directory.appoint": Answers._make_appointment,
    "directory.end": Answers._stop_appointment,
    "register.enter": Answers._enter,
    "register.update": Answers._update,
    "register.select": Answers._select,
    "register.tally": Answers._tally,
    "number": Answers._number,
}
