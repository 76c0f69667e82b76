"""Keeps the rest from knowing how somebody says that they are away and who stands in: a page of its own, two acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.commands import Command, EndAbsence, RecordAbsence
from engine.errors import Invalid, NotFound
from engine.stand_ins import Absence, StandIn
from web.dates import as_day
from web.names import refusal
from web.wiring import engine, now, person, reader

pages = Blueprint("absences", __name__)

RIGHT = "absences"
MOST = 12
"""Colleagues shown to choose from; more are found by their name."""


@pages.get("/people/<id>/absence")
def page(id: str) -> str:
    return _page(id)


@pages.post("/people/<id>/absence")
def record(id: str) -> Response | tuple[str, int]:
    _open_to(id)
    start, last = _day("start"), _day("last")
    if start is None or last is None:
        return _page(id, problem=_("people.day_missing")), 422
    command = RecordAbsence(
        actor=person(),
        key=_text("key", 100),
        person=id,
        start=start,
        end=last + timedelta(days=1),  # people say the last day they are away, the record the first day it is over
        substitute=_text("substitute", 64),
        appointment=_text("appointment", 100),
        basis=_text("basis", 300),
    )
    return _act(id, command, _("absence.recorded"))


@pages.post("/people/<id>/absence/end")
def end(id: str) -> Response | tuple[str, int]:
    card = reader().directory.card(id)
    which = _text("absence", 100)
    if not any(one.id == which and person() in (one.person, one.substitute) for one in card.absences):
        _open_to(id)
    day = _day("end")
    if day is None:
        return _page(id, problem=_("people.day_missing")), 422
    command = EndAbsence(actor=person(), key=_text("key", 100), absence=which, end=day, reason=_text("reason", 300))
    return _act(id, command, _("absence.ended_now"))


def may(id: str) -> bool:
    """May the reader speak of this person's absences? The bus asks again, for each school they touch."""
    return id == person() or RIGHT in reader().access.rights


def _open_to(id: str) -> None:
    if not may(id):
        raise NotFound(what=id)


def _act(id: str, command: Command, done: str) -> Response | tuple[str, int]:
    try:
        engine().handle(command)
    except Invalid as error:
        return _page(id, problem=refusal(error)), 422
    flash(done, "ok")
    return redirect(url_for("people.card", id=id) + "#absences", 303)


def _page(id: str, **more: Any) -> str:
    card = reader().directory.card(id)
    if not (may(id) or any(one.substitute == person() for one in card.absences)):
        raise NotFound(what=id)
    words = request.values.get("q", "").strip()[:200]
    typed = request.form
    found = reader().directory.search(words, "" if words else card.person.unit)
    rows = [row for row in found.rows if row.person.id != id and row.person.active]
    chosen = typed.get("substitute", "")
    if chosen and not any(row.person.id == chosen for row in rows[:MOST]):
        rows = [row for row in reader().directory.search(chosen).rows if row.person.id == chosen] + rows
    return render_template(
        "absence.html",
        card=card,
        rows=rows[:MOST],
        more_people=len(rows) > MOST or found.total > len(found.rows),
        q=words,
        typed=typed,
        units=reader().units(),
        **more,
    )


def state(one: Absence, today: date) -> str:
    """withdrawn, coming, now or over."""
    if one.end <= one.start:
        return "withdrawn"
    return "coming" if one.start > today else "now" if one.end > today else "over"


def last_day(one: Absence | StandIn) -> date:
    return one.end - timedelta(days=1)


def _text(name: str, longest: int) -> str:
    return request.form.get(name, "").strip()[:longest]


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(_text(name, 10))
    except ValueError:
        return None
    return day if day < date.max else None


@pages.app_context_processor
def _words() -> dict[str, Any]:
    return {"this_day": as_day(now()), "absence_state": state, "absence_last": last_day, "may_absent": may}
