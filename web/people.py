"""Keeps the rest from knowing how people and units are looked up and kept: lists, cards, forms of their keepers.

Everybody signed in sees who holds which role; only the right ``people`` opens the forms, and the bus checks it again.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import regulation
from engine.commands import Appoint, Command, EndAppointment, RecordPerson, RecordUnit
from engine.errors import Invalid
from web.inbox import page_number
from web.names import refusal
from web.vacancies import WATCHERS
from web.wiring import LANGUAGES, engine, person, reader, right

pages = Blueprint("people", __name__)

UNIT_KINDS = ("university", "school", "department", "programme", "section")
PERSON_KINDS = ("employee", "student")


@pages.get("/people")
def listing() -> str:
    words, unit = request.args.get("q", "").strip()[:200], request.args.get("unit", "")[:64]
    found = reader().directory.search(words, unit, page_number())
    return render_template(
        "people.html", found=found, q=words, unit=unit, units=reader().units(), tree=_tree(), open_to=WATCHERS
    )


@pages.get("/people/<id>")
def card(id: str) -> str:
    return _card(id)


@pages.get("/units")
def units() -> str:
    return _units()


@pages.get("/directory/new-person")
@right("people")
def new() -> str:
    return _new()


@pages.post("/directory/new-person")
@right("people")
def record_new() -> Response | tuple[str, int]:
    id = _text("person", 64)
    if id in reader().people([id]):
        return _new(problem=_("people.id_taken")), 422
    problem = _carried_out(_person(id))
    if problem:
        return _new(problem=problem), 422
    flash(_("people.recorded"), "ok")
    return redirect(url_for("people.card", id=id), 303)


@pages.post("/people/<id>")
@right("people")
def record(id: str) -> Response | tuple[str, int]:
    return _act(id, "record", _person(id), _("people.recorded"))


@pages.post("/people/<id>/appoint")
@right("people")
def appoint(id: str) -> Response | tuple[str, int]:
    role, unit = _text("role", 64), _text("unit", 64)
    start, end = _day("start"), _day("end")
    if start is None or (end is None and _text("end", 10)):
        return _card(id, fold="appoint", problem=_("people.day_missing")), 422
    command = Appoint(
        actor=person(), key=_key(), person=id, role=role, unit=unit, start=start, end=end, basis=_text("basis", 500)
    )
    return _act(id, "appoint", command, _("people.appointed"))


@pages.post("/people/<id>/end")
@right("people")
def end(id: str) -> Response | tuple[str, int]:
    day, which = _day("end"), _text("appointment", 100)
    if day is None:
        return _card(id, fold=which, problem=_("people.day_missing")), 422
    command = EndAppointment(actor=person(), key=_key(), appointment=which, end=day, reason=_text("reason", 500))
    return _act(id, which, command, _("people.ended"))


@pages.post("/units")
@right("people")
def record_unit() -> Response | tuple[str, int]:
    names = {lang: text for lang in LANGUAGES if (text := _text(f"name_{lang}", 300))}
    command = RecordUnit(
        actor=person(),
        key=_key(),
        unit=_text("unit", 64),
        kind=_text("kind", 20),
        parent=_text("parent", 64) or None,
        names=names,
        active="closed" not in request.form,
    )
    problem = _carried_out(command)
    if problem:
        return _units(problem=problem, typed=request.form, fold=_text("fold", 64)), 422
    flash(_("people.recorded"), "ok")
    return redirect(url_for("people.units"), 303)


def _act(id: str, fold: str, command: Command, done: str) -> Response | tuple[str, int]:
    reader().directory.card(id)  # nobody is made by a form that stands on somebody's card
    problem = _carried_out(command)
    if problem:
        return _card(id, fold=fold, problem=problem), 422
    flash(done, "ok")
    return redirect(url_for("people.card", id=id), 303)


def _carried_out(command: Command) -> str:
    """Why the command was refused for what was typed; empty when it is done."""
    try:
        engine().handle(command)
    except Invalid as error:
        return refusal(error)
    return ""


def _person(id: str) -> RecordPerson:
    return RecordPerson(
        actor=person(),
        key=_key(),
        person=id,
        name=_text("name", 300),
        unit=_text("unit", 64),
        kind=_text("kind", 20),
        position=_text("position", 300),
        email=_text("email", 300),
        language=_text("language", 2),
        active="left" not in request.form,
    )


def _card(id: str, **more: Any) -> str:
    return render_template(
        "person.html",
        card=reader().directory.card(id),
        units=reader().units(),
        typed=request.form,
        **_choices(),
        **more,
    )


def _new(**more: Any) -> str:
    return render_template("person_new.html", typed=request.form, **_choices(), **more)


def _units(**more: Any) -> str:
    return render_template(
        "units.html", tree=_tree(), holders=reader().directory.holders(), unit_kinds=UNIT_KINDS, **more
    )


def _choices() -> dict[str, Any]:
    return {"tree": _tree(), "roles": regulation.roles(), "person_kinds": PERSON_KINDS}


def _tree() -> Any:
    return reader().directory.units()


def _text(name: str, longest: int) -> str:
    return request.form.get(name, "").strip()[:longest]


def _key() -> str:
    return request.form.get("key", "")[:100]


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(_text(name, 10))
    except ValueError:
        return None
