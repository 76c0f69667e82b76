"""A decision is extended, given to somebody else or cancelled only by a later decision of the commission."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import NotPermitted, TaskNotOpen
from tests.processes.execution import Execution, change
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import Meeting, day, meeting_of
from tests.processes.stages import MakeFaculty


@pytest.fixture
def again(make: MakeFaculty) -> Faculty:
    """The decision is taken on, due on 12 October; the commission is in session on 5 October."""
    return make("second_meeting")


@pytest.fixture
def late(make: MakeFaculty) -> Faculty:
    """The decision was due on 12 October, a breach waits for the chair; in session on 27 October."""
    return make("second_meeting_late")


# --- extended ---------------------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_7_4_1_after_an_extension_the_timer_armed_before_does_not_fire(again: Faculty) -> None:
    execution = Execution(again)
    later = change(again, "extend", new_due="2026-11-16")
    row = execution.row
    assert (row["due_at"], row["earlier_due"], row["status"]) == (day("2026-11-16"), day("2026-10-12"), "open")
    assert row["extended_by"] == f"{later.variables['reg_no']}-1"
    again.wait_for_day(day("2026-10-20"))
    assert (execution.row["status"], again.register("breaches")) == ("open", {})
    again.wait_for_day(day("2026-11-17"))
    assert execution.row["status"] == "late"
    assert [row["due_at"] for row in again.register("breaches").values()] == [day("2026-11-16")]


def test_7_4_1_an_extension_keeps_what_was_taken_on_and_submitted(again: Faculty) -> None:
    execution = Execution(again)
    execution.report()
    change(again, "extend", new_due="2026-11-16")
    assert execution.open == ["verify"]
    execution.verify()
    execution.close()
    assert (execution.row["status"], execution.row["submitted_on"]) == ("done", day("2026-10-05"))


def test_7_4_1_an_extension_of_a_late_decision_leaves_its_breach_in_the_record(late: Faculty) -> None:
    execution = Execution(late)
    change(late, "extend", new_due="2026-11-16")
    assert (execution.row["status"], len(late.register("breaches"))) == ("open", 1)
    late.wait_for_day(day("2026-11-17"))
    assert (execution.row["status"], len(late.register("breaches"))) == ("late", 2)


@pytest.mark.parametrize("told", ["2026-10-05", "2026-10-07", "2026-10-12"])
def test_7_4_1_the_new_term_lies_ahead_and_after_the_old_one(again: Faculty, told: str) -> None:
    with pytest.raises(FormRefused) as refused:
        meeting_of(again).formulate(
            {"decision_text": "Мерзімі өзгертілсін", "outcome_type": "decision", "effect": "extend",
             "target_decision": again.notes["decision"], "effect_reason": "Деректер кешікті", "new_due": told}
        )  # fmt: skip
    assert set(refused.value.errors) == {"new_due"}


def test_7_4_1_only_a_decision_in_work_can_be_changed(again: Faculty) -> None:
    Execution(again).done()
    meeting = Meeting.call(again).announce().open_with()
    with pytest.raises(FormRefused) as refused:
        meeting.formulate(
            {"decision_text": "Шешімнің күші жойылсын", "outcome_type": "decision", "effect": "cancel",
             "target_decision": again.notes["decision"], "effect_reason": "Қажет емес"}
        )  # fmt: skip
    assert set(refused.value.errors) == {"target_decision"}


# --- given to somebody else -------------------------------------------------------------------------------------------


def test_7_4_1_a_replaced_executor_loses_the_task_and_the_new_one_takes_it_on(again: Faculty) -> None:
    execution = Execution(again)
    task = again.task("execute")
    change(again, "replace", new_executor=again.colleague)
    assert again.offered(again.head) == []
    assert isinstance(again.refused(again.completion(again.head, task, percent=100)), TaskNotOpen)
    row = execution.row
    assert (row["executor_kind"], row["executor"], row["executor_unit"]) == ("person", again.colleague, "eng-me")
    assert row["replace_reason"] == "Деректер кешікті"
    execution.accept(by=again.colleague)
    execution.report(by=again.colleague)
    execution.verify()
    execution.close()
    assert execution.row["status"] == "done"


def test_7_4_1_the_term_stays_when_the_executor_changes(again: Faculty) -> None:
    execution = Execution(again)
    change(again, "replace", new_executor=again.colleague)
    again.wait_for_day(day("2026-10-13"))
    [breach] = again.register("breaches").values()
    assert (execution.row["status"], breach["executor"], breach["executor_unit"]) == ("late", "colleague", "eng-me")


def test_7_4_1_nobody_can_be_put_in_charge_who_does_not_work_in_the_school(again: Faculty) -> None:
    with pytest.raises(FormRefused) as refused:
        change(again, "replace", new_executor=again.stranger)
    assert set(refused.value.errors) == {"new_executor"}


# --- cancelled --------------------------------------------------------------------------------------------------------


def test_7_4_1_a_cancelled_decision_is_closed_and_its_timers_are_gone(again: Faculty) -> None:
    execution = Execution(again)
    later = change(again, "cancel")
    row = execution.row
    assert (row["status"], row["in_work"], row["cancelled_by"]) == (
        "cancelled",
        False,
        f"{later.variables['reg_no']}-1",
    )
    assert (again.state(execution.case), execution.open) == ("completed", [])
    again.wait_for_day(day("2026-10-13"))
    assert again.register("breaches") == {}


def test_7_5_1_with_the_decision_its_measures_stop(late: Faculty) -> None:
    [measures] = late.cases("non_fulfilment_escalation")
    change(late, "cancel")
    assert Execution(late).row["status"] == "cancelled"
    [breach] = late.register("breaches").values()
    assert (breach["status"], late.state(measures), late.open_tasks(measures)) == ("stopped", "completed", [])


def test_7_4_1_the_changing_decision_itself_needs_no_execution(again: Faculty) -> None:
    later = change(again, "cancel")
    row = again.register("decisions")[f"{later.variables['reg_no']}-1"]
    assert (row["status"], row["in_work"], row["effect"]) == ("not_required", False, "cancel")
    assert row["no_execution_reason"] == "Деректер кешікті"
    assert len(again.cases("decision_execution")) == 1


def test_7_4_1_a_rejected_change_changes_nothing(again: Faculty) -> None:
    meeting = meeting_of(again)
    meeting.decide(
        {"decision_text": "Шешімнің күші жойылсын", "outcome_type": "decision", "effect": "cancel",
         "target_decision": again.notes["decision"], "effect_reason": "Қажет емес"},
        tally="4-5-0",
    )  # fmt: skip
    meeting.finish()
    assert Execution(again).row["status"] == "open"


# --- while the case is held -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "how", "status"),
    [("extend", {"new_due": "2026-11-16"}, "open"), ("cancel", {}, "cancelled")],
    ids=["extended", "cancelled"],
)
def test_7_4_1_a_change_while_the_case_is_suspended_reaches_it_afterwards(
    again: Faculty, effect: str, how: dict[str, str], status: str
) -> None:
    execution = Execution(again)
    again.do(c.SuspendInstance(actor=again.chair, instance=execution.case, reason="Ұзақ мерзімді демалыс"))
    change(again, effect, **how)
    again.wait_for_day(day("2026-10-20"))
    assert execution.row["due_at"] == day("2026-10-12")
    again.do(c.ResumeInstance(actor=again.chair, instance=execution.case, reason="Демалыстан шықты"))
    again.wait(days=1)
    assert execution.row["status"] == status
    if how:
        assert execution.row["due_at"] == day("2026-11-16")


@pytest.mark.parametrize(
    ("effect", "how", "message"),
    [
        ("extend", {"new_due": "2026-11-16"}, "decision.extended"),
        ("replace", {"new_executor": "colleague"}, "executor.replaced"),
        ("cancel", {}, "decision.cancelled"),
    ],
)
def test_7_4_1_of_a_decision_closed_since_the_vote_nobody_is_told_anything(
    again: Faculty, effect: str, how: dict[str, str], message: str
) -> None:
    execution = Execution(again)
    meeting = meeting_of(again)
    effect_on = {"effect": effect, "target_decision": again.notes["decision"], "effect_reason": "Деректер кешікті"}
    meeting.decide({"decision_text": "Шешім өзгертілсін", "outcome_type": "decision", **effect_on, **how})
    execution.report()
    execution.verify()
    execution.close()
    meeting.finish()
    assert (execution.row["status"], again.undelivered(message), again.incidents()) == ("done", 0, [])


def test_7_4_1_nobody_but_the_commission_cancels(again: Faculty) -> None:
    """The secretary or the executor cannot end the case by hand; the chair's own right ends no decision unseen."""
    execution = Execution(again)
    for person in (again.head, again.secretary, again.dean):
        cancel = c.CancelInstance(actor=person, instance=execution.case, reason="Қажет емес")
        assert isinstance(again.refused(cancel), NotPermitted)
