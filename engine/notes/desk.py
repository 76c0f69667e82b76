"""Keeps the web from knowing how a file gets beside a case and back: checked, sealed with the case's key, recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.bus import Bus
from engine.database import reading, ru_instance
from engine.errors import NotFound
from engine.files import Files
from engine.history.streams import INSTANCE
from engine.notes import keeping, limits, reads
from engine.notes.pictures import Picture, Pictures
from engine.notes.tables import id_mention_read
from engine.notes.views import Mention, NotesView, StoredFile
from engine.queries import form_files
from engine.queries.reader import Reader
from engine.upserts import upsert
from engine.values import instant


class NotesDesk:
    """Files, comments and mentions as one person reads and makes them."""

    def __init__(self, bus: Bus, files: Files) -> None:
        self._bus = bus
        self._files = files
        self._pictures = Pictures()

    # --- reading ---------------------------------------------------------------------------------------------------

    def of(self, reader: Reader, instance: str) -> NotesView:
        """The notes of a case. Raises NotFound."""
        with reading(self._bus.database) as connection:
            return reads.view(connection, self._bus.keys, reader.access, instance, reader.today)

    def file(self, reader: Reader, instance: str, note: str) -> StoredFile:
        """A file's bytes, opened with its case's key. Raises NotFound."""
        with reading(self._bus.database) as connection:
            found = reads.file(connection, self._bus.keys, reader.access, instance, note)
            key = self._bus.keys.of(connection, INSTANCE + instance)
        if key is None:
            raise NotFound(what=note)
        return StoredFile(found.name, found.media, found.sha256, self._files.open(instance, found.sha256, key))

    def picture(self, reader: Reader, instance: str, note: str, page: int) -> Picture | None:
        """A page of a file as a picture; None when it cannot be drawn. Raises NotFound."""
        found = self.file(reader, instance, note)
        return self._pictures.page(found.sha256, found.media, found.content, page)

    def records(self, reader: Reader, instance: str, wanted: Sequence[str]) -> list[Mapping[str, Any]]:
        """These files as answers of forms name them. Raises NotFound."""
        return [form_files.record(one) for one in self.of(reader, instance).files if one.note in wanted]

    def mentions(self, reader: Reader) -> tuple[Mention, ...]:
        with reading(self._bus.database) as connection:
            return reads.mentions(connection, self._bus.library, self._bus.keys, reader.access)

    def unread(self, reader: Reader) -> int:
        with reading(self._bus.database) as connection:
            return reads.unread(connection, reader.access)

    # --- acts ------------------------------------------------------------------------------------------------------

    def attach(self, actor: str, instance: str, name: str, content: bytes, task: str = "", key: str = "") -> c.Done:
        """Keep a file and record it. Raises Refused; bytes nobody may add are never written."""
        name, media = limits.clean_name(name), limits.media_of(content)
        limits.file(name, len(content), media, 0)
        with reading(self._bus.database) as connection:
            row = connection.execute(sa.select(ru_instance).where(ru_instance.c.id == instance)).first()
            if row is None:
                raise NotFound(what=instance)
            keeping.permitted(connection, actor, row, self._bus.clock())
            limits.file(name, len(content), media, keeping.count(connection, instance, "file"))
            sealing = self._bus.keys.kept(connection, INSTANCE + instance)
        if sealing is None:
            raise NotFound(what=instance)
        sha256 = self._files.seal(instance, content, sealing)
        return self._bus.handle(
            c.AttachFile(
                actor=actor, key=key, instance=instance, task=task, name=name, sha256=sha256, size=len(content),
                media=media,
            )
        )  # fmt: skip

    def comment(
        self, actor: str, instance: str, text: str, mentions: Sequence[str], task: str = "", key: str = ""
    ) -> c.Done:
        command = c.MakeComment(actor=actor, key=key, instance=instance, task=task, text=text, mentions=tuple(mentions))
        return self._bus.handle(command)

    def take_back(self, actor: str, instance: str, note: str, key: str = "") -> c.Done:
        return self._bus.handle(c.TakeBackNote(actor=actor, key=key, instance=instance, note=note))

    def read_mentions(self, person: str) -> None:
        """Everything until now has been looked at; a convenience, not recorded."""
        row = {"person": person, "upto": instant(self._bus.clock())}
        self._bus.in_transaction(lambda connection: upsert(connection, id_mention_read, row))
