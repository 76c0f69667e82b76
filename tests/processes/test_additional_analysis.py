"""Additional analysis: asked for by the review, ordered or dropped, surveyed or not, concluded for a meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import commands as c
from tests.processes.analysis import DONE, not_held, order
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import at, day
from tests.processes.papers import content, of_word, rows
from tests.processes.stages import MakeFaculty
from tests.processes.test_half_year_review import HALF, Review
from tests.processes.test_tool_development import QUESTIONS, Tool

SOURCE = f"{SCHOOL}/review/{HALF}"


class Analysis:
    """What the review of the second half of 2026 asked for, before the chair has said anything."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        review = Review(faculty)
        review.prepare()
        review.consider()
        faculty.answer(
            faculty.secretary,
            "record_outcome",
            review.case,
            conclusions="Талдау керек болды",
            need_analysis=True,
            analysis_question="Неге кешігеді",
        )
        (self.case,) = faculty.cases("additional_analysis")

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("analyses")[SOURCE]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def order(self, **more: Any) -> None:
        self.faculty.answer(self.faculty.chair, "order", self.case, **order("2026-11-30", **more))

    def with_survey(self) -> None:
        self.order(survey_needed=True, audiences=["student", "teacher"])

    def analyse(self, **more: Any) -> None:
        self.faculty.answer("m4", "analyse", self.case, **(DONE | more))


@pytest.fixture
def analysis(make: MakeFaculty) -> Analysis:
    return Analysis(make("decided"))


def test_7_4_5_the_chair_begins_the_analysis_a_meeting_has_decided_on(faculty: Faculty) -> None:
    asked = {"decision_ref": "3-1", "question": "Неліктен кешігеді"}
    case = faculty.start("additional_analysis", faculty.chair, **asked)
    key = f"{SCHOOL}/decision/3-1"
    assert faculty.register("analyses")[key]["status"] == "requested"
    faculty.answer(faculty.chair, "order", case, **order("2026-11-30"))
    faculty.answer("m4", "analyse", case, **DONE)
    assert (faculty.register("analyses")[key]["status"], faculty.state(case)) == ("concluded", "completed")


def test_7_4_5_nobody_but_who_chairs_begins_an_analysis(faculty: Faculty) -> None:
    start = c.StartProcess(
        actor="m5",
        definition="additional_analysis",
        school=SCHOOL,
        variables={"decision_ref": "3-1", "question": "Неліктен кешігеді"},
    )
    assert faculty.refused(start).code == "not_permitted"


def test_7_4_5_the_review_asks_and_the_chair_gives_it_to_a_member(analysis: Analysis) -> None:
    assert (analysis.row["status"], analysis.open) == ("requested", ["order"])
    analysis.order()
    assert (analysis.row["status"], analysis.row["analyst"], analysis.row["due_at"]) == (
        "ordered",
        "m4",
        day("2026-11-30"),
    )
    assert analysis.faculty.offered("m4", "analyse", analysis.case)
    assert not analysis.faculty.offered("m3", "analyse", analysis.case)


def test_7_4_5_its_conclusion_is_proposed_for_a_meeting(analysis: Analysis) -> None:
    analysis.order()
    analysis.analyse()
    assert (analysis.row["status"], analysis.row["conclusion"]) == ("concluded", "Мерзімдер қаралсын")
    assert analysis.faculty.state(analysis.case) == "completed"


def test_7_4_5_the_audiences_are_asked_by_a_survey_of_its_own(analysis: Analysis) -> None:
    faculty = analysis.faculty
    questionnaire = Tool(faculty, code="Q-1", kind="questionnaire", name="Мерзімдер", fields=None, questions=QUESTIONS)
    faculty.wait_for_day(faculty.today + timedelta(days=21))
    questionnaire.approve()
    analysis.with_survey()
    assert (analysis.row["audiences"], analysis.open) == (["student", "teacher"], [])
    (case,) = faculty.cases("feedback_survey")
    first = faculty.today + timedelta(days=1)
    answers = {"questionnaire": "Q-1/1.0", "audiences": ["student"], "population_student": 10,
               "opens_on": first.isoformat(), "closes_on": (first + timedelta(days=5)).isoformat()}  # fmt: skip
    faculty.answer(faculty.secretary, "design", case, design_decision="hold", **answers)
    faculty.wait_for_day(first + timedelta(days=6))
    figures = [{"question": "Мерзім жете ме", "result": "30 %"}]
    faculty.answer(faculty.secretary, "count_answers", case, responses=8, figures=figures)
    faculty.answer("m4", "analyse", case, findings="Мерзім жетпейді деп санайды")
    faculty.answer(faculty.secretary, "note_survey", case, conclusion="Мерзім қысқа деп саналады", proposals=[])
    assert analysis.open == ["analyse"]
    analysis.analyse()
    assert (analysis.row["survey_quality"], analysis.row["responses"]) == ("representative", 8)


