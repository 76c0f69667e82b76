"""Keeps the account page from knowing how a person looks after their own sign-in: password, sessions, tokens."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import ChangePassword
from engine.errors import Invalid
from web import account, passwords
from web.account import DAYS
from web.security import limiter
from web.sign_in import attempts
from web.wiring import cookie_name, engine, person

pages = Blueprint("account_access", __name__)


def _back(block: str) -> AnyResponse:
    return redirect(url_for("account.page", _anchor=block), 303)


@pages.post("/account/password")
@limiter.limit("20/minute")
def change_password() -> AnyResponse | tuple[str, int]:
    """Asks for the old one, so that a screen left unlocked does not give the account away; guessing it is slow."""
    me, address = person(), request.remote_addr or ""
    mine = engine().sessions.sign_in_of(me)
    if mine is None:
        return account.show(change_problem="no_login"), 422
    wait = attempts().wait(f"own:{me}", address)
    if wait > 0:
        return account.show(change_problem="wait", wait=wait), 429
    new = request.form.get("new", "")
    if not passwords.matches(mine.digest, request.form.get("old", "")[: passwords.LONGEST]):
        attempts().failed(f"own:{me}", address)
        return account.show(change_problem="wrong"), 422
    problem = passwords.problem(new, request.form.get("again", ""), mine.login)
    if problem:
        return account.show(change_problem=problem), 422
    attempts().succeeded(f"own:{me}")
    keep = engine().sessions.digest(request.cookies.get(cookie_name(), ""))
    engine().handle(ChangePassword(actor=me, person=me, digest=passwords.hashed(new), keep=keep))
    flash(_("account.password_changed"), "ok")
    return _back("password")


@pages.post("/account/sessions/close")
def close_session() -> AnyResponse:
    engine().sessions.close_one(person(), request.form.get("session", ""))
    flash(_("account.session_closed"), "ok")
    return _back("sessions")


@pages.post("/account/sessions/close-others")
def close_others() -> AnyResponse:
    engine().sessions.close_others(person(), request.cookies.get(cookie_name(), ""))
    flash(_("account.others_closed"), "ok")
    return _back("sessions")


@pages.post("/account/tokens")
def issue_token() -> AnyResponse | tuple[str, int]:
    """The token stands in this one answer and nowhere else, so the answer is a page and no redirect."""
    days = request.form.get("days", "")
    label = request.form.get("label", "")
    lasting = int(days) if days.isdecimal() and int(days) in DAYS else None
    try:
        token = engine().tokens.issue(person(), label, lasting, key=request.form.get("key", "")[:64])
    except Invalid as refusal:
        return account.show(token_problem=refusal.problems.get("label", "required"), token_label=label), 422
    if not token:
        flash(_("account.token_repeated"), "warn")
        return _back("tokens")
    return account.show(token=token), 200


@pages.post("/account/tokens/revoke")
def revoke_token() -> AnyResponse:
    if engine().tokens.revoke(person(), request.form.get("token", "")):
        flash(_("account.token_revoked"), "ok")
    return _back("tokens")
