"""Keeps pages from knowing where the engine and the person who asks come from: the only reader of ``flask.g``."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Response, abort, current_app, g, redirect, request, url_for

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from engine import Engine, Reader, WorkingCalendar
    from engine.views import Access

P = ParamSpec("P")
R = TypeVar("R")

LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
DEFAULT = "kk"
LANGUAGE_COOKIE = "sapa_lang"

_OPEN = "_open_to_all"
_UNTOLD = "_untold"
_BY_ITSELF = "_asked_by_the_page"


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that needs no sign-in; every other view is closed."""
    setattr(view, _OPEN, True)
    return view


def untold(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view of whose requests no line is logged: who was there, and when, is nobody's business."""
    setattr(view, _UNTOLD, True)
    return view


def is_untold() -> bool:
    """Is the request one of which nothing is logged?"""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), _UNTOLD, False))


def as_guest(view: Callable[P, R]) -> Callable[P, R]:
    """A view shown to everybody as to a guest, whoever is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        forget_person()
        return view(*args, **kwargs)

    return guarded


def asked_by_the_page(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that an open page asks by itself: it must not keep a session alive that nobody uses."""
    setattr(view, _BY_ITSELF, True)
    return view


def engine() -> Engine:
    found: Engine = current_app.extensions["sapa"]
    return found


def person() -> str:
    """The id of the person who is signed in; empty for a guest."""
    if "person" not in g:
        token = request.cookies.get(cookie_name(), "")
        used = not getattr(current_app.view_functions.get(request.endpoint or ""), _BY_ITSELF, False)
        g.person = (engine().sessions.person(token, used) or "") if token else ""
    found: str = g.person
    return found


def chosen_language() -> str:
    """The language chosen in this browser; empty if none was."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else ""


def preferences() -> Mapping[str, str]:
    """The settings of the person who asks, defaults included; none for a guest."""
    if "preferences" not in g:
        g.preferences = engine().preferences.get(person()) if person() else {}
    found: Mapping[str, str] = g.preferences
    return found


def reader() -> Reader:
    """What the person who asks may read, in their language. Only behind sign-in."""
    if "reader" not in g:
        made = engine().reader(person(), chosen_language() or DEFAULT)
        own = "" if chosen_language() else preferences()["language"] or made.access.person.language
        if own in LANGUAGES:
            made.language = own
        g.reader = made
    found: Reader = g.reader
    return found


def access() -> Access | None:
    """Roles and rights of the person who asks; None for a guest."""
    if not person():
        return None
    if "access" not in g:
        g.access = reader().access
    found: Access = g.access
    return found


def now() -> datetime:
    """The engine's clock: aware, UTC."""
    return engine().clock()


def calendar() -> WorkingCalendar:
    """The working calendar, read once a request."""
    if "calendar" not in g:
        g.calendar = engine().working_calendar()
    found: WorkingCalendar = g.calendar
    return found


def new_key() -> str:
    """A key for one form on one page: sent twice, it is carried out once."""
    return uuid.uuid4().hex


def only_with(*names: str) -> None:
    """Go on only for people with one of these rights; for everyone else the page does not exist (404, not 403)."""
    who = access()
    if who is None or who.rights.isdisjoint(names):
        abort(404)


def right(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A page only for people with one of these rights: see ``only_with``."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            only_with(*names)
            return view(*args, **kwargs)

        return guarded

    return guard


def request_number() -> str:
    """The number a person can quote; it stands in the log line of the request too."""
    if "number" not in g:
        g.number = uuid.uuid4().hex[:10]
    found: str = g.number
    return found


def begin() -> None:
    """Start the request's stop-watch."""
    g.begun = time.perf_counter()


def elapsed() -> float:
    """Milliseconds since the request began."""
    now = time.perf_counter()
    begun: float = g.get("begun", now)
    return round((now - begun) * 1000, 1)


def person_known() -> str:
    """Who asked, if the request came to find out; asks nothing."""
    return str(g.get("person", ""))


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host and to https; the demo on plain http cannot use it."""
    return "__Host-sapa" if current_app.config["SESSION_COOKIE_SECURE"] else "sapa"


def close_to_guests() -> AnyResponse | Response | None:
    """Before every request: a view that is not marked open needs a sign-in."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, _OPEN, False) or person():
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(url_for("sign_in.page", next=back, expired=None if request.method == "GET" else "1"))


def forget_person() -> None:
    """Show the rest of this request as to a guest: after a fault nothing may be read again."""
    g.person = ""
    g.pop("reader", None)
    g.pop("access", None)
    g.pop("preferences", None)
