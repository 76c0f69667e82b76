"""The joint quality plan: drafted from what was accepted, agreed by two, settled by the dean, carried out by item."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Refused
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import at, day
from tests.processes.procedure import Procedure
from tests.processes.test_recommendation import Recommendation

YEAR = "2026/2027"
ITEM = {"measure": "Рубрикаларды жаңарту", "owner": "m4", "due": "2026-10-01", "indicator": "100 %"}


class Plan(Procedure):
    """The plan of 2026/2027, begun by the dean's office on the first day of the academic year."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        self.case = faculty.start("quality_action_plan", "office", academic_year=YEAR)

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("action_plans")[YEAR]

    def item(self, number: int = 1) -> dict[str, Any]:
        return self.faculty.register("action_items")[f"{YEAR}/{number}"]

    def draft(self, *items: dict[str, Any]) -> Plan:
        self.answer("office", "draft", items=list(items) or [ITEM])
        return self

    def agree(self, chair: str = "agree", office: str = "agree") -> Plan:
        remarks = {"agree": {}, "return": {"remarks": "Индикатор өлшенбейді"}}
        for who, by, said in (("chair", self.faculty.chair, chair), ("office", "office", office)):
            more = {f"{who}_{name}": text for name, text in remarks[said].items()}
            self.answer(by, f"approve_{who}", **{f"{who}_decision": said}, **more)
        return self

    def done(self, by: str = "m4") -> Plan:
        self.answer(by, "carry_out", outcome="done", result="Рубрикалар жарияланды", evidence="Хаттама № 5")
        return self


@pytest.fixture
def plan(faculty: Faculty) -> Plan:
    return Plan(faculty)


def test_7_9_2_3_the_plan_needs_both_the_office_and_the_chair(plan: Plan) -> None:
    plan.draft()
    assert sorted(plan.open) == ["approve_chair", "approve_office"]
    plan.answer("office", "approve_office", office_decision="agree")
    assert plan.row["status"] == "draft"
    plan.answer(plan.faculty.chair, "approve_chair", chair_decision="agree")
    assert (plan.row["status"], plan.row["approved_on"]) == ("in_force", plan.faculty.today)
    assert (plan.item()["owner"], plan.item()["due_at"], plan.item()["status"]) == ("m4", day("2026-10-01"), "in_work")


def test_7_9_2_3_a_second_plan_for_the_year_is_not_begun(plan: Plan) -> None:
    with pytest.raises(Refused):
        Plan(plan.faculty)
    assert len(plan.faculty.register("action_plans")) == 1


@pytest.mark.parametrize("who", ["chair", "office"])
def test_7_9_2_3_either_may_return_it_with_a_remark(plan: Plan, who: str) -> None:
    plan.draft()
    with pytest.raises(FormRefused):
        plan.answer("office", "approve_office", office_decision="return")
    plan.agree(**{who: "return"})
    assert plan.open == ["draft"]
    assert plan.faculty.page("office", "draft", plan.case).data[f"{who}_remarks"] == "Индикатор өлшенбейді"
    plan.draft().agree()
    assert (plan.row["status"], plan.row["version"]) == ("in_force", 2)


@pytest.mark.parametrize(("said", "then"), [("approve", "in_force"), ("return", "draft")])
def test_7_9_2_3_the_dean_settles_what_the_two_cannot_agree_on(plan: Plan, said: str, then: str) -> None:
    plan.draft().agree("return")
    plan.draft().agree("return")
    assert plan.open == ["dean_decides"]
    remarks = {"dean_remarks": "Мерзімдерді нақтылау керек"} if said == "return" else {}
    plan.answer("dean", "dean_decides", dean_decision=said, **remarks)
    assert plan.row["status"] == then


def test_7_9_2_3_what_was_accepted_stands_beside_the_draft(faculty: Faculty) -> None:
    Recommendation(faculty, []).sent().accepted()
    plan = Plan(faculty)
    (proposed,) = plan.faculty.page("office", "draft", plan.case).data["proposed"]
    plan.draft(ITEM | {"rec_no": proposed["rec_no"]}).agree()
    assert plan.item()["rec_no"] == proposed["rec_no"]


@pytest.mark.both_ways
def test_7_9_2_3_items_are_carried_out_checked_and_the_plan_closed(plan: Plan) -> None:
    plan.draft(ITEM, ITEM | {"owner": "m5", "measure": "Шеберлік сағаттары"}).agree()
    plan.done()
    plan.answer(plan.faculty.secretary, "check_item", item_verdict="no", item_remarks="Дәлел жеткіліксіз")
    assert plan.faculty.page("m4", "carry_out", plan.case).data["item_remarks"] == "Дәлел жеткіліксіз"
    plan.done()
    plan.answer(plan.faculty.secretary, "check_item", item_verdict="yes")
    plan.answer("m5", "carry_out", outcome="dropped", result="Қаражат бөлінбеді")
    plan.answer(plan.faculty.secretary, "check_item", item_verdict="yes")
    assert (plan.item(1)["status"], plan.item(2)["status"]) == ("done", "dropped")
    plan.answer(plan.faculty.chair, "close_review", closing="Жоспар негізінен орындалды")
    assert (plan.row["status"], plan.faculty.state(plan.case)) == ("closed", "completed")


def test_7_9_2_3_an_item_past_its_term_is_seen_as_overdue(plan: Plan) -> None:
    plan.draft().agree()
    plan.faculty.wait_until(at("2026-10-02 00:01"))
    assert plan.item()["status"] == "overdue"
    plan.done()
    plan.answer(plan.faculty.secretary, "check_item", item_verdict="yes")
    assert plan.item()["status"] == "done"
