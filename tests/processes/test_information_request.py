"""A member asks a unit for data: answered, clarified, refused, sent on, or silent until the dean hears of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import commands as c
from engine.errors import NotFound
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import at
from tests.processes.procedure import Procedure


class Request(Procedure):
    """A member asks the department of computer science on Monday 7 September 2026; due on Monday 14 September."""

    def __init__(self, faculty: Faculty, **more: Any) -> None:
        self.faculty = faculty
        asked = {"to_kind": "department", "to_unit": "eng-cs", "text": "Рубрикалар тізімі", "purpose": "Тексеру"}
        self.case = faculty.start("information_request", "m4", **(asked | more))
        self.no = str(faculty.variables(self.case)["request_no"])

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("information_requests")[self.no]

    def given(self) -> None:
        self.answer("head", "answer", answer_kind="given", answer_text="Қоса беріледі", evidence="№ 12 анықтама")


@pytest.fixture
def request_(faculty: Faculty) -> Request:
    return Request(faculty)


def test_5_1_2_a_member_asks_and_is_answered(request_: Request) -> None:
    assert request_.row["due_at"] == date(2026, 9, 14)
    request_.given()
    request_.answer("m4", "consider_answer", enough=True)
    assert (request_.row["status"], request_.row["answer"]) == ("answered", "Қоса беріледі")
    assert request_.faculty.state(request_.case) == "completed"


def test_5_1_2_an_answer_that_is_not_enough_is_clarified(request_: Request) -> None:
    request_.given()
    request_.answer("m4", "consider_answer", enough=False, clarification="Көктем де керек")
    assert request_.faculty.page("head", "answer", request_.case).data["clarification"] == "Көктем де керек"


def test_5_2_8_a_refusal_goes_to_legal_and_may_be_founded(request_: Request) -> None:
    request_.faculty.person("lawyer", ("legal", "univ"), unit="univ")
    request_.answer("head", "answer", answer_kind="refused", refusal_reason="Жеке деректер бар")
    request_.answer("lawyer", "legal_view", legal_decision="founded", legal_note="Негізді")
    assert (request_.row["status"], request_.faculty.state(request_.case)) == ("refused", "completed")


def test_5_2_8_without_grounds_the_unit_is_asked_again(request_: Request) -> None:
    request_.answer("head", "answer", answer_kind="refused", refusal_reason="Жеке деректер бар")
    request_.answer("asb1", "legal_view", legal_decision="give", legal_note="Аты-жөнсіз беруге болады")
    assert request_.faculty.page("head", "answer", request_.case).data["legal_note"] == "Аты-жөнсіз беруге болады"


def test_5_1_2_what_another_unit_has_is_sent_on(request_: Request) -> None:
    request_.answer("head", "answer", answer_kind="not_ours", answer_text="Деканатта")
    request_.answer("m4", "readdress", to_kind="deans_office")
    assert request_.faculty.offered("office", "answer", request_.case)


def test_5_1_2_a_unit_of_the_university_is_asked_too(faculty: Faculty) -> None:
    faculty.person("registrar", ("unit", "asb"), unit="asb")
    request_ = Request(faculty, to_kind="unit", to_unit=None, to_section="asb")
    assert request_.row["to_unit"] == "asb"
    request_.answer("registrar", "answer", answer_kind="given", answer_text="Қоса беріледі")
    assert request_.open == ["consider_answer"]


def test_5_1_2_the_register_says_who_is_asked_now_and_until_when(request_: Request) -> None:
    request_.faculty.person("registrar", ("unit", "asb"), unit="asb")
    request_.faculty.wait_until(at("2026-09-08 09:00"))
    request_.answer("head", "answer", answer_kind="not_ours", answer_text="Тіркеу бөлімінде")
    request_.answer("m4", "readdress", to_kind="unit", to_section="asb")
    assert (request_.row["to_unit"], request_.row["due_at"]) == ("asb", date(2026, 9, 15))
    request_.answer("registrar", "answer", answer_kind="not_ours", answer_text="Деканатта")
    request_.answer("m4", "readdress", to_kind="deans_office")
    assert request_.row["to_unit"] == SCHOOL
    assert request_.faculty.offered("office", "answer", request_.case)


def test_5_2_8_silence_is_reminded_of_then_told_to_the_chair_and_the_dean(request_: Request) -> None:
    request_.faculty.wait_until(at("2026-09-15 00:01"))
    assert request_.row["reminded_on"] == date(2026, 9, 14)
    request_.faculty.wait_until(at("2026-09-22 00:01"))
    request_.answer("m1", "note_silence", tell_dean=True, chair_note=None)
    assert request_.row["told_dean_on"] == date(2026, 9, 22)
    request_.answer("dean", "acknowledge_note", dean_note=None)
    assert request_.open == ["answer"]
    request_.given()
    request_.answer("m4", "consider_answer", enough=True)
    assert request_.faculty.state(request_.case) == "completed"


def test_5_1_2_only_a_member_asks(faculty: Faculty) -> None:
    asked = {"to_kind": "deans_office", "text": "Рубрикалар тізімі", "purpose": "Тексеру"}
    start = c.StartProcess(actor="head", definition="information_request", school=SCHOOL, variables=asked)
    assert faculty.refused(start).code == "not_permitted"


def test_5_2_5_a_request_asked_in_confidence_is_seen_by_those_who_take_part_alone(faculty: Faculty) -> None:
    asked, open_ = Request(faculty, confidential=True), Request(faculty)
    assert faculty.engine.reader("m4").case(asked.case).row.instance == asked.case
    assert faculty.offered("head", "answer", asked.case)
    faculty.engine.reader("m6").case(open_.case)
    with pytest.raises(NotFound):
        faculty.engine.reader("m6").case(asked.case)
    seen = [row.instance for row in faculty.engine.reader("m6").register("information_requests").rows]
    assert seen == [open_.case]
