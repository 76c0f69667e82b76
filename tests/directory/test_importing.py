"""Keeps the import honest: every row has a verdict by the rules of single acts, and none is lost."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook
from sqlalchemy.engine import Connection

from engine.directory import sheets
from engine.directory.importing import Verdict, judge, roles
from engine.errors import Invalid


def verdicts(conn: Connection, text: str | bytes, name: str = "file.csv") -> list[Verdict]:
    content = text if isinstance(text, bytes) else text.encode()
    return judge(conn, sheets.read(name, content), roles(), "a0", name)[0]


def test_each_row_is_new_changed_unchanged_or_bad_with_column_and_reason(conn: Connection) -> None:
    first = verdicts(conn, "unit;unit kind;parent;name_kk\nnew1;кафедра;nowhere;Кафедра\n;school;univ;Мектеп\n")
    assert [one.state for one in first] == ["bad", "bad"]
    assert [(p.column, p.code) for p in first[0].problems] == [("parent", "unit_unknown")]
    assert [(p.column, p.code) for p in first[1].problems] == [("unit", "import_cell_missing")]


def test_a_unit_may_stand_above_the_one_it_lies_in_and_people_name_units_of_the_same_file(conn: Connection) -> None:
    book = Workbook()
    units, people = book.active, book.create_sheet("p")
    assert units is not None
    for row in (["unit", "kind", "parent", "name_kk"], ["d", "department", "s", "К"], ["s", "school", "u", "М"]):
        units.append(row)
    units.append(["u", "university", None, "У"])
    for row in (["person", "name", "unit"], ["x1", "Адам", "d"], ["x1", "Басқа", "d"]):
        people.append(row)
    out = io.BytesIO()
    book.save(out)
    found = verdicts(conn, out.getvalue(), "b.xlsx")
    assert [one.state for one in found[:3]] == ["new"] * 3
    assert found[-1].state == "bad" and found[-1].problems[0].code == "import_twice"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_a_table_is_read_whatever_office_saved_it(encoding: str, delimiter: str) -> None:
    table = "код подразделения;вид подразделения;название (каз)\r\nx;школа;Школа\r\n"
    text = table.replace(";", delimiter)
    (row,) = sheets.read("a.csv", text.encode(encoding))
    assert row.kind == "units" and row.cells["name_kk"] == "Школа" and row.line == 2


def test_a_bomb_a_document_type_and_rubbish_are_refused() -> None:
    def packed(name: str, content: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return out.getvalue()

    for content in (
        packed("xl/a.xml", b" " * 50_000_000),
        packed("xl/a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        b"PK\x03\x04rubbish",
        b"\x00\x01\x02",
        b"a;b\n1;2\n",
        b"",
    ):
        with pytest.raises(Invalid) as refused:
            sheets.read("file", content)
        assert refused.value.problems["file"].startswith("import_")
