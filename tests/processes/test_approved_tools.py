"""Approved tools where work is judged by one: chosen from the register; named in words only while none is approved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.processes.execution import GOOD, Execution
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.stages import MakeFaculty
from tests.processes.test_department_monitoring import ASKED
from tests.processes.test_targeted_check import Check
from tests.processes.test_tool_development import Tool

KEY, TITLE = "ЧП-1/1.0", "ЧП-1 · 1.0 · Тексеру парағы"


def approve(faculty: Faculty, kind: str) -> None:
    """ASB approves a tool once the time for comments has passed."""
    tool = Tool(faculty, kind=kind)
    faculty.wait(days=8)
    tool.approve()


def offered(faculty: Faculty, person: str, element: str, case: str, key: str = "tool_id") -> list[dict[str, Any]]:
    return [dict(one) for one in faculty.page(person, element, case).data[f"_options_{key}"]]


def test_7_4_2_a_decision_is_verified_by_an_approved_checklist_of_the_register(make: MakeFaculty) -> None:
    faculty = make("decided")
    execution = Execution(faculty)
    approve(faculty, "checklist")
    execution.accept()
    execution.report()
    choices = offered(faculty, faculty.secretary, "verify", execution.case, "checklist_id")
    assert choices == [{"value": KEY, "label": TITLE}]
    with pytest.raises(FormRefused) as refused:
        execution.verify()
    assert list(refused.value.errors) == ["checklist_id"]
    execution.do(faculty.secretary, "verify", **(GOOD | {"checklist_id": KEY}))
    execution.close()
    assert (execution.row["checklist"], execution.row["checklist_id"]) == (TITLE, KEY)


@pytest.mark.parametrize(("days", "version"), [(19, KEY), (20, "ЧП-1/1.1")])
def test_7_1_s2_the_old_version_is_used_until_the_day_the_new_one_comes_into_force(
    make: MakeFaculty, days: int, version: str
) -> None:
    faculty = make("decided")
    execution = Execution(faculty)
    approve(faculty, "checklist")
    execution.accept()
    Tool(faculty, urgent=True).approve(valid_from=(faculty.today + timedelta(days=20)).isoformat())
    faculty.wait(days=days)
    execution.report()
    choices = offered(faculty, faculty.secretary, "verify", execution.case, "checklist_id")
    assert [one["value"] for one in choices] == [version]


def test_7_4_2_while_no_checklist_is_approved_the_one_used_is_named(make: MakeFaculty) -> None:
    faculty = make("decided")
    execution = Execution(faculty)
    approve(faculty, "act")  # an act of analysis is no checklist
    execution.accept()
    execution.report()
    assert offered(faculty, faculty.secretary, "verify", execution.case, "checklist_id") == []
    with pytest.raises(FormRefused) as refused:
        execution.do(faculty.secretary, "verify", **(GOOD | {"checklist": None}))
    assert list(refused.value.errors) == ["checklist"]
    execution.verify()
    execution.close()
    assert (execution.row["checklist"], execution.row["checklist_id"]) == ("ШО-1 чек-парағы", None)


@pytest.mark.parametrize("kind", ["checklist", "act"])
def test_7_1_s2_a_check_is_made_with_an_approved_tool_and_its_conclusion_names_it(faculty: Faculty, kind: str) -> None:
    approve(faculty, kind)
    check = Check(faculty).order().materials()
    assert offered(faculty, "m4", "check", check.case) == [{"value": KEY, "label": TITLE}]
    with pytest.raises(FormRefused):
        check.checked()
    check.answer("m4", "check", tool_id=KEY, findings="Рубрикалар қаралды", deviations=[])
    check.concluded()
    assert [(one["tool"], one["tool_id"]) for one in check.row["results"]] == [(TITLE, KEY)]


def test_7_9_1_4_a_department_is_monitored_with_an_approved_form_in_its_version(faculty: Faculty) -> None:
    faculty.person("kib1", ("kib", "eng-cs"), unit="eng-cs")
    approve(faculty, "form")
    case = faculty.start("department_monitoring", "m2")
    assert offered(faculty, "m2", "instruct", case) == [{"value": KEY, "label": TITLE}]
    asked = {name: value for name, value in ASKED.items() if name not in ("tool", "tool_version")}
    faculty.answer("m2", "instruct", case, department_id="eng-cs", tool_id=KEY, **(asked | {"due": "2026-10-05"}))
    row = faculty.register("monitorings")[faculty.variables(case)["monitoring_id"]]
    assert (row["tool"], row["tool_version"], row["tool_id"]) == (TITLE, "1.0", KEY)
