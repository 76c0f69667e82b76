"""Keeps a hostile file from reaching the server: pages are drawn in a process with little memory and no secrets."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import structlog

from engine.notes.limits import JPEG, PDF, PNG

log = structlog.get_logger("sapa")

DRAWN = frozenset({PDF, PNG, JPEG})
_PATIENCE = 15
_HELD = 32
"""Pictures kept in memory; the next page and the way back are asked for soon."""
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Picture:
    pages: int
    png: bytes


class Pictures:
    """Pages of files as pictures."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, int], Picture] = OrderedDict()

    def page(self, sha256: str, media: str, content: bytes, number: int) -> Picture | None:
        """One page; None when the file cannot be drawn (damaged, locked by a password, too heavy)."""
        if media not in DRAWN:
            return None
        found = self._held.get((sha256, number))
        if found is None:
            with _AT_ONCE:
                found = _draw(media, content, number)
            if found is not None:
                self._held[sha256, number] = found
                while len(self._held) > _HELD:
                    self._held.popitem(last=False)
        return found


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
