"""Keeps the tests from knowing how a commission is formed: a formation in the small faculty, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.processes.faculty import SCHOOL, Faculty

STUDENTS = ("s1", "s2")
FULL = {"hei_years": 12, "has_programme_design": True, "has_expert_panel": True, "pedagogy_cert_date": "2025-03-01"}


def candidate(person: str, category: str, **more: Any) -> dict[str, Any]:
    who = {"student": person} if category == "student" else {"employee": person, **FULL}
    return {"category": category, **who, "position": "қызметі", "consent": True, **more}


CS = [candidate("head", "department_rep"), candidate("teacher", "teacher"), candidate("s1", "student")]
ME = [candidate("head2", "department_rep"), candidate("colleague", "teacher")]
ALL = ("head", "teacher", "s1", "head2", "colleague")


class Formation:
    """A formation begun by the dean's office; two departments: eng-cs (head), eng-me (head2)."""

    def __init__(self, faculty: Faculty, case: str = "", size: int = 5) -> None:
        self.faculty = faculty
        self.case = case or faculty.start("commission_formation", faculty.office)
        self.size = size

    def do(self, person: str, element: str, **answers: Any) -> None:
        self.faculty.answer(person, element, self.case, **answers)

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def set_size(self) -> None:
        self.do("dean", "set_size", planned_size=self.size, reasoning="Әр кафедрадан екі өкіл және білім алушы")

    def nominate(self, cs: Any = CS, me: Any = ME) -> None:
        self.do("head", "nominate", candidates=cs, meeting_extract="№ 4, 07.09.2026")
        self.do("head2", "nominate", candidates=me)

    def compose(self, *chosen: str, **more: Any) -> None:
        shown = self.faculty.page("dean", "compose", self.case)
        rows = [{**row, "chosen": row["person"] in chosen} for row in shown.data["nominees"]]
        self.do("dean", "compose", nominees=rows, **more)

    def confirm(self) -> None:
        shown = self.faculty.page("dean", "confirm_warnings", self.case)
        rows = [{**row, "warning_reason": "Басқа үміткер болмады"} for row in shown.data["warnings"]]
        self.do("dean", "confirm_warnings", warnings=rows)

    def sign(self, start: str = "", **more: Any) -> None:
        today = self.faculty.today.isoformat()
        self.do("dean", "sign_order", order_no="21-ө", order_date=today, effective_from=start or today, **more)

    def elect(self, *, chair: str = "head", deputy: str = "", secretary: str = "teacher") -> None:
        for person in (chair, deputy, secretary):
            if not person:
                self.do("office", "propose", deputy_needed=False, reason_no_deputy="Комиссия құрамы шағын")
                continue
            self.do("office", "propose", candidates=[person], consent=True)
            self.vote({"candidate": person, "votes": 12})

    def vote(self, *votes: Mapping[str, Any]) -> None:
        extract = [self.faculty.attach("office", self.case, "Үзінді.pdf")]
        self.do("office", "council_vote", session_date=self.faculty.today.isoformat(), council_protocol="7",
                council_extract=extract, council_total=15, council_present=12, votes=list(votes))  # fmt: skip

    def undertake(self, *people: str) -> None:
        for person in people or ALL:
            self.do(person, "accept_duties", confidentiality=True, ethics=True)

    def until_order(self) -> None:
        self.set_size()
        self.nominate()
        self.compose(*ALL)

    def commission(self, term: str) -> Mapping[str, Any]:
        return self.faculty.register("commissions")[term]


def holds(faculty: Faculty, role: str, *people: str) -> list[str]:
    return [one for one in people if f"{role}@{SCHOOL}" in faculty.engine.reader(one).access.keys]
