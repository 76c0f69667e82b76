"""A risk to academic integrity: registered, weighed, acted on with the competent units, reviewed until it is low."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import commands as c
from engine.errors import NotFound
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import INFORMATION, Meeting, at
from tests.processes.procedure import Procedure


class Risk(Procedure):
    """A member has noticed something on Monday 7 September 2026."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        for person, role in (("watch", "compliance"), ("support", "student_support")):
            faculty.person(person, (role, "univ"), unit="univ")
        seen = {"stage": "assessment", "description": "Екі тапсырма мәтіні бірдей"}
        self.case = faculty.start("integrity_risk", "m5", **seen)
        self.no = str(faculty.variables(self.case)["risk_no"])

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("risks")[self.no]

    def registered(self, likelihood: int = 3, impact: int = 3, **more: Any) -> Risk:
        signs = {"involves_students": False, "corruption_sign": False} | more
        self.answer("m2", "register_risk", signal="real", likelihood=likelihood, impact=impact, **signs)
        return self

    def acted_on(self) -> Risk:
        self.answer("office", "give_opinion", opinion="Прокторингті күшейту керек")
        measure = {"measure": "Прокторинг", "type": "preventive", "unit": "deans_office", "due": "2026-09-18"}
        self.answer("m2", "plan_measures", measures=[measure])
        self.answer("office", "measure_done", measure_result="Қосылды")
        return self

    def reviewed(self, likelihood: int, **more: Any) -> None:
        said = {"residual_impact": 2, "review_note": "Жағдай қаралды", "capa_department": None} | more
        self.answer("m2", "review_risk", residual_likelihood=likelihood, **said)


@pytest.fixture
def risk(faculty: Faculty) -> Risk:
    return Risk(faculty)


@pytest.mark.parametrize(
    ("weights", "level"), [((1, 2), "low"), ((1, 3), "medium"), ((2, 2), "medium"), ((2, 3), "high")]
)
def test_3_5_likelihood_times_impact_gives_the_level(risk: Risk, weights: tuple[int, int], level: str) -> None:
    risk.registered(*weights)
    assert risk.row["level"] == level


def test_3_5_the_competent_units_act_jointly(risk: Risk) -> None:
    risk.registered(involves_students=True, corruption_sign=True)
    assert risk.row["units"] == ["deans_office", "compliance", "student_support"]
    assert [bool(risk.faculty.offered(who, "give_opinion")) for who in ("office", "watch", "support")] == [True] * 3


def test_3_5_a_high_risk_is_reviewed_after_ten_working_days_and_closed_when_low(risk: Risk) -> None:
    risk.registered().acted_on()
    assert (risk.row["measures_due"], risk.open) == (date(2026, 9, 21), [])
    risk.faculty.wait_until(at("2026-09-21 09:01"))
    risk.reviewed(1)
    assert (risk.row["residual"], risk.row["status"]) == ("low", "closed")
    assert risk.faculty.state(risk.case) == "completed"


def test_3_5_a_risk_that_stays_goes_to_the_meeting_and_to_the_department(risk: Risk) -> None:
    risk.registered().acted_on()
    risk.faculty.wait_until(at("2026-09-21 09:01"))
    risk.reviewed(3, capa_department="eng-cs")
    meeting = Meeting.call(risk.faculty)
    assert [row["title"] for row in meeting.variables["proposals"]] == [f"Академиялық адалдық тәуекелі № {risk.no}"]
    meeting.announce().open_with()
    meeting.decide(INFORMATION)
    meeting.decide(INFORMATION)
    meeting.finish()
    assert risk.row["status"] == "closed"
    assert [row["source"] for row in risk.faculty.register("capa_plans").values()] == ["risk"]


def test_3_5_a_sign_of_corruption_is_the_compliance_services_alone_and_comes_to_no_meeting(risk: Risk) -> None:
    faculty = risk.faculty
    risk.registered(corruption_sign=True)
    for who in ("office", "watch"):
        risk.answer(who, "give_opinion", opinion="Дереккөздерді тексеру керек")
    measure = {"measure": "Ішкі тексеру", "type": "corrective", "unit": "compliance", "due": "2026-09-18"}
    for who, code in (("m2", "not_permitted"), ("m1", "not_found")):  # the secretary has seen the case, the chair not
        task = faculty.completion(who, faculty.task("plan_measures", risk.case), measures=[measure])
        assert faculty.refused(task).code == code
    risk.answer("watch", "plan_measures", measures=[measure])
    risk.answer("watch", "measure_done", measure_result="Тексерілді")
    faculty.wait_until(at("2026-09-21 09:01"))
    assert not faculty.offered("m2", "review_risk")
    review = {"residual_impact": 2, "review_note": "Жағдай қаралды"}
    risk.answer("watch", "review_risk", residual_likelihood=3, **review)
    assert risk.open == ["plan_measures"]
    assert not Meeting.call(faculty).variables["proposals"]
    again = measure | {"measure": "Қайта тексеру", "due": "2026-10-02"}
    risk.answer("watch", "plan_measures", measures=[again])
    assert [one["measure"] for one in risk.row["measures"]] == ["Ішкі тексеру", "Қайта тексеру"]
    assert risk.row["measures_on"] == date(2026, 9, 7)  # the first time
    risk.answer("watch", "measure_done", measure_result="Жойылды")
    faculty.wait_until(at("2026-10-05 09:01"))
    risk.answer("watch", "review_risk", residual_likelihood=1, **review)
    assert (risk.row["status"], faculty.state(risk.case)) == ("closed", "completed")


def test_3_5_a_false_signal_is_closed_with_a_note(risk: Risk) -> None:
    risk.answer("m2", "register_risk", signal="false", false_note="Тапсырма топтық болған")
    assert (risk.row["status"], risk.faculty.state(risk.case)) == ("false", "completed")


def test_3_5_silent_units_do_not_hold_up_the_measures(risk: Risk) -> None:
    risk.registered()
    risk.faculty.wait_until(at("2026-09-15 00:01"))
    assert risk.open == ["plan_measures"]


def test_3_5_only_who_takes_part_sees_it(risk: Risk) -> None:
    risk.registered()
    for who in ("m7", "teacher", "stranger"):
        with pytest.raises(NotFound):
            risk.faculty.engine.reader(who).case(risk.case)
    assert risk.faculty.engine.reader("office").case(risk.case)


def test_3_5_only_a_member_reports_by_hand(faculty: Faculty) -> None:
    seen = {"stage": "teaching", "description": "Дереккөз көрсетілмеген"}
    start = c.StartProcess(actor="teacher", definition="integrity_risk", school=SCHOOL, variables=seen)
    assert faculty.refused(start).code == "not_permitted"
