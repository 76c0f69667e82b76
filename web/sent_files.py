"""Keeps pages from knowing how bytes leave the server safely: as attachments, as drawn pages, with nothing active."""

from __future__ import annotations

import io
from typing import Protocol

from flask import Response, abort, request, send_file

POLICY = "default-src 'none'; sandbox"


class Drawn(Protocol):
    """A page drawn by the server."""

    @property
    def png(self) -> bytes: ...


def attachment(content: bytes, name: str, media: str) -> Response:
    """A file from beside a case, to be kept and not opened in the page."""
    return _closed(send_file(io.BytesIO(content), mimetype=media, as_attachment=True, download_name=name, etag=False))


def drawn(found: Drawn | None) -> Response:
    """What a file holds besides its looks (scripts, links) never reaches a browser. 404 for what cannot be drawn."""
    if found is None:
        abort(404)
    return _closed(send_file(io.BytesIO(found.png), mimetype="image/png", etag=False))


def plain(content: bytes, name: str) -> Response:
    """A model's file or several, byte for byte."""
    answer = Response(content, content_type="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def page_asked(longest: int) -> int:
    """?page= of a drawn file, of at most so many digits; anything else is the first page."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= longest else 1


def _closed(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
