"""Notes and summaries of procedures as papers: what each says on its pages and in Word, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.assembly import create_engine
from tests.processes.faculty import Faculty
from tests.processes.meeting import Meeting, at
from tests.processes.papers import OF_NOTES, PUBLIC, content, of_word, rows, said_alike
from tests.processes.stages import Stages
from tests.processes.test_capa_cycle import Capa
from tests.processes.test_compliance_finding import by_hand
from tests.processes.test_half_year_review import Review
from tests.processes.test_quarterly_inquiry import Inquiry


@pytest.fixture(scope="module")
def lived(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faculty]:
    faculty = stages.copy("decided", 9, True, tmp_path_factory.mktemp("notes") / "f")
    faculty.engine.close()
    faculty.engine = create_engine(replace(faculty.engine.settings, public=PUBLIC), faculty.clock)
    capa = Capa(faculty).in_work()
    capa.done()
    by_hand(faculty)
    (finding,) = faculty.cases("compliance_finding", "active")
    faculty.answer(faculty.chair, "explain", finding, cause="Қысқа хаттама", measure="Материалдар тіркеледі",
                   measure_due="2026-10-14")  # fmt: skip
    faculty.answer("asb1", "asb_assess", finding, assessment="resolved", assessment_reason="Материалдар тіркелді")
    inquiry = Inquiry(faculty)
    inquiry.send()
    inquiry.answer("head")
    inquiry.review()
    Meeting.call(faculty).announce("Сарапшының мәселесі", "Басқа мәселе", experts={"Сарапшының мәселесі": "expert"})
    Review(faculty).prepare()
    faculty.wait_until(at("2026-11-02 09:01"))
    capa.answer("m2", "effect_check", effective="yes", check_note="Индикатор нысаналы мәнге жетті")
    faculty.engine.making.pump()
    yield faculty
    faculty.close()


def test_each_note_says_the_same_as_pages_and_in_word_in_both_languages(lived: Faculty) -> None:
    assert said_alike(lived) >= OF_NOTES


def test_7_4_4_the_note_for_the_review_is_worded_as_an_official_writes(lived: Faculty) -> None:
    (paper,) = rows(lived, "review_note")
    text, _ = of_word(content(lived, paper, "kk", "docx"))
    assert "ЖАРТЫЖЫЛДЫҚҚАРАУҒААРНАЛҒАНТАЛДАМАЛЫҚЖАЗБА" in text and "Орындалыпжатқаншешімдер:" in text


def test_7_2_2_an_expert_is_told_of_their_own_item_and_no_other(lived: Faculty) -> None:
    (paper,) = rows(lived, "expert_invitation")
    text, _ = of_word(content(lived, paper, "kk", "docx"))
    assert "Сарапшыныңмәселесі" in text and "Басқамәселе" not in text
