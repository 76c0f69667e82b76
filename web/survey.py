"""Keeps the rest from knowing how anybody answers a survey without an account, and how those who hold it invite them.

Nothing is kept of who answered: the page is shown as to a guest, and no request to it is logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine import Invitation
from engine.errors import Invalid, NotWaiting, Refused
from web import questionnaire
from web.dates import as_day, numeric
from web.forms import Form
from web.language import text_of
from web.names import refusal
from web.register_layout import known as layouts
from web.security import limiter
from web.wiring import LANGUAGES, access, as_guest, engine, now, open_to_all, untold

pages = Blueprint("survey", __name__)

PROCESS, REGISTER = "survey_answer", "survey_links"
EARLY, OPEN, CLOSED = "early", "open", "closed"
_LONGEST = 100


@pages.after_request
def _not_listed(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _state(found: Invitation) -> str:
    """Can it be answered today?"""
    today, opens, closes = as_day(now()), found.values.get("opens_on"), found.values.get("closes_on")
    if not found.going or not isinstance(opens, date) or not isinstance(closes, date) or today > closes:
        return CLOSED
    return EARLY if today < opens else OPEN


@pages.get("/survey")
@open_to_all
@untold
@as_guest
@limiter.limit("60/minute")
def ask() -> str:
    return render_template("survey_code.html", code="")


@pages.post("/survey")
@open_to_all
@untold
@as_guest
@limiter.limit("20/minute;200/hour")
def find() -> AnyResponse:
    code = request.form.get("code", "").strip()[:_LONGEST]
    found = engine().invitations.find(PROCESS, code)
    if found is None:
        return _unknown(code)
    return redirect(url_for("survey.page", code=found.printed), 303)


@pages.get("/survey/<code>")
@open_to_all
@untold
@as_guest
@limiter.limit("60/minute")
def page(code: str) -> AnyResponse:
    found = engine().invitations.find(PROCESS, code[:_LONGEST])
    return _unknown(code[:_LONGEST]) if found is None else _page(found)


@pages.post("/survey/<code>")
@open_to_all
@untold
@as_guest
@limiter.limit("30/minute;600/hour")  # a whole class may sit behind one address
def send(code: str) -> AnyResponse:
    """Sent twice, it is counted once, and the same thanks are shown."""
    found = engine().invitations.find(PROCESS, code[:_LONGEST])
    if found is None:
        return _unknown(code[:_LONGEST])
    asked = questionnaire.questions(found.values["questions"])
    form = Form(questionnaire.schema(asked), {}, {}, draft="", key=request.form.get("key", "")[:_LONGEST])
    form = form.holding(questionnaire.read(asked, request.form))
    if _state(found) != OPEN:
        return _page(found, status=409)
    try:
        engine().invitations.take_up(PROCESS, found, questionnaire.row(asked, form.check()), form.key)
    except Invalid as error:
        return _page(found, form.refused(error), status=error.status)
    except NotWaiting:
        return _page(found, status=409)
    except Refused as error:
        return _page(found, form, refusal(error), error.status)
    return make_response(render_template("survey_sent.html", found=found))


def _page(found: Invitation, form: Form | None = None, problem: str = "", status: int = 0) -> AnyResponse:
    asked, state = questionnaire.questions(found.values["questions"]), _state(found)
    shown = form or Form(questionnaire.schema(asked), {}, {}, draft="")
    text = render_template("survey.html", found=found, state=state, questions=asked, form=shown, problem=problem)
    return make_response(text, status or (410 if state == CLOSED else 200))


def _unknown(code: str) -> AnyResponse:
    return make_response(render_template("survey_code.html", code=code, wrong=True), 404)


@dataclass(frozen=True, slots=True)
class Link:
    """What is handed to one audience: where they answer, and a text to send it with."""

    audience: str
    address: str
    letter: str


def links(case: str, definition: str) -> dict[str, Any]:
    """The links of a case, for who may see it, while its survey can be answered or is about to be."""
    who = access()
    found = engine().invitations.of(who, PROCESS, case, definition) if who else []
    going = [one for one in found if _state(one) != CLOSED]
    if not going:
        return {"survey_links": []}
    words = layouts()[REGISTER].words
    going.sort(key=lambda one: [*words, one.values["audience"]].index(one.values["audience"]))
    shown = [Link(text_of(words.get(str(one.values["audience"]))), _address(one), _letter(one)) for one in going]
    first = going[0].values
    return {"survey_links": shown, "survey_opens": first["opens_on"], "survey_closes": first["closes_on"]}


def _address(one: Invitation) -> str:
    return url_for("survey.page", code=one.printed, _external=True)


def _letter(one: Invitation) -> str:
    """In every language at once: the audience has all of them."""
    parts, values = [], one.values
    for lang in LANGUAGES:
        with force_locale(lang):
            parts.append(_("survey.letter", purpose=values["purpose"], last=numeric(values["closes_on"])))
    return "\n\n".join((*parts, _address(one)))
