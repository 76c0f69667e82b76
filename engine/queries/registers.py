"""Keeps the pages from knowing how registers lie: rows a reader may see, filtered, counted, a page at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import withdrawn
from engine.answers import parameter
from engine.database import is_sqlite, ru_instance, vw_register
from engine.directory import reads, visibility
from engine.directory.folding import fold
from engine.directory.permissions import Opening, permissions
from engine.history.sealing import KeyRing
from engine.values import day_of, moment, plain, typed
from engine.views import Access, RegisterPage, RegisterRow

PER_PAGE = 50
WITHDRAWN = ("_withdrawn_by", "_withdrawn_at", "_withdrawn_why")
"""Where a row of a cancelled case says who cancelled it, when and why."""
_EMPTY: tuple[Any, ...] = (None, "", [])
_LONGEST_ID = 100
_AT_ONCE = 5_000  # names asked for in one statement


@dataclass(frozen=True, slots=True)
class RegisterWish:
    """Which rows are wanted. A column is the fields of which the first that is filled counts.

    ``status``: the field that ``counts`` are by, and what it must be. ``where``: a column and one of its values.
    ``day``: the column that ``since`` and ``until`` (both included) are about. ``search``: words that all stand in what
    ``shown`` says of a row; nothing else of it is searched. ``choices``: columns whose values are told, under a name.
    ``also``: a status, and which rows stand under it besides those that have it themselves.
    """

    school: str = ""
    status: tuple[str, str] = ("status", "")
    where: Sequence[tuple[Sequence[str], str]] = ()
    day: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    search: str = ""
    shown: Callable[[RegisterRow, Mapping[str, str]], str] = lambda row, _people: row.key
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: tuple[str, Callable[[RegisterRow], bool]] | None = None

    def statuses(self, row: RegisterRow) -> set[str]:
        """Those under which the row is counted and found."""
        own = {str(row.values.get(self.status[0], ""))}
        return own | {self.also[0]} if self.also and self.also[1](row) else own


def page(
    connection: Connection,
    access: Access,
    register: str,
    wish: RegisterWish,
    number: int,
    keys: KeyRing,
    per_page: int = PER_PAGE,
    today: date = date.min,
) -> RegisterPage:
    """One page, newest first. Every status there is has its count, of the rows that fit all the rest of the wish."""
    choices: dict[str, dict[str, None]] = {"school": {}, **{name: {} for name in wish.choices}}
    counts: Counter[str] = Counter()
    rows: list[RegisterRow] = []
    by, status = wish.status
    for row in _marked(connection, keys, register, by, _visible(connection, access, register, today)):
        choices["school"][row.school] = None
        if wish.school and row.school != wish.school:
            continue
        counts.update(dict.fromkeys(wish.statuses(row), 0))
        for name, column in wish.choices.items():
            choices[name].update(dict.fromkeys(_items(row, column)))
        if _fits(row, wish):
            rows.append(row)
    words = fold(wish.search).split()
    people = _people(connection, rows) if words else {}
    found = [row for row in rows if not words or _says(fold(wish.shown(row, people)), words)]
    counts.update(one for row in found for one in wish.statuses(row))
    fitting = len(found)
    if status:
        found = [row for row in found if status in wish.statuses(row)]
    number = max(1, number)
    shown = tuple(found[(number - 1) * per_page : number * per_page])
    return RegisterPage(
        register,
        shown,
        number,
        per_page,
        len(found),
        fitting,
        dict(counts),
        people or _people(connection, shown),
        {name: tuple(values) for name, values in choices.items()},
    )


def _marked(
    connection: Connection, keys: KeyRing, register: str, by: str, rows: Iterable[RegisterRow]
) -> Iterator[RegisterRow]:
    """The rows of cancelled cases say so themselves, in place of the status they had."""
    v = vw_register.c
    query = sa.select(v.instance).where(v.register == register, ~withdrawn.stands()).distinct()
    cancelled = set(connection.execute(query).scalars())
    told = withdrawn.told(connection, keys, cancelled) if cancelled else {}
    for row in rows:
        if row.instance not in cancelled:
            yield row
            continue
        why = told.get(row.instance)
        said = {WITHDRAWN[0]: why.by, WITHDRAWN[1]: why.at, WITHDRAWN[2]: why.reason} if why else {}
        yield replace(row, values={**row.values, by: withdrawn.CODE, **said}, withdrawn=True)


def _visible(connection: Connection, access: Access, register: str, today: date) -> Iterator[RegisterRow]:
    opening = permissions().registers.get(register)
    v = vw_register.c
    query = (
        sa.select(vw_register, visibility.case_condition(access).label("open"))
        .select_from(vw_register.join(ru_instance, ru_instance.c.id == v.instance))
        .where(v.register == register, _opened(access, opening) if opening else _readable(access))
        .order_by(v.at.desc(), sa.func.length(v.key).desc(), v.key.desc())  # entered at once: 10 before 9
    )
    rows = (
        RegisterRow(
            row.key, row.school, row.instance if row.open else "", moment(row.at), typed(json.loads(row.content))
        )
        for row in connection.execute(query)
    )
    return iter(_safe(list(rows), opening, connection, today)) if opening else rows


def _readable(access: Access) -> sa.ColumnElement[bool]:
    """The rows of cases that the reader may see, and those that are published to everybody."""
    published = vw_register.c.register.in_(sorted(permissions().published if access.keys else ()))
    return sa.or_(visibility.case_condition(access), sa.and_(published, withdrawn.stands()))


def _opened(access: Access, opening: Opening) -> sa.ColumnElement[bool]:
    """The rows of the schools where the reader has the right, or all where it reaches everywhere."""
    held = permissions().granting(access.keys, opening.right)
    if any(grant.everywhere for grant in held.values()):
        return withdrawn.stands()
    schools = sorted({key.partition("@")[2] for key in held})
    return sa.and_(withdrawn.stands(), vw_register.c.school.in_(schools))


def _safe(rows: list[RegisterRow], opening: Opening, connection: Connection, today: date) -> Iterator[RegisterRow]:
    """What may be told by now, and of no group so small that somebody could be recognised. Its cases stay unnamed."""

    def group(row: RegisterRow) -> tuple[str, ...]:
        return (row.school, *(str(row.values.get(name)) for name in opening.together))

    sizes = Counter(group(row) for row in rows)
    least = _least(connection, opening)
    for row in rows:
        over = day_of(row.values.get(opening.after)) if opening.after else date.min
        if over is not None and over < today and sizes[group(row)] >= least:
            yield replace(row, instance="", key="")


def _value(row: RegisterRow, column: Sequence[str]) -> Any:
    return next((row.values[name] for name in column if row.values.get(name) not in _EMPTY), None)


def _items(row: RegisterRow, column: Sequence[str]) -> list[str]:
    value = _value(row, column)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one]


def _fits(row: RegisterRow, wish: RegisterWish) -> bool:
    if any(value not in _items(row, column) for column, value in wish.where):
        return False
    if wish.since is None and wish.until is None:
        return True
    day = day_of(_value(row, wish.day))
    return day is not None and (wish.since or day) <= day <= (wish.until or day)


def _says(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _people(connection: Connection, rows: Iterable[RegisterRow]) -> dict[str, str]:
    """The names of the people whose ids stand in these rows, alone or in lists."""
    ids: set[str] = set()
    for row in rows:
        for value in row.values.values():
            ids.update(
                one
                for one in (value if isinstance(value, list) else (value,))
                if isinstance(one, str) and 0 < len(one) <= _LONGEST_ID
            )
    ordered, found = sorted(ids), {}
    for at in range(0, len(ordered), _AT_ONCE):
        found.update(reads.names(connection, ordered[at : at + _AT_ONCE]))
    return found


def sizes(connection: Connection, access: Access, today: date) -> dict[str, int]:
    """The registers that have a row this reader may see, and how many."""
    opened = permissions().registers
    v = vw_register.c
    query = (
        sa.select(v.register, sa.func.count().label("n"))
        .select_from(vw_register.join(ru_instance, ru_instance.c.id == v.instance))
        .where(_readable(access), v.register.not_in(sorted(opened)))
        .group_by(v.register)
    )
    found = {row.register: row.n for row in connection.execute(query)}
    by_right = {name: _told(connection, access, name, opening, today) for name, opening in opened.items()}
    return dict(sorted((found | {name: n for name, n in by_right.items() if n}).items()))


def _told(connection: Connection, access: Access, register: str, opening: Opening, today: date) -> int:
    """As many rows as ``_safe`` would let through; the database counts groups, no row is read."""
    v = vw_register.c
    fields = [_field(connection, name) for name in (*opening.together, *([opening.after] if opening.after else ()))]
    query = (
        sa.select(v.school, *(one.label(f"field_{n}") for n, one in enumerate(fields)), sa.func.count().label("n"))
        .select_from(vw_register.join(ru_instance, ru_instance.c.id == v.instance))
        .where(v.register == register, _opened(access, opening))
        .group_by(v.school, *fields)
    )
    found = connection.execute(query).all()
    if not found:
        return 0
    alike, over, together = Counter[Any](), Counter[Any](), 1 + len(opening.together)
    for row in found:
        alike[row[:together]] += row.n
        day = day_of(typed(json.loads(row[together] or "null"))) if opening.after else date.min
        over[row[:together]] += row.n if day is not None and day < today else 0
    least = _least(connection, opening)
    return sum(n for group, n in over.items() if alike[group] >= least)


def _least(connection: Connection, opening: Opening) -> float:
    least = parameter(connection, opening.least) if opening.least else 0
    return least if isinstance(least, (int, float)) else 0


def _field(connection: Connection, name: str) -> sa.ColumnElement[str]:
    """A field of a row's content, as JSON."""
    content = vw_register.c.content
    if is_sqlite(connection):
        return sa.func.json_quote(sa.func.json_extract(content, sa.literal_column(f"'$.\"{name}\"'")))
    return sa.cast(sa.cast(content, sa.JSON).op("->")(sa.literal_column(f"'{name}'")), sa.Text)


def plain_row(row: RegisterRow) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.values.items()}
