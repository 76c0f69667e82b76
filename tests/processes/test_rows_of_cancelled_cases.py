"""What a cancelled case entered stays in its registers, said to be withdrawn, and counts no more."""

from __future__ import annotations

from engine import commands as c
from engine.compliance import measuring
from engine.database import reading
from engine.history.in_place import rebuild_in_place
from engine.queries.registers import RegisterWish
from tests.processes.evidence import Evidence
from tests.processes.faculty import SCHOOL, Faculty

WHY = "Қате енгізілген"


def cancelled(faculty: Faculty) -> Evidence:
    """Evidence in force whose case the chair then cancels."""
    evidence = Evidence(faculty)
    evidence.describe()
    evidence.verify()
    assert evidence.row()["status"] == "valid"
    faculty.do(c.CancelInstance(actor=faculty.chair, instance=evidence.case, reason=WHY))
    return evidence


def test_6_2_3_a_row_of_a_cancelled_case_says_who_withdrew_it_when_and_why(faculty: Faculty) -> None:
    cancelled(faculty)
    (row,) = faculty.engine.reader(faculty.secretary).register("evidence").rows
    assert (row.withdrawn, row.values["status"]) == (True, "case_cancelled")
    assert (row.values["_withdrawn_by"], row.values["_withdrawn_why"]) == (faculty.chair, WHY)
    assert row.values["_withdrawn_at"] == faculty.clock()
    wish = RegisterWish(status=("status", "valid"))
    assert faculty.engine.reader(faculty.secretary).register("evidence", wish).rows == ()


def test_6_2_3_what_a_cancelled_case_entered_is_offered_to_nobody_any_more(faculty: Faculty) -> None:
    cancelled(faculty)
    assert faculty.state(faculty.start("evidence_note", "m5")) == "completed", "there is nothing to choose from"
    kept = Evidence(faculty)
    kept.describe()
    kept.verify()
    case = faculty.start("evidence_note", "m5")
    assert [one["evidence_no"] for one in faculty.variables(case)["listed"]] == [kept.no]


def test_6_2_3_what_a_cancelled_case_entered_is_measured_no_more(faculty: Faculty) -> None:
    evidence = cancelled(faculty)
    assert evidence.row(), "the row itself stays"
    with reading(faculty.engine.database) as connection:
        assert measuring._registers(connection, SCHOOL).get("evidence", []) == []


def test_a_row_is_withdrawn_also_after_everything_is_built_again_from_the_record(faculty: Faculty) -> None:
    cancelled(faculty)
    rebuild_in_place(faculty.engine.bus)
    (row,) = faculty.engine.reader(faculty.secretary).register("evidence").rows
    assert row.withdrawn and row.values["_withdrawn_why"] == WHY
