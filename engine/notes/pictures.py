"""Keeps a hostile file from reaching the server: pages are drawn in a process with little memory and no secrets."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from engine.errors import NotDrawnNow
from engine.notes.limits import JPEG, PDF, PNG

log = structlog.get_logger("sapa")

DRAWN = frozenset({PDF, PNG, JPEG})
_PATIENCE = 15
_HELD = 32
"""Pictures kept in memory; the next page and the way back are asked for soon."""
_AT_ONCE = threading.BoundedSemaphore(2)
_QUEUE = 3
"""Seconds to wait for others' pictures: who waits holds a thread that every other page needs too."""
_FAILED = 256
_AGAIN = 600
"""Seconds until a file that could not be drawn is tried once more."""


@dataclass(frozen=True, slots=True)
class Picture:
    pages: int
    png: bytes


class Pictures:
    """Pages of files as pictures. ``now``: seconds, for the age of failures."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held: OrderedDict[tuple[str, int], Picture] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()

    def page(self, sha256: str, media: str, content: bytes, number: int) -> Picture | None:
        """One page; None when the file cannot be drawn (damaged, locked by a password, too heavy).

        Raises NotDrawnNow while too many are being drawn.
        """
        if media not in DRAWN:
            return None
        found = self._held.get((sha256, number))
        if found is not None or self._has_failed(sha256):
            return found
        if not _AT_ONCE.acquire(timeout=_QUEUE):
            raise NotDrawnNow
        try:
            if self._has_failed(sha256):  # another page of it, while this one waited
                return None
            found = _draw(media, content, number)
        finally:
            _AT_ONCE.release()
        if found is None:
            keep(self._failed, sha256, self._now(), _FAILED)
        else:
            keep(self._held, (sha256, number), found, _HELD)
        return found

    def _has_failed(self, sha256: str) -> bool:
        at = self._failed.get(sha256)
        return at is not None and self._now() - at < _AGAIN


def keep(held: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    """Remember one more, and of all the latest ``most``."""
    held[key] = value
    while len(held) > most:
        held.popitem(last=False)


def _draw(media: str, content: bytes, number: int) -> Picture | None:
    asked = [sys.executable, "-m", "engine.notes.drawing", media, str(number)]
    home = Path(__file__).parents[2]
    try:
        # An environment of its own: neither keys nor the database's address are within reach.
        done = subprocess.run(  # noqa: S603 - our own program
            asked, input=content, capture_output=True, timeout=_PATIENCE, check=True, cwd=home, env={"LANG": "C.UTF-8"}
        )
    except (subprocess.SubprocessError, OSError) as problem:
        log.warning("picture", media=media, problem=str(problem)[:200])
        return None
    pages, _, png = done.stdout.partition(b"\n")
    return Picture(int(pages), png) if pages.isdigit() and png.startswith(b"\x89PNG") else None
