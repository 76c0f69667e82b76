"""Keeps the engine from knowing Flask: builds the web application around an engine it is given."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, request, url_for

from engine import code_of
from web import (
    absences,
    account,
    account_access,
    appeal,
    case,
    checking,
    clauses,
    codes,
    comparing,
    compliance,
    dates,
    delegating,
    documents,
    errors,
    feed,
    health,
    importing,
    inbox,
    language,
    letters,
    metrics,
    modeler,
    models,
    monitor,
    names,
    notes,
    oidc,
    parameters,
    people,
    previews,
    proposals,
    registers,
    replay,
    reset,
    room,
    security,
    selected,
    shell,
    sign_in,
    start,
    survey,
    task,
    unfit,
    vacancies,
)
from web.compiled import Compiled, LateRule
from web.request_log import log_requests
from web.wiring import access, close_to_guests

if TYPE_CHECKING:
    from engine import Engine

PLACES = (
    sign_in,
    importing,
    vacancies,
    shell,
    inbox,
    task,
    previews,
    start,
    case,
    compliance,
    notes,
    clauses,
    parameters,
    registers,
    account,
    account_access,
    reset,
    letters,
    feed,
    oidc,
    health,
    selected,
    delegating,
    people,
    absences,
    monitor,
    metrics,
    replay,
    models,
    documents,
    checking,
    appeal,
    codes,
    survey,
    proposals,
    comparing,
    modeler,
    room,
)


def create_app(engine: Engine, *, secret: bytes | None = None) -> Flask:
    """The application for one engine. ``secret`` signs the form tokens; it defaults to one of the installation."""
    app = Flask(__name__)
    app.url_rule_class = LateRule
    app.secret_key = secret or _secret(engine.settings.master_key)
    app.extensions["sapa"] = engine
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = Compiled()
    log_requests(app)
    security.secure(app, demo=engine.settings.demo)
    unfit.refuse_unfit(app)
    app.before_request(close_to_guests)
    language.speak(app)
    names.put_names(app)
    errors.handle_errors(app)
    oidc.set_up(app)
    for place in PLACES:
        app.register_blueprint(place.pages)
    app.jinja_env.filters.update(
        code_of=code_of,
        numeric=dates.numeric,
        with_time=dates.with_time,
        long=dates.long,
        short=dates.short,
        iso=dates.iso,
        size=notes.size,
        hour=dates.time_shown,
    )

    app.jinja_env.globals.update(
        asset=asset,
        rooms_under_way=room.under_way,
        unread_mentions=notes.unread_mentions,
        fact_name=comparing.fact_name,
    )

    @app.context_processor
    def _shell() -> dict[str, Any]:
        return {
            "access": access(),
            "places": shell.places(),
            "theme": account.theme(),
            "shortcuts": account.shortcuts(),
            "now": engine.clock(),
            "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
            "demo": engine.settings.demo,
        }

    return app


def _secret(master_key: bytes) -> bytes:
    """The key of form tokens: of this installation, the same in every process, and no way back to the master key."""
    return hmac.digest(master_key, b"sapa web form tokens", "sha256")


def asset(name: str) -> str:
    """The address of a static file with its version, so that browsers may keep it for a year."""
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    path = Path(__file__).parent / "static" / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"
