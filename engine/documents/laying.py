"""Makes the PDF of a filled Word file: its paragraphs and tables in order, set by ``forms/documents/layout.typ``.

The PDF is read out of the Word file, so the two cannot say different things. Fonts are those inside typst: the same
pages on every machine, with every letter of Kazakh.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from engine.documents.checking import Mark
from engine.documents.kinds import FOLDER

_Styles = dict[str | None, ParagraphStyle | None]
"""Those of one file by their id, so that each is looked for once."""
_ALIGNED = {WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}


def pdf(word: bytes, language: str, title: str, day: date, foot: str, mark: Mark, across: str = "") -> bytes:
    """The pages of a Word file. ``foot`` and ``mark`` stand below each page, beside its number; ``across`` over it."""
    document = Document(io.BytesIO(word))
    blocks = list(_blocks(document, {}))
    data: dict[str, Any] = {
        "blocks": blocks,
        "lang": language,
        "title": title,
        "day": [day.year, day.month, day.day],
        "foot": foot,
    }
    data |= {"check": mark.words, "square": mark.picture, "wide": _wide(document)}
    if across:
        data["across"] = across
    made: bytes = typst.compile(
        _layout(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=0,
    )
    return made


@cache
def _layout() -> bytes:
    return (FOLDER / "layout.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _wide(document: Any) -> bool:
    """Whether the pages lie on their long side."""
    section = document.sections[0]
    return bool((section.page_width or 0) > (section.page_height or 0))


def _blocks(within: Any, styles: _Styles) -> Iterator[dict[str, Any]]:
    for part in within.iter_inner_content():
        if isinstance(part, Paragraph):
            block = _paragraph(part, styles)
            if block is not None:
                yield block
        elif isinstance(part, Table):
            yield _table(part, styles)


def _paragraph(part: Paragraph, styles: _Styles) -> dict[str, Any] | None:
    """None for one that only keeps two others apart."""
    runs = [(run.text, bool(run.bold), bool(run.italic)) for run in part.runs if run.text]
    if not "".join(text for text, _bold, _italic in runs).strip():
        return None
    named = part._p.style
    style = styles[named] if named in styles else styles.setdefault(named, part.style)
    aligned = part.alignment if part.alignment is not None else (style.paragraph_format.alignment if style else None)
    return {
        "kind": "paragraph",
        "style": (style.name if style else "") or "",
        "align": _ALIGNED.get(aligned, "left") if aligned is not None else "left",
        "runs": runs,
    }


def _table(part: Table, styles: _Styles) -> dict[str, Any]:
    widths = [int(column.get(qn("w:w")) or 1) for column in part._tbl.tblGrid.findall(qn("w:gridCol"))]
    first = part.rows[0]._tr if part.rows else None
    head = first is not None and first.trPr is not None and first.trPr.find(qn("w:tblHeader")) is not None
    style = part.style.name if part.style is not None else ""
    return {
        "kind": "table",
        "widths": widths,
        "lines": style == "Table Grid",
        "head": head,
        "rows": [[list(_blocks(cell, styles)) for cell in row.cells] for row in part.rows],
    }
