"""The evidence base: described, verified by another person, fresh for a year, renewed or withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import Refused
from tests.processes.evidence import DESCRIBED, Evidence
from tests.processes.execution import Execution
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import at
from tests.processes.stages import MakeFaculty

VERIFIED_ON = date(2026, 9, 7)


@pytest.fixture
def evidence(faculty: Faculty) -> Evidence:
    return Evidence(faculty)


@pytest.fixture
def published(evidence: Evidence) -> Evidence:
    evidence.describe()
    evidence.verify()
    return evidence


def test_3_8_2_what_proves_a_closed_decision_comes_to_the_base(make: MakeFaculty) -> None:
    faculty = make("decided")
    execution = Execution(faculty)
    execution.accept()
    execution.report()
    execution.verify()
    execution.close()
    faculty.wait(minutes=1)
    evidence = Evidence(faculty, faculty.cases("evidence_base")[0])
    data = faculty.page(faculty.head, "describe", evidence.case).data
    assert {"title": data["evidence_title"], "reference": data["reference"]} == execution.row["evidence"][0]
    evidence.describe(faculty.head)
    evidence.verify()
    assert evidence.row()["source_id"] == faculty.notes["decision"]


def test_3_8_2_verified_evidence_is_published_with_the_day_until_which_it_is_fresh(published: Evidence) -> None:
    row = published.row()
    assert (row["status"], row["verified_on"], row["valid_until"]) == ("valid", VERIFIED_ON, date(2027, 9, 7))
    assert (row["owner"], row["reference"]) == ("head", DESCRIBED["reference"])
    assert row["verified_by"] == "m4"  # never who described it


def test_5_2_4_nobody_verifies_what_they_described(evidence: Evidence) -> None:
    evidence.describe()
    faculty = evidence.faculty
    with pytest.raises(Refused) as refusal:
        faculty.complete(faculty.secretary, faculty.task("verify", evidence.case), verify_result="ok")
    assert refusal.value.code == "same_person"


def test_5_2_4_what_is_not_right_goes_back_with_remarks(evidence: Evidence) -> None:
    evidence.describe()
    with pytest.raises(FormRefused):
        evidence.verify(verify_result="return")
    evidence.verify(verify_result="return", verify_remarks="Сілтеме ашылмайды")
    assert evidence.open == ["describe"]
    assert evidence.faculty.register("evidence") == {}


def test_5_2_4_false_data_never_enter_the_base(evidence: Evidence) -> None:
    evidence.describe()
    evidence.verify(verify_result="false", verify_remarks="Сандар ойдан шығарылған")
    assert evidence.faculty.state(evidence.case) == "completed"
    assert evidence.faculty.register("evidence") == {}


def test_3_8_2_a_month_before_it_is_stale_the_owner_renews_it(published: Evidence) -> None:
    published.faculty.wait_until(at("2027-08-08 08:59"))
    assert published.open == []
    published.faculty.wait_until(at("2027-08-08 09:00"))
    published.refresh("renew")
    published.describe(published.faculty.head, period="2027/2028")
    assert published.row()["status"] == "valid"  # until the next version is there
    published.verify()
    assert (published.row()["status"], published.row()["ended_on"]) == ("replaced", date(2027, 8, 8))
    assert (published.row(2)["valid_until"], published.row(2)["period"]) == (date(2028, 8, 8), "2027/2028")


def test_3_8_2_what_is_needed_no_more_is_withdrawn_with_a_reason(published: Evidence) -> None:
    published.faculty.wait_until(at("2027-08-08 09:00"))
    with pytest.raises(FormRefused):
        published.refresh("withdraw")
    published.refresh("withdraw", "Тапсырма аяқталды")
    assert (published.row()["status"], published.faculty.state(published.case)) == ("withdrawn", "completed")


def test_3_8_2_a_lost_file_is_asked_of_the_owner_at_once(published: Evidence) -> None:
    published.note("lost")
    assert published.open == ["refresh"]


def test_5_2_4_personal_data_hide_where_the_evidence_is_kept(published: Evidence) -> None:
    published.note("personal_data")
    assert (published.row()["restricted"], published.row()["reference"]) == (True, None)
    assert (published.open, published.faculty.state(published.case)) == ([], "active")


def heard(published: Evidence, problem: str) -> dict[str, Any]:
    """What is in the register is hidden or withdrawn as false at once; a file that was lost changes nothing of it."""
    row = published.row()
    assert (row["restricted"] is True, row["status"]) == (
        problem == "personal_data", "false" if problem == "false_data" else "valid",
    )  # fmt: skip
    return row


@pytest.mark.parametrize("problem", ["personal_data", "false_data", "lost"])
def test_5_2_4_a_problem_is_heard_while_the_evidence_is_being_renewed(published: Evidence, problem: str) -> None:
    faculty = published.faculty
    faculty.wait_until(at("2027-08-08 09:00"))
    assert published.open == ["refresh"]
    published.note(problem)
    faculty.wait(minutes=1)
    heard(published, problem)
    assert (published.open == ["refresh"]) == (problem != "false_data")


@pytest.mark.parametrize("step", ["describe", "verify"])
@pytest.mark.parametrize("problem", ["personal_data", "false_data", "lost"])
def test_5_2_4_a_problem_is_heard_while_its_renewal_is_described_or_verified(
    published: Evidence, problem: str, step: str
) -> None:
    faculty = published.faculty
    faculty.wait_until(at("2027-08-08 09:00"))
    published.refresh("renew")
    if step == "verify":
        published.describe(faculty.head)
    published.note(problem)
    faculty.wait(minutes=1)
    row = heard(published, problem)
    if problem == "false_data":
        assert (row["end_reason"], faculty.state(published.case)) == ("Тексеру кезінде байқалды", "completed")
        return
    assert faculty.page(faculty.head, "describe", published.case).data["problem_note"] == "Тексеру кезінде байқалды"
    published.describe(faculty.head)
    published.verify()
    assert (published.row()["status"], published.row(2)["status"]) == ("replaced", "valid")


def test_5_2_4_evidence_found_to_be_false_is_withdrawn(published: Evidence) -> None:
    published.note("false_data")
    assert (published.row()["status"], published.faculty.state(published.case)) == ("false", "completed")


def test_3_8_2_without_evidence_there_is_nothing_to_note(faculty: Faculty) -> None:
    assert faculty.state(faculty.start("evidence_note", "m5")) == "completed"


def test_3_8_2_a_file_is_described_in_place_of_a_link_and_its_name_stands_in_the_base(evidence: Evidence) -> None:
    faculty = evidence.faculty
    with pytest.raises(FormRefused) as refused:
        evidence.describe(reference=None)
    assert list(refused.value.errors) == ["reference"]
    record = faculty.attach(faculty.secretary, evidence.case, "Силлабус.pdf")
    evidence.describe(reference=None, evidence_files=[record])
    assert faculty.page("m4", "verify", evidence.case).data["evidence_files"] == [record]
    evidence.verify()
    assert evidence.row()["reference"] == "Силлабус.pdf"


def test_5_2_4_of_evidence_with_personal_data_the_base_names_no_file(evidence: Evidence) -> None:
    record = evidence.faculty.attach(evidence.faculty.secretary, evidence.case, "Силлабус.pdf")
    evidence.describe(reference=None, evidence_files=[record])
    evidence.verify(personal_data=True)
    assert evidence.row()["reference"] is None
