"""A department's monitoring: instructed, collected, submitted, returned, late, silent, corrected, consolidated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import commands as c
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at
from tests.processes.procedure import Procedure

ASKED = {"tool": "Сабақты бақылау парағы", "tool_version": "2", "approach": "Әр курстан екі сабақ қаралады",
         "wanted": [{"indicator": "Үлгерім"}], "due": "2026-09-21"}  # fmt: skip
SENT = {"used_version": "2", "narrative": "Үлгерім тұрақты деңгейде", "data_confirmed": True,
        "indicators": [{"indicator": "Үлгерім", "value": "82 %"}]}  # fmt: skip


class Monitoring(Procedure):
    """The department of computer science is asked on Monday 7 September 2026; due on Monday 21 September."""

    def __init__(self, faculty: Faculty, department: str = "eng-cs") -> None:
        self.faculty = faculty
        faculty.person("kib1", ("kib", "eng-cs"), unit="eng-cs")
        self.case = faculty.start("department_monitoring", "m2")
        self.answer("m2", "instruct", department_id=department, **ASKED)
        self.id = str(faculty.variables(self.case)["monitoring_id"])

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("monitorings")[self.id]

    def submit(self, who: str = "kib1", **changed: Any) -> None:
        self.answer(who, "collect", sources="Электрондық журнал", observation_count=4)
        self.answer(who, "submit", **(SENT | changed))

    def consolidate(self, *deviations: str) -> None:
        self.answer("m2", "consolidate", consolidation="confirm", summary="Мониторинг толық жүргізілді",
                    deviations=[{"deviation": one} for one in deviations])  # fmt: skip


@pytest.fixture
def monitoring(faculty: Faculty) -> Monitoring:
    return Monitoring(faculty)


def test_3_2_what_the_department_submits_is_accepted_and_consolidated(monitoring: Monitoring) -> None:
    assert (monitoring.row["status"], monitoring.row["kib_missing"]) == ("collecting", False)
    monitoring.submit()
    assert (monitoring.row["status"], monitoring.row["accepted_on"]) == ("accepted", date(2026, 9, 7))
    monitoring.consolidate()
    assert (monitoring.row["status"], monitoring.faculty.state(monitoring.case)) == ("closed", "completed")
    assert [one["findings"] for one in monitoring.row["rounds"]] == [[]]


def test_5_2_2_an_empty_indicator_is_returned_and_the_round_kept(monitoring: Monitoring) -> None:
    monitoring.submit(indicators=[{"indicator": "Үлгерім", "value": None}])
    assert monitoring.open == ["collect"]
    monitoring.submit()
    assert [one["findings"] for one in monitoring.row["rounds"]] == [["incomplete"], []]


def test_7_9_1_4_another_version_of_the_tool_is_rejected(monitoring: Monitoring) -> None:
    monitoring.submit(used_version="1")
    assert (monitoring.open, monitoring.row["rounds"][0]["findings"]) == (["collect"], ["reject"])


def test_5_2_2_data_nobody_confirms_are_not_submitted(monitoring: Monitoring) -> None:
    with pytest.raises(FormRefused):
        monitoring.submit(data_confirmed=False)


def test_7_9_1_1_a_reminder_comes_three_working_days_before_and_lateness_is_marked(monitoring: Monitoring) -> None:
    monitoring.faculty.wait_until(at("2026-09-16 09:01"))
    assert monitoring.row["reminded_on"] == date(2026, 9, 16)
    monitoring.faculty.wait_until(at("2026-09-22 10:00"))
    monitoring.submit()
    assert monitoring.row["rounds"][0]["findings"] == ["late"]
    assert (monitoring.row["status"], monitoring.row["accepted_on"]) == ("accepted", date(2026, 9, 22))


def silent(monitoring: Monitoring) -> None:
    monitoring.faculty.wait_until(at("2026-09-29 00:01"))
    assert (monitoring.open, monitoring.row["status"]) == (["note_breach"], "breach")


def test_7_9_1_1_silence_is_put_to_the_chair_who_sets_a_new_date(monitoring: Monitoring) -> None:
    silent(monitoring)
    monitoring.answer("m1", "note_breach", breach_note="Ауырып қалды", breach_way="new_term", new_due="2026-10-05")
    monitoring.submit()
    assert [one["findings"] for one in monitoring.row["rounds"]] == [["breach"], []]
    assert (monitoring.row["due_at"], monitoring.row["due"]) == (date(2026, 9, 21), date(2026, 10, 5))


def test_3_2_a_merged_department_hands_its_monitoring_over(monitoring: Monitoring) -> None:
    silent(monitoring)
    monitoring.answer("m1", "note_breach", breach_note="Біріктірілді", breach_way="handed", new_department="eng-me",
                      new_due="2026-10-05")  # fmt: skip
    assert monitoring.row["department"] == "eng-me"
    monitoring.submit("head2")


def test_7_9_1_1_the_chair_may_end_it(monitoring: Monitoring) -> None:
    silent(monitoring)
    monitoring.answer("m1", "note_breach", breach_note="Кафедра таратылды", breach_way="ended")
    assert (monitoring.row["status"], monitoring.faculty.state(monitoring.case)) == ("cancelled", "completed")


def test_3_2_without_a_person_of_kib_the_head_does_it_and_the_register_says_so(faculty: Faculty) -> None:
    monitoring = Monitoring(faculty, "eng-me")
    assert monitoring.row["kib_missing"] is True
    monitoring.submit("head2")
    assert monitoring.row["status"] == "accepted"


def test_3_7_data_are_corrected_later_as_a_new_version(monitoring: Monitoring) -> None:
    monitoring.submit()
    monitoring.answer("m2", "consolidate", consolidation="correct", correction_note="Үлгерімді түзету",
                      new_due="2026-10-05")  # fmt: skip
    assert monitoring.faculty.page("kib1", "collect", monitoring.case).data["return_note"] == "Үлгерімді түзету"
    monitoring.faculty.wait_until(at("2026-09-23 10:00"))
    monitoring.submit(indicators=[{"indicator": "Үлгерім", "value": "81 %"}])
    assert [one["version"] for one in monitoring.row["rounds"]] == [1, 2]
    assert monitoring.row["accepted_on"] == date(2026, 9, 7)  # the first time, which was in time


def test_3_7_a_deviation_asks_for_a_targeted_check(monitoring: Monitoring) -> None:
    monitoring.submit()
    monitoring.consolidate("Қатысу төмендеген")
    assert monitoring.row["deviations"] == [{"deviation": "Қатысу төмендеген"}]
    assert monitoring.faculty.state(monitoring.case) == "completed"


def test_3_1_only_the_secretary_or_the_chair_begins_it(faculty: Faculty) -> None:
    start = c.StartProcess(actor="head", definition="department_monitoring", school=SCHOOL, variables={})
    assert faculty.refused(start).code == "not_permitted"
