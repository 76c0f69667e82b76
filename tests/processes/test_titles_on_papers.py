"""5.1(5): an item that a case proposed is called on a paper in the language of the paper, unless it was reworded."""

from __future__ import annotations

import pytest

from tests.processes.faculty import Faculty
from tests.processes.meeting import DECISION, INFORMATION, Meeting, local
from tests.processes.papers import content, of_word, rows
from tests.processes.test_agenda_and_materials import propose

TITLES = '${{{{kk: "Мәселе {0}", ru: "Вопрос {0} по-русски", en: "Item {0}"}}}}'


@pytest.fixture
def held(faculty: Faculty) -> Faculty:
    """A meeting on an item of its own, one that a case proposed, and one of a case that the chair reworded."""
    for item in ("check", "report"):
        propose(faculty, item, titles=TITLES.format(item))
    meeting = Meeting.call(faculty)
    meeting.collect("Бағалау тәртібі")
    shown = faculty.page(faculty.chair, "approve_agenda", meeting.case).data["items"]
    reworded = {"Мәселе report": "Қайта жазылған мәселе"}
    items = [{**row, "title": reworded.get(row["title"], row["title"]), "verdict": "accept"} for row in shown]
    meeting.do(faculty.chair, "approve_agenda", meeting_at=local(meeting.two_weeks()), format="in_person",
               place="305-аудитория", items=items)  # fmt: skip
    meeting.distribute()
    meeting.open_with()
    for _ in range(3):
        (row,) = faculty.offered(faculty.secretary, "formulate", meeting.case)
        meeting.decide(DECISION if "check" in str(row.about) else INFORMATION)
    meeting.finish()
    faculty.engine.making.pump()
    return faculty


@pytest.mark.parametrize("kind", ["agenda", "invitation", "protocol", "extract"])
def test_5_1_5_an_item_of_a_case_is_called_in_the_language_of_the_paper(held: Faculty, kind: str) -> None:
    paper = rows(held, kind)[0]
    kk, ru = (of_word(content(held, paper, language, "docx"))[0] for language in ("kk", "ru"))
    assert "Мәселеcheck" in kk and "Вопросcheckпо-русски" not in kk
    assert "Вопросcheckпо-русски" in ru and "Мәселеcheck" not in ru
    if kind != "extract":
        assert "Бағалаутәртібі" in ru, "what people wrote stays as they wrote it"
        assert "Қайтажазылғанмәселе" in ru and "Вопросreport" not in ru
