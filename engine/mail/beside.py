"""Keeps task letters from knowing what else is told by mail: a comment that names somebody, a document made for them.

A document of a case that is not confidential goes along as PDF; of a confidential one only the word that it is there,
and only to whom may open it. Of either, the page behind the link asks to sign in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.database import reading, ru_instance
from engine.definitions.library import DeployedLibrary
from engine.directory import visibility
from engine.documents import reads as papers
from engine.documents.kinds import LANGUAGES, kinds
from engine.documents.views import DocumentRow
from engine.errors import NotFound
from engine.files import Files
from engine.history.streams import INSTANCE
from engine.mail.dressing import Letter, facts_of, worded
from engine.mail.recipients import choosing, holding
from engine.mail.settings import MailSettings
from engine.notes.tables import STREAM as NOTES
from engine.notes.tables import vw_note
from engine.views import Access
from engine.wording import say

LARGEST = 5_000_000
"""Bytes of a PDF that goes along; servers refuse much more. A larger one is behind the link."""
Told = tuple[str, str, set[str]]
"""(kind, what it is about, whom it is for)"""


def told(conn: Connection, stream: str, kind: str, fact: Mapping[str, Any], actor: str, day: date) -> Iterator[Told]:
    """The letters that one fact of the record gives rise to, besides those about tasks."""
    if stream.startswith(NOTES) and kind == "comment_made":
        about = f"{stream.removeprefix(NOTES)}/{fact['note']}"
        yield "mention", about, choosing(conn, set(fact["mentions"]) - {actor}, "notify.mention", "at_once")
    elif kind == "documents_made":
        paper = kinds().get(fact["document_kind"])
        for one in fact["documents"]:
            whom = one["addressee"]
            keys = [f"person:{whom}", *(f"{role}@{whom}" for role in (paper.roles if paper else ()))]
            if whom:
                yield "document", one["id"], holding(conn, keys, day)


class NotYet(Exception):
    """The letter waits for something that is on its way."""


class NotNow(Exception):
    """The letter waits for people, who may take long: it is looked at now and then and never given up."""


class BesideLetters:
    """What is said of a mention and of a document."""

    def __init__(self, bus: Bus, settings: MailSettings, files: Files) -> None:
        self._bus = bus
        self._settings = settings
        self._files = files

    def mention(self, row: Any, access: Access, lang: str, now: datetime) -> Letter | None:
        """Not what the comment says, nor whose it is; none when it was taken back or the case is not theirs to see."""
        instance, _, note = row.about.rpartition("/")
        n, i = vw_note.c, ru_instance.c
        query = (
            sa.select(ru_instance)
            .join(vw_note, n.instance == i.id)
            .where(i.id == instance, n.note == note, n.withdrawn.is_(sa.false()), visibility.case_condition(access))
        )
        with reading(self._bus.database) as conn:
            case = conn.execute(query).first()
        if case is None:
            return None
        return Letter(
            access.person.email,
            lang,
            say("mail.mention.subject", lang),
            [say("mail.mention.text", lang)],
            case_told(self._bus.library, case, lang),
            link=f"{self._settings.public}/cases/{instance}#note-{note}",
            button=say("mail.open_comment", lang),
        )

    def document(self, row: Any, access: Access, lang: str, now: datetime) -> Letter | None:
        """None when the document is not for this person to read any more."""
        try:
            with reading(self._bus.database) as conn:
                paper = papers.seen(conn, self._bus.library, self._bus.keys, access, row.about)
                found = papers.rows_of(conn, [paper])[0]
        except NotFound:
            return None
        hidden, attached = self._file(found, lang)
        facts, text = [], "mail.document.hidden"
        if not hidden:
            facts = [_title(found, lang), say("mail.document.day", lang, {"day": found.day.strftime("%d.%m.%Y")})]
            text = "mail.document.attached" if attached else "mail.document.link"
        return Letter(
            access.person.email,
            lang,
            say("mail.document.subject", lang),
            [say(text, lang)],
            facts,
            link=f"{self._settings.public}/documents/{found.id}",
            button=say("mail.open_document", lang),
            papers=attached,
            optional=False,
        )

    def with_event(self, instance: str, access: Access, lang: str) -> list[tuple[str, bytes]]:
        """What goes along with an invitation: the latest document of each such kind, if it is for this person to read.

        Raises NotYet while one of them is being made.
        """
        wanted = [code for code, kind in kinds().items() if kind.calendar]
        try:
            with reading(self._bus.database) as conn:
                made = papers.of_case(conn, self._bus.library, self._bus.keys, access, instance)
        except NotFound:
            return []
        if any(due.kind in wanted and not due.tries for due in made.due):
            raise NotYet
        latest = {one.kind: one for one in made.rows if one.kind in wanted}
        return [file for one in latest.values() for file in self._file(one, lang)[1]]

    def _file(self, found: DocumentRow, lang: str) -> tuple[bool, list[tuple[str, bytes]]]:
        """Is it of a confidential case? And its PDF, if it may and can go along."""
        with reading(self._bus.database) as conn:
            hidden = visibility.is_confidential(conn, found.instance)
            key = self._bus.keys.kept(conn, INSTANCE + found.instance)
        paper = found.files.get(_language(found.files, lang), {}).get("pdf")
        if hidden or paper is None or paper.size > LARGEST or key is None:
            return hidden, []
        with suppress(NotFound):  # a file that is missing: the page says so
            content = self._files.open(found.instance, paper.sha256, key)
            return hidden, [(f"{_title(found, lang).replace('/', '-')}.pdf", content)]
        return hidden, []


def _title(found: DocumentRow, lang: str) -> str:
    name = worded(found.names, lang)
    return f"{name} № {found.number}" if found.number else name


def case_told(library: DeployedLibrary, case: Any, lang: str) -> list[str]:
    """What may be said of a case: nothing of a confidential one."""
    if case.confidential:
        return []
    names = library.process(case.definition).process.names
    return facts_of({"process": worded(names, lang), "number": case.business_key}, lang)


def _language(files: Mapping[str, Any], lang: str) -> str:
    """Documents are in two languages, letters in three."""
    return next((one for one in (lang, *LANGUAGES) if one in files), "")
