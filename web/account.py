"""Keeps the rest from knowing what a person may set for themselves: language, looks, where they are signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from web.language import YEAR, remember
from web.security import own_path
from web.wiring import LANGUAGES, engine, open_to_all, person, reader

pages = Blueprint("account", __name__)

THEMES = ("system", "light", "dark")
THEME_COOKIE = "sapa_theme"


def theme() -> str:
    """light or dark when chosen; empty leaves it to the system."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in ("light", "dark") else ""


@pages.get("/account")
def page() -> str:
    return render_template("account.html", themes=THEMES, units=reader().units())


@pages.post("/account/language")
def choose_language() -> AnyResponse:
    answer = redirect(url_for("account.page"), 303)
    code = request.form.get("language", "")
    if code in LANGUAGES:
        remember(answer, code)
    return answer


@pages.post("/account/theme")
@open_to_all
def choose_theme() -> AnyResponse:
    answer = redirect(own_path(request.form.get("back"), url_for("account.page")), 303)
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        # The page's own script reads it before the first paint, so this one cookie is open to scripts.
        answer.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return answer


@pages.post("/account/sign-out-everywhere")
def leave_everywhere() -> AnyResponse:
    engine().sessions.close_all(person())
    flash(_("account.left_everywhere"), "ok")
    return redirect(url_for("sign_in.page"), 303)
