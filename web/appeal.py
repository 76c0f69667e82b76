"""Keeps the rest from knowing how anybody turns to a school without an account and hears of it by a code."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine import VisitorCase
from engine.errors import Invalid, NotFound, NotWaiting, Refused
from web.forms import Form
from web.language import language
from web.names import refusal
from web.plain_forms import fields, read
from web.register_layout import known as layouts
from web.security import limiter
from web.wiring import engine, open_to_all

pages = Blueprint("appeal", __name__)

PROCESS, REGISTER = "appeal_handling", "appeals"
ANSWER, TAKE_BACK = "appeal.answered", "appeal.withdrawn"
CLOSED, LINKED, OBJECTED = "closed", "linked", "objected"
SAYING = {"answer": ANSWER, "take_back": TAKE_BACK}
_LONGEST, _LONGEST_TEXT = 100, 10_000


@pages.after_request
def _not_listed(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _form() -> Form:
    opening = engine().visitors.opening(PROCESS)
    return Form(opening.form, {}, {}, draft="")


@pages.get("/appeal")
@open_to_all
@limiter.limit("60/minute")
def page() -> str:
    return _page(_form())


def _page(form: Form, school: str = "", problem: str = "", no_school: bool = False, lost: Sequence[str] = ()) -> str:
    """``lost``: the files that came with what was refused; a browser forgets them, a page cannot give them back."""
    opening = engine().visitors.opening(PROCESS)
    return render_template(
        "appeal.html",
        form=form,
        fields=list(fields(opening.form, language())),
        schools=opening.schools,
        school=school,
        problem=problem,
        no_school=no_school,
        lost=lost,
    )


@pages.post("/appeal")
@open_to_all
@limiter.limit("10/minute;60/hour")
def send() -> AnyResponse:
    """Sent twice, it is begun once, and the same code is shown: it can be shown at no other time."""
    opening = engine().visitors.opening(PROCESS)
    school = request.form.get("school", "")[:_LONGEST]
    sent = Form(opening.form, {}, {}, draft="", key=request.form.get("key", "")[:_LONGEST])
    form = sent.holding(read(opening.form, request.form))
    files = [(one.filename or "", one.read()) for one in request.files.getlist("file") if one.filename]
    lost = [name for name, _content in files]
    there = school in dict(opening.schools)
    try:
        variables = form.check()
        if there:
            code = engine().visitors.begin(opening, school, variables, files, form.key)
            found = engine().visitors.find(code)
            arrived = found.files if found else ()
            return make_response(render_template("appeal_sent.html", code=code, instance="", files=arrived))
    except Invalid as error:
        if "file" not in error.problems:
            return _answer(_page(form.refused(error), school, no_school=not there, lost=lost), error.status)
        return _answer(_page(form, school, problem=refusal(error), lost=lost), error.status)
    except Refused as error:
        return _answer(_page(form, school, problem=refusal(error), lost=lost), error.status)
    return _answer(_page(form, school, no_school=True, lost=lost), 422)


@pages.get("/appeal/status")
@open_to_all
@limiter.limit("60/minute")
def ask() -> str:
    return render_template("appeal_status.html", code="", found=None)


@pages.post("/appeal/status")
@open_to_all
@limiter.limit("20/minute;200/hour")
def status() -> AnyResponse:
    """The code comes in the body: neither the address nor a log has it. Whatever is wrong with it is wrong alike."""
    code = request.form.get("code", "").strip()[:_LONGEST]
    return _status(code)


def _status(
    code: str, done: str = "", problem: str = "", typed: str = "", why: str = "", code_of: int = 200
) -> AnyResponse:
    """``typed``, ``why``: an answer, or a reason for taking back, that was refused."""
    found: VisitorCase | None = engine().visitors.find(code)
    if found is None:
        return _answer(render_template("appeal_status.html", code=code, found=None, wrong=True), 404)
    stage = str(found.values.get("stage", ""))
    told = layouts()[REGISTER].statuses.get(stage, {})
    result = layouts()[REGISTER].words.get(str(found.values.get("appeal_result", "")), {})
    if done and stage == OBJECTED:
        done = _("appeal.objection_sent")
    page = render_template(
        "appeal_status.html",
        code=code,
        found=found,
        stage=told,
        result=result,
        linked=stage == LINKED,
        asked=stage == "asked",
        may_answer=ANSWER in found.says,
        may_take_back=TAKE_BACK in found.says,
        done=done,
        problem=problem,
        typed=typed,
        why=why,
        over_unanswered=stage == CLOSED and not found.values.get("reply_text"),
    )
    return _answer(page, code_of)


@pages.post("/appeal/status/say")
@open_to_all
@limiter.limit("20/minute;200/hour")
def say() -> AnyResponse:
    code = request.form.get("code", "").strip()[:_LONGEST]
    text = request.form.get("text", "").strip()[:_LONGEST_TEXT]
    what = request.form.get("what", "")
    name = SAYING.get(what, "")
    if what == "answer" and not text:
        return _status(code, problem=_("appeal.say_something"), code_of=422)
    if what == "take_back" and not request.form.get("sure"):
        return _status(code, problem=_("appeal.be_sure"), why=text, code_of=422)
    refused = {"why" if what == "take_back" else "typed": text}
    try:
        engine().visitors.say(code, name, text or "—", request.form.get("key", "")[:_LONGEST])
    except NotFound:
        return _status(code)
    except NotWaiting:
        return _status(code, problem=_("appeal.too_late"), code_of=409, **refused)
    except Refused as error:
        return _status(code, problem=refusal(error), code_of=error.status, **refused)
    return _status(code, done=_("appeal.taken_back") if what == "take_back" else _("appeal.said"))


def _answer(text: str, status: int) -> AnyResponse:
    answer = make_response(text)
    answer.status_code = status
    return answer
