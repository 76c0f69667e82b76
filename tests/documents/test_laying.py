"""Pages as paper needs them: long tables repeat their heads, numbers stay whole, signatures do not stand alone."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from engine.documents.checking import Mark, mark
from engine.documents.laying import pdf

DAY = date(2026, 11, 24)
WORDS = "Отырыстың барысы туралы мәлімет берілді. "


def laid(document: object, seen: Mark | None = None, language: str = "kk") -> pypdfium2.PdfDocument:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return pypdfium2.PdfDocument(pdf(out.getvalue(), language, "Құжат", DAY, "Құжат", seen or Mark("", "")))


def pages(document: object, seen: Mark | None = None, language: str = "kk") -> list[str]:
    return [page.get_textpage().get_text_range() for page in laid(document, seen, language)]


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


@pytest.mark.parametrize("wide", [False, True])
def test_a_word_does_not_run_into_the_next_column_nor_over_the_edge(wide: bool) -> None:
    document = Document()
    section = document.sections[0]
    if wide:
        section.page_width, section.page_height = section.page_height, section.page_width
    words = ("№", "Ауыстырылған", "Аннулированные", "корректирующее", "Ответственный", "Маңыздылығы", "Мерзімі")
    table = document.add_table(rows=2, cols=len(words), style="Table Grid")
    for n, word in enumerate(words):
        table.rows[0].cells[n].text, table.rows[1].cells[n].text = word, f"{n}"
        table.rows[0].cells[n].paragraphs[0].runs[0].bold = True
    page = laid(document)[0]
    assert (page.get_width() > page.get_height()) == wide
    text = page.get_textpage()
    begins, ends = [], []
    for word in words:
        at, count = text.search(word).get_next()
        boxes = [text.get_charbox(n) for n in range(at, at + count)]
        assert max(box[3] for box in boxes) - min(box[1] for box in boxes) < 16, f"{word} is broken"
        begins.append(boxes[0][0])
        ends.append(boxes[-1][2])
    assert all(end < begin for end, begin in zip(ends, begins[1:], strict=False))
    assert ends[-1] < page.get_width() - 40


def test_a_day_beside_a_signature_stays_on_one_line() -> None:
    for day in ("14\u00a0сентября 2026\u00a0года", "2026\u00a0жылғы 14\u00a0қыркүйек"):
        document = Document()
        table = document.add_table(rows=1, cols=3)
        for cell, text in zip(table.rows[0].cells, ("Төраға", "Адам", f"подписано в системе: {day}"), strict=True):
            cell.text = text
        assert day.replace("\u00a0", " ") in pages(document)[0].replace("\u00a0", " ")


def test_columns_have_the_widths_they_have_in_word() -> None:
    document = Document()
    table = document.add_table(rows=1, cols=2, style="Table Grid")
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), ("1000", "9000"), strict=True):
        column.set(qn("w:w"), width)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Бір", "Екі"
    text = laid(document)[0].get_textpage()
    first, second = (text.get_charbox(text.search(word).get_next()[0])[0] for word in ("Бір", "Екі"))
    assert 40 < second - first < 55
