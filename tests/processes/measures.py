"""Measures against non-fulfilment in the regulation's words: breach, notice, dean, service review."""

from __future__ import annotations

from typing import Any

from engine import commands as c
from tests.processes.faculty import Faculty


class Measures:
    """One case of ``non_fulfilment_escalation``: the latest, or the one of a breach."""

    def __init__(self, faculty: Faculty, breach: str = "") -> None:
        self.faculty = faculty
        self.breach = breach or list(faculty.register("breaches"))[-1]
        cases = faculty.cases("non_fulfilment_escalation", "active")
        self.case = next(x for x in cases if faculty.variables(x)["breach_id"] == self.breach)

    @property
    def row(self) -> dict[str, Any]:
        """The breach in its register."""
        return self.faculty.register("breaches")[self.breach]

    @property
    def level(self) -> int:
        level: int = self.faculty.variables(self.case)["level"]
        return level

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def do(self, person: str, element: str, **answers: Any) -> c.Done:
        return self.faculty.answer(person, element, self.case, **answers)

    def confirm(self, by: str = "", verdict: str = "confirmed") -> None:
        self.do(by or self.faculty.chair, "confirm_breach", verdict=verdict, verdict_reason="Құжаттар тексерілді")

    def notify(self, by: str = "", **more: Any) -> dict[str, Any]:
        """The secretary prepares the notice, the chair signs it; answers its row in the register."""
        self.do(self.faculty.secretary, "send_notice", notice_text="Шешім мерзімінде орындалмады",
                demand="Есеп тапсырыңыз", **more)  # fmt: skip
        self.do(by or self.faculty.chair, "sign_notice", notice_verdict="sign", notice_signature=True)
        return list(self.faculty.register("notices").values())[-1]

    def respond(self, by: str = "") -> None:
        self.do(by or self.faculty.head, "respond", explanation="Екі апта қажет", agree=True)

    def inform_dean(self, by: str = "") -> None:
        self.do(by or self.faculty.chair, "inform_dean", dean_summary="Кафедра шешімді қайта орындамады")

    def take(self) -> None:
        """The dean reports the measures taken."""
        self.do(self.faculty.dean, "take_measures", measure="Кафедра меңгерушісіне ескерту жасалды")

    def initiate(self) -> None:
        self.do(self.faculty.dean, "initiate_service_review", basis_act="Еңбек кодексі", order_no="21-ө",
                order_date=self.faculty.today.isoformat())  # fmt: skip

    def conclude(self, result: str = "confirmed") -> None:
        self.do(self.faculty.dean, "service_review_outcome", review_result=result, review_measures="Сөгіс",
                review_date=self.faculty.today.isoformat())  # fmt: skip
