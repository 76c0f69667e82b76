"""Keeps the rest from knowing how a case is shown: where it stands, its diagram in words and picture, its history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import CancelInstance, Command, ResumeInstance, RetryIncident, SuspendInstance
from engine.errors import Refused
from engine.views import CaseView, StepView
from web.blocked import of_case
from web.captions import captions
from web.dates import numeric
from web.inbox import page_number
from web.language import text_of, word
from web.names import Values, offered_to, refusal
from web.notes import beside
from web.register_layout import labels_beside
from web.survey import links
from web.wiring import asked_by_the_page, engine, now, person, reader

pages = Blueprint("case", __name__)

FIRST_ENTRIES = 40  # of the timeline; the rest is one link away
ACTORS = ("", "people", "engine")
STATES = ("", "active", "suspended", "completed", "cancelled")


@pages.get("/cases")
def listing() -> str:
    state = request.args.get("state", "")
    search = request.args.get("q", "").strip()[:200]
    process = request.args.get("process", "")[:100]
    number = page_number()
    rows, more = reader().cases(state=state if state in STATES else "", process=process, search=search, page=number)
    titles = Counter(repr(row.title or row.process) for row in rows)
    return render_template(
        "cases.html",
        rows=rows,
        alike={row.instance for row in rows if titles[repr(row.title or row.process)] > 1},
        more=more,
        number=number,
        state=state,
        states=STATES,
        search=search,
        process=process,
        units=reader().units(),
    )


@pages.get("/cases/<instance>")
def page(instance: str) -> str:
    return _page(reader().case(instance))


def _page(found: CaseView, sentence: str = "") -> str:
    units = reader().units()
    labels = (
        {} if found.content_hidden else labels_beside(reader().labels(found.definition), found.timeline, found.steps)
    )
    values = Values(found.people, units, labels)
    only = request.args.get("only", "")
    only = only if only in ACTORS else ""
    called = reader().called(found.row.instance)
    asked = partial(reader().labels, found.definition)
    shown = captions(found, values, [step for one in called for step in one.steps], asked)
    if only:  # the clock and the router act as nobody
        shown = [entry for entry in shown if bool(entry.acted_as) == (only == "people")]
    id = found.row.instance
    beside_it = {} if found.content_hidden else {**links(id, found.definition), **beside(id)}
    return render_template(
        "case.html",
        case=found,
        captions=shown,
        actors=ACTORS,
        called=called,
        calling={element: one.definition for one in called for element, _names in one.callers},
        acted=_acted(found),
        only=only,
        edition=reader().regulation.edition_of(found.row.started),
        related=reader().related(found.row.instance),
        documents=engine().documents.of(reader(), found.row.instance),
        data=values.listed(found.data),
        shown_entries=len(found.timeline) if request.args.get("timeline") == "all" else FIRST_ENTRIES,
        passed=sum(step.state == "done" for step in found.steps),
        units=units,
        offered_to=offered_to,
        mine=_mine(found),
        refusal=sentence,
        not_offered=() if found.content_hidden else of_case(found),
        **beside_it,
    )


def _mine(found: CaseView) -> frozenset[str]:
    """Tasks the reader can go on with at once: their own, and what is offered to a role of theirs."""
    if found.content_hidden or found.row.state != "active":
        return frozenset()
    keys, me = reader().access.keys, person()
    return frozenset(
        one.task
        for one in found.tasks
        if (one.assignee == me if one.assignee else keys & set(found.offered.get(one.task, ())))
    )


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody who acted in the case: as what, and how often."""

    name: str
    roles: tuple[str, ...]  # keys, "role@unit"
    acts: int


def _acted(found: CaseView) -> list[Acted]:
    """The people who acted, who did most first; then those whom the case names only."""
    roles: dict[str, dict[str, None]] = {}
    acts: Counter[str] = Counter()
    for row in found.timeline:
        if row.actor in found.people:
            acts[row.actor] += 1
            told = roles.setdefault(row.actor, {})
            if "@" in row.acted_as:
                told[row.acted_as] = None
    order = sorted(found.people, key=lambda id: (-acts[id], found.people[id]))
    return [Acted(found.people[id], tuple(roles.get(id, ())), acts[id]) for id in order]


@pages.get("/cases/<instance>/fresh")
@asked_by_the_page
def fresh(instance: str) -> Response:
    """How many entries there are now: the open page offers to show the new ones."""
    answer = jsonify(reader().case_entries(instance))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get("/cases/<instance>/diagram")
def diagram(instance: str) -> Response:
    """The model and what each node is doing, for the diagram viewer; the page's list says the same in words."""
    found = reader().case(instance)
    wanted = request.args.get("of", "")
    if not wanted:
        return jsonify(xml=found.xml, steps=[_step(step) for step in found.steps])
    for one in reader().called(instance):
        if one.definition == wanted:
            return jsonify(xml=one.xml, steps=[_step(step) for step in one.steps])
    abort(404)


def _step(step: StepView) -> dict[str, Any]:
    late = step.state in ("active", "waiting") and step.due is not None and step.due < now()
    state = "late" if late else step.state
    return {
        "element": step.element,
        "state": state,
        "tokens": step.tokens,
        "visits": step.visits,
        "word": word("step", state),
        "name": text_of(step.names),
        "due": numeric(step.due) if step.due else "",
    }


@pages.post("/cases/<instance>/retry")
def retry(instance: str) -> AnyResponse:
    return _do(
        instance,
        RetryIncident(actor=person(), key=_key(), instance=instance, incident=request.form.get("incident", "")),
        _("case.retried"),
    )


@pages.post("/cases/<instance>/suspend")
def suspend(instance: str) -> AnyResponse:
    command = SuspendInstance(actor=person(), key=_key(), instance=instance, reason=_reason())
    return _do(instance, command, _("case.suspended"))


@pages.post("/cases/<instance>/resume")
def resume(instance: str) -> AnyResponse:
    command = ResumeInstance(actor=person(), key=_key(), instance=instance, reason=_reason())
    return _do(instance, command, _("case.resumed"))


@pages.post("/cases/<instance>/cancel")
def cancel(instance: str) -> AnyResponse:
    command = CancelInstance(actor=person(), key=_key(), instance=instance, reason=_reason())
    return _do(instance, command, _("case.cancelled"))


def _key() -> str:
    return request.form.get("key", "")[:100]


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _do(instance: str, command: Command, sentence: str) -> AnyResponse:
    found = reader().case(instance)  # what may not be seen may not be touched, and does not exist
    needs_reason = isinstance(command, (SuspendInstance, CancelInstance))
    if needs_reason and not _reason():
        return _refused(found, _("case.reason_missing"), 422)
    try:
        engine().handle(command)
    except Refused as error:
        return _refused(found, refusal(error), error.status)
    flash(sentence, "ok")
    return redirect(url_for("case.page", instance=instance), 303)


def _refused(found: CaseView, sentence: str, status: int) -> AnyResponse:
    answer = make_response(_page(found, sentence))
    answer.status_code = status
    return answer
