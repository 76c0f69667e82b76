"""Keeps registers from knowing how rows leave as a spreadsheet: CSV, XLSX with dates as dates, no cell a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from web.dates import local, numeric, with_time

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767  # characters of one cell, by the format
_LONGEST_TITLE = 31  # characters of a sheet's title, by Excel, which takes none of these in it
_UNTITLED = re.compile(r"[\[\]:*?/\\]")

_SIGNS = "=+\\-@|%＝＋－＠｜％﹦﹢﹣﹫﹪⁺₊⁻₋−⁼₌⩵⩶﬩"
"""What a formula begins with, in every way to write it."""
_GOES_ON = "*/^&<>:!＊／＾＆＜＞：！"
"""What makes one of a number in the line before, should a quotation mark that is read otherwise join them."""
_FORMULA = re.compile(rf"((?:^|[,;\t\r\n])[\s\x00\ufeff\"]*)(?=[{_SIGNS}{_GOES_ON}])")
"""The start of a cell, or of what would be one under another list separator."""
_DAY, _MOMENT = "DD.MM.YYYY", "DD.MM.YYYY HH:MM"
_FIRST_YEAR = 1900  # that a spreadsheet can count days of
_MOST_DIGITS = 10**15  # that it keeps
Content = str | int | float | date | datetime
"""What a cell holds. Days, moments and numbers are such in XLSX; in CSV they are written as people here write them."""
_WHOLE = re.compile(r"0|-?[1-9]\d{0,14}")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")


def cell(text: str) -> str:
    """The text as a cell that a spreadsheet shows and never calculates, whatever separates its cells; numbers stay."""
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)


def _said(content: Content) -> str:
    if isinstance(content, datetime):
        return with_time(content)
    return numeric(content) if isinstance(content, date) else str(content)


def _on_the_clock(when: date) -> datetime:
    """As a spreadsheet has it, which knows no zones: the clock of Almaty; a day is its midnight."""
    return local(when).replace(tzinfo=None) if isinstance(when, datetime) else datetime.combine(when, time())


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Content]]) -> bytes:
    """UTF-8 with a mark and semicolons: Excel under kk and ru regional settings opens it with a double click."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(text) for text in head])
    writer.writerows([cell(_said(content)) for content in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(head: Sequence[str], rows: Iterable[Sequence[Content]], title: str = "") -> bytes:
    """A sheet of that title, its first row frozen. A cell is text, number or date by its type: nothing is escaped."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_UNTITLED.sub(" ", title).strip(" '")[:_LONGEST_TITLE] or "Sapa")
    sheet.freeze_panes = "A2"
    for at in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 24

    def written(content: Content, bold: bool = False) -> Any:
        if isinstance(content, date) and content.year >= _FIRST_YEAR:
            moment = isinstance(content, datetime)
            made = WriteOnlyCell(sheet, value=_on_the_clock(content))
            made.number_format = _MOMENT if moment else _DAY
            return made
        if isinstance(content, (int, float)) and abs(content) < _MOST_DIGITS:
            return WriteOnlyCell(sheet, value=content)
        plain = _UNWRITABLE.sub("", _said(content))[:_LONGEST]
        made = WriteOnlyCell(sheet, value=plain)
        made.data_type = "s"  # openpyxl takes what begins with "=" for a formula
        if _WHOLE.fullmatch(plain):
            made.value = int(plain)
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([written(text, bold=True) for text in head])
    for row in rows:
        sheet.append([written(text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(name: str, kind: str, head: Sequence[str], rows: Iterable[Sequence[Content]], title: str = "") -> Response:
    """The table as a download ``name.kind``; ``kind``: csv or xlsx, whose sheet has the title."""
    body = as_csv(head, rows) if kind == "csv" else as_xlsx(head, rows, title)
    answer = Response(body, content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
