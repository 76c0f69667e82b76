"""Keeps the rest from knowing how registers are read: filtered pages, counters, the same rows as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, render_template, request

from engine import RegisterWish, fold
from engine.views import RegisterPage, RegisterRow, Unit
from web.dates import as_day
from web.inbox import page_number
from web.language import text_of, word
from web.register_layout import GROUPS, Column, Layout, Reading, is_late, known, layout
from web.spreadsheet import sent
from web.wiring import now, reader

pages = Blueprint("registers", __name__)

MOST_ROWS = 20_000  # of one export; a register of ten schools over ten years is smaller
OVERDUE = "late"
"""The status of what is past its due date."""
_LONGEST, _LONGEST_SEARCH = 100, 200
_FILTER = "f-"  # before the name of a column in an address


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice among what stands in a column: codes by their words, units by their names."""

    name: str  # in the address
    column: Column
    options: tuple[tuple[str, str], ...]  # (value, what it is called)


@pages.get("/registers")
def listing() -> str:
    """Every register under its subject; words narrow the list to names that hold them all."""
    words = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    found: dict[str, list[tuple[str, Layout]]] = {group: [] for group in GROUPS}
    sizes = reader().registers()
    for name in dict.fromkeys([*known(), *sizes]):
        shown = layout(name, ())
        text = fold(f"{text_of(shown.names)} {word('register_group', shown.group)}")
        if all(one in text for one in fold(words).split()):
            found[shown.group].append((name, shown))
    groups = [(group, those) for group, those in found.items() if those]
    return render_template("registers.html", groups=groups, sizes=sizes, words=words)


@pages.get("/registers/<name>")
def page(name: str) -> str:
    _there(name)
    units = reader().units()
    found = reader().register(name, _wish(name, units), page_number())
    shown = layout(name, found.rows)
    reading = Reading(found.people, units, as_day(now()))
    asked = _asked(shown)
    return render_template(
        "register.html",
        name=name,
        found=found,
        layout=shown,
        rows=[
            (
                row,
                [reading.cell(shown, column, row) for column in shown.columns],
                [reading.cell(shown, column, row) for column in shown.more],
            )
            for row in found.rows
        ],
        asked=asked,
        reversed_period=bool(asked.get("since") and asked.get("until") and asked["since"] > asked["until"]),
        filters=_filters(shown, found, units),
        schools=[(one, _unit(units, one)) for one in found.choices["school"]],
        units=units,
        narrowed=sum(one not in ("q", "status") for one in asked),
    )


@pages.get("/registers/<name>.<any(csv, xlsx):kind>")
def export(name: str, kind: str) -> Response:
    """The filtered rows, all pages of them, not only the one on the screen."""
    _there(name)
    units = reader().units()
    found = reader().register(name, _wish(name, units), per_page=MOST_ROWS)
    shown = layout(name, found.rows)
    reading = Reading(found.people, units, as_day(now()))
    columns = (*shown.columns, *shown.more)
    rows = [[reading.cell(shown, column, row).content for column in columns] for row in found.rows]
    return sent(name, kind, [text_of(column.names) for column in columns], rows, text_of(shown.names))


def _there(name: str) -> None:
    """Those of the list alone: a misspelt name would be shown as a register with nothing in it."""
    if name not in known() and name not in reader().registers():
        abort(404)


def _asked(shown: Layout) -> dict[str, str]:
    """What the address asks for and the register understands; all links and forms of the page carry it on."""
    names = ("q", "status", "school", *(["since", "until"] if shown.day else []), *map(_named, shown.chosen))
    given = {name: request.args.get(name, "").strip() for name in names}
    given |= {name: day.isoformat() if (day := _day(name)) else "" for name in given if name in ("since", "until")}
    return {name: value[: _LONGEST_SEARCH if name == "q" else _LONGEST] for name, value in given.items() if value}


def _wish(name: str, units: Mapping[str, Unit]) -> RegisterWish:
    shown = layout(name, ())
    asked = _asked(shown)
    today = as_day(now())

    def says(row: RegisterRow, people: Mapping[str, str]) -> str:
        described = layout(name, (row,))
        reading = Reading(people, units, today)
        columns = (*described.columns, *described.more)
        texts = [reading.cell(described, column, row).text for column in columns]
        return "\n".join(texts if any(column.kind == "key" for column in columns) else [row.key, *texts])

    return RegisterWish(
        school=asked.get("school", ""),
        status=(shown.status_field or "status", asked.get("status", "")),
        where=[(one.fields, asked[_named(one)]) for one in shown.chosen if _named(one) in asked],
        day=shown.day.fields if shown.day else (),
        since=_day("since") if shown.day else None,
        until=_day("until") if shown.day else None,
        search=asked.get("q", ""),
        shown=says,
        choices={_named(one): one.fields for one in shown.chosen},
        also=_overdue(shown, today),
    )


def _overdue(shown: Layout, today: date) -> tuple[str, Callable[[RegisterRow], bool]] | None:
    """Where a register has a status for it: what is shown as overdue is found there, though more is known of it."""
    due = next((column for column in shown.columns if column.kind == "due"), None)
    if due is None or OVERDUE not in shown.statuses:
        return None
    return OVERDUE, lambda row: is_late(shown, due, row, today)


def _filters(shown: Layout, found: RegisterPage, units: Mapping[str, Unit]) -> list[Filter]:
    """Columns of which there is something to choose; people are searched for by name."""
    made = []
    for column in shown.chosen:
        values = found.choices[_named(column)]
        if column.kind == "who":
            options = [(value, _unit(units, value)) for value in values if value in units]
        else:
            options = [(value, text_of(shown.words.get(value)) or value) for value in values]
        if options:
            made.append(Filter(_named(column), column, tuple(sorted(options, key=lambda one: one[1].casefold()))))
    return made


def _unit(units: Mapping[str, Unit], id: str) -> str:
    return text_of(units[id].names) if id in units else id


def _named(column: Column) -> str:
    return f"{_FILTER}{column.field}"


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
