"""What can happen beside a case: files and comments. A stream and key of their own; the case's fold never sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached(Fact):
    """``sha256`` is private too: a hash that outlives its file would tell whoever has the file that it was here."""

    private: ClassVar[tuple[str, ...]] = ("name", "sha256")
    note: str
    person: str
    task: str
    media: str
    size: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentMade(Fact):
    private: ClassVar[tuple[str, ...]] = ("text",)
    note: str
    person: str
    task: str
    mentions: Any  # ids of people
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTakenBack(Fact):
    note: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesErased(Fact):
    """The case was erased, and with it the key of everything beside it."""

    by: str
