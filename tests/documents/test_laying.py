"""Pages as paper needs them: long tables repeat their heads, numbers stay whole, signatures do not stand alone."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
from docx import Document
from docx.oxml import OxmlElement

from engine.documents.checking import Mark, mark
from engine.documents.laying import pdf

DAY = date(2026, 11, 24)
WORDS = "Отырыстың барысы туралы мәлімет берілді. "


def pages(document: object, seen: Mark | None = None, language: str = "kk") -> list[str]:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    made = pypdfium2.PdfDocument(pdf(out.getvalue(), language, "Құжат", DAY, "Құжат", seen or Mark("", "")))
    return [page.get_textpage().get_text_range() for page in made]


def test_the_head_of_a_table_stands_on_every_page() -> None:
    document = Document()
    table = document.add_table(rows=1, cols=2, style="Table Grid")
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Комиссия мүшесі", "Дауысы"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for n in range(90):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = f"Мүше {n}", "жақтады"
    told = pages(document)
    assert len(told) > 1
    assert all(page.lstrip().startswith("Комиссия мүшесі") for page in told)
    assert sum(page.count("жақтады") for page in told) == 90


def test_a_number_and_a_word_of_one_letter_are_not_parted_from_what_follows() -> None:
    for shift in range(12):
        document = Document()
        document.add_paragraph("ә" * shift + " " + (WORDS + "№ 12/2026, 305-аудитория, срок с 16 ноября. ") * 8)
        lines = [line.rstrip() for page in pages(document) for line in page.splitlines()]
        assert not any(line.endswith(("№", "305-", "305\u2011", " с")) for line in lines), shift


def test_signatures_take_the_last_paragraph_along() -> None:
    alone = []
    for rows in range(33, 43):
        document = Document()
        for n in range(rows):
            document.add_paragraph(f"{n}. {WORDS}")
        table = document.add_table(rows=1, cols=3)
        for cell, text in zip(table.rows[0].cells, ("Төраға", "Оразбаев Ерлан Маратұлы", "жүйеде"), strict=True):
            cell.text = text
        last = pages(document)[-1]
        alone += [rows] if "Төраға" in last and f"{rows - 1}. " not in last else []
    assert alone == []


def test_the_mark_stands_on_every_page_in_both_languages() -> None:
    for language, word in (("kk", "коды"), ("ru", "код")):
        document = Document()
        for _ in range(60):
            document.add_paragraph(WORDS)
        told = pages(document, mark("abcdefghijklmnop", "15-ө", "https://sapa.uni.example", language), language)
        assert len(told) > 1
        for page in told:
            assert "sapa.uni.example/verify" in page and f"{word} ABCD-EFGH-IJKL-MNOP" in page.replace("\u2011", "-")
