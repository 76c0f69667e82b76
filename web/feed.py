"""Keeps the rest from knowing how a person's calendar reaches other programs: by a secret address, nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import NotFound
from web import account
from web.security import limiter
from web.wiring import engine, open_to_all, person

pages = Blueprint("feed", __name__)


@pages.get("/calendar.ics")
@open_to_all
@limiter.limit("60/minute")
def calendar() -> Response:
    """The secret is in the query: the log of requests keeps paths only."""
    mail = engine().post.settings
    base = mail.public if mail else request.url_root.rstrip("/")
    domain = mail.domain if mail else "sapa"
    try:
        content = engine().feeds.calendar(request.args.get("key", ""), base, domain)
    except NotFound:
        abort(404)
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = "inline; filename=sapa.ics"
    return answer


@pages.post("/account/calendar")
def issue() -> tuple[str, int]:
    """The address stands in this one answer and nowhere else; an earlier one ends."""
    secret = engine().feeds.issue(person())
    return account.show(feed=url_for("feed.calendar", key=secret, _external=True)), 200


@pages.post("/account/calendar/revoke")
def revoke() -> AnyResponse:
    engine().feeds.revoke(person())
    flash(_("account.feed_revoked"), "ok")
    return redirect(url_for("account.page", _anchor="calendar"), 303)
