"""Keeps the rest from knowing how somebody without a password gets one: by a link that is good once, for an hour."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid, NotFound
from web import passwords
from web.security import limiter
from web.wiring import engine, open_to_all, person, right

pages = Blueprint("reset", __name__)


def _login() -> str:
    return request.form.get("login", "").strip().lower()[: passwords.LONGEST]


@pages.get("/login/forgot")
@open_to_all
def forgot() -> str:
    return render_template("forgot.html", mail_on=engine().post.on)


@pages.post("/login/forgot")
@open_to_all
@limiter.limit("5/minute;30/hour")
def ask() -> str:
    """The answer, and the work it takes, are the same whoever exists: the post finds out later."""
    who = " ".join(request.form.get("who", "").split())[:200]
    if engine().post.on and who:
        engine().post.forgot(who)
        return render_template("forgot.html", asked=True)
    return forgot()


@pages.get("/login/reset")
@open_to_all
@limiter.limit("60/minute")
def page() -> str | tuple[str, int]:
    """The secret is in the query: the log of requests keeps paths only."""
    link = request.args.get("link", "")
    if engine().resets.person(link) is None:
        return render_template("reset.html", over=True), 404
    return render_template("reset.html", link=link, shortest=passwords.SHORTEST)


@pages.post("/login/reset")
@open_to_all
@limiter.limit("20/minute")
def choose() -> Response | tuple[str, int]:
    link, new = request.form.get("link", ""), request.form.get("new", "")
    whose = engine().resets.person(link)
    if whose is None:
        return render_template("reset.html", over=True), 404
    mine = engine().sessions.sign_in_of(whose)
    problem = passwords.problem(new, request.form.get("again", ""), mine.login if mine else "")
    if problem:
        return render_template("reset.html", link=link, shortest=passwords.SHORTEST, problem=problem), 422
    try:
        engine().resets.redeem(link, passwords.hashed(new))
    except NotFound:
        return render_template("reset.html", over=True), 404
    flash(_("reset.done"), "ok")
    return redirect(url_for("sign_in.page"), 303)


@pages.get("/accounts")
@right("admin")
def accounts() -> str:
    return _accounts(request.args.get("q", ""))


@pages.post("/accounts")
@right("admin")
def issue() -> tuple[str, int]:
    """The link stands in this one answer and nowhere else; whoever looks after sign-ins hands it over."""
    asked, search = request.form.get("person", ""), request.form.get("q", "")
    try:
        secret = engine().resets.issue(asked, actor=person(), login=_login(), key=request.form.get("key", "")[:64])
    except Invalid as refusal:
        return _accounts(search, refused=asked, problem=next(iter(refusal.problems.values())), typed=_login()), 422
    whose = next((one for one in engine().resets.accounts(asked) if one.person == asked), None)
    link = url_for("reset.page", link=secret, _external=True) if secret else ""
    return _accounts(search, link=link, repeated=not secret, whose=whose), 200


def _accounts(search: str, **more: object) -> str:
    return render_template("accounts.html", q=search, found=engine().resets.accounts(search), **more)
