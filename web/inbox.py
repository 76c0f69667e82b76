"""Keeps the rest from knowing what the list of tasks looks like: views, filters, groups by due date, claiming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import ClaimTask, UnclaimTask
from engine.errors import Conflict, Invalid
from engine.views import InboxPage, InboxRow
from web.absences import last_day
from web.dates import GROUPS, Group, group
from web.language import language
from web.names import offered_to, refusal
from web.security import own_path
from web.wiring import asked_by_the_page, engine, now, person, reader

pages = Blueprint("inbox", __name__)

VIEWS = ("mine", "role", "substitute", "waiting", "snoozed")
POLLED = VIEWS[:3]
POLL_MOST = 200
FILTERS = ("", "overdue", "today", "unread", "claimed", "unclaimed")
ASKED = ("view", "only", "q")
"""What a saved filter remembers."""
LAST_PAGE = 10_000


@pages.get("/")
def home() -> AnyResponse:
    return redirect(url_for("inbox.page"))


@pages.get("/tasks")
def page() -> str | AnyResponse:
    saved = engine().marks.filters(person())
    first = next((one for one in saved if one.first), None)
    if first is not None and not request.args:
        return redirect(f"{url_for('inbox.page')}?{first.asked}")
    view = _one_of(request.args.get("view"), VIEWS)
    only = _one_of(request.args.get("only"), FILTERS)
    search = request.args.get("q", "")[:200].strip()
    found = reader().inbox(view=view, only=only, search=search, page=page_number())
    if not request.args.get("view") and not found.counts.get("mine") and found.counts.get("role"):
        view = "role"  # who holds a role alone claims nothing: an empty first page would hide all there is to do
        found = reader().inbox(view=view, only=only, search=search, page=page_number())
    empty = not found.rows and view in ("mine", "role") and not only and not search
    coming = next(iter(reader().inbox(view="snoozed").rows), None) if empty and found.counts.get("snoozed") else None
    others = reader().inbox(view="waiting") if empty and coming is None else None
    standing = sorted({(one.person, last_day(one)) for one in reader().access.stands})
    return render_template(
        "inbox.html",
        saved=saved,
        asked=_asked(request.args),
        coming=coming,
        others=others if others is not None and others.rows else None,
        standing=standing,
        standing_names=reader().people(one for one, _day in standing) if view == "substitute" else {},
        found=found,
        groups=[("snoozed", found.rows)] if view == "snoozed" and found.rows else _grouped(found.rows),
        view=view,
        views=VIEWS,
        polled=view in POLLED and found.page == 1,
        only=only,
        filters=FILTERS,
        search=search,
        units=reader().units() if found.offered or others else {},
        alike=_alike(found),
        offered_to=offered_to,
    )


@pages.get("/tasks/fresh")
@asked_by_the_page
def fresh() -> AnyResponse:
    """What the list would hold now, by ids: the open page tells how many it does not show yet, and moves no row."""
    view = _one_of(request.args.get("view"), POLLED)
    only = _one_of(request.args.get("only"), FILTERS)
    answer = jsonify(reader().inbox_tasks(view, only, request.args.get("q", "")[:200].strip(), POLL_MOST))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _one_of(asked: str | None, known: tuple[str, ...]) -> str:
    return asked if asked in known else known[0]


def page_number() -> int:
    """?page= as a number from 1; anything else is the first page."""
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _grouped(rows: tuple[InboxRow, ...]) -> list[tuple[Group, list[InboxRow]]]:
    moment = now()
    sorted_rows: dict[Group, list[InboxRow]] = {name: [] for name in GROUPS}
    for row in rows:
        sorted_rows[group(row.due, moment)].append(row)
    return [(name, found) for name, found in sorted_rows.items() if found]


def _alike(found: InboxPage) -> frozenset[str]:
    """Tasks that say the same as another of the list: only when each came tells them apart."""
    said = {
        row.task: repr(
            (row.names, row.title or row.business_key, row.about, row.assignee, found.offered.get(row.task, ()))
        )
        for row in found.rows
    }
    often = Counter(said.values())
    return frozenset(task for task, words in said.items() if often[words] > 1)


@pages.post("/tasks/filters")
def keep_filter() -> AnyResponse:
    asked = _asked(dict(parse_qsl(request.form.get("asked", "")[:1000])))
    back = f"{url_for('inbox.page')}?{asked}"
    try:
        name = request.form.get("name", "")
        engine().marks.keep_filter(person(), name, asked, first="first" in request.form)
    except Invalid as error:
        flash(refusal(error), "warn")
    else:
        flash(_("inbox.filter_kept"), "ok")
    return redirect(back, 303)


@pages.post("/tasks/filters/drop")
def drop_filter() -> AnyResponse:
    engine().marks.drop_filter(person(), request.form.get("name", "")[:100])
    flash(_("inbox.filter_dropped"), "ok")
    return redirect(url_for("inbox.page", view="mine"), 303)


def _asked(told: Mapping[str, str]) -> str:
    """View, filter and words as a query string; anything else is dropped."""
    known = {"view": VIEWS, "only": FILTERS}
    kept = {name: told.get(name, "")[:200].strip() for name in ASKED}
    return urlencode({name: value for name, value in kept.items() if value and value in known.get(name, (value,))})


@pages.post("/tasks/<task>/claim")
def claim(task: str) -> AnyResponse:
    return _move(task, ClaimTask, _("inbox.claimed"))


@pages.post("/tasks/<task>/release")
def release(task: str) -> AnyResponse:
    return _move(task, UnclaimTask, _("inbox.released"))


def _move(task: str, kind: type[ClaimTask] | type[UnclaimTask], sentence: str) -> Response | AnyResponse:
    found = reader().task(task)
    try:
        engine().handle(kind(actor=person(), key=request.form.get("key", "")[:100], instance=found.instance, task=task))
        flash(sentence, "ok")
    except Conflict as error:
        flash(error.say(language()), "warn")
    return redirect(own_path(request.form.get("back"), url_for("task.page", task=task)), 303)
