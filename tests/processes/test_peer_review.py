"""Peer review: pairs that fit, visits that three people see, feedback in time, a summary in which nobody is named."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotFound
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import at, day
from tests.processes.procedure import Procedure

KEY = "eng-cs/2026/2027/autumn"
PAIRS = (("teacher", "t2"), ("t2", "t3"), ("t3", "teacher"))


class Cycle(Procedure):
    """The autumn cycle of the department eng-cs: three pairs, classes on 15 September, until 30 October 2026."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        for person in ("t2", "t3"):
            faculty.person(person, ("teacher", "eng-cs"), unit="eng-cs")
        faculty.person("kib1", ("kib", "eng-cs"), unit="eng-cs")
        self.case = faculty.start(
            "peer_review_cycle", faculty.secretary, department="eng-cs", academic_year="2026/2027", semester="autumn",
            ends_on="2026-10-30",
        )  # fmt: skip

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("peer_cycles")[KEY]

    def plan(self, *pairs: tuple[str, str]) -> Cycle:
        rows = [
            {"teacher": teacher, "reviewer": reviewer, "discipline": f"Пән {teacher}", "class_date": "2026-09-15"}
            for teacher, reviewer in pairs or PAIRS
        ]
        self.answer("kib1", "plan_cycle", plan_answer="hold", sop="СОП-3, 2", rubric="Р-1, 1", pairs=rows)
        return self

    def visits(self) -> list[Visit]:
        found = [Visit(self.faculty, case) for case in self.faculty.cases("peer_observation")]
        return sorted(found, key=lambda one: one.key)


class Visit(Procedure):
    """One pair's own case."""

    def __init__(self, faculty: Faculty, case: str) -> None:
        self.faculty, self.case = faculty, case
        told = faculty.variables(case)
        self.teacher, self.reviewer, self.key = told["teacher"], told["reviewer"], told["pair_id"]

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("peer_observations")[self.key]

    def observed(self, **more: Any) -> Visit:
        reviewer = self.faculty.variables(self.case)["reviewer"]
        if "pre_meeting" in self.open:
            self.answer(reviewer, "pre_meeting", class_state="held", agreed="Топтық жұмыс")
        today = self.faculty.today.isoformat()
        marks = [{"criterion": "Мақсат айқындығы", "mark": "fair"}]
        self.answer(reviewer, "observe", observed_on=today, marks=marks, **more)
        return self

    def fed_back(self) -> Visit:
        reviewer = self.faculty.variables(self.case)["reviewer"]
        self.answer(reviewer, "feedback", strengths="Мақсаты айқын", growth_areas="Ойлануға уақыт беру")
        return self

    def reflected(self) -> Visit:
        self.answer(self.teacher, "reflect", answer="agree", own_plan="Үзіліс жасаймын", best_practice_consent=True)
        return self

    def done(self) -> None:
        self.observed().fed_back().reflected()
        self.answer("kib1", "kib_reads", outcome_read=True)


@pytest.fixture
def cycle(faculty: Faculty) -> Cycle:
    return Cycle(faculty)


@pytest.fixture
def running(cycle: Cycle) -> Cycle:
    """Two working days before the classes: every reviewer is asked for the talk."""
    cycle.plan()
    cycle.faculty.wait_until(at("2026-09-11 09:01"))
    return cycle


def test_7_8_3_without_an_sop_the_cycle_does_not_begin(cycle: Cycle) -> None:
    with pytest.raises(FormRefused):
        cycle.answer("kib1", "plan_cycle", plan_answer="hold", rubric="Р-1", pairs=[])
    cycle.answer("kib1", "plan_cycle", plan_answer="no_sop")
    assert (cycle.row["status"], cycle.faculty.state(cycle.case)) == ("no_sop", "completed")


@pytest.mark.parametrize(
    ("pair", "code"), [(("teacher", "teacher"), "SAME_PERSON"), (("teacher", "colleague"), "OTHER_DEPARTMENT")]
)
def test_7_8_4_d14_a_pair_that_does_not_fit_goes_back(cycle: Cycle, pair: tuple[str, str], code: str) -> None:
    cycle.plan(pair)
    assert cycle.open == ["plan_cycle"]
    (problem,) = cycle.faculty.page("kib1", "plan_cycle", cycle.case).data["problems"]
    assert problem["code"] == code
    assert cycle.faculty.cases("peer_observation") == []


def test_7_8_4_d14_who_teaches_at_the_department_beside_another_post_is_a_colleague(cycle: Cycle) -> None:
    cycle.faculty.appoint("colleague", "teacher", "eng-cs")
    cycle.plan(("teacher", "colleague"))
    assert (cycle.row["status"], len(cycle.visits())) == ("running", 1)


def test_7_8_4_d14_visiting_each_other_is_only_warned_of(cycle: Cycle) -> None:
    cycle.plan(("teacher", "t2"), ("t2", "teacher"))
    assert cycle.row["status"] == "running"
    assert {one["code"] for one in cycle.faculty.variables(cycle.case)["warnings"]} == {"RECIPROCAL"}
    assert cycle.row["warned"]["en"] == "No. 1: they visit each other; No. 2: they visit each other"


def test_7_8_5_only_the_teacher_the_reviewer_and_kib_see_a_visit(running: Cycle) -> None:
    faculty = running.faculty
    faculty.person("auditor1", ("auditor", "univ"), unit="univ")
    visit = running.visits()[0]
    visit.done()
    for person in (visit.teacher, visit.reviewer, "kib1"):
        assert faculty.engine.reader(person).case(visit.case)
    for person in (faculty.chair, faculty.secretary, "dean", "head", "asb1", "auditor1", "t3"):
        with pytest.raises(NotFound):
            faculty.engine.reader(person).case(visit.case)
    assert faculty.engine.reader("admin").case(visit.case).content_hidden  # the state alone
    assert not {"teacher", "reviewer", "strengths"} & set(visit.row)


def test_7_8_4_the_visit_is_prepared_observed_and_answered(running: Cycle) -> None:
    visit = running.visits()[0]
    assert visit.open == ["pre_meeting"]
    visit.observed()
    assert (visit.row["status"], visit.row["feedback_due"]) == ("observed", day("2026-09-18"))
    visit.fed_back()
    assert (visit.row["status"], visit.row["feedback_on"]) == ("feedback", running.faculty.today)
    visit.reflected()
    visit.answer("kib1", "kib_reads", outcome_read=True)
    assert (visit.row["status"], running.faculty.state(visit.case)) == ("closed", "completed")


def test_7_8_4_a_class_is_moved_or_called_off(running: Cycle) -> None:
    moved, off, _ = running.visits()
    moved.answer(moved.reviewer, "pre_meeting", class_state="moved", new_date="2026-09-29")
    assert moved.open == []
    off.answer(off.reviewer, "pre_meeting", class_state="off")
    off.answer("kib1", "kib_cancels", cancel_note="Оқытушы ауырды")
    assert off.row["status"] == "cancelled"
    running.faculty.wait_until(at("2026-09-25 09:01"))
    assert moved.open == ["pre_meeting"]


def test_7_8_5_a_class_that_was_called_off_is_no_finished_pair(running: Cycle) -> None:
    """One pair is left: nobody may be recognised in a summary of it."""
    held, *off = running.visits()
    held.done()
    for visit in off:
        visit.answer(visit.reviewer, "pre_meeting", class_state="off")
        visit.answer("kib1", "kib_cancels", cancel_note="Оқытушы ауырды")
    running.faculty.wait(minutes=1)
    running.answer("kib1", "analyse", topics="Белсенді әдістер қолданылады")
    running.answer("head", "summarise", privacy="clean")
    assert (running.row["observed"], running.row["unfinished"], running.row["topics"]) == (1, 2, None)


def test_7_8_4_feedback_that_is_not_given_stays_open_and_counts_as_late(running: Cycle) -> None:
    visit = running.visits()[0].observed()
    running.faculty.wait_for_day(day("2026-09-21"))
    assert visit.open == ["feedback"]
    visit.fed_back()
    assert running.faculty.variables(visit.case)["in_time"] is False


def test_5_1_6_a_matter_of_integrity_is_a_risk_and_no_feedback(running: Cycle) -> None:
    visit = running.visits()[0].observed(integrity_note="Бақылау жұмысында көшіру байқалды")
    (risk,) = running.faculty.cases("integrity_risk")
    assert running.faculty.variables(risk)["source"] == "peer_review"
    visit.fed_back()
    assert "integrity_note" not in running.faculty.page(visit.teacher, "reflect", visit.case).data
    read = {one: running.faculty.engine.reader(one) for one in (visit.teacher, visit.reviewer)}
    assert "көшіру" not in str(read[visit.teacher].case(visit.case)), "nor beside the feedback, nor in the history"
    assert "көшіру" in str(read[visit.reviewer].case(visit.case))


@pytest.mark.parametrize("settled", ["second", "stands"])
def test_7_8_4_a_teacher_who_disagrees_may_get_a_second_reviewer(running: Cycle, settled: str) -> None:
    visit = running.visits()[0].observed().fed_back()
    visit.answer(visit.teacher, "reflect", answer="object", objection="Топтың деңгейі ескерілмеді")
    why = {"settled": settled, "settle_reason": "Екі жақ та тыңдалды"}
    more = {"second_reviewer": "t3", "second_date": "2026-09-28"} if settled == "second" else {}
    with pytest.raises(FormRefused):  # the teacher is owed a reason
        visit.answer("kib1", "settle", settled=settled, **more)
    if more:
        with pytest.raises(FormRefused):
            visit.answer("kib1", "settle", **why, second_reviewer=visit.reviewer, second_date="2026-09-28")
    visit.answer("kib1", "settle", **why, **more)
    assert visit.open == (["observe"] if settled == "second" else ["kib_reads"])


def test_7_8_4_a_teacher_who_says_nothing_does_not_hold_the_pair_up(running: Cycle) -> None:
    visit = running.visits()[0].observed().fed_back()
    running.faculty.wait_for_day(day("2026-09-19"))
    assert visit.open == ["kib_reads"]


def test_7_8_5_without_kib_the_pair_waits_and_the_head_is_told_without_the_contents(running: Cycle) -> None:
    faculty = running.faculty
    faculty.dismiss("kib1", "kib")
    read, settled, off = running.visits()
    for visit in (read, settled):
        visit.observed().fed_back()
    read.reflected()
    settled.answer(settled.teacher, "reflect", answer="object", objection="Топтың деңгейі ескерілмеді")
    off.answer(off.reviewer, "pre_meeting", class_state="off")
    faculty.wait(minutes=1)
    assert [visit.open for visit in (read, settled, off)] == [["kib_reads"], ["settle"], ["kib_cancels"]]
    assert running.open == ["appoint_kib"]  # told once, in the case of the cycle
    for visit in (read, settled, off):
        assert not faculty.offered("head", case=visit.case)
        with pytest.raises(NotFound):
            faculty.engine.reader("head").case(visit.case)
    running.answer("head", "appoint_kib", kib_note="Өкім дайындалуда")
    faculty.person("kib2", ("kib", "eng-cs"), unit="eng-cs")
    read.answer("kib2", "kib_reads", outcome_read=True)
    assert read.row["status"] == "closed"


def test_7_8_5_with_kib_the_head_is_told_nothing(running: Cycle) -> None:
    running.visits()[0].done()
    running.faculty.wait(minutes=1)
    assert running.open == []


@pytest.mark.both_ways
def test_7_8_5_the_summary_names_nobody_and_leads_to_capa(running: Cycle) -> None:
    for visit in running.visits():
        visit.done()
    faculty = running.faculty
    running.answer("kib1", "analyse", topics="Белсенді әдістер жиі қолданылады", measures="Семинар өткізу",
                   capa_needed=True)  # fmt: skip
    running.answer("head", "summarise", privacy="named")
    assert running.open == ["analyse"]
    running.answer("kib1", "analyse", topics="Белсенді әдістер қолданылады", measures="Семинар", capa_needed=True,
                   training_needs="Кері байланыс беру")  # fmt: skip
    running.answer("head", "summarise", privacy="clean")
    assert (running.row["status"], running.row["observed"]) == ("closed", 3)
    assert len(faculty.cases("capa_cycle")) == 1
    assert (faculty.cases("evidence_base"), faculty.register("training_needs")) == ([], {})
    running.answer(faculty.secretary, "read_summary", summary_read=True)
    faculty.engine.settle()
    assert faculty.state(running.case) == "completed"
    (evidence,) = faculty.cases("evidence_base", "active")
    assert faculty.variables(evidence)["evidence_id"].startswith("peer_review/")
    assert [(row["person"], row["topic"]) for row in faculty.register("training_needs").values()] == [
        ("kib1", "peer_review")
    ]


def test_7_8_5_fewer_pairs_than_three_give_no_summary(running: Cycle) -> None:
    for visit in running.visits()[:2]:
        visit.done()
    faculty = running.faculty
    faculty.wait_until(at("2026-10-31 00:01"))
    assert running.open == ["analyse"]
    running.answer("kib1", "analyse")
    running.answer("head", "summarise", privacy="named")  # of a summary that is not there: not asked, and not taken
    assert running.open == ["read_summary"]
    assert (running.row["topics"], running.row["unfinished"]) == (None, 1)
