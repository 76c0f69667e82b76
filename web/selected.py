"""Keeps the rest from knowing how several tasks are handled at once: only what was ticked, each with its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.commands import AssignTask, ClaimTask
from engine.errors import Refused
from engine.views import InboxRow
from web.names import refusal
from web.security import own_path
from web.wiring import engine, new_key, person, reader

pages = Blueprint("selected", __name__)

ACTS = ("claim", "snooze", "assign", "unread")
ASKED = ("snooze", "assign")
"""Acts that need to be told something first: until when, to whom."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Result:
    row: InboxRow
    refused: str  # why not; empty when it was done


@pages.post("/tasks/selected")
def choose() -> Response | str | tuple[str, int]:
    """What was selected, and what is still to be said about it; claims and marks are done at once."""
    act, rows = _act(), _rows()
    back = _back()
    if not rows:
        flash(_("selected.none"), "warn")
        return redirect(back, 303)
    if act == "unread":
        for row in rows:
            engine().marks.unsee(person(), row.task)
        flash(ngettext("selected.unread", "selected.unread", len(rows)), "ok")
        return redirect(back, 303)
    if act == "claim":
        return _done(act, rows)
    return _asking(act, rows)


@pages.post("/tasks/selected/do")
def carry_out() -> Response | str | tuple[str, int]:
    act, rows = _act(), _rows()
    if not rows:
        flash(_("selected.none"), "warn")
        return redirect(_back(), 303)
    if act == "snooze" and _day() is None:
        return _asking(act, rows, problem=_("people.day_missing")), 422
    if act == "assign" and not request.form.get("person"):
        return _asking(act, rows, problem=_("selected.person_missing")), 422
    return _done(act, rows)


@pages.post("/tasks/<task>/wake")
def wake(task: str) -> Response:
    engine().marks.wake(person(), task)
    flash(_("inbox.woken"), "ok")
    return redirect(_back(), 303)


def _done(act: str, rows: tuple[InboxRow, ...]) -> str:
    key, day = request.form.get("key", "")[:60] or new_key(), _day()
    to, reason = request.form.get("person", "")[:64], request.form.get("reason", "").strip()[:2000]

    def claim(row: InboxRow) -> None:
        engine().handle(ClaimTask(actor=person(), key=f"{key}/{row.task}", instance=row.instance, task=row.task))

    def snooze(row: InboxRow) -> None:
        engine().marks.snooze(person(), row.task, row.due, day or date.min)

    def assign(row: InboxRow) -> None:
        told = {"instance": row.instance, "task": row.task, "person": to, "reason": reason}
        engine().handle(AssignTask(actor=person(), key=f"{key}/{row.task}", **told))

    doing: dict[str, Callable[[InboxRow], None]] = {"claim": claim, "snooze": snooze, "assign": assign}
    results = tuple(Result(row, _refused(lambda row=row: doing[act](row))) for row in rows)  # type: ignore[misc]
    return render_template("selected_done.html", act=act, results=results, back=_back())


def _refused(work: Callable[[], None]) -> str:
    """One task that is refused keeps none of the others from being done."""
    try:
        work()
    except Refused as error:
        return refusal(error)
    return ""


def _asking(act: str, rows: tuple[InboxRow, ...], **more: Any) -> str:
    receivers = reader().receivers([row.task for row in rows]) if act == "assign" else ()
    return render_template(
        "selected.html", act=act, rows=rows, receivers=receivers, back=_back(), typed=request.form, **more
    )


def _act() -> str:
    asked = request.form.get("act", "")
    return asked if asked in ACTS else ACTS[0]


def _rows() -> tuple[InboxRow, ...]:
    """Exactly the tasks that were ticked, as far as they are open and the person may see them."""
    ticked = list(dict.fromkeys(request.form.getlist("task")))[:MOST]
    return reader().chosen(ticked) if ticked else ()


def _day() -> date | None:
    try:
        return date.fromisoformat(request.form.get("until", "")[:10])
    except ValueError:
        return None


def _back() -> str:
    return own_path(request.form.get("back"), url_for("inbox.page"))
