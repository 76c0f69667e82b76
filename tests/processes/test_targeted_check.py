"""A check on a signal: ordered with checkers who may, materials asked for, concluded, commented, considered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import commands as c
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import DECISION, INFORMATION, Meeting, at
from tests.processes.procedure import Procedure

DEVIATION = {"outcome": "ОН 3", "description": "Рубрика жоқ", "severity": "major"}
SUBJECT = {"discipline": "Алгоритмдер", "department": "eng-cs", "teacher": "teacher"}


class Check(Procedure):
    """The chair has a signal on Monday 7 September 2026; the check is due on Monday 5 October."""

    def __init__(self, faculty: Faculty, case: str = "", **more: Any) -> None:
        self.faculty = faculty
        cause = {"trigger_type": "signal", "trigger_ref": "Деканның жазбасы № 4", "subject": "Рубрикалар"}
        self.case = case or faculty.start("targeted_check", "m1", **(cause | more))
        self.no = str(faculty.variables(self.case)["check_no"])

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("checks")[self.no]

    def order(self, *checkers: str, subjects: list[dict[str, Any]] | None = None) -> Check:
        who = list(checkers or ("m4", "m5"))
        self.answer(
            "m1", "order_check", kind="targeted", subjects=subjects or [SUBJECT], checkers=who, check_due="2026-10-05"
        )
        return self

    def materials(self) -> Check:
        self.answer("head", "answer", answer_kind="given", answer_text="Қоса беріледі", evidence="№ 12")
        self.answer("m4", "consider_answer", enough=True)
        return self

    def checked(self, *deviations: dict[str, str]) -> Check:
        self.answer("m4", "check", tool="Б-2", findings="Рубрикалар қаралды", deviations=list(deviations))
        return self

    def concluded(self, integrity_sign: bool = False) -> Check:
        self.answer("m5", "conclude", conclusion="Ауытқулар анықталды", recommendations="Рубриканы жариялау",
                    integrity_sign=integrity_sign)  # fmt: skip
        return self

    def considered(self, **votes: Any) -> None:
        self.answer("head", "comment", agree=True, objections=None)
        meeting = Meeting.call(self.faculty)
        meeting.announce().open_with()
        meeting.decide(INFORMATION)
        meeting.decide(INFORMATION, **votes)
        meeting.finish()


@pytest.fixture
def check(faculty: Faculty) -> Check:
    return Check(faculty)


def test_3_3_a_meeting_that_decides_on_a_check_has_the_chair_order_it(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.announce("Силлабустар", "Бағалау тәртібі").open_with()
    meeting.decide(DECISION, due_at="2026-10-30", check_trigger="nonconformity")
    meeting.decide(DECISION, due_at="2026-10-30")
    number = meeting.finish()
    (case,) = faculty.cases("targeted_check")
    assert [row.instance for row in faculty.offered(faculty.chair, "order_check")] == [case]
    known = faculty.variables(case)
    assert (known["trigger_type"], known["trigger_ref"], known["check_about"]) == (
        "nonconformity", f"{number}-1", f"Силлабустар: {DECISION['decision_text']}",
    )  # fmt: skip
    assert len(faculty.cases("decision_execution")) == 2


def test_3_3_a_check_without_its_cause_cannot_be_ordered(faculty: Faculty) -> None:
    form = faculty.engine.reader("m1").startable()
    (start,) = [one for one in form if one.key == "targeted_check"]
    assert start.form is not None
    result = faculty.engine.form_check(start.form, {"trigger_type": "signal", "subject": "Рубрикалар"}, "kk", {})
    assert set(result.errors) == {"trigger_ref"}


def test_3_3_two_members_check_and_the_department_gives_the_materials(check: Check) -> None:
    with pytest.raises(FormRefused):
        check.order("m4")
    check.order()
    assert check.faculty.offered("head", "answer", check.case)
    check.materials()
    assert check.open == ["check"]


@pytest.mark.parametrize(("role", "unit", "code"), [("department", "eng-cs", "HEADS"), (None, None, "TEACHES")])
def test_3_3_who_is_in_conflict_may_not_check(check: Check, role: str | None, unit: str | None, code: str) -> None:
    if role and unit:
        check.faculty.appoint("m4", role, unit)
    subject = SUBJECT if role else SUBJECT | {"teacher": "m4"}
    check.order(subjects=[subject])
    assert check.open == ["order_check"]
    (problem,) = check.faculty.page("m1", "order_check", check.case).data["problems"]
    assert (problem["checker"], problem["code"]) == ("m4", code)


def test_3_3_a_step_done_for_each_department_counts_as_often_as_there_are_departments(check: Check) -> None:
    check.order(subjects=[SUBJECT, {"discipline": "Физика", "department": "eng-me", "teacher": "colleague"}])
    steps = {step.element: step.visits for step in check.faculty.engine.reader("m1").case(check.case).steps}
    assert (steps["request_materials"], steps["order_check"]) == (2, 1)


def test_3_3_a_checker_of_the_same_department_is_noted(faculty: Faculty) -> None:
    faculty.person("m4", unit="eng-cs")
    check = Check(faculty).order()
    assert [(one["checker"], one["code"]) for one in check.row["warnings"]] == [("m4", "SAME_DEPARTMENT")]


def test_2_2_3_and_3_3_deviations_lead_to_capa_and_the_check_is_closed(check: Check) -> None:
    check.order().materials().checked(DEVIATION).concluded().considered()
    assert (check.row["status"], check.faculty.state(check.case)) == ("closed", "completed")
    (plan,) = check.faculty.register("capa_plans").values()
    assert (plan["department"], plan["source"], plan["source_id"]) == ("eng-cs", "check", check.no)


def test_3_3_without_deviations_nothing_follows(check: Check) -> None:
    check.order().materials().checked().concluded().considered()
    assert (check.row["deviations"], check.faculty.register("capa_plans")) == ([], {})


def _archived(check: Check) -> list[dict[str, Any]]:
    """The files of checks, without those of meetings."""
    return [row for row in check.faculty.register("files").values() if row["doc_type"] == "check"]


@pytest.mark.parametrize("votes", [{}, {"tally": "0-9-0", "chair": "against"}])
def test_7_7_s1_the_papers_of_a_finished_check_go_to_the_archive_once(check: Check, votes: dict[str, Any]) -> None:
    check.order().materials().checked(DEVIATION).concluded()
    assert _archived(check) == []
    check.considered(**votes)
    check.faculty.wait(minutes=5)
    (file,) = _archived(check)
    assert (file["source_id"], file["closed_on"]) == (f"check/{check.no}", check.row["closed_on"])
    cases = check.faculty.cases("document_archiving")
    (case,) = [one for one in cases if check.faculty.variables(one)["doc_type"] == "check"]
    assert (file["status"], check.faculty.open_tasks(case)) == ("closed", ["index"])


def test_7_7_s1_a_check_cancelled_before_its_conclusion_leaves_no_file(check: Check) -> None:
    check.order().materials()
    check.faculty.do(c.CancelInstance(actor="m1", instance=check.case, reason="Сигнал расталмады"))
    check.faculty.wait(minutes=5)
    assert (check.faculty.state(check.case), _archived(check)) == ("cancelled", [])


def test_3_3_what_the_meeting_rejects_asks_no_capa_of_the_department(check: Check) -> None:
    check.order().materials().checked(DEVIATION).concluded().considered(tally="0-9-0", chair="against")
    assert (check.row["status"], len(check.row["deviations"])) == ("closed", 1)
    assert check.faculty.register("capa_plans") == {}


def test_3_5_a_sign_of_broken_integrity_becomes_a_risk(check: Check) -> None:
    check.order().materials().checked().concluded(integrity_sign=True).considered()
    assert len(check.faculty.cases("integrity_risk")) == 1


def test_3_3_with_deviations_a_recommendation_is_needed(check: Check) -> None:
    check.order().materials().checked(DEVIATION)
    with pytest.raises(FormRefused):
        check.answer("m5", "conclude", conclusion="Ауытқулар анықталды", recommendations=None, integrity_sign=False)


def test_5_1_6_what_a_checker_and_the_department_show_is_attached_as_files(check: Check) -> None:
    check.order().materials()
    rubric = check.faculty.attach("m4", check.case, "Рубрика.pdf")
    check.answer("m4", "check", tool="Б-2", findings="Рубрикалар қаралды", check_files=[rubric], deviations=[])
    assert check.faculty.page("m5", "conclude", check.case).data["results"][0]["check_files"] == [rubric]
    check.concluded()
    proof = check.faculty.attach("head", check.case, "Univer.pdf")
    check.answer("head", "comment", agree=False, objections="Рубрика жарияланған", comment_files=[proof])
    assert check.row["results"][0]["check_files"] == [rubric]
    assert check.row["comments"][0]["comment_files"] == [proof]


def test_3_3_a_silent_department_does_not_keep_it_from_the_meeting(check: Check) -> None:
    check.order().materials().checked().concluded()
    check.faculty.wait_until(at("2026-09-15 00:01"))
    assert (check.open, check.row["comments"]) == ([], [])


def test_3_3_an_overdue_check_is_extended_by_the_chair(check: Check) -> None:
    check.order().materials()
    check.faculty.wait_until(at("2026-10-06 00:01"))
    assert check.open == ["check", "extend_check"]
    check.answer(
        "m1", "extend_check", extended="yes", extended_to="2026-10-20", extension_reason="Материалдар кеш келді"
    )
    assert (check.row["due_at"], check.row["rounds"]) == (
        date(2026, 10, 20), [{"due": date(2026, 10, 5), "until": date(2026, 10, 6)}],
    )  # fmt: skip
