"""Keeps the rest from knowing how anybody answers a survey without an account, and how those who hold it invite them.

Nothing is kept of who answered: the page is shown as to a guest, and no request to it is logged. A link that many share
leaves a mark on the device that answered, so that nobody answers twice by mistake.
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
from engine.errors import CodeSpent, Invalid, NotWaiting, Refused
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
ISSUE = "issue_codes"
_LONGEST = 100
_KEPT = 60 * 60 * 24 * 60
"""For how many seconds a device remembers that it answered."""


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
    if found is None:
        return _unknown(code[:_LONGEST])
    if found.needs_own or found.spent:
        return _refused(found)
    if _state(found) == OPEN and _answered(found) and "again" not in request.args:
        return make_response(render_template("survey_again.html", found=found), 200)
    return _page(found)


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
    if found.spent and engine().invitations.taken(request.form.get("key", "")[:_LONGEST]):  # a double click
        return _thanks(found)
    if found.needs_own or found.spent:
        return _refused(found)
    asked = questionnaire.questions(found.values["questions"])
    form = Form(questionnaire.schema(asked), {}, {}, draft="", key=request.form.get("key", "")[:_LONGEST])
    form = form.holding(questionnaire.read(asked, request.form))
    if _state(found) != OPEN:
        return _page(found, status=409)
    if _answered(found) and "again" not in request.form and not engine().invitations.taken(form.key):
        return _page(found, form, _("survey.already_sent"), 409)
    try:
        engine().invitations.take_up(PROCESS, found, questionnaire.row(asked, form.check()), form.key)
    except Invalid as error:
        return _page(found, form.refused(error), status=error.status)
    except CodeSpent:
        return _refused(found)
    except NotWaiting:
        return _page(found, status=409)
    except Refused as error:
        return _page(found, form, refusal(error), error.status)
    return _thanks(found)


def _mark(found: Invitation) -> str:
    """The cookie of a device that answered by this link."""
    return f"sapa_answered_{found.code[:8].lower()}"


def _answered(found: Invitation) -> bool:
    """Was an answer sent from this device by the link that many share?"""
    return not found.own and _mark(found) in request.cookies


def _thanks(found: Invitation) -> AnyResponse:
    answer = make_response(render_template("survey_sent.html", found=found))
    if not found.own:
        answer.set_cookie(
            _mark(found),
            "1",
            _KEPT,
            path=url_for("survey.ask"),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return answer


def _refused(found: Invitation) -> AnyResponse:
    """A link that asks for a code of one's own, or a code that has answered: nothing is told of the survey."""
    status = 410 if found.spent else 200
    return make_response(render_template("survey_code.html", code="", spent=found.spent, own=True), status)


def _page(found: Invitation, form: Form | None = None, problem: str = "", status: int = 0) -> AnyResponse:
    asked, state = questionnaire.questions(found.values["questions"]), _state(found)
    shown = form or Form(questionnaire.schema(asked), {}, {}, draft="")
    again = _answered(found)  # shown in spite of the mark: to somebody else
    text = render_template(
        "survey.html", found=found, state=state, questions=asked, form=shown, problem=problem, again=again
    )
    return make_response(text, status or (410 if state == CLOSED else 200))


def _unknown(code: str) -> AnyResponse:
    return make_response(render_template("survey_code.html", code=code, wrong=True), 404)


@dataclass(frozen=True, slots=True)
class Link:
    """What is handed to one audience: where they answer, and a text to send it with.

    ``once``: they answer by a code each, of which so many were given out on ``paper``.
    """

    audience: str
    address: str
    letter: str
    once: bool
    paper: int


def links(case: str, definition: str) -> dict[str, Any]:
    """The links of a case, for who may see it, while its survey can be answered or is about to be."""
    going = invitations(case, definition)
    if not going:
        return {"survey_links": []}
    given = engine().invitations.handed_out
    shown = [Link(audience(one), _address(one), _letter(one), one.once, given(one) if one.once else 0) for one in going]
    first, who = going[0].values, access()
    told = {"survey_opens": first["opens_on"], "survey_closes": first["closes_on"]}
    return {"survey_links": shown, **told, "issues_codes": who is not None and ISSUE in who.rights, "links_of": case}


def invitations(case: str, definition: str) -> list[Invitation]:
    """Those of a case that can be taken up now or later, for who may see the case, in the order of the audiences."""
    who = access()
    found = engine().invitations.of(who, PROCESS, case, definition) if who else []
    order = [*layouts()[REGISTER].words]
    going = [one for one in found if _state(one) != CLOSED]
    return sorted(going, key=lambda one: [*order, one.values["audience"]].index(one.values["audience"]))


def audience(one: Invitation) -> str:
    return text_of(layouts()[REGISTER].words.get(str(one.values["audience"])))


def _address(one: Invitation) -> str:
    return url_for("survey.page", code=one.printed, _external=True)


def _letter(one: Invitation) -> str:
    """In every language at once: the audience has all of them."""
    parts, values = [], one.values
    for lang in LANGUAGES:
        with force_locale(lang):
            parts.append(_("survey.letter", purpose=values["purpose"], last=numeric(values["closes_on"])))
    return "\n\n".join((*parts, _address(one)))
