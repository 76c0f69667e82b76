"""What follows a decision, in the regulation's words: taking on, reporting, verifying, closing, changing it."""

from __future__ import annotations

from typing import Any

from engine import commands as c
from tests.processes.faculty import Faculty
from tests.processes.meeting import Meeting, meeting_of

REPORT = {
    "percent": 100,
    "result": "Силлабустар толық жаңартылды",
    "report": "Кафедра барлық силлабусты қайта қарады.",
    "evidence": [{"title": "Кафедра хаттамасы", "reference": "https://example.kz/7"}],
}
_CHECKED = {"complete": "yes", "form_followed": "yes", "evidence_sufficient": "yes", "effect_visible": "partly"}
GOOD = {"checklist": "ШО-1 чек-парағы", "answers": _CHECKED, "quality": "ok"}
POOR = {
    "checklist": "ШО-1 чек-парағы",
    "answers": {**_CHECKED, "complete": "no"},
    "quality": "poor",
    "remarks": "Екі силлабус қалған",
}


class Execution:
    """One case of ``decision_execution``: the decision a stage has left, or any other one."""

    def __init__(self, faculty: Faculty, decision: str = "") -> None:
        self.faculty = faculty
        self.decision = decision or str(faculty.notes["decision"])
        cases = faculty.cases("decision_execution")
        self.case = next(x for x in cases if faculty.variables(x)["decision_id"] == self.decision)

    @property
    def row(self) -> dict[str, Any]:
        """The decision in its register."""
        return self.faculty.register("decisions")[self.decision]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def do(self, person: str, element: str, **answers: Any) -> c.Done:
        return self.faculty.answer(person, element, self.case, **answers)

    def accept(self, by: str = "") -> None:
        self.do(by or self.faculty.head, "accept_task", answer="accept")

    def report(self, by: str = "", **more: Any) -> None:
        self.do(by or self.faculty.head, "execute", **REPORT | more)

    def verify(self, quality: str = "ok", by: str = "") -> None:
        self.do(by or self.faculty.secretary, "verify", **(GOOD if quality == "ok" else POOR))

    def close(self) -> None:
        self.do(self.faculty.chair, "confirm_close", close="close")

    def done(self) -> None:
        """Reported, verified and closed in one go."""
        self.report()
        self.verify()
        self.close()


def change(faculty: Faculty, effect: str, target: str = "", **how: Any) -> Meeting:
    """The commission, in session, changes an earlier decision: extend, replace, cancel."""
    meeting = meeting_of(faculty)
    meeting.decide(
        {
            "decision_text": "Бұрынғы шешім өзгертілсін",
            "outcome_type": "decision",
            "effect": effect,
            "target_decision": target or faculty.notes["decision"],
            "effect_reason": "Деректер кешікті",
            **how,
        }
    )
    meeting.finish()
    return meeting
