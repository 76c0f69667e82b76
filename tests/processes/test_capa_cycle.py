"""Corrective and preventive actions: cause, items with indicators, the office, evidence, the check of the effect."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import Refused
from tests.processes.faculty import Faculty, NotOffered
from tests.processes.meeting import at
from tests.processes.procedure import Procedure

CAUSE = "Силлабус үлгісінде бөлім жоқ"


class Capa(Procedure):
    """Asked of the department of computer science on Monday 7 September 2026; the plan is due on 28 September."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        text = "Бағалау критерийлері жарияланбаған"
        self.case = faculty.start("capa_cycle", faculty.secretary, department_id="eng-cs", text=text)
        self.no = str(faculty.variables(self.case)["capa_no"])

    @property
    def plan(self) -> dict[str, Any]:
        return self.faculty.register("capa_plans")[self.no]

    def item(self, n: int = 1) -> dict[str, Any]:
        return self.faculty.register("capa_items")[f"{self.no}/{n}"]

    def planned(self, who: str = "head", count: int = 1) -> None:
        item = {
            "problem": "Критерийлер жоқ", "root_cause": "Үлгі ескі", "action": "Үлгіні жаңарту", "type": "corrective",
            "owner": "teacher", "due": "2026-10-01", "indicator": "Үлесі", "target": "100%",
        }  # fmt: skip
        self.answer(who, "plan_items", items=[item] * count)

    def in_work(self, count: int = 1) -> Capa:
        self.answer("head", "analyse_cause", cause=CAUSE, same_as=None)
        self.planned(count=count)
        self.answer("office", "deans_office_review", office_decision="accept")
        return self

    def done(self) -> None:
        self.answer("teacher", "submit_evidence", answer="done", evidence="Кафедра хаттамасы № 3", actual_value="100%")

    def move(self, to: str) -> None:
        self.answer("teacher", "submit_evidence", answer="move", new_due=to, move_reason="Қызметкер демалыста")


@pytest.fixture
def capa(faculty: Faculty) -> Capa:
    return Capa(faculty)


def test_7_9_1_3_the_one_responsible_for_control_plans_or_else_the_head(faculty: Faculty) -> None:
    assert Capa(faculty).faculty.offered("head", "analyse_cause")
    faculty.person("kib1", ("kib", "eng-cs"), unit="eng-cs")
    second = Capa(faculty)
    assert faculty.offered("kib1", "analyse_cause", second.case)
    assert not faculty.offered("head", "analyse_cause", second.case)


def test_1_4_4_from_the_cause_to_the_effect(capa: Capa) -> None:
    assert (capa.plan["plan_due"], capa.plan["status"]) == (date(2026, 9, 28), "asked")
    capa.in_work()
    assert (capa.plan["status"], capa.plan["planned_on"]) == ("in_work", date(2026, 9, 7))
    capa.done()
    assert (capa.item()["status"], capa.open) == ("done", [])
    capa.faculty.wait_until(at("2026-10-07 09:01"))
    capa.answer("m2", "effect_check", effective="yes", check_note="Индикатор нысаналы мәнге жетті")
    assert (capa.item()["status"], capa.item()["effect"]) == ("closed", "yes")
    assert (capa.plan["status"], capa.faculty.state(capa.case)) == ("closed", "completed")


def test_1_4_4_a_plan_begins_with_a_row_to_fill_and_comes_back_with_what_was_in_it(capa: Capa) -> None:
    capa.answer("head", "analyse_cause", cause=CAUSE, same_as=None)
    assert capa.faculty.page("head", "plan_items", capa.case).data["items"] is None  # a form opens a row for nothing
    capa.planned()
    capa.answer("office", "deans_office_review", office_decision="return", office_remarks="Мерзімі тым ұзақ")
    assert len(capa.faculty.page("head", "plan_items", capa.case).data["items"]) == 1


def test_7_9_2_4_the_deans_office_returns_a_plan_with_its_remark(capa: Capa) -> None:
    capa.answer("head", "analyse_cause", cause=CAUSE, same_as=None)
    capa.planned()
    capa.answer("office", "deans_office_review", office_decision="return", office_remarks="Мерзімі тым ұзақ")
    assert capa.faculty.page("head", "plan_items", capa.case).data["office_remarks"] == "Мерзімі тым ұзақ"
    capa.planned()
    assert capa.open == ["deans_office_review"]


