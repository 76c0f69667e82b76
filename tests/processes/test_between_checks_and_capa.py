"""What checks, CAPA and integrity risks send each other and others, and who sees none of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.processes.appeals import TEXT, Appeal
from tests.processes.evidence import Evidence
from tests.processes.faculty import Faculty
from tests.processes.meeting import INFORMATION, Meeting, at
from tests.processes.test_capa_cycle import Capa
from tests.processes.test_integrity_risk import Risk
from tests.processes.test_targeted_check import DEVIATION, SUBJECT, Check


@pytest.fixture
def in_work(faculty: Faculty) -> Capa:
    """One action of the department of computer science, owned by its teacher, due on 1 October 2026."""
    return Capa(faculty).in_work()


def test_1_4_10_an_appeal_on_integrity_begins_a_risk(faculty: Faculty) -> None:
    Appeal(faculty).register().classify(topic="integrity")
    faculty.wait(minutes=1)
    (case,) = faculty.cases("integrity_risk")
    signs = {"involves_students": False, "corruption_sign": False}
    seen = {"stage": "assessment", "description": "Емтихан тапсырмалары тараған", "likelihood": 1, "impact": 2}
    faculty.answer(faculty.secretary, "register_risk", case, signal="real", **signs, **seen)
    (row,) = faculty.register("risks").values()
    assert (row["source"], row["stage"], row["level"]) == ("appeal", "assessment", "low")


def test_3_5_a_risk_says_what_the_appeal_was_about(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="integrity")
    faculty.wait(minutes=1)
    (case,) = faculty.cases("integrity_risk")
    said = faculty.page(faculty.secretary, "register_risk", case).data["description"]
    assert said == f"№ {appeal.row['appeal_no']} өтініш: {TEXT}"


def test_5_2_4_a_risk_says_what_was_false_in_the_evidence(faculty: Faculty) -> None:
    evidence = Evidence(faculty)
    evidence.describe()
    evidence.verify(verify_result="false", verify_remarks="Сандар ойдан шығарылған")
    faculty.wait(minutes=1)
    (case,) = faculty.cases("integrity_risk")
    said = faculty.page(faculty.secretary, "register_risk", case).data["description"]
    assert evidence.no in said
    assert said.endswith("Жаңартылған силлабустар. Сандар ойдан шығарылған")


def test_3_5_the_register_shows_a_risk_to_those_who_take_part_only(faculty: Faculty) -> None:
    Risk(faculty).registered(corruption_sign=True)
    shown = {who: len(faculty.engine.reader(who).register("risks").rows) for who in ("m2", "watch", "m7", "teacher")}
    assert shown == {"m2": 1, "watch": 1, "m7": 0, "teacher": 0}


def test_3_8_2_what_proves_an_effective_action_comes_to_the_evidence_base(in_work: Capa) -> None:
    faculty = in_work.faculty
    in_work.done()
    faculty.wait_until(at("2026-10-07 09:01"))
    in_work.answer("m2", "effect_check", effective="yes", check_note="Индикатор нысаналы мәнге жетті")
    faculty.wait(minutes=1)
    evidence = Evidence(faculty, faculty.cases("evidence_base")[0])
    data = faculty.page(faculty.secretary, "describe", evidence.case).data
    assert (data["evidence_title"], data["reference"]) == ("Үлгіні жаңарту", "Кафедра хаттамасы № 3")


def test_7_9_1_3_when_the_owner_leaves_the_head_answers_for_the_action(in_work: Capa) -> None:
    faculty = in_work.faculty
    faculty.dismiss("teacher", "teacher")
    task = faculty.task("submit_evidence", in_work.case)
    faculty.submit("head", task, answer="done", evidence="Хаттама № 4", actual_value="100%")
    assert (in_work.item()["status"], in_work.item()["done_on"]) == ("done", date(2026, 9, 7))


def test_1_4_10_and_3_3_a_systemic_appeal_begins_a_check_that_does_not_know_who_wrote(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(kind="systemic")
    systemic = {"kind": "systemic", "request_check": True, "check_subject": "Физика 1"}
    appeal.answer(faculty.chair, "confirm_systemic", **systemic)
    faculty.wait(minutes=1)
    check = Check(faculty, faculty.cases("targeted_check")[0])
    assert faculty.variables(check.case)["trigger_ref"] == faculty.variables(appeal.case)["appeal_no"]
    assert "Серікова" not in str(faculty.variables(check.case))
    check.order().materials().checked().concluded()
    check.answer("head", "comment", agree=True, objections=None)
    meeting = Meeting.call(faculty)
    meeting.announce().open_with()
    for _ in range(3):  # the first item of every meeting, the appeal, the check
        meeting.decide(INFORMATION)
    meeting.finish()
    faculty.wait(minutes=1)
    assert (check.row["status"], check.row["trigger_type"]) == ("closed", "appeal")
    assert faculty.variables(check.case)["asked_by"] == faculty.variables(appeal.case)["appeal_id"]


def test_3_3_two_departments_are_checked_side_by_side_and_each_is_asked_for_capa(faculty: Faculty) -> None:
    other = {"discipline": "Робототехника", "department": "eng-me", "teacher": "colleague"}
    check = Check(faculty).order(subjects=[SUBJECT, other])
    for head in (faculty.head, faculty.other_head):
        check.answer(head, "answer", answer_kind="given", answer_text="Қоса беріледі", evidence="№ 12")
        check.answer("m4", "consider_answer", enough=True)
    assert check.open == ["check", "check"]
    for who in ("m4", "m5"):
        check.answer(who, "check", tool="Б-2", findings="Рубрикалар қаралды", deviations=[DEVIATION])
    check.concluded()
    check.answer(faculty.other_head, "comment", agree=False, objections="Рубрика бар")
    check.considered()
    assert sorted(row["discipline"] for row in check.row["results"]) == ["Алгоритмдер", "Робототехника"]
    assert sorted(row["department"] for row in faculty.register("capa_plans").values()) == ["eng-cs", "eng-me"]


def test_3_3_who_gave_the_signal_does_not_check(faculty: Faculty) -> None:
    check = Check(faculty, trigger_author="m4").order()
    (problem,) = faculty.page("m1", "order_check", check.case).data["problems"]
    assert (problem["checker"], problem["code"]) == ("m4", "CONCERNED")


def test_3_3_a_member_who_wrote_the_appeal_does_not_check_and_is_not_named(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register(author_member="m4").classify(kind="systemic")
    systemic = {"kind": "systemic", "request_check": True, "check_subject": "Физика 1"}
    appeal.answer(faculty.chair, "confirm_systemic", **systemic)
    faculty.wait(minutes=1)
    check = Check(faculty, faculty.cases("targeted_check")[0])
    data = faculty.page("m1", "order_check", check.case).data
    assert not {"barred", "trigger_author"} & set(data)
    check.order()
    (problem,) = faculty.page("m1", "order_check", check.case).data["problems"]
    assert (problem["checker"], problem["code"]) == ("m4", "CONCERNED")
    check.order("m5", "m6")
    assert check.row["checkers"] == ["m5", "m6"]
