"""Keeps the import from knowing files: CSV (UTF-8 or Windows-1251) and XLSX become rows of text, within limits."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openpyxl import load_workbook

from engine.directory.folding import fold
from engine.errors import Invalid

FILE = Path(__file__).with_name("import_columns.yaml")
MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 2_000_000, 40_000_000, 500
MOST_ROWS, MOST_COLUMNS, LONGEST = 20_000, 60, 1_000
KINDS = ("units", "programmes", "people", "appointments")
"""In the order they are loaded: what later rows name stands in earlier ones."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. ``cells``: column code -> text as typed; columns the file does not have are missing."""

    sheet: str
    line: int
    kind: str
    cells: dict[str, str]

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.line}"


@cache
def columns() -> dict[str, Any]:
    """The documented columns of each kind of sheet, and the words that stand for codes."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def read(name: str, content: bytes) -> list[Row]:
    """The rows of a file, units first. Raises Invalid for what cannot be read at all; ``file`` has the reason."""
    if len(content) > MOST_BYTES:
        raise _unreadable("import_too_large")
    tables = _book(content) if content[:2] == b"PK" else [(Path(name).stem[:60], _text_table(content))]
    found: list[Row] = []
    for sheet, lines in tables:
        found.extend(_rows(sheet, lines))
        if len(found) > MOST_ROWS:
            raise _unreadable("import_too_many_rows")
    if not found:
        raise _unreadable("import_empty")
    found.sort(key=lambda row: KINDS.index(row.kind))  # stable: lines of one sheet stay in their order
    return found


def meaning(text: str) -> str:
    """The code that a word stands for (``кафедра`` -> department); the text itself when it is none."""
    wanted = fold(text.strip())
    for code, words in columns()["values"].items():
        if wanted == fold(code) or any(wanted == fold(word) for word in words):
            return str(code)
    return text.strip()


def _rows(sheet: str, lines: Iterable[list[str]]) -> Iterator[Row]:
    kind = ""
    head: list[str] = []
    for number, cells in enumerate(lines, 1):
        if not any(cells):
            continue
        if not kind:
            kind, head = _kind(cells)
            if not kind:
                raise _unreadable("import_columns_unknown")
            continue
        yield Row(sheet, number, kind, {code: text for code, text in zip(head, cells, strict=False) if code})


def _kind(titles: list[str]) -> tuple[str, list[str]]:
    """The kind whose required columns are all there and which knows most of the titles."""
    best: tuple[int, str, list[str]] = (0, "", [])
    for kind in KINDS:
        known = columns()[kind]["columns"]
        head = [_code(title, known) for title in titles]
        if all(code in head for code, one in known.items() if one.get("required")):
            matched = len(set(filter(None, head)))
            if matched > best[0]:
                best = (matched, kind, head)
    return best[1], best[2]


def _code(title: str, known: dict[str, Any]) -> str:
    wanted = fold(title.strip().rstrip("*").strip())
    for code, one in known.items():
        if wanted in (fold(code), *(fold(one[lang]) for lang in ("kk", "ru", "en"))):
            return code
    return ""


def _text_table(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1251")
        except UnicodeDecodeError:
            raise _unreadable("import_unreadable") from None
    if "\x00" in text:
        raise _unreadable("import_unreadable")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [_cut(cells) for cells in _limited(lines)]
    except csv.Error:
        raise _unreadable("import_unreadable") from None


def _book(content: bytes) -> list[tuple[str, list[list[str]]]]:
    try:
        _harmless(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        found = []
        for sheet in book.worksheets[:20]:
            rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
            lines = [_cut([_shown(value) for value in row]) for row in _limited(rows)]
            if any(map(any, lines)):
                found.append((sheet.title[:60], lines))
        return found
    except Invalid:
        raise
    except Exception:  # a damaged book fails anywhere in the library, by any error
        raise _unreadable("import_unreadable") from None


def _harmless(content: bytes) -> None:
    """No archive that unpacks to more than it should, and no document types: entities grow without end."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _unreadable("import_too_large")
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                with archive.open(part) as opened:
                    start = opened.read()
                if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise _unreadable("import_unreadable")


def _limited(lines: Iterable[Any]) -> Iterator[Any]:
    for number, line in enumerate(lines):
        if number > MOST_ROWS:
            raise _unreadable("import_too_many_rows")
        yield line


def _cut(cells: list[str]) -> list[str]:
    return [cell.strip()[:LONGEST] for cell in cells[:MOST_COLUMNS]]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unreadable(code: str) -> Invalid:
    return Invalid(problems={"file": code})
