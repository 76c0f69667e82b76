"""Keeps the rest from knowing where it is said which documents there are: ``forms/documents``, data of officials."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from engine.wording import LOADER

FOLDER = Path(__file__).resolve().parents[2] / "forms" / "documents"
LANGUAGES = ("kk", "ru")
_MARK = re.compile("<[^>]*>")
_KEPT = 256
"""Word files whose answers are remembered, by their content: a form may be mended while the program runs."""
_ANSWER = re.compile(r"""answers(?:\.|\[["'])(\w+)""")


@dataclass(frozen=True, slots=True)
class Kind:
    """Names of a document and, as expressions over the facts: its number, its day, and whom which rows go to."""

    code: str
    names: Mapping[str, str]
    number: str
    day: str
    of: str  # rows to be told; empty: one document, to nobody in particular
    whom: str  # of each row
    roles: tuple[str, ...]  # who of a unit is sent its documents
    calendar: bool  # it goes along with the first invitation to the case's event

    def template(self, language: str) -> bytes | None:
        """The Word file to be filled; None when nobody has made one."""
        try:
            return _form(self.code, language).read_bytes()
        except OSError:
            return None


def may_say(code: str, names: frozenset[str]) -> bool:
    """May the Word files of a kind write out one of these answers of people?

    One that cannot be read may say any, and so may those of a kind that is not listed any more.
    """
    if not names:
        return False
    said = [_said(code, language) for language in LANGUAGES]
    return code not in kinds() or any(some is None or not names.isdisjoint(some) for some in said)


def _said(code: str, language: str) -> frozenset[str] | None:
    """The answers that a Word file writes out, none when nobody has made it; None when it cannot be read."""
    try:
        return _answers(_form(code, language).read_bytes())
    except FileNotFoundError:
        return frozenset()
    except OSError:
        return None


def _form(code: str, language: str) -> Path:
    return FOLDER / f"{code}.{language}.docx"


@lru_cache(maxsize=_KEPT)
def _answers(template: bytes) -> frozenset[str] | None:
    """Word cuts a text into pieces where it likes: the marks between them are taken out first."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as file:
            parts = [file.read(name).decode("utf-8", "replace") for name in file.namelist() if name.endswith(".xml")]
    except (ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None
    return frozenset(name for part in parts for name in _ANSWER.findall(_MARK.sub("", part)))


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its code, the value of the property ``document`` of a step."""
    return {
        code: Kind(
            code,
            told["names"],
            str(told.get("number", "")),
            str(told.get("day", "")),
            str(told.get("of", "")),
            str(told.get("whom", "")),
            tuple(told.get("roles", ())),
            bool(told.get("calendar", False)),
        )
        for code, told in _read("documents.yaml").items()
    }


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """group -> code -> {kk, ru}: how codes of the models are written in documents; ``months``: language -> names."""
    return _read("words.yaml")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((FOLDER / name).read_text(encoding="utf-8"), LOADER)  # noqa: S506 - safe, in C
    return found
