"""Keeps the rest from knowing how a case is begun by hand: what may be started, why not, the form before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine import fold
from engine.commands import StartProcess
from engine.errors import Invalid, NotFound, Refused
from engine.views import StartView
from web import answers
from web.forms import Form, for_start
from web.language import text_of
from web.names import refusal
from web.wiring import engine, person, reader

pages = Blueprint("start", __name__)


@pages.get("/start")
def page() -> str:
    search = request.args.get("q", "").strip()[:200]
    wanted = fold(search)
    rows = [
        row
        for row in reader().startable()
        if wanted in fold(" ".join((text_of(row.label), text_of(row.names), row.clause)))
    ]
    return render_template(
        "start.html",
        open_rows=[row for row in rows if not row.blocked],
        blocked_rows=[row for row in rows if row.blocked],
        units=reader().units(),
        search=search,
    )


def _asked_for(process: str) -> StartView:
    school = request.values.get("school", "")
    for row in reader().startable():
        if row.key == process and school in ("", row.school):
            return row
    raise NotFound


@pages.get("/start/<process>")
def form_page(process: str) -> str:
    return _page(_asked_for(process))


def _page(row: StartView, form: Form | None = None, refusal: str = "") -> str:
    form = form or for_start(row)
    return render_template("start_form.html", start=row, form=form, units=reader().units(), refusal=refusal)


@pages.post("/start/<process>")
def begin(process: str) -> AnyResponse:
    row = _asked_for(process)
    form = for_start(row)
    try:
        form = form.holding(answers.read(request.form.get("answers", "")))
        variables = form.check()
        if engine().visitors.follow(row.definition):
            return _with_code(row, variables)
        done = engine().handle(
            StartProcess(
                actor=person(),
                key=request.form.get("key", "")[:100],
                definition=row.definition,
                school=row.school,
                variables=variables,
            )
        )
    except Invalid as error:
        return _answer(_page(row, form.refused(error)), error.status)
    except Refused as error:
        return _answer(_page(row, form, refusal=refusal(error)), error.status)
    flash(_("start.done"), "ok")
    return redirect(url_for("case.page", instance=done.instance), 303)


def _with_code(row: StartView, variables: Mapping[str, Any]) -> AnyResponse:
    """Begun for somebody who follows it by a code: it is shown now, for them, and at no other time."""
    key = request.form.get("key", "")[:100]
    instance, code = engine().visitors.begin_for(person(), row.definition, row.school, variables, key)
    address = url_for("appeal.ask", _external=True)
    return make_response(render_template("appeal_sent.html", code=code, instance=instance, address=address, files=()))


def _answer(text: str, status: int) -> AnyResponse:
    answer = make_response(text)
    answer.status_code = status
    return answer
