"""Keeps the rest from knowing the desk of those who watch: running work by school and step, what is late or stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import RetryIncident
from engine.errors import Refused
from engine.views import Unit, WatchPage, WatchRow
from web.dates import numeric
from web.inbox import page_number
from web.language import text_of, word
from web.names import offered_to, refusal, say
from web.spreadsheet import Content, sent
from web.wiring import engine, new_key, now, only_with, person, reader

pages = Blueprint("monitor", __name__)

LISTS = ("overdue", "timers", "incidents", "cases")
FIGURES = ("running", "overdue", "timers", "incidents")
COLUMNS = ("case", "key", "process", "school", "step", "date", "days", "who", "why")
MOST_ROWS = 10_000  # in one export
MOST_AT_ONCE = 100  # incidents retried by one act


WATCH, STOPS = ("monitor", "operate"), "see_stopped"


@pages.before_request
def only_for_watchers() -> None:
    """For everybody else the desk does not exist; for who is only told where models stop, one list of it does."""
    asked = (request.view_args or {}).get("name")
    only_with(*WATCH, *([STOPS] if asked == "incidents" or request.endpoint == "monitor.page" else ()))


@pages.get("/monitor")
def page() -> AnyResponse | str:
    if not _watches():
        return redirect(url_for("monitor.listing", name="incidents"))
    school = _school()
    found = reader().workload(school)
    return render_template(
        "monitor.html",
        loads=found,
        untold=reader().untold(school),
        totals={name: sum(getattr(one, name) for one in found) for name in FIGURES},
        **_frame("overview"),
    )


@pages.get("/monitor/process/<key>")
def process(key: str) -> str:
    load = reader().process_load(key, _school())
    rows = reader().watch("cases", school=_school(), process=key, search=_search(), page=page_number())
    return render_template(
        "monitor_process.html",
        key=key,
        loads=load.steps,
        found=rows,
        names=load.names,
        **_frame("process"),
    )


@pages.get("/monitor/process/<key>/diagram")
def diagram(key: str) -> Response:
    """The model with what waits at each step, for the diagram viewer; the page's table says the same in words."""
    load = reader().process_load(key, _school())
    return jsonify(
        xml=load.xml,
        steps=[
            {
                "element": one.element,
                "state": "incident" if one.incidents else "late" if one.overdue else "active",
                "tokens": one.cases,
                "count": True,
                "word": _("monitor.cases_here", n=one.cases),
                "name": text_of(one.names),
                "due": "",
            }
            for one in load.steps
        ],
    )


@pages.get("/monitor/<name>")
def listing(name: str) -> str:
    return render_template("monitor_list.html", name=name, found=_found(name, page_number()), **_frame(name))


@pages.get("/monitor/<name>.<any(csv, xlsx):kind>")
def export(name: str, kind: str) -> Response:
    """The filtered rows, all pages of them."""
    found = _found(name, 1, MOST_ROWS)
    head = [word("watch_column", one) for one in COLUMNS]
    units = reader().units()
    return sent(name, kind, head, [_cells(row, found, units) for row in found.rows])


def _found(name: str, number: int, per_page: int = 50) -> WatchPage:
    wish = {"process": _asked("process"), "element": _asked("step"), "search": _search()}
    return reader().watch(name, _school(), page=number, per_page=per_page, **wish)


def _cells(row: WatchRow, found: WatchPage, units: Mapping[str, Unit]) -> list[Content]:
    place = text_of(units[row.school].names) if row.school in units else row.school
    late = max((now() - row.at) // timedelta(days=1), 0)
    return [
        text_of(row.title) or text_of(row.process),
        row.business_key,
        text_of(row.process),
        place,
        text_of(row.names),
        row.at,
        late,
        who_has(row, found.people, units),
        incident_text(row),
    ]


def who_has(row: WatchRow, people: Mapping[str, str], units: Mapping[str, Unit]) -> str:
    """The holder of a task, or the roles it is offered to."""
    if row.assignee:
        return people.get(row.assignee, "")
    return offered_to(row.offered, people, units)


def incident_text(row: WatchRow) -> str:
    """Why a step stands still."""
    return say(row.code, row.params) if row.code else ""


# --- incidents are retried one by one as chosen, never by a filter ---------------------------------------------------


@pages.post("/monitor/incidents/confirm")
def confirm() -> AnyResponse | str:
    """What is chosen, shown once more before anything happens."""
    chosen = _chosen()
    if not chosen:
        flash(_("monitor.none_chosen"), "warn")
        return redirect(url_for("monitor.listing", name="incidents"), 303)
    return render_template("monitor_confirm.html", rows=chosen, key=new_key(), **_frame("incidents"))


@pages.post("/monitor/incidents/retry")
def retry() -> AnyResponse:
    """Retry exactly the incidents named; each is a command of its own, and what refuses is told."""
    key = request.form.get("key", "")[:60] or new_key()
    done, refused = 0, []
    for row in _chosen():
        command = RetryIncident(actor=person(), key=f"{key}-{row.id}"[:100], instance=row.instance, incident=row.id)
        try:
            engine().handle(command)
            done += 1
        except Refused as error:
            refused.append(refusal(error))
    if done:
        flash(_("monitor.retried", n=done), "ok")
    for sentence in dict.fromkeys(refused):
        flash(sentence, "warn")
    return redirect(url_for("monitor.listing", name="incidents"), 303)


def _chosen() -> list[WatchRow]:
    """Those of the incidents asked for that this reader sees, in the order of the list."""
    only_with("operate")
    asked = set(request.form.getlist("incident")[:MOST_AT_ONCE])
    return [row for row in reader().watch("incidents", per_page=MOST_ROWS).rows if row.id in asked]


def _frame(here: str) -> dict[str, Any]:
    """What every page of the desk shows around its list."""
    return {
        "tab": here,
        "tabs": LISTS if _watches() else ("incidents",),
        "watches": _watches(),
        "school": _school(),
        "schools": reader().watched,
        "units": reader().units(),
        "search": _search(),
        "process_key": _asked("process"),
        "step": _asked("step"),
        "who_has": who_has,
        "incident_text": incident_text,
        "counted_on": numeric(now()),
    }


def _asked(name: str) -> str:
    return request.args.get(name, "")[:100]


def _search() -> str:
    return request.args.get("q", "").strip()[:200]


def _school() -> str:
    asked = _asked("school")
    return asked if asked in reader().watched else ""


def _watches() -> bool:
    """More than where models stop?"""
    return not reader().access.rights.isdisjoint(WATCH)
