"""Keeps the rest from knowing how several people work on one case at once: one page that follows it, and a screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import CompleteTask
from engine.errors import Conflict, Invalid, Refused
from web import answers
from web.forms import Form, for_task
from web.names import refusal
from web.wiring import asked_by_the_page, engine, person, reader

if TYPE_CHECKING:
    from engine import RoomView

pages = Blueprint("room", __name__)

STREAMS = 24
"""Pages that are told of changes by this process at a time, each holding a thread; others ask every few seconds."""
STREAM_SECONDS = 240.0
BREATH = 5.0
"""Seconds between two words of a stream when nothing changes: a page that hears none knows that the line is dead, and
a thread whose page has gone is free again after two of them."""
_free = threading.BoundedSemaphore(STREAMS)
_OWN_FORM = ("opening", "wording", "confirm")
"""Parts of the page that show the form of their step whole."""
_ROLL = "presence"


@pages.get("/rooms")
def listing() -> str:
    return render_template("rooms.html", rooms=reader().rooms(), units=reader().units())


@pages.get("/rooms/<instance>")
def page(instance: str) -> str:
    return _page(reader().room(instance))


def under_way() -> Mapping[str, bool]:
    """The rooms in which people are at work right now, asked once for a page; true: one of the reader's own place."""
    if "rooms_under_way" not in g:
        g.rooms_under_way = reader().rooms_under_way()
    found: Mapping[str, bool] = g.rooms_under_way
    return found


def _page(room: RoomView, form: Form | None = None, task: str = "") -> str:
    """``form``: what was sent for ``task`` and refused."""
    shown = None
    for one in room.tasks:
        if one.mine and one.part in _OWN_FORM:
            shown = one
            form = form if form and task == one.task else for_task(reader().task(one.task))
    return render_template(
        "room.html",
        room=room,
        units=reader().units(),
        version=engine().pulse.version(room.row.instance),
        shown=shown,
        form=form if shown else None,
        wishes={request.args.get("step", ""): request.args.get("choose", "")},  # a choice holds for one step only
    )


def _keeps_roll(room: RoomView) -> bool:
    """Whether the reader may say of others whether they are there."""
    return any(one.mine or one.behalf for one in room.of(_ROLL))


@pages.get("/rooms/<instance>/screen")
def screen(instance: str) -> str:
    room = reader().room(instance)
    version = engine().pulse.version(instance)
    return render_template("room_screen.html", room=room, units=reader().units(), version=version)


@pages.post("/rooms/<instance>/tasks/<task>")
def answer(instance: str, task: str) -> AnyResponse:
    """A step of the case done from the room; whatever goes wrong, the room says so and what was typed stands."""
    room = reader().room(instance)
    if task not in {one.task for one in room.tasks}:
        flash(_("room.late"), "warn")  # somebody was first, or the step was ended
        return redirect(url_for("room.page", instance=instance), 303)
    form = for_task(reader().task(task))
    try:
        form = form.holding(answers.sent(request.form))
        variables = form.check()
        engine().handle(
            CompleteTask(
                actor=person(),
                key=request.form.get("key", "")[:100],
                instance=instance,
                task=task,
                variables=variables,
            )
        )
    except Invalid as error:
        return _refused(room, task, form.refused(error), error)
    except Refused as error:
        return _refused(room, task, form, error)
    return redirect(url_for("room.page", instance=instance), 303)


def _refused(room: RoomView, task: str, form: Form, error: Refused) -> AnyResponse:
    sentences = [f"{one.label}: {one.sentence}" if one.label else one.sentence for one in form.summary]
    for sentence in sentences or [refusal(error)]:
        flash(sentence, "bad")
    whole = any(one.task == task and one.part in _OWN_FORM for one in room.tasks)
    if not whole or isinstance(error, Conflict):
        return redirect(url_for("room.page", instance=room.row.instance), 303)
    reply = make_response(_page(reader().room(room.row.instance), form, task))
    reply.status_code = error.status
    return reply


@pages.post("/rooms/<instance>/mark")
def mark(instance: str) -> AnyResponse:
    """Say that one is there, or, for whoever keeps the roll, of somebody else; the recorded step takes it over."""
    room = reader().room(instance)
    whose, said = request.form.get("person", "") or person(), request.form.get("mark", "")
    if not room.of(_ROLL) or (whose != person() and not _keeps_roll(room)):
        abort(403)
    if whose not in room.people:
        abort(404)
    engine().presence.mark(instance, whose, said)
    engine().pulse.wake(instance)
    return redirect(url_for("room.page", instance=instance), 303)


@pages.get("/rooms/<instance>/stream")
@asked_by_the_page
def stream(instance: str) -> Response:
    """Server-sent events: a version whenever the case changes. It tells nothing else; the page asks for the rest."""
    reader().may_enter(instance)
    pulse = engine().pulse
    if not _free.acquire(blocking=False):  # enough pages hold a thread: this one asks again in two seconds
        return _events(iter([f"retry: 2000\n{_event(pulse.version(instance))}"]))
    reply = _events(_live(pulse.versions(instance, STREAM_SECONDS, BREATH)))
    reply.call_on_close(_free.release)  # also when nothing of it was read: HEAD, or a reader who left at once
    return reply


def _live(versions: Iterator[str | None]) -> Iterator[str]:
    yield "retry: 1000\n\n"
    for version in versions:
        yield _event(version) if version is not None else "event: still\ndata: here\n\n"


def _event(version: str) -> str:
    return f"event: version\ndata: {version}\n\n"


def _events(lines: Iterator[str]) -> Response:
    return Response(
        lines, mimetype="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
