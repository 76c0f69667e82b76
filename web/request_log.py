"""Keeps pages from knowing how requests are logged: one line each, a number to quote, never what was typed."""

from __future__ import annotations

import structlog
from flask import Flask, Response, request

from web.wiring import begin, elapsed, is_untold, person_known, request_number

log = structlog.get_logger("web")


def log_requests(app: Flask) -> None:
    """One event per request with its number, path without query, status and milliseconds.

    Static files are left out, and pages that are to tell nothing of who was there.
    """

    @app.before_request
    def _begin() -> None:
        structlog.contextvars.bind_contextvars(request=request_number())
        begin()

    @app.after_request
    def _told(response: Response) -> Response:
        if request.endpoint != "static" and not is_untold():
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                person=person_known(),
                ms=elapsed(),
            )
        return response

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request")
