"""Keeps the rest from knowing what the administrator sees of letters: which have not left, why, and sending again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.wiring import engine, right

pages = Blueprint("letters", __name__)


@pages.get("/letters")
@right("admin")
def page() -> str:
    post = engine().post
    return render_template(
        "letters.html", post=post, counts=post.counts(), letters=post.waiting(), unreached=post.unreached()
    )


@pages.post("/letters")
@right("admin")
def again() -> Response:
    """One letter, or all that have not left."""
    if engine().post.again(request.form.get("letter", "")[:64]):
        flash(_("letters.again_done"), "ok")
    else:
        flash(_("letters.again_none"), "warn")
    return redirect(url_for("letters.page"), 303)
