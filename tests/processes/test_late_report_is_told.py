"""Who reports late, checks a late report or answers a notice is told of the breach and what followed (7.4.2, 7.5.1)."""

from __future__ import annotations

from typing import Any

from engine.views import TaskView
from tests.processes.execution import Execution
from tests.processes.faculty import Faculty
from tests.processes.measures import Measures
from tests.processes.meeting import day
from tests.processes.stages import MakeFaculty

MODES = (False,)  # forms are filled from the registers whatever is kept in memory


def breach(view: TaskView) -> dict[str, Any]:
    """The only breach that the form tells of."""
    [row] = view.data["_record_breaches"]
    return dict(row)


def test_7_5_1_a_late_report_is_shown_as_late_where_it_is_made_checked_and_asked_for(make: MakeFaculty) -> None:
    faculty = make("overdue")
    execution, measures = Execution(faculty), Measures(faculty)
    shown = faculty.page(faculty.head, "execute", execution.case)
    assert shown.data["_days"]["last_day"] == 1
    assert (breach(shown)["status"], breach(shown)["detected_on_shown"]) == ("reported", "12.10.2026")
    told = {"breach_type", "detected_on", "status", "dean_informed_on", "measure", "measure_due"}
    assert {name for name in breach(shown) if not name.endswith(("_shown", "_days"))} == told, "and no other field"
    measures.confirm()
    measures.notify()
    assert asked(faculty, measures) == [{"submitted_on": None, "status": "late"}]
    faculty.wait_for_day(day("2026-10-18"))
    execution.report()
    [filed] = asked(faculty, measures)
    assert (filed["submitted_on_shown"], filed["submitted_on_days"]) == ("18.10.2026", 0)
    checked = faculty.page(faculty.secretary, "verify", execution.case)
    assert checked.data["_days"]["last_day"] - checked.data["_days"]["submitted_on"] == 6
    assert breach(checked)["status"] == "confirmed"


def asked(faculty: Faculty, measures: Measures) -> Any:
    """What the answer to the notice tells of the decision's report."""
    return faculty.page(faculty.head, "respond", measures.case).data["_record_decisions"]
