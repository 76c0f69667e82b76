"""How much may lie beside a case, and what a file may be: our defaults, the regulation says nothing of them.

What a file is, is told by its contents; a name that says something else is refused rather than believed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from engine.errors import Invalid, TooLarge

FILE_BYTES = 10 * 1024 * 1024
FILES = 50
COMMENTS = 500
COMMENT_LENGTH = 2_000
MENTIONS = 20
NAME_LENGTH = 120
_PARTS = 5_000
"""Files within an office document, before it is taken for a bomb."""

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet"
ENDINGS = {PDF: ("pdf",), PNG: ("png",), JPEG: ("jpg", "jpeg"), DOCX: ("docx",), XLSX: ("xlsx",)}
_MAIN = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:\"|?*]")


def clean_name(given: str) -> str:
    """The last part of a name, without what would deceive a reader (direction marks) or a file system."""
    name = _UNSAFE.sub("", PurePosixPath(given.replace("\\", "/")).name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}" if stem else name[:NAME_LENGTH]


def media_of(content: bytes) -> str:
    """What the bytes are; empty for anything that is not taken."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    return _office(content) if content.startswith(b"PK\x03\x04") else ""


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if len(names) > _PARTS or macros or "[Content_Types].xml" not in names:
        return ""
    return next((media for part, media in _MAIN.items() if part in names), "")


def file(name: str, size: int, media: str, there: int) -> None:
    """Raises Invalid, TooLarge: what may not be attached."""
    ending = name.rpartition(".")[2].lower()
    if size > FILE_BYTES:
        raise TooLarge(what=f"{size}", limit=f"{FILE_BYTES}")
    problem = ""
    if not size:
        problem = "file_empty"
    elif media not in ENDINGS:
        problem = "file_kind"
    elif ending not in ENDINGS[media]:
        problem = "file_name_differs"
    elif name != clean_name(name) or not name.rpartition(".")[0]:
        problem = "file_name"
    elif there >= FILES:
        problem = "files_too_many"
    if problem:
        raise Invalid(problems={"file": problem})


def comment(text: str, mentions: Sequence[str], there: int) -> None:
    """Raises Invalid: what may not be said."""
    problem = ""
    if not text.strip():
        problem = "required"
    elif len(text) > COMMENT_LENGTH:
        problem = "comment_too_long"
    elif there >= COMMENTS:
        problem = "comments_too_many"
    if problem:
        raise Invalid(problems={"text": problem})
    if len(mentions) > MENTIONS:
        raise Invalid(problems={"mentions": "mentions_too_many"})
