"""Keeps the rest from knowing how a task is given to somebody to prepare, and how it comes back to its owner."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.commands import DelegateTask, HandBackTask
from engine.errors import NotFound, Refused
from engine.views import TaskView
from web.names import refusal
from web.wiring import engine, person, reader

pages = Blueprint("delegating", __name__)

MOST = 12


@pages.get("/tasks/<task>/delegate")
def page(task: str) -> str:
    found = reader().task(task)
    if not offered(found):
        raise NotFound(what=task)
    return _page(found)


@pages.post("/tasks/<task>/delegate")
def delegate(task: str) -> Response | tuple[str, int]:
    found = reader().task(task)
    to = request.form.get("person", "")[:64]
    if not to:
        return _page(found, problem=_("selected.person_missing")), 422
    told = {"instance": found.instance, "task": task, "person": to, "reason": _reason()}
    try:
        engine().handle(DelegateTask(actor=person(), key=_key(), **told))
    except Refused as error:
        return _page(found, problem=refusal(error)), error.status
    flash(_("delegate.done"), "ok")
    return redirect(url_for("task.page", task=task), 303)


@pages.post("/tasks/<task>/hand-back")
def hand_back(task: str) -> Response:
    found = reader().task(task)
    command = HandBackTask(actor=person(), key=_key(), instance=found.instance, task=task, reason=_reason())
    try:
        engine().handle(command)
    except Refused as error:
        flash(refusal(error), "warn")
        return redirect(url_for("task.page", task=task), 303)
    flash(_("delegate.back"), "ok")
    mine = found.owner == person()
    return redirect(url_for("task.page", task=task) if mine else url_for("inbox.page", view="mine"), 303)


def offered(found: TaskView) -> bool:
    """May this reader let somebody else prepare the task? Not in somebody's stead, and not twice."""
    return found.state == "open" and found.may_complete and found.stead is None and not found.owner


def _page(found: TaskView, **more: Any) -> str:
    words = request.values.get("q", "").strip()[:200]
    people = reader().directory.search(words, "" if words else reader().access.person.unit)
    rows = [row for row in people.rows if row.person.id != person() and row.person.active]
    return render_template("delegate.html", task=found, rows=rows[:MOST], typed=request.form, q=words, **more)


def _key() -> str:
    return request.form.get("key", "")[:100]


def _reason() -> str:
    return request.form.get("reason", "").strip()[:2000]
