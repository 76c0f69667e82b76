"""Keeps pages from knowing about headers, cookies and size limits: every answer leaves through here."""

from __future__ import annotations

import mimetypes
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from web.wiring import person

KIB = 1024
MIB = 1024 * KIB

# A form answer is text; files travel apart with a limit of their own.
FIELD_LIMIT = 1 * MIB
BODY_LIMIT = 2 * MIB
PARTS_LIMIT = 200
UPLOADS = {"notes.attach": 26 * MIB, "proposals.propose": 12 * MIB, "models.check": 12 * MIB}
"""Where more may come than elsewhere, from who is signed in."""
OPEN_UPLOADS = {"appeal.send": 21 * MIB}
"""The same, from anybody."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")


def secure(app: Flask, *, demo: bool) -> None:
    """Set cookies, limits and headers. ``demo`` serves plain http on one machine, so nothing may demand https."""
    # Systems without a mime table would send modules as text/plain, which browsers refuse under nosniff.
    mimetypes.add_type("text/javascript", ".js")
    app.config.update(
        SESSION_COOKIE_NAME="sapa_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not demo,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=FIELD_LIMIT,
        MAX_FORM_PARTS=PARTS_LIMIT,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # static addresses carry the file's version
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the browser session; sign-in renews it
        WTF_CSRF_SSL_STRICT=not demo,
    )

    @app.before_request
    def _room() -> None:  # before the form is read for its token
        if request.endpoint in UPLOADS and person():
            request.max_content_length = UPLOADS[request.endpoint]
        elif request.endpoint in OPEN_UPLOADS:
            request.max_content_length = OPEN_UPLOADS[request.endpoint]

    csrf.init_app(app)
    limiter.init_app(app)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)  # an uploaded file has a stricter one
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        if not demo:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response


def own_path(target: str | None, otherwise: str) -> str:
    """``target`` if it is a path on this host, else ``otherwise``: //evil, /\\evil and javascript: go nowhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(ord(sign) < 33 or sign == "\\" or ord(sign) == 127 for sign in target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target
