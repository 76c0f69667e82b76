"""What a reader is shown of the notes beside a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.views import CaseRow


@dataclass(frozen=True, slots=True)
class Note:
    """A file or a comment. Of one that was taken back only who and when remains for most readers."""

    note: str
    kind: str  # file, comment
    person: str
    at: datetime
    task: str
    withdrawn: datetime | None
    name: str
    size: int
    media: str
    sha256: str
    text: str
    mentions: tuple[str, ...]
    own: bool  # the reader may take it back
    readable: bool  # its words or bytes are for this reader


@dataclass(frozen=True, slots=True)
class NotesView:
    """``mentionable``: (id, name) of people who may see the case; empty when nothing may be added."""

    files: tuple[Note, ...]
    comments: tuple[Note, ...]
    may_add: bool
    why_not: str  # code of the wording: notes_not_yours, notes_closed
    mentionable: tuple[tuple[str, str], ...]
    people: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mention:
    case: CaseRow
    note: str
    task: str
    person: str  # who wrote it
    at: datetime
    text: str
    unread: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    media: str
    sha256: str
    content: bytes
