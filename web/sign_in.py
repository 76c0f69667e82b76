"""Keeps the rest from knowing how a person proves who they are: password, delays after wrong tries, session cookie."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.attempts import Attempts
from web.passwords import LONGEST, matches
from web.security import limiter, own_path
from web.wiring import cookie_name, engine, open_to_all, person

pages = Blueprint("sign_in", __name__)


@pages.get("/login")
@open_to_all
def page() -> str | Response:
    if person():
        return redirect(own_path(request.args.get("next"), url_for("inbox.page")))
    return form()


def form(**more: object) -> str:
    """The sign-in page; ``more``: what went wrong."""
    people = engine().demo_people() if engine().settings.demo else []
    return render_template(
        "sign_in.html",
        next=own_path(request.values.get("next"), ""),
        expired=request.args.get("expired"),
        demo_people=people,
        units=engine().demo_units(),
        demo_password=engine().demo_password if people else "",
        **more,
    )


def attempts() -> Attempts:
    """The wrong tries this server remembers."""
    found: Attempts = current_app.extensions.setdefault("sapa.attempts", Attempts())
    return found


@pages.post("/login")
@open_to_all
@limiter.limit("120/minute")
def enter() -> Response | tuple[str, int]:
    login = unicodedata.normalize("NFC", request.form.get("login", "")).strip().lower()[:LONGEST]
    password = request.form.get("password", "")[:LONGEST]
    address = request.remote_addr or ""
    wait = attempts().wait(login, address)
    if wait > 0:
        return form(login=login, wait=wait), 429
    found = engine().sessions.sign_in(login)
    if not matches(found.digest if found else None, password) or found is None:
        attempts().failed(login, address)
        return form(login=login, wrong=True), 401
    attempts().succeeded(login)
    return enter_as(found.person, request.form.get("next"))


def enter_as(who: str, target: str | None) -> Response:
    """Open a session for somebody who has proved who they are, and go where they wanted."""
    session.clear()  # a new form token too: nothing a stranger planted before sign-in survives it
    token = engine().sessions.open(who, (request.user_agent.string or "")[:200])
    answer = redirect(own_path(target, url_for("inbox.page")), 303)
    answer.set_cookie(
        cookie_name(), token, httponly=True, samesite="Lax", secure=cookie_name().startswith("__Host-"), path="/"
    )
    return answer


@pages.post("/logout")
@open_to_all
def leave() -> Response:
    token = request.cookies.get(cookie_name())
    if token:
        engine().sessions.close(token)
    session.clear()
    answer = redirect(url_for("sign_in.page"), 303)
    answer.delete_cookie(cookie_name(), path="/", secure=cookie_name().startswith("__Host-"), httponly=True)
    flash(_("signin.left"), "ok")
    return answer
