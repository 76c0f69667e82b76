"""The templates as officials find them: one look for all, and nothing that Word or the pages would set badly."""

from __future__ import annotations

import re

import pytest
from docx import Document
from docx.oxml.ns import qn

from engine.documents.filling import environment
from engine.documents.kinds import FOLDER, LANGUAGES, kinds

TEMPLATES = [f"{kind}.{language}" for kind in kinds() for language in LANGUAGES]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_the_look_of_all(name: str) -> None:
    document = Document(str(FOLDER / f"{name}.docx"))
    first, *others = document.paragraphs
    assert first.text == "{{ case.school|letterhead }}"
    (title,) = (part for part in others if part.style is not None and part.style.name == "Title")
    said = re.sub(r"\{[{%].*?[}%]\}", "", title.text)
    assert said == said.upper()
    for table in document.tables:
        following = table._tbl.getnext()
        if table.style is None or table.style.name != "Table Grid":
            continue
        head = table.rows[0]._tr.trPr
        assert head is not None and head.find(qn("w:tblHeader")) is not None, "the head stands on every page"
        assert any(cell.text for cell in table.rows[0].cells)
        assert following is None or following.tag != qn("w:tbl"), "Word would make one table of two"
        shares = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.findall(qn("w:gridCol"))]
        assert [int(cell.tcPr.tcW.get(qn("w:w"))) for cell in table.rows[0]._tr.tc_lst] == shares


@pytest.mark.parametrize("kind", list(kinds()))
def test_both_languages_tell_the_same_facts(kind: str) -> None:
    kk, ru = (_facts(f"{kind}.{language}") for language in LANGUAGES)
    assert kk == ru


def _facts(name: str) -> list[str]:
    """What stands in braces, without the words of one language."""
    document = Document(str(FOLDER / f"{name}.docx"))
    texts = [part.text for part in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    found = [place for text in texts for place in re.findall(r"\{[{%].*?[}%]\}", text)]
    return sorted(re.sub(r"\"[^\"]*[\u0400-\u04ff][^\"]*\"|\.(kk|ru)\b", "", place) for place in found)


@pytest.mark.parametrize("paper", ["file_inventory", "handover_act", "archive_act"])
@pytest.mark.parametrize(
    ("key", "kind", "said"),
    [
        ("3/2026", "protocol", "3/2026"),
        ("year/2025/2026", "year", "2025/2026"),
        ("edition/2", "edition", "№ 2"),
        ("check/4/2026", "check", "№ 4/2026"),
        ("commission/eng/4", "commission", "№ 4"),
        ("2025/2026/interim", "report", "2025/2026, промежуточный отчёт"),
    ],
)
def test_7_7_the_file_is_named_on_its_papers_without_the_codes_of_its_key(
    paper: str, key: str, kind: str, said: str
) -> None:
    document = Document(str(FOLDER / f"{paper}.ru.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    (told,) = {part for text in cells for part in re.findall(r"\{\{[^}]*source_id[^}]*\}\}", text)}
    row = {"source_id": key, "doc_type": kind}
    assert environment({}).from_string(told).render(row=lambda _: row) == said