def test_7_4_5_a_survey_that_is_not_held_stops_nothing(analysis: Analysis) -> None:
    analysis.with_survey()
    not_held(analysis.faculty)
    analysis.analyse()
    assert (analysis.row["status"], analysis.row["survey_quality"]) == ("concluded", "not_held")


def test_7_4_5_a_survey_that_is_not_over_in_time_stops_nothing(analysis: Analysis) -> None:
    analysis.with_survey()
    analysis.faculty.wait_for_day(day("2026-12-01"))
    assert analysis.open == ["analyse"]
    analysis.analyse()
    assert (analysis.row["status"], analysis.row["survey_quality"]) == ("concluded", None)


DATA = [
    {"to_kind": "department", "to_unit": "eng-cs", "text": "Кешіккен жұмыстардың тізімі"},
    {"to_kind": "department", "to_unit": "eng-me", "text": "Кешіккен жұмыстардың тізімі"},
]


def data_given(analysis: Analysis, case: str) -> None:
    faculty = analysis.faculty
    faculty.answer("head", "answer", case, answer_kind="given", answer_text="Қоса беріледі", evidence="№ 12 анықтама")
    faculty.answer("m4", "consider_answer", case, enough=True)


def test_7_4_5_the_data_of_a_unit_are_asked_for_and_shown_to_the_analyst(analysis: Analysis) -> None:
    analysis.order(data_requests=DATA[:1])
    (case,) = analysis.faculty.cases("information_request")
    assert analysis.open == []
    data_given(analysis, case)
    assert analysis.open == ["analyse"]
    (given,) = analysis.faculty.page("m4", "analyse", analysis.case).data["data_received"]
    assert (given["to_unit"], given["status"], given["answer"]) == ("eng-cs", "answered", "Қоса беріледі")
    analysis.analyse()
    assert analysis.row["data_received"][0]["evidence"] == "№ 12 анықтама"
    analysis.faculty.engine.making.pump()
    (note,) = rows(analysis.faculty, "analysis_note")
    for language, head in (("kk", "Бөлімшелерденсұратылғандеректер:"), ("ru", "Данные,запрошенныеуподразделений:")):
        text, _ = of_word(content(analysis.faculty, note, language, "docx"))
        assert head in text and "№12анықтама" in text


def test_5_1_2_a_unit_of_the_university_gives_data_too(analysis: Analysis) -> None:
    faculty = analysis.faculty
    faculty.person("registrar", ("unit", "asb"), unit="asb")
    analysis.order(data_requests=[{"to_kind": "unit", "to_section": "asb", "text": "Академиялық берешектер тізімі"}])
    (request_,) = faculty.register("information_requests").values()
    assert request_["to_unit"] == "asb"
    faculty.answer("registrar", "answer", answer_kind="given", answer_text="Қоса беріледі")


def test_7_4_5_a_unit_that_is_silent_until_the_day_stops_nothing(analysis: Analysis) -> None:
    analysis.order(data_requests=DATA)
    cases = analysis.faculty.cases("information_request")
    (first,) = (case for case in cases if analysis.faculty.offered("head", "answer", case))
    (second,) = (case for case in cases if case != first)
    rows = analysis.faculty.register("information_requests").values()
    assert all(row["due_at"] <= day("2026-11-30") for row in rows)
    assert {row["to_unit"] for row in rows} == {"eng-cs", "eng-me"}
    data_given(analysis, first)
    assert analysis.open == []
    analysis.faculty.wait_for_day(day("2026-12-01"))
    assert analysis.open == ["analyse"]
    received = analysis.faculty.page("m4", "analyse", analysis.case).data["data_received"]
    assert sorted(one["status"] for one in received) == ["answered", "asked"]
    assert analysis.faculty.state(second) == "active"
    analysis.analyse()
    assert analysis.row["status"] == "concluded"


def test_7_4_5_the_chair_drops_it_with_a_reason(analysis: Analysis) -> None:
    analysis.faculty.answer(
        analysis.faculty.chair, "order", analysis.case, order_decision="cancel", cancel_reason="Себебі белгілі"
    )
    assert (analysis.row["status"], analysis.row["cancel_reason"]) == ("cancelled", "Себебі белгілі")
    assert analysis.faculty.state(analysis.case) == "completed"


def test_7_4_5_no_need_any_more_ends_it_with_a_reason(analysis: Analysis) -> None:
    analysis.order()
    analysis.faculty.answer("m4", "analyse", analysis.case, analysis_outcome="no_need", cancel_reason="Шешім орындалды")
    assert (analysis.row["status"], analysis.row["cancel_reason"]) == ("cancelled", "Шешім орындалды")


def test_7_4_5_its_day_lies_ahead(analysis: Analysis) -> None:
    analysis.faculty.wait_until(at("2026-11-30 09:00"))
    with pytest.raises(Exception, match="analysis_due"):
        analysis.order()