def test_7_9_1_3_the_same_problem_joins_the_plan_that_is_there(capa: Capa) -> None:
    second = Capa(capa.faculty)
    second.answer("head", "analyse_cause", cause=CAUSE, same_as=capa.no)
    assert (second.plan["status"], second.plan["merged_with"]) == ("merged", capa.no)
    assert second.faculty.state(second.case) == "completed"


def test_7_9_2_4_an_overdue_action_is_reminded_of_each_week(capa: Capa) -> None:
    capa.in_work()
    capa.faculty.wait_until(at("2026-10-02 09:00"))
    assert (capa.item()["overdue_on"], capa.item()["reminded_on"]) == (date(2026, 10, 2), date(2026, 10, 1))
    capa.faculty.wait_until(at("2026-10-09 09:00"))
    assert capa.item()["reminded_on"] == date(2026, 10, 8)
    capa.done()
    assert capa.item()["rounds"] == [{"due": date(2026, 10, 1), "until": date(2026, 10, 9)}]


def test_7_9_2_4_a_term_is_put_off_twice_before_the_chair_is_asked(capa: Capa) -> None:
    capa.in_work()
    capa.move("2026-10-08")
    capa.move("2026-10-15")
    assert capa.item()["due_at"] == date(2026, 10, 15)
    capa.move("2026-10-22")
    assert (capa.open, capa.item()["due_at"]) == (["decide_move"], date(2026, 10, 15))
    capa.answer("m1", "decide_move", chair_decision="refuse")
    assert (capa.open, capa.item()["due_at"]) == (["submit_evidence"], date(2026, 10, 15))


def test_7_9_2_4_a_term_put_off_after_it_had_passed_stays_in_the_record(capa: Capa) -> None:
    capa.in_work()
    capa.faculty.wait_until(at("2026-09-21 10:00"))
    capa.move("2026-10-12")
    capa.faculty.wait_until(at("2026-10-16 10:00"))
    capa.move("2026-11-06")
    capa.faculty.wait_until(at("2026-11-06 10:00"))
    capa.done()
    assert capa.item()["rounds"] == [
        {"due": date(2026, 10, 1), "until": date(2026, 9, 21)},
        {"due": date(2026, 10, 12), "until": date(2026, 10, 16)},
        {"due": date(2026, 11, 6), "until": date(2026, 11, 6)},
    ]


def test_7_9_2_4_a_term_is_late_until_it_was_asked_to_put_it_off_not_until_the_chair_decided(capa: Capa) -> None:
    capa.in_work()
    capa.move("2026-10-08")
    capa.move("2026-10-15")
    capa.faculty.wait_until(at("2026-10-15 10:00"))
    capa.move("2026-10-22")
    capa.faculty.wait_until(at("2026-10-20 10:00"))
    capa.answer("m1", "decide_move", chair_decision="allow")
    assert capa.item()["rounds"][-1] == {"due": date(2026, 10, 15), "until": date(2026, 10, 15)}


def test_1_4_4_what_had_no_effect_is_planned_anew(capa: Capa) -> None:
    capa.in_work()
    capa.done()
    capa.faculty.wait_until(at("2026-10-07 09:01"))
    capa.answer("m2", "effect_check", effective="no", check_note="Өзгеріс жоқ")
    capa.answer("head", "replan_item", new_action="Семинар өткізу", new_item_due="2026-11-02", new_target="100%")
    row = capa.item()
    assert (row["action"], row["due_at"], row["ineffective"]) == (
        "Семинар өткізу", date(2026, 11, 2), ["Үлгіні жаңарту"],
    )  # fmt: skip
    assert capa.open == ["submit_evidence"]


def test_1_4_4_who_did_it_does_not_check_the_effect(faculty: Faculty) -> None:
    faculty.appoint("teacher", "secretary")
    capa = Capa(faculty).in_work()
    capa.done()
    faculty.wait_until(at("2026-10-07 09:01"))
    with pytest.raises((Refused, NotOffered)):
        capa.answer("teacher", "effect_check", effective="yes", check_note="Бәрі дұрыс")
    assert capa.open == ["effect_check"]


def test_7_9_1_3_actions_go_their_own_ways(capa: Capa) -> None:
    capa.in_work(count=2)
    assert capa.open == ["submit_evidence", "submit_evidence"]
    capa.done()
    assert [capa.item(n)["status"] for n in (1, 2)] == ["done", "open"]
