"""Keeps the pages from knowing how a document is looked at before it is made: from the facts so far, writing nothing.

A step names the kind in its property ``preview``. Whoever sees the step sees the draft; the record has no word of it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict

import structlog

from engine.bus import Bus
from engine.database import reading
from engine.documents.circumstances import Circumstances
from engine.documents.filling import Unfilled
from engine.documents.kinds import Kind, kinds
from engine.documents.naming import Naming
from engine.documents.setting import paper
from engine.errors import NotFound
from engine.history import ledger
from engine.history.streams import INSTANCE
from engine.notes.limits import PDF
from engine.notes.pictures import Picture, Pictures
from engine.queries.reader import Reader

log = structlog.get_logger("sapa")

_HELD = 8
"""Drafts kept in memory: the pages of one are asked for one after another."""


class Drafting:
    """Drafts of documents as one person reads them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._pictures = Pictures()
        self._held: OrderedDict[tuple[str, str, str, str], bytes] = OrderedDict()

    def pdf(self, reader: Reader, task: str, language: str) -> tuple[Kind, bytes]:
        """The draft that an open step shows. Raises NotFound when it shows none, or cannot be filled."""
        found = reader.task(task)
        kind = kinds().get(found.preview)
        if kind is None or found.state != "open":
            raise NotFound(what=task)
        stream, person = INSTANCE + found.instance, reader.access.person.id
        with reading(self._bus.database) as connection:
            key = self._bus.keys.kept(connection, stream)
            if key is None:
                raise NotFound(what=task)
            entries = list(ledger.read(connection, stream, key))
            place = (stream, entries[-1].hash, person, language)
            pages = self._held.get(place)
            if pages is None:
                naming = Naming(connection, self._bus.keys, entries[-1].at, language)
                facts = Circumstances(entries).facts() | {
                    "by": person, "language": language, "rows_told": [], "addressee": "",
                }  # fmt: skip
                try:
                    pages = paper(kind, naming, facts, language, None).pages
                except Unfilled as problem:
                    log.warning("draft not made", task=task, kind=kind.code, problem=str(problem)[:300])
                    raise NotFound(what=task) from problem
                self._held[place] = pages
                while len(self._held) > _HELD:
                    self._held.popitem(last=False)
        return kind, pages

    def picture(self, reader: Reader, task: str, language: str, page: int) -> Picture | None:
        """A page of the draft as a picture; None when it cannot be drawn. Raises NotFound."""
        pages = self.pdf(reader, task, language)[1]
        return self._pictures.page(hashlib.sha256(pages).hexdigest(), PDF, pages, page)
