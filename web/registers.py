"""Keeps the rest from knowing how registers are read: filtered pages, counters, the same rows as a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from engine.views import RegisterPage
from web.dates import as_day
from web.inbox import page_number
from web.language import text_of
from web.register_layout import Layout, Reading, known, layout
from web.spreadsheet import sent
from web.wiring import now, reader

pages = Blueprint("registers", __name__)

MOST_ROWS = 20_000  # of one export; a register of ten schools over ten years is smaller


@pages.get("/registers")
def listing() -> str:
    names = dict.fromkeys([*known(), *reader().registers()])
    return render_template("registers.html", registers={name: layout(name, ()) for name in names})


@pages.get("/registers/<name>")
def page(name: str) -> str:
    found = reader().register(name, filters=_filters(), search=_search(), page=page_number())
    shown = layout(name, found.rows)
    reading = _reading(found)
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
        search=_search(),
        status=request.args.get("status", ""),
        school=request.args.get("school", ""),
    )


@pages.get("/registers/<name>.<any(csv, xlsx):kind>")
def export(name: str, kind: str) -> Response:
    """The filtered rows, all pages of them, not only the one on the screen."""
    pages_read: list[RegisterPage] = []
    while True:
        found = reader().register(name, filters=_filters(), search=_search(), page=len(pages_read) + 1)
        pages_read.append(found)
        if not found.rows or found.page * found.per_page >= min(found.total, MOST_ROWS):
            break
    head, rows = _sheet(layout(name, [row for one in pages_read for row in one.rows]), pages_read)
    return sent(name, kind, head, rows)


def _sheet(shown: Layout, found: list[RegisterPage]) -> tuple[list[str], list[list[str]]]:
    columns = (*shown.columns, *shown.more)
    return (
        [text_of(column.names) for column in columns],
        [
            [reading.cell(shown, column, row).text for column in columns]
            for one, reading in ((one, _reading(one)) for one in found)
            for row in one.rows
        ],
    )


def _reading(found: RegisterPage) -> Reading:
    return Reading(found.people, reader().units(), as_day(now()))


def _search() -> str:
    return request.args.get("q", "").strip()[:200]


def _filters() -> dict[str, str]:
    """Only what is a filter of every register: the status and the school."""
    asked = {"status": request.args.get("status", ""), "school": request.args.get("school", "")}
    return {field: value[:100] for field, value in asked.items() if value}
