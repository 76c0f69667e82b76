"""Keeps the rest from knowing how a person proves who they are: password, delays after wrong tries, session cookie."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.attempts import Attempts
from web.security import limiter, own_path
from web.wiring import cookie_name, engine, open_to_all, person

pages = Blueprint("sign_in", __name__)

LONGEST = 1024  # argon2 hashes any length, so an endless password would be a way to keep the server busy


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A digest that no password matches: an unknown login takes the same time as a wrong password."""
    return _hasher().hash("nobody")


def _matches(digest: str | None, password: str) -> bool:
    try:
        return _hasher().verify(digest or _nobody(), password) and digest is not None
    except (VerificationError, InvalidHashError):
        return False


@pages.get("/login")
@open_to_all
def page() -> str | Response:
    if person():
        return redirect(own_path(request.args.get("next"), url_for("inbox.page")))
    return _form()


def _form(**more: object) -> str:
    people = engine().demo_people() if engine().settings.demo else []
    return render_template(
        "sign_in.html",
        next=own_path(request.values.get("next"), ""),
        expired=request.args.get("expired"),
        demo_people=people,
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
        return _form(login=login, wait=wait), 429
    found = engine().sessions.sign_in(login)
    if not _matches(found.digest if found else None, password) or found is None:
        attempts().failed(login, address)
        return _form(login=login, wrong=True), 401
    attempts().succeeded(login)
    session.clear()  # a new form token too: nothing a stranger planted before sign-in survives it
    token = engine().sessions.open(found.person, (request.user_agent.string or "")[:200])
    answer = redirect(own_path(request.form.get("next"), url_for("inbox.page")), 303)
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
