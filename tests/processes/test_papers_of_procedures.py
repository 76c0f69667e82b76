"""Documents of procedures beside the meeting: what each says on its pages it says in Word, in Kazakh and Russian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from engine.assembly import create_engine
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import at
from tests.processes.papers import OF_PROCEDURES, PUBLIC, content, of_word, rows, said_alike
from tests.processes.reporting import calendar
from tests.processes.stages import Stages
from tests.processes.test_acknowledgement import Sheet
from tests.processes.test_asb_consolidation import Consolidation
from tests.processes.test_capa_cycle import Capa
from tests.processes.test_compliance_finding import Finding, break_a_rule
from tests.processes.test_document_archiving import WHOLE, File
from tests.processes.test_feedback_survey import Survey
from tests.processes.test_information_request import Request
from tests.processes.test_integrity_risk import Risk
from tests.processes.test_peer_review import Cycle
from tests.processes.test_quality_action_plan import Plan
from tests.processes.test_rankings_support import Campaign
from tests.processes.test_recommendation import Recommendation
from tests.processes.test_targeted_check import DEVIATION, Check
from tests.processes.test_tool_development import QUESTIONS, Tool


@pytest.fixture
def lived(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faculty]:
    """One procedure after the other until each has made its papers."""
    faculty = stages.copy("settled", 9, True, tmp_path_factory.mktemp("papers") / "f")
    faculty.engine.close()
    faculty.engine = create_engine(replace(faculty.engine.settings, public=PUBLIC), faculty.clock)
    questionnaire = Tool(
        faculty, code="Q-1", kind="questionnaire", name="Оқыту сапасы", fields=None, questions=QUESTIONS
    )
    _file(faculty)
    campaign = Campaign(faculty)
    campaign.collect()
    campaign.until_submission()
    faculty.answer("m2", "record_submission", campaign.case, outcome="withdrawn", withdrawn_reason="Қатысу ақылы болды")
    Capa(faculty).in_work()
    asked = Request(faculty)
    asked.given()
    asked.answer("m4", "consider_answer", enough=True)
    Risk(faculty).registered().acted_on()
    check = Check(faculty).order().materials().checked(DEVIATION).concluded()
    check.answer("head", "comment", agree=False, objections="Рубрика Univer жүйесінде бар")
    faculty.person("epc1", ("epc", SCHOOL))
    recommendation = Recommendation(faculty, ["curriculum"]).sent()
    recommendation.epc(epc_decision="agreed")
    recommendation.accepted()
    Plan(faculty).draft().agree()
    _observed(Cycle(faculty).plan())
    faculty.wait_for_day(date(2026, 9, 15))
    questionnaire.approve()
    survey = Survey(faculty, questionnaire=False).design()
    Sheet(faculty).overdue(excuse="left")
    faculty.wait_until(at("2026-10-01 09:01"))
    survey.counted(student=60, teacher=5)
    survey.answer("m3", "analyse", findings="Бағалау түсінікті, кері байланыс баяу")
    survey.noted("Үш күнде жауап беру")
    (file,) = [one for one in faculty.cases("document_archiving") if faculty.variables(one)["source_id"] == "eng/m/1"]
    faculty.answer("office", "transfer_to_archive", file, transfer="transfer", act_no="7", act_date="2026-10-01",
                   retention_until="2036-12-31")  # fmt: skip
    faculty.answer("keeper", "receipt", file, receipt="accept")
    break_a_rule(faculty)
    Finding(faculty).explain(day="2026-10-20").assess("accept")
    calendar(faculty)
    faculty.wait_for_day(date(2027, 2, 4))
    Consolidation(faculty).consolidate()
    faculty.engine.making.pump()
    yield faculty
    faculty.close()


def _file(faculty: Faculty) -> None:
    """Stored at the dean's office, due at the archive on 1 October."""
    faculty.person("keeper", ("archive", "univ"), unit="univ")
    file = File(faculty)
    faculty.answer("m2", "index", file.case, case_index="05-12", pages=12, form="both", contents=WHOLE,
                   archive_on="2026-10-01")  # fmt: skip
    file.office("handover", storage="accept", handed_by="m2", taken_by="office")


def _observed(cycle: Cycle) -> None:
    """The three pairs are through, their summary is settled."""
    cycle.faculty.wait_until(at("2026-09-11 09:01"))
    for visit in cycle.visits():
        visit.done()
    cycle.answer("kib1", "analyse", topics="Белсенді әдістер қолданылады", measures="Семинар", capa_needed=False)
    cycle.answer("head", "summarise", privacy="clean")


def test_each_says_the_same_as_pages_and_in_word_in_both_languages(lived: Faculty) -> None:
    assert said_alike(lived) >= OF_PROCEDURES


def test_7_8_4_the_feedback_note_holds_the_marks_by_the_rubric_in_the_words_of_the_form(lived: Faculty) -> None:
    paper, *_ = rows(lived, "peer_feedback")
    text, _ = of_word(content(lived, paper, "kk", "docx"))
    assert "Рубрикабойыншабағалау" in text and "Мақсатайқындығы:жеткілікті" in text
    assert "Жетілдірудіқажетететінтұстары" in text
    in_russian, _ = of_word(content(lived, paper, "ru", "docx"))
    assert "Мақсатайқындығы:достаточный" in in_russian
