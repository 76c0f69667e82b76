"""Keeps whoever watches the server from knowing its inside: alive, ready, or the plain reason why not."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from engine.errors import SapaError
from web.wiring import engine, open_to_all

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@open_to_all
def alive() -> Response:
    """The process answers; says nothing about the database."""
    return jsonify(status="ok")


@pages.get("/readyz")
@open_to_all
def ready() -> tuple[Response, int]:
    """Requests can be served: the database answers and has the schema of this program. 503 otherwise."""
    try:
        engine().ready()
    except SapaError as error:
        return jsonify(status="not ready", code=error.code), 503
    return jsonify(status="ready"), 200
