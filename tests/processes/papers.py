"""Keeps the tests of documents from knowing how pages and Word files are read and held against each other."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import pypdfium2
import sqlalchemy as sa
from docx import Document
from docx.table import Table

from engine.database import reading
from engine.documents import checking, kinds
from engine.documents.naming import Naming
from engine.documents.tables import ru_document_due, vw_document
from tests.processes.faculty import Faculty

PUBLIC = "https://sapa.uni.example"
OF_PROCEDURES = {
    "acknowledgement_sheet", "action_plan", "agreement_sheet", "archive_act", "capa_plan", "change_sheet",
    "check_act", "check_order", "consolidated_report", "epc_conclusion", "file_inventory", "finding_card",
    "handover_act", "information_reply", "information_request", "observation_sheet", "peer_feedback", "peer_plan",
    "peer_summary", "ranking_note", "recommendation_decision", "recommendation_letter", "risk_card", "survey_note",
    "survey_passport",
}  # fmt: skip
"""Kinds that ``test_papers_of_procedures`` makes; every other one comes about in ``test_documents``."""
OF_NOTES = {"effect_note", "expert_invitation", "finding_conclusion", "inquiry_summary", "review_note"}
"""Kinds that ``test_notes_of_procedures`` makes."""

_UNSAID = re.compile(r"\{\{|\{%|\bNone\b|\d{4}-\d\d-\d\d|\d{4}-[QH]\d|P_[A-Z]{3}|№[—–№]|(?<!\.)\.\.(?!\.)")
"""What no reader of a paper should meet: codes, days as machines write them, a missing number, two full stops."""


def said_alike(faculty: Faculty) -> set[str]:
    """The kinds that were made; each says on its pages what its Word file says, in both languages."""
    with reading(faculty.engine.database) as connection:
        assert [due.problem for due in connection.execute(sa.select(ru_document_due))] == []
    compared = set()
    for row in rows(faculty):
        if (row.kind, "ru") in compared:
            continue
        for language in kinds.LANGUAGES:
            with reading(faculty.engine.database) as connection:
                written = Naming(connection, faculty.engine.keys, "", language).date(date.fromisoformat(row.day))
            title = kinds.kinds()[row.kind].names[language] + (f" № {row.number}" if row.number else "")
            mark = checking.mark(row.id, row.number, PUBLIC, language)
            pages = of_pdf(content(faculty, row, language, "pdf"), f"{title} · {written}{mark.words}")
            word, heads = of_word(content(faculty, row, language, "docx"))
            assert word and joined(pages, word, heads) == word, (row.kind, language)
            assert _UNSAID.search(word) is None, (row.kind, language, _UNSAID.search(word))
            compared.add((row.kind, language))
    return {kind for kind, _ in compared}


def rows(faculty: Faculty, kind: str = "") -> list[Any]:
    query = sa.select(vw_document).order_by(vw_document.c.day, vw_document.c.id)
    with reading(faculty.engine.database) as connection:
        return list(connection.execute(query.where(vw_document.c.kind == kind) if kind else query))


def called_for(faculty: Faculty) -> set[tuple[str, str]]:
    """Steps whose document is still to be made, each with its kind."""
    query = sa.select(ru_document_due.c.element, ru_document_due.c.kind)
    with reading(faculty.engine.database) as connection:
        return {(row.element, row.kind) for row in connection.execute(query)}


def content(faculty: Faculty, row: Any, language: str, form: str) -> bytes:
    (sha256, _size) = json.loads(row.files)[language][form]
    with reading(faculty.engine.database) as connection:
        key = faculty.engine.keys.of(connection, f"instance:{row.instance}")
    assert key is not None
    return faculty.engine.files.open(row.instance, sha256, key)


def flat(text: str) -> str:
    """Without spaces, and the hyphens that may not break a line as plain ones: only the characters said."""
    return re.sub(r"\s+", "", text.replace("\u2011", "-").replace("\ufffe", "-").replace("\u00ad", "-"))


def of_word(data: bytes) -> tuple[str, list[str]]:
    """The text, and the head rows of tables that a page repeats."""
    parts, heads = [], []
    for part in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(part, Table):
            parts += [cell.text for row in part.rows for cell in row.cells]
            heads.append(flat("".join(cell.text for cell in part.rows[0].cells)))
        else:
            parts.append(part.text)
    return flat("".join(parts)), heads


def of_pdf(data: bytes, below: str) -> list[str]:
    """The text of each page without what stands below it."""
    pages = []
    pdf = pypdfium2.PdfDocument(data)
    for index in range(len(pdf)):
        text, foot = flat(pdf[index].get_textpage().get_text_range()), flat(f"{below}{index + 1}/{len(pdf)}")
        assert foot in text, (foot, text[-160:])
        pages.append(text.replace(foot, ""))
    return pages


def joined(pages: list[str], word: str, heads: list[str]) -> str:
    """The pages as one text: a table that goes on over a page begins there with its head once more."""
    text = pages[0]
    for page in pages[1:]:
        again = next((h for h in heads if page.startswith(h) and not word[len(text) :].startswith(h)), "")
        text += page.removeprefix(again)
    return text
