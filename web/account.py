"""Keeps the rest from knowing what a person may set for themselves: languages, looks, letters, keys."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import Invalid
from web.devices import device
from web.language import YEAR, remember
from web.passwords import SHORTEST
from web.security import own_path
from web.wiring import LANGUAGES, cookie_name, engine, open_to_all, person, preferences, reader

pages = Blueprint("account", __name__)

DAYS = (30, 90, 365)
"""What a token's life may be chosen from; none of them: until it is revoked."""
THEMES = ("system", "light", "dark")
THEME_COOKIE = "sapa_theme"

NOTICES = (
    "notify.assigned", "notify.due_soon", "notify.overdue", "notify.mention", "notify.ask", "notify.digest",
)  # fmt: skip


def theme() -> str:
    """light or dark when chosen; empty leaves it to the system."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in ("light", "dark") else ""


def shortcuts() -> bool:
    """Do single keys act on pages? People who speak to their computer switch them off."""
    return preferences().get("shortcuts", "on") == "on"


@pages.get("/account")
def page() -> str:
    return show()


def show(**more: object) -> str:
    """The page; ``more``: what came of the form that was sent."""
    return render_template(
        "account.html",
        themes=THEMES,
        units=reader().units(),
        notices={name: engine().preferences.choices(name) for name in NOTICES},
        settings=preferences(),
        sessions=engine().sessions.of(person(), request.cookies.get(cookie_name(), "")),
        device=device,
        tokens=engine().tokens.of(person()),
        days=DAYS,
        shortest=SHORTEST,
        mail_on=engine().post.on,
        feed_since=engine().feeds.since(person()),
        sign_in=engine().sessions.sign_in_of(person()),
        **more,
    )


def _set(values: dict[str, str], block: str) -> AnyResponse:
    try:
        engine().preferences.set_all(person(), values)
    except Invalid:  # the page offers only what there is
        flash(_("account.unknown_choice"), "bad")
    else:
        flash(_("account.saved"), "ok")
    return redirect(url_for("account.page", _anchor=block), 303)


@pages.post("/account/language")
def choose_language() -> AnyResponse:
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        return redirect(url_for("account.page"), 303)
    answer = _set({"language": code}, "language")
    remember(answer, code)
    return answer


@pages.post("/account/mail-language")
def choose_mail_language() -> AnyResponse:
    return _set({"mail_language": request.form.get("mail_language", "")}, "mail-language")


@pages.post("/account/notifications")
def choose_notices() -> AnyResponse:
    return _set({name: request.form[name] for name in NOTICES if name in request.form}, "notifications")


@pages.post("/account/shortcuts")
def choose_shortcuts() -> AnyResponse:
    return _set({"shortcuts": "on" if request.form.get("shortcuts") else "off"}, "shortcuts")


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
