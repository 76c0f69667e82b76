"""Keeps the rest from knowing how codes that answer once each are handed out: a sheet to print, the same as a list.

They are shown when they are made and at no other time: nobody has them but the paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _

from engine import Invitation
from engine.errors import Refused
from web.names import refusal
from web.spreadsheet import sent
from web.survey import ISSUE, audience, invitations
from web.wiring import engine, new_key, only_with, person, reader

pages = Blueprint("codes", __name__)

USUAL = 30  # codes on a sheet, unless another number is typed


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was made just now."""

    audience: str
    codes: list[str]
    chosen: str
    key: str


@pages.get("/cases/<instance>/codes")
def page(instance: str) -> str:
    return _page(instance, _open(instance))


@pages.post("/cases/<instance>/codes")
def make(instance: str) -> Response:
    """The same form sent again shows the same codes: as a list, or after a double click."""
    given, chosen = _open(instance), request.form.get("audience", "")[:100]
    one = next((one for one in given if str(one.values["audience"]) == chosen), None)
    count, key = request.form.get("count", "").strip(), request.form.get("key", "")[:100]
    if one is None:
        return make_response(_page(instance, given, problem=_("survey.codes_whom")), 422)
    number = int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 0
    try:
        codes = engine().invitations.hand_out(person(), one, number, key)
    except Refused as error:
        return make_response(_page(instance, given, problem=refusal(error), chosen=chosen), error.status)
    if request.form.get("as") in ("csv", "xlsx"):
        where = url_for("survey.ask", _external=True)
        head = [_("survey.code"), _("survey.codes_address")]
        answer = sent("codes", request.form["as"], head, [[code, f"{where}/{code}"] for code in codes])
    else:
        answer = make_response(_page(instance, given, sheet=Sheet(audience(one), codes, chosen, key)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _open(instance: str) -> list[Invitation]:
    """The invitations by such codes of a case that the reader sees. Anything else does not exist."""
    only_with(ISSUE)
    found = reader().case(instance)
    given = [] if found.content_hidden else [one for one in invitations(instance, found.definition) if one.once]
    if not given:
        abort(404)
    return given


def _page(instance: str, given: list[Invitation], **more: Any) -> str:
    return render_template(
        "survey_codes.html",
        instance=instance,
        audiences=[(str(one.values["audience"]), audience(one)) for one in given],
        purpose=given[0].values["purpose"],
        closes=given[0].values["closes_on"],
        address=url_for("survey.ask", _external=True),
        fresh_key=new_key(),
        **{"sheet": None, "problem": "", "chosen": "", "count": request.form.get("count", str(USUAL))[:6], **more},
    )
