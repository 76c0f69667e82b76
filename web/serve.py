"""Keeps the command line from knowing which server carries the pages: waitress, with limits a school can live with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from web.app import create_app
from web.security import MIB

if TYPE_CHECKING:
    from engine import Engine

THREADS = 32
# Most of them wait: each page of a room that is told of changes holds one (web/room.py, STREAMS).
# Above the application's own limit, so that the page that explains a 413 comes from the application.
LARGEST_BODY = 256 * MIB


def serve(engine: Engine, host: str, port: int, demo: bool) -> None:
    """Serve until interrupted. ``demo``: plain http on one machine; otherwise a proxy in front speaks https.

    SAPA_TRUSTED_PROXY names the address of that proxy; only its word on a visitor's address is taken.
    """
    import waitress

    waitress.serve(create_app(engine), host=host, port=port, **limits(demo))


def limits(demo: bool) -> dict[str, Any]:
    """What the server is told beside the address."""
    return {
        "threads": THREADS,
        "ident": "Sapa",
        "max_request_body_size": LARGEST_BODY,
        "channel_timeout": 60,
        "connection_limit": 1000,
        "url_scheme": "http" if demo else "https",
        **forwarding(),
    }


def forwarding() -> dict[str, Any]:
    """Without a trusted proxy nobody's X-Forwarded headers are believed."""
    address = os.environ.get("SAPA_TRUSTED_PROXY", "")
    if not address:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": address,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }
