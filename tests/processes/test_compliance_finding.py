"""A rule that is not kept: found at night, explained, assessed by ASB, waived, closed when it is kept again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at, day
from tests.processes.procedure import Procedure

CAUSE = {"cause": "Кворум болмады", "measure": "Отырыс шақырылады"}


class Finding(Procedure):
    """The case of R64 in the school, after a look."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        look(faculty)
        told = {one: faculty.variables(one) for one in faculty.cases("compliance_finding")}
        self.case = next(one for one, its in told.items() if (its["school"], its["rule"]) == (SCHOOL, "R64"))

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("findings")[self.faculty.variables(self.case)["finding_key"]]

    def explain(self, day: str = "2026-10-14") -> Finding:
        self.answer(self.faculty.chair, "explain", **CAUSE, measure_due=day)
        return self

    def assess(self, said: str, **more: Any) -> Finding:
        self.answer("asb1", "asb_assess", assessment=said, assessment_reason="Шара жеткілікті болсын", **more)
        return self


def look(faculty: Faculty) -> None:
    faculty.engine.watch.look()
    faculty.engine.settle()


def break_a_rule(faculty: Faculty) -> None:
    """A school that was looked at once and then not for days breaks R64, which needs nothing else to be wrong."""
    look(faculty)
    faculty.wait_until(max(at("2026-10-01 02:00"), faculty.clock() + timedelta(days=5)))


@pytest.fixture
def broken(faculty: Faculty) -> Finding:
    break_a_rule(faculty)
    return Finding(faculty)


def test_7_9_4_2_only_what_is_broken_is_a_finding(faculty: Faculty) -> None:
    """Nothing goes on in the school, and nobody has filled in the academic calendar."""
    look(faculty)
    assert [row["rule"] for row in faculty.register("findings").values()] == ["R62"]
    assert len(faculty.register("watch_runs")) == 1


def test_7_9_4_2_a_school_is_looked_at_once_a_night_after_two(faculty: Faculty) -> None:
    faculty.wait_until(at("2026-09-08 01:59"))
    assert faculty.engine.watch.tick() == 0
    faculty.wait_until(at("2026-09-08 02:00"))
    assert faculty.engine.watch.tick() == 2  # of both schools
    assert faculty.engine.watch.tick() == 0
    assert faculty.engine.watch.look() == 0


def test_7_9_4_2_what_is_newly_broken_is_a_finding_once(broken: Finding) -> None:
    assert (broken.row["rule"], broken.row["status"], broken.open) == ("R64", "open", ["explain"])
    look(broken.faculty)
    assert [row["rule"] for row in broken.faculty.register("findings").values()].count("R64") == 1


def test_6_2_1_the_chair_explains_and_asb_accepts(broken: Finding) -> None:
    with pytest.raises(FormRefused):
        broken.answer(broken.faculty.chair, "explain", cause="Кворум болмады")
    broken.explain()
    assert (broken.row["status"], broken.open) == ("explained", ["asb_assess"])
    broken.assess("accept")
    assert (broken.row["assessment"], broken.open) == ("accept", [])


def test_6_2_1_silence_does_not_keep_asb_from_assessing(broken: Finding) -> None:
    broken.faculty.wait_until(at("2026-10-09 00:01"))
    assert broken.open == ["asb_assess"]
    assert broken.row["unexplained_on"] == day("2026-10-08")


def test_7_9_4_1_guidance_is_given_until_a_day_and_asked_about_again(broken: Finding) -> None:
    broken.explain()
    with pytest.raises(FormRefused):
        broken.answer("asb1", "asb_assess", assessment="action", assessment_reason="Отырыс өткізіңіз")
    broken.assess("action", until_day="2026-10-15")
    assert (broken.row["status"], broken.open) == ("action", [])
    broken.faculty.wait_until(at("2026-10-15 09:01"))
    assert broken.open == ["explain"]
    page = broken.faculty.page(broken.faculty.chair, "explain", broken.case).data
    assert page["assessment_reason"] == "Шара жеткілікті болсын"


def test_7_9_4_2_a_waiver_ends_on_its_day(broken: Finding) -> None:
    broken.explain().assess("waive", until_day="2026-10-20")
    assert broken.row["status"] == "waived"
    broken.faculty.wait_until(at("2026-10-20 09:01"))
    assert broken.open == ["explain"]


def test_7_9_4_2_what_asb_holds_to_be_resolved_is_closed(broken: Finding) -> None:
    broken.explain().assess("resolved")
    assert (broken.row["status"], broken.faculty.state(broken.case)) == ("closed", "completed")


@pytest.mark.both_ways
def test_8_4_a_rule_kept_again_is_proposed_for_closing_and_repeated_is_told_to_the_dean(broken: Finding) -> None:
    faculty = broken.faculty
    faculty.wait_until(at("2026-10-02 02:00"))
    look(faculty)
    assert (broken.row["status"], broken.open) == ("cleared", ["confirm_close"])
    broken.answer("asb1", "confirm_close", close_confirmed=True)
    assert (broken.row["status"], faculty.state(broken.case)) == ("closed", "completed")
    faculty.wait_until(at("2026-11-01 02:00"))
    look(faculty)
    assert len(faculty.offered("dean", "tell_dean")) == 1
    faculty.answer("dean", "tell_dean", repetition_known=True, pass_on=True)


def test_7_9_4_2_without_a_commission_the_dean_explains(faculty: Faculty) -> None:
    faculty.dismiss(faculty.chair, "chair")
    break_a_rule(faculty)
    finding = Finding(faculty)
    assert [row.element for row in faculty.offered("dean", case=finding.case)] == ["explain"]
