"""Keeps the test of documents from knowing how the papers about members come about: each kind once."""

from __future__ import annotations

from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.formation import candidate


def members(faculty: Faculty) -> None:
    """In the commission that the test has formed: head, teacher, s1 (see ``Formation``)."""
    _change(faculty)


def _change(faculty: Faculty) -> None:
    """A student gives up the seat, another takes it."""
    today = faculty.today.isoformat()
    faculty.person("s2", ("student", SCHOOL))
    case = faculty.start("composition_change", faculty.office)
    faculty.answer("office", "register_ground", case, leaver="s1", ground="graduated", date=today)
    faculty.answer("head", "nominate", case, candidates=[candidate("s2", "student")])
    shown = faculty.page("dean", "sign_change_order", case).data["warnings"]
    reasons = [{**row, "warning_reason": "Орын кейін толтырылады"} for row in shown]
    faculty.answer("dean", "sign_change_order", case, warnings=reasons, order_no="22-ө", order_date=today,
                   effective_from=today)  # fmt: skip
    faculty.wait(minutes=1)
