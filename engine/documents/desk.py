"""Keeps the web from knowing how documents are found and opened: lists, one with its errata, files and their pages."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bus import Bus
from engine.database import reading
from engine.documents import checking, reads
from engine.documents.checking import Checked
from engine.documents.kinds import kinds
from engine.documents.views import CaseDocuments, DocumentRow, DocumentView
from engine.errors import NotFound
from engine.files import Files
from engine.history.streams import INSTANCE
from engine.notes.limits import PDF
from engine.notes.pictures import Picture, Pictures
from engine.queries.reader import Reader


class DocumentsDesk:
    """Documents as one person reads them."""

    def __init__(self, bus: Bus, files: Files) -> None:
        self._bus = bus
        self._files = files
        self._pictures = Pictures()

    def of(self, reader: Reader, instance: str) -> CaseDocuments:
        """Documents of a case. Raises NotFound."""
        with reading(self._bus.database) as connection:
            return reads.of_case(connection, self._bus.library, self._bus.keys, reader.access, instance)

    def listing(
        self, reader: Reader, kind: str = "", search: str = "", page: int = 1
    ) -> tuple[tuple[DocumentRow, ...], bool]:
        """A page of everything the reader may see, and whether there is more."""
        with reading(self._bus.database) as connection:
            return reads.listing(connection, reader.access, kind, search, page)

    def kinds(self) -> Mapping[str, Mapping[str, str]]:
        """Code -> names of every kind there is."""
        return {code: kind.names for code, kind in kinds().items()}

    def one(self, reader: Reader, id: str) -> DocumentView:
        """Raises NotFound."""
        with reading(self._bus.database) as connection:
            return reads.one(connection, self._bus.library, self._bus.keys, reader.access, id)

    def file(self, reader: Reader, id: str, language: str, form: str) -> tuple[DocumentRow, bytes]:
        """A file's bytes, opened with its case's key. Raises NotFound."""
        with reading(self._bus.database) as connection:
            found = reads.seen(connection, self._bus.library, self._bus.keys, reader.access, id)
            row = reads.rows_of(connection, [found])[0]
        paper = row.files.get(language, {}).get(form)
        if paper is None:
            raise NotFound(what=id)
        return row, self._content(row.instance, paper.sha256)

    def picture(self, reader: Reader, id: str, language: str, page: int) -> Picture | None:
        """A page of the PDF as a picture; None when it cannot be drawn. Raises NotFound."""
        row, content = self.file(reader, id, language, "pdf")
        return self._pictures.page(row.files[language]["pdf"].sha256, PDF, content, page)

    def check(self, number: str, code: str) -> Checked | None:
        """What the register says of a printed document, to anybody; None when no document has both."""
        with reading(self._bus.database) as connection:
            return checking.check(connection, self._bus.keys, number, code)

    def _content(self, instance: str, sha256: str) -> bytes:
        """The bytes of a file. Raises NotFound when they are erased, missing or changed."""
        with reading(self._bus.database) as connection:
            key = self._bus.keys.kept(connection, INSTANCE + instance)
        if key is None:
            raise NotFound(what=sha256)
        return self._files.open(instance, sha256, key)
