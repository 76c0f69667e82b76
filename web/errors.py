"""Keeps pages from knowing what a refusal looks like: SapaError and HTTP errors become a page or JSON, no traceback."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchAddress
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import NotFound, NotPermitted, SapaError
from web.language import language, word
from web.security import FIELD_LIMIT, MIB, UPLOADS
from web.wiring import forget_person, person, request_number

log = structlog.get_logger("web")


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.is_json


def refuse(status: int, code: str, sentence: str, **more: Any) -> Response:
    """One refusal as the reader asked for it. ``more`` reaches the page's template only."""
    if wants_json():
        answer = jsonify({"error": {"code": code, "message": sentence, "number": request_number()}})
    else:
        answer = make_response(
            render_template("error.html", status=status, code=code, sentence=sentence, number=request_number(), **more)
        )
    answer.status_code = status
    return answer


def _form_page() -> str:
    """Where the refused form stands: its own address, if that is a page at all."""
    addresses = current_app.url_map.bind("")
    path = request.path
    for candidate in (path, path.rsplit("/", 1)[0]):
        try:
            addresses.match(candidate, "GET")
        except (NoSuchAddress, MethodNotAllowed, RequestRedirect):
            continue
        return candidate
    return ""


def handle_errors(app: Flask) -> None:
    """Register the one place where exceptions of a request end."""

    @app.errorhandler(SapaError)
    def _refused(error: SapaError) -> Response:
        if isinstance(error, NotPermitted) and request.method == "GET":
            error = NotFound()  # what may not be read does not exist
        if error.status >= 500:
            log.error("request_failed", code=error.code, number=request_number(), exc_info=error)
        answer = refuse(error.status, error.code, error.say(language()))
        if error.status == 503:
            answer.headers["Retry-After"] = "5"
        return answer

    @app.errorhandler(CSRFError)
    def _form_too_old(error: CSRFError) -> Response:
        # drafts are kept for those with an account alone
        sentence = _("error.form_expired") if person() else _("error.guest_form_expired")
        return refuse(400, "form_expired", sentence, retry=_form_page())

    @app.errorhandler(RateLimitExceeded)
    def _too_often(error: RateLimitExceeded) -> Response:
        return refuse(429, "too_often", _("error.too_often"))

    @app.errorhandler(413)
    def _too_large(error: HTTPException) -> Response:
        room = UPLOADS.get(request.endpoint or "", 0) // MIB
        text = _("error.too_large", limit=FIELD_LIMIT // MIB)
        sentence = _("error.upload_too_large", limit=room) if room else text
        return refuse(413, "too_large", sentence, retry=_form_page())

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        sentence = word("error", str(status))
        return refuse(status, f"http_{status}", _("error.other") if sentence == str(status) else sentence)

    @app.errorhandler(Exception)
    def _fault(error: Exception) -> Response:
        log.error("request_failed", number=request_number(), path=request.path, exc_info=error)
        forget_person()  # the page of a fault must not depend on what may be broken
        return refuse(500, "fault", _("error.fault", number=request_number()))
