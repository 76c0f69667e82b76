"""Keeps the rest from knowing how one task is shown and done: its form, the checks before the command, what follows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import AssignTask, CompleteTask, ReturnTask
from engine.errors import Conflict, Invalid, NotFound, Refused
from engine.views import Person, TaskView
from web import answers
from web.blocked import of_task
from web.captions import captions
from web.forms import Form, for_task
from web.language import language
from web.names import Values, refusal
from web.notes import beside
from web.previews import of_task as draft_of
from web.register_layout import labels_beside
from web.survey import links
from web.wiring import engine, person, reader

pages = Blueprint("task", __name__)

HISTORY = 8  # entries beside the form; the case page has all of them
EARLIER = 12


@pages.get("/tasks/<task>")
def page(task: str) -> str:
    found = reader().task(task)
    if found.state == "open":
        engine().marks.see(person(), task)
    return _page(found)


def _page(found: TaskView, form: Form | None = None, **more: Any) -> str:
    candidates = _candidates(found)
    return render_template(
        "task.html",
        task=found,
        form=form or for_task(found),
        candidates=candidates,
        blocked=of_task(found, candidates),
        draft=draft_of(found),
        **_around(found),
        **links(found.instance, found.definition),
        **beside(found.instance, found.task),
        **more,
    )


def _around(found: TaskView) -> dict[str, Any]:
    """What happened in the case before, beside the form: its latest history, and what was answered at earlier steps."""
    case = reader().case(found.instance)
    units = reader().units()
    called = [step for one in reader().called(found.instance) for step in one.steps]
    asked = reader().labels(case.definition)
    values = Values(case.people, units, labels_beside(asked, case.timeline, case.steps))
    history = captions(case, values, called, partial(reader().labels, case.definition))
    # What no form asked for, messages and timers leave: it means nothing to a reader.
    answered = [replace(entry, values=tuple(one for one in entry.values if one[1] in asked)) for entry in history]
    earlier = [entry for entry in answered if entry.values][:EARLIER]
    return {"history": history[:HISTORY], "history_length": len(history), "earlier": earlier, "units": units}


def _candidates(found: TaskView) -> tuple[Person, ...]:
    """The people the task is offered to today; not asked where the reader may do it and was asked by name alone."""
    asked = found.state == "open" and (not found.may_complete or any("@" in key for key in found.candidates))
    return reader().candidates(found.task) if asked else ()


@pages.post("/tasks/<task>")
def complete(task: str) -> AnyResponse:
    """Check the answers, then give the command; whatever goes wrong, the page comes back with what was typed."""
    found = reader().task(task)
    form = for_task(found)
    try:
        typed = answers.read(request.form.get("answers", ""))
        form = form.holding(typed)
        variables = form.check()
    except Invalid as error:
        return _answer(_page(found, form.refused(error)), error.status)
    command = CompleteTask(
        actor=person(), key=request.form.get("key", "")[:100], instance=found.instance, task=task, variables=variables
    )
    try:
        engine().handle(command)
    except Conflict as error:
        return _answer(_taken(task, found, typed, error), error.status)
    except Invalid as error:
        return _answer(_page(found, form.refused(error)), error.status)
    except Refused as error:
        return _answer(_page(found, form, refusal=refusal(error)), error.status)
    return redirect(url_for("task.page", task=task, done=1), 303)


def _answer(text: str, status: int) -> AnyResponse:
    answer = make_response(text)
    answer.status_code = status
    return answer


def _taken(task: str, found: TaskView, typed: Mapping[str, Any], error: Conflict) -> str:
    """Somebody was first, or the case moved on: say who and when, and give back what was typed to copy."""
    with suppress(NotFound):  # completed and out of this reader's sight: what was shown before is all there is
        found = reader().task(task)
    return render_template(
        "conflict.html",
        task=found,
        sentence=error.say(language()),
        typed=answers.shown(found.form, typed, language()),
        retry=error.status == 503,
    )


@pages.post("/tasks/<task>/return")
def send_back(task: str) -> AnyResponse:
    found = reader().task(task)
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _answer(_page(found, fold="return", refusal=_("task.reason_missing")), 422)
    command = ReturnTask(
        actor=person(), key=request.form.get("key", "")[:100], instance=found.instance, task=task, reason=reason
    )
    try:
        engine().handle(command)
    except Refused as error:
        nowhere = isinstance(error, Invalid) and "to" in error.problems
        sentence = _("task.return_nowhere") if nowhere else refusal(error)
        return _answer(_page(found, fold="return", reason=reason, refusal=sentence), error.status)
    flash(_("task.returned"), "ok")
    return redirect(url_for("inbox.page"), 303)


@pages.post("/tasks/<task>/assign")
def assign(task: str) -> AnyResponse:
    found = reader().task(task)
    reason = request.form.get("reason", "").strip()
    command = AssignTask(
        actor=person(),
        key=request.form.get("key", "")[:100],
        instance=found.instance,
        task=task,
        person=request.form.get("person", ""),
        reason=reason,
    )
    try:
        engine().handle(command)
    except Refused as error:
        return _answer(_page(found, fold="assign", reason=reason, refusal=refusal(error)), error.status)
    flash(_("task.assigned"), "ok")
    return redirect(url_for("task.page", task=task), 303)
