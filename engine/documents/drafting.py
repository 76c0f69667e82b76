"""Keeps the pages from knowing how a document is looked at before it is made: from the facts so far, writing nothing.

A step names the kind in its property ``preview``. Whoever sees the step sees the draft; the record has no word of it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf

import structlog

from engine.bus import Bus
from engine.database import reading
from engine.documents import barring
from engine.documents.circumstances import Circumstances
from engine.documents.kinds import Kind, kinds
from engine.documents.naming import Naming
from engine.documents.reads import told
from engine.documents.setting import filled
from engine.errors import NotDrafted, NotDrawnNow, NotFound, SapaError
from engine.history import ledger
from engine.history.streams import INSTANCE
from engine.notes.limits import PDF
from engine.notes.pictures import Picture, Pictures, keep
from engine.queries.reader import Reader

log = structlog.get_logger("sapa")

_HELD = 8
"""Drafts kept in memory: the pages of one are asked for one after another."""
_AGAIN = 300
"""Seconds until a draft that failed is tried once more with the same facts: its form may have been mended."""
_PATIENCE = 20
_QUEUE = 3
_AT_ONCE = threading.BoundedSemaphore(2)
_Place = tuple[str, str, str, str, str]
"""What a draft follows from: case, its last entry, who looks, language, kind."""


class Drafting:
    """Drafts of documents as one person reads them."""

    def __init__(self, bus: Bus, now: Callable[[], float] = time.monotonic) -> None:
        """``now``: seconds, for the age of failures."""
        self._bus = bus
        self._now = now
        self._pictures = Pictures()
        self._held: OrderedDict[_Place, bytes] = OrderedDict()
        self._failed: OrderedDict[_Place, float] = OrderedDict()

    def pdf(self, reader: Reader, task: str, language: str) -> tuple[Kind, bytes]:
        """The draft that an open step shows. Raises NotFound when it shows none, NotDrafted, NotDrawnNow."""
        found = reader.task(task)
        kind = kinds().get(found.preview)
        if kind is None or found.state != "open":
            raise NotFound(what=task)
        stream, person = INSTANCE + found.instance, reader.access.person.id
        with reading(self._bus.database) as connection:
            key = self._bus.keys.kept(connection, stream)
            if key is None or not told(
                connection, self._bus.library, self._bus.keys, reader.access, found.instance, kind.code
            ):
                raise NotFound(what=task)
            entries = list(ledger.read(connection, stream, key))
            place = (stream, entries[-1].hash, person, language, kind.code)
            pages = self._held.get(place)
            if pages is not None:
                return kind, pages
            if self._now() - self._failed.get(place, -inf) < _AGAIN:
                raise NotDrafted
            with self._told(place, task):
                naming = Naming(connection, self._bus.keys, entries[-1].at, language)
                facts = Circumstances(entries).facts() | {
                    "by": person, "language": language, "rows_told": [], "addressee": "",
                }  # fmt: skip
                words = filled(kind, naming, facts, language)
        with self._told(place, task):  # no reading from here on: setting pages takes its time
            pages = _within_patience(words.draft)
        keep(self._held, place, pages, _HELD)
        return kind, pages

    @contextmanager
    def _told(self, place: _Place, task: str) -> Iterator[None]:
        """Whatever goes wrong with a form of the house is remembered for these facts, and stops nobody at the step.

        The log gets no words of the problem: they may hold answers.
        """
        try:
            yield
        except SapaError:
            raise
        except Exception as problem:
            log.warning(
                "draft not made", task=task, kind=place[-1], problem=type(problem).__name__, **barring.told(problem)
            )
            keep(self._failed, place, self._now(), _HELD)
            raise NotDrafted from problem

    def picture(self, reader: Reader, task: str, language: str, page: int) -> Picture | None:
        """A page of the draft as a picture; None when it cannot be drawn. Raises as ``pdf`` does."""
        pages = self.pdf(reader, task, language)[1]
        return self._pictures.page(hashlib.sha256(pages).hexdigest(), PDF, pages, page)


def _within_patience(work: Callable[[], bytes]) -> bytes:
    """The pages, or TimeoutError: a layout that never ends must not keep a thread that pages are served by."""
    if not _AT_ONCE.acquire(timeout=_QUEUE):
        raise NotDrawnNow
    made: list[bytes] = []
    wrong: list[Exception] = []

    def run() -> None:
        try:
            made.append(work())
        except Exception as problem:
            wrong.append(problem)
        finally:
            _AT_ONCE.release()

    thread = threading.Thread(target=run, daemon=True, name="draft")
    thread.start()
    thread.join(_PATIENCE)
    if wrong:
        raise wrong[0]
    if not made:
        raise TimeoutError
    return made[0]
