"""Keeps tests in a browser from knowing how pages are served: by the server of the product itself, on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import create_server
from waitress.wasyncore import close_all

from web.serve import limits


@contextmanager
def running(app: Any) -> Iterator[str]:
    """The address at which ``app`` answers until the end of the block; connections still open then are broken off."""
    server = create_server(app, host="127.0.0.1", port=0, **limits(demo=True))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://localhost:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown(timeout=0)
