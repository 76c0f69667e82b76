"""Control tools: draft, comments, the EPC, standards, approval by ASB, versions and their review."""

from __future__ import annotations

from typing import Any

import pytest

from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import day

MODES = (False,)  # only the longest course runs a second time without memory


class Tool:
    def __init__(self, faculty: Faculty, **more: Any) -> None:
        self.faculty = faculty
        self.case = faculty.start("tool_development", "m5")
        self.draft("m5", **more)

    def do(self, person: str, element: str, **answers: Any) -> None:
        self.faculty.answer(person, element, self.case, **answers)

    def draft(self, by: str, **more: Any) -> None:
        self.do(by, "draft", **{"code": "ЧП-1", "name": "Тексеру парағы", "kind": "checklist", "languages": ["kk"],
                "fields": [{"field": "Мерзімі сақталды ма"}], **more})  # fmt: skip

    def approve(self, **more: Any) -> None:
        self.do("m2", "map_standards", standards=[{"standard": "ESG", "clause": "1.7"}])
        self.do("asb1", "asb_approve", **{"decision": "agree", "valid_from": self.faculty.today.isoformat(), **more})


@pytest.mark.both_ways
def test_7_1_s2_a_tool_is_commented_on_mapped_and_approved_as_a_version(faculty: Faculty) -> None:
    faculty.appoint("colleague", "epc")
    tool = Tool(faculty)
    tool.do("colleague", "epc_comment", epc_opinion="Қолдануға болады")
    tool.do("m4", "comment", comment="Дәлелдерді де қосу керек")
    for member in (one for one in faculty.members if one != "m4"):
        tool.do(member, "comment")
    tool.approve()
    row = faculty.register("tools")["ЧП-1/1.0"]
    assert (row["status"], row["epc_opinion"], row["epc_silent"]) == ("approved", "Қолдануға болады", False)
    assert row["comments"] == [{"who": "m4", "comment": "Дәлелдерді де қосу керек"}]
    assert faculty.incidents() == []


def test_7_9_3_2_comments_end_in_time_and_a_silent_epc_is_noted(faculty: Faculty) -> None:
    tool = Tool(faculty)
    faculty.wait_for_day(day("2026-09-14"))
    assert "map_standards" not in faculty.open_tasks(tool.case)
    faculty.wait_for_day(day("2026-09-15"))
    tool.approve()
    row = faculty.register("tools")["ЧП-1/1.0"]
    assert (row["epc_silent"], row["epc_opinion"], row["comments"]) == (True, None, [])


def test_3_11_an_urgent_fix_is_a_minor_version_and_the_old_one_is_withdrawn(faculty: Faculty) -> None:
    first = Tool(faculty)
    faculty.wait_for_day(day("2026-09-15"))
    first.approve()
    fix = Tool(faculty, urgent=True)
    fix.approve(valid_from="2026-09-21")
    tools = faculty.register("tools")
    assert {key: (row["status"], row["valid_until"]) for key, row in tools.items()} == {
        "ЧП-1/1.0": ("withdrawn", day("2026-09-21")),
        "ЧП-1/1.1": ("approved", None),
    }


def test_7_1_s2_of_two_drafts_of_one_tool_the_later_approved_has_the_next_number(faculty: Faculty) -> None:
    new, again = Tool(faculty), Tool(faculty, urgent=True)  # of what is new nothing can be mended in haste
    faculty.wait_for_day(day("2026-09-15"))
    new.approve()
    again.approve()
    fix, another = Tool(faculty, urgent=True), Tool(faculty, urgent=True)
    fix.approve()
    another.approve()
    tools = faculty.register("tools")
    assert {key: row["status"] for key, row in tools.items() if row["status"] != "withdrawn"} == {
        "ЧП-1/2.2": "approved"
    }
    assert sorted(tools) == ["ЧП-1/1.0", "ЧП-1/2.0", "ЧП-1/2.1", "ЧП-1/2.2"]


def test_7_9_4_1_asb_returns_a_draft_with_remarks(faculty: Faculty) -> None:
    tool = Tool(faculty)
    faculty.wait_for_day(day("2026-09-15"))
    tool.do("m2", "map_standards", standards=[{"standard": "ESG", "clause": "1.7"}])
    with pytest.raises(FormRefused):
        tool.do("asb1", "asb_approve", decision="return")
    tool.do("asb1", "asb_approve", decision="return", remarks="Тармақтар жеткіліксіз")
    assert faculty.page("m5", "draft", tool.case).data["remarks"] == "Тармақтар жеткіліксіз"
    assert faculty.register("tools") == {}


def test_3_11_a_tool_is_in_kazakh(faculty: Faculty) -> None:
    with pytest.raises(FormRefused) as refused:
        Tool(faculty, languages=["ru"])
    assert set(refused.value.errors) == {"languages"}


QUESTIONS = [
    {"text": "Бағалау түсінікті ме", "text_ru": "Понятна ли оценка", "answer": "scale"},
    {"text": "Силлабус берілді ме", "answer": "yes_no"},
    {
        "text": "Оқу түрі",
        "answer": "choice",
        "options": "күндізгі | дневная | full-time\nсырттай | заочная | part-time",
    },
    {"text": "Тағы не айтасыз", "answer": "text"},
]


def test_3_4_a_questionnaire_has_questions_which_those_who_comment_read_as_its_items(faculty: Faculty) -> None:
    tool = Tool(faculty, code="Q-1", kind="questionnaire", fields=None, questions=QUESTIONS)
    shown = [row["field"] for row in faculty.page("m4", "comment", tool.case).data["fields"]]
    assert shown == [
        "Бағалау түсінікті ме (1–5)", "Силлабус берілді ме (иә / жоқ)", "Оқу түрі (күндізгі; сырттай)",
        "Тағы не айтасыз (еркін жауап)",
    ]  # fmt: skip
    faculty.wait_for_day(day("2026-09-15"))
    tool.approve()
    row = faculty.register("tools")["Q-1/1.0"]
    assert [one["answer"] for one in row["questions"]] == ["scale", "yes_no", "choice", "text"]


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [{"text": "Оқу түрі", "answer": "choice", "options": "күндізгі"}],
        [{"text": "Не айтасыз", "answer": "text"}],
        [{"text": "Бағалау түсінікті ме"}],
        [{"text": "Оқу түрі", "answer": "choice"}],
    ],
)
def test_3_4_a_questionnaire_that_cannot_be_answered_is_refused(
    faculty: Faculty, questions: list[dict[str, str]]
) -> None:
    with pytest.raises(FormRefused) as refused:
        Tool(faculty, kind="questionnaire", fields=None, questions=questions)
    assert len(refused.value.errors) == 1


def test_3_11_a_year_later_the_tool_is_reviewed(faculty: Faculty) -> None:
    faculty.set_parameter("P_TOOL_REVIEW_M", 1)
    tool = Tool(faculty)
    faculty.wait_for_day(day("2026-09-15"))
    tool.approve()
    faculty.wait_for_day(day("2026-10-15"))
    (review,) = faculty.cases("tool_development", "active")
    assert (review != tool.case, faculty.page("m2", "draft", review).data["code"]) == (True, "ЧП-1")
    assert [row.instance for row in faculty.offered("m2", "draft")] == [review]
