"""Accreditation: help to departments and KIB, self-checks before the visit, gaps, readiness, the experts' report."""

from __future__ import annotations

from datetime import date

import pytest

from tests.processes.accreditation import GAP, KEY, MET, PROGRAMME, Preparation
from tests.processes.evidence import Evidence
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import at


@pytest.fixture
def preparation(faculty: Faculty) -> Preparation:
    return Preparation(faculty)


def test_3_8_3_each_department_and_its_kib_are_helped(preparation: Preparation) -> None:
    assert preparation.open == ["department_support", "kib_support"]
    preparation.support()
    (row,) = preparation.faculty.register("accreditation_support").values()
    assert (row["department"], row["help_needed"], row["kib_help_needed"]) == ("eng-cs", "Кеңес", "Үлгілер")


def test_3_8_3_where_nobody_answers_for_the_kib_the_head_of_the_department_does(preparation: Preparation) -> None:
    preparation.faculty.dismiss("teacher", "kib")
    second = preparation.faculty.start("accreditation_support", preparation.faculty.secretary, programme="6B06103",
                                       body_name="Агенттік", standard="Стандарт 2024", visit_from=date(2027, 11, 1),
                                       departments=["eng-cs"])  # fmt: skip
    assert len(preparation.faculty.offered("head", "kib_support", second)) == 1


def test_3_8_the_self_check_concludes_how_ready_the_programme_is(preparation: Preparation) -> None:
    preparation.prepared()
    note = preparation.note(1)
    assert (note["level"], note["criteria"][0]["code"]) == ("ready", "4.1")
    assert (preparation.row["level"], preparation.row["check_no"]) == ("ready", 1)
    assert preparation.open == []


def test_3_8_a_gap_says_what_is_missing_and_where(preparation: Preparation) -> None:
    preparation.support()
    with pytest.raises(FormRefused):
        preparation.check(MET, {**GAP, "note": None, "way": "capa"})


def test_3_8_a_gap_becomes_capa_or_evidence(preparation: Preparation) -> None:
    preparation.support()
    preparation.check({**GAP, "way": "capa"}, {**GAP, "code": "4.3", "way": "evidence"})
    faculty = preparation.faculty
    assert preparation.open == ["bring_evidence"]
    faculty.answer(
        "head", "bring_evidence", preparation.case, title="Сауалнама", reference="https://docs.univ.example/q"
    )
    faculty.wait(minutes=1)
    assert [row["source"] for row in faculty.register("capa_plans").values()] == ["accreditation"]
    assert len(faculty.offered("head", "describe")) == 1
    assert preparation.open == ["readiness_note"]


def test_3_8_it_is_checked_again_half_a_year_three_and_one_month_before_the_visit(preparation: Preparation) -> None:
    preparation.faculty.set_parameter("P_ACCR_FIRST_M", 12)
    preparation.prepared()
    for check, day in enumerate(("2026-10-04", "2027-04-04", "2027-07-04", "2027-09-04"), 2):
        preparation.faculty.wait_until(at(f"{day} 09:00"))
        preparation.check()
        preparation.conclude()
        assert preparation.row["check_no"] == check
    preparation.faculty.wait_until(at("2027-10-07 09:00"))
    assert preparation.open == ["record_visit"]


def test_3_8_2_evidence_that_will_be_stale_on_the_visit_is_shown(faculty: Faculty) -> None:
    evidence = Evidence(faculty)
    evidence.describe()
    evidence.verify()
    preparation = Preparation(faculty)
    preparation.support()
    data = faculty.page(faculty.secretary, "self_check", preparation.case).data
    assert [row["evidence_no"] for row in data["stale"]] == [evidence.no]  # fresh until 7 September 2027


def test_3_8_a_visit_moved_moves_the_checkpoints(preparation: Preparation) -> None:
    preparation.prepared()
    preparation.change(date(2027, 3, 10), "Стандарт 2025")
    assert (preparation.row["visit_from"], preparation.row["standard"]) == (date(2027, 3, 10), "Стандарт 2025")
    assert preparation.faculty.variables(preparation.case)["next_check"] == date(2026, 9, 10)


def test_3_8_1_after_the_visit_the_experts_report_is_followed(preparation: Preparation) -> None:
    preparation.prepared()
    preparation.change(date(2026, 9, 8))
    preparation.faculty.wait_until(at("2026-09-09 09:00"))
    preparation.visited(recommendations=True, report_date="2026-09-09", reference="https://docs.univ.example/r")
    (case,) = preparation.faculty.cases("expert_recommendations")
    assert preparation.faculty.variables(case)["programme"] == PROGRAMME
    assert preparation.row["status"] == "visited"


def test_3_8_a_visit_without_recommendations_ends_it(preparation: Preparation) -> None:
    preparation.prepared()
    preparation.change(date(2026, 9, 8))
    preparation.change(date(2026, 9, 9))  # moved once more, with no checkpoint left
    preparation.faculty.wait_until(at("2026-09-10 09:00"))
    preparation.visited(recommendations=False)
    assert preparation.faculty.cases("expert_recommendations") == []
    assert preparation.faculty.state(preparation.case) == "completed"


def test_3_8_without_an_open_cycle_there_is_nothing_to_change(faculty: Faculty) -> None:
    assert faculty.state(faculty.start("accreditation_note", faculty.secretary)) == "completed"
    assert KEY not in faculty.register("accreditations")
