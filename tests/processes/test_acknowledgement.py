"""Everybody signs an edition within ten working days; who is away, leaves or refuses is noted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import commands as c
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import at
from tests.processes.telling import tell
from tests.processes.test_regulation_revision import Revision

SIGNED = {"opened_document": True, "signature": True, "position": "доцент"}
DUE = date(2026, 9, 21)


class Sheet:
    """Edition 2 is approved on Monday 7 September 2026."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        self.revision = Revision(faculty)
        self.approve()
        self.case = self.cases[0]

    @property
    def cases(self) -> list[str]:
        return [x for x in self.faculty.cases("acknowledgement") if self.faculty.variables(x)["school"] == SCHOOL]

    def approve(self) -> None:
        self.revision.draft(interested=[])
        self.revision.answer("lawyer", "legal_agree", agree_decision="agree")
        self.revision.decide()

    def row(self, person: str) -> dict[str, Any]:
        return next(row for row in self.faculty.register("acknowledgements").values() if row["person"] == person)

    def overdue(self, **noted: Any) -> None:
        """The head alone has not signed; the dean's office notes why."""
        for row in self.faculty.register("acknowledgements").values():
            if row["person"] != "head":
                self.faculty.answer(row["person"], "acknowledge", self.case, **SIGNED)
        self.faculty.wait_until(at("2026-09-22 09:00"))
        self.faculty.answer("office", "chase", self.case, **noted)


@pytest.fixture
def sheet(faculty: Faculty) -> Sheet:
    return Sheet(faculty)


def test_8_3_p3_who_heads_the_unit_is_told_whom_of_it_the_term_has_passed(sheet: Sheet) -> None:
    sheet.faculty.wait_until(at("2026-09-22 09:00"))
    late = {row.about for row in sheet.faculty.offered("head", "chase")}
    assert "teacher" in late
    assert not late & {"head", "colleague", "office"}, "neither themselves nor people of other units"
    assert {"head", "colleague", "office"} <= {row.about for row in sheet.faculty.offered("asb1", "chase")}


def test_8_3_p3_everybody_is_asked_once_and_has_ten_working_days(sheet: Sheet) -> None:
    rows = list(sheet.faculty.register("acknowledgements").values())
    assert {row["due_at"] for row in rows} == {DUE}
    people = [row["person"] for row in rows]
    assert len(people) == len(set(people))
    assert {"dean", "office", "head", "teacher", "m1"} <= set(people)


def test_10_the_sheet_closes_when_all_have_signed_or_left_and_those_late_are_told(sheet: Sheet) -> None:
    sheet.overdue(excuse="left")
    assert (sheet.row("head")["status"], sheet.row("dean")["status"]) == ("left", "signed")
    assert sheet.row("head")["reminded_on"] == date(2026, 9, 17)  # after eight working days
    assert sheet.faculty.state(sheet.case) == "completed"


def test_8_3_p3_who_was_on_leave_has_ten_working_days_from_the_return(sheet: Sheet) -> None:
    sheet.overdue(excuse="leave", until="2026-09-28")
    assert (sheet.row("head")["due_at"], sheet.row("head")["status"]) == (date(2026, 10, 12), "open")
    sheet.faculty.answer("head", "acknowledge", sheet.case, **SIGNED)
    assert sheet.faculty.state(sheet.case) == "completed"


def test_8_3_p3_who_is_late_still_has_to_and_a_refusal_is_recorded(sheet: Sheet) -> None:
    sheet.overdue(excuse="late")
    assert sheet.faculty.open_tasks(sheet.case) == ["acknowledge"]
    sheet.faculty.answer("head", "acknowledge", sheet.case, **SIGNED)
    assert sheet.row("head")["signed_on"] == date(2026, 9, 22)


def test_8_3_p3_a_refusal_is_recorded(sheet: Sheet) -> None:
    sheet.overdue(excuse="refused")
    assert sheet.row("head")["status"] == "refused"


def test_5_2_7_a_new_member_signs_too_once_for_an_edition(sheet: Sheet) -> None:
    sheet.faculty.person("newcomer")
    for person in ("newcomer", "dean"):
        tell(sheet.faculty, "ack.required", person, person_id=person, start_date='${date("2026-09-07")}')
    assert (sheet.row("newcomer")["basis"], sheet.row("newcomer")["due_at"]) == ("joined", DUE)
    assert sheet.faculty.open_tasks(sheet.cases[-1]) == []  # the dean has been asked


def test_8_2_p1_another_edition_ends_what_is_open(sheet: Sheet) -> None:
    sheet.revision.answer("editor", "publish", url="https://univ.example/2", published_on="2026-09-07")
    sheet.revision.answer("owner", "update_models", models_note="Түзетілді")
    sheet.faculty.wait(days=1)
    sheet.revision.case = sheet.faculty.start("regulation_revision", "asb1", "univ", ground="law", text="Тағы өзгерді",
                                              clauses=[{"clause": "4.1"}])  # fmt: skip
    sheet.approve()
    assert (sheet.faculty.state(sheet.case), len(sheet.cases)) == ("completed", 2)
    rows = sheet.faculty.register("acknowledgements").values()
    assert {row["status"] for row in rows if row["edition_no"] == 2} == {"replaced"}


def test_8_3_p3_whoever_is_on_leave_when_it_is_approved_counts_from_the_return(faculty: Faculty) -> None:
    faculty.do(c.RecordAbsence(actor="teacher", person="teacher", start=faculty.today, end=date(2026, 9, 21)))
    faculty.do(c.RecordAbsence(actor="teacher", person="teacher", start=date(2026, 9, 21), end=date(2026, 9, 28)))
    sheet = Sheet(faculty)
    assert (sheet.row("teacher")["basis"], sheet.row("teacher")["due_at"]) == ("on_leave", date(2026, 10, 12))
    assert (sheet.row("dean")["basis"], sheet.row("dean")["due_at"]) == ("employed", DUE)


def test_8_3_p3_units_of_the_university_sign_too_and_nobody_twice(faculty: Faculty) -> None:
    faculty.person("lead", ("unit", "asb"), unit="asb")
    faculty.appoint("teacher", "compliance", "univ")
    Sheet(faculty)
    rows = [row["person"] for row in faculty.register("acknowledgements", "univ").values()]
    assert {"lead", "asb1", "lawyer", "admin"} <= set(rows)
    assert not {"teacher", "dean"} & set(rows)
    faculty.answer("asb1", "acknowledge", **SIGNED)


def test_8_3_p3_whoever_is_hired_later_is_asked_the_night_after_once(sheet: Sheet) -> None:
    faculty = sheet.faculty
    faculty.person("hired", ("teacher", "eng-cs"), unit="eng-cs")
    faculty.wait_until(at("2026-09-09 02:00"))
    for _ in range(2):
        faculty.engine.watch.look()
        faculty.engine.settle()
        faculty.wait(days=1)
    assert (sheet.row("hired")["basis"], sheet.row("hired")["due_at"]) == ("joined", date(2026, 9, 23))
    assert len(sheet.cases) == 2
    faculty.answer("hired", "acknowledge", sheet.cases[1], **SIGNED)
    assert faculty.state(sheet.cases[1]) == "completed"
