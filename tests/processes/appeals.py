"""The vocabulary of appeals: how one comes, is registered, classified, passed on, answered; the same for every test."""

from __future__ import annotations

from typing import Any

from engine.values import ALMATY
from tests.processes.faculty import SCHOOL, Faculty

TEXT = "Практикалық сабақтар кестеде тұрғанымен, екі аптадан бері өтпей жатыр."
ANSWER = "Өтінішіңіз қаралды, сабақтар қалпына келтірілді"
OBJECTION = "Келіспеймін, мәселе шешілген жоқ"
CLASS = {"about_person": "none", "kind": "individual", "formality": "formal", "signal_type": "signal",
         "topic": "teaching", "departments_affected": 1, "corruption_sign": False}  # fmt: skip


class Appeal:
    """An appeal brought in by hand; ``by`` is who takes it in."""

    def __init__(self, faculty: Faculty, by: str = "", **more: Any) -> None:
        self.faculty = faculty
        given = {"about_person": "none", "channel": "paper", "received_at": faculty.clock(), "author_type": "student",
                 "author": "Серікова Дана, CS-21", "contact": None, "text": TEXT, "consent_share": False}  # fmt: skip
        faculty.wait(minutes=1)
        self.case = faculty.start("appeal_handling", by or faculty.secretary, **given | more)
        self.intake = by or faculty.secretary

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("appeals")[self.faculty.variables(self.case)["appeal_id"]]

    @property
    def state(self) -> str:
        return self.faculty.state(self.case)

    def at(self, name: str) -> Any:
        return self.faculty.variables(self.case).get(name)

    def answer(self, person: str, element: str, **answers: Any) -> Appeal:
        self.faculty.answer(person, element, self.case, **answers)
        return self

    def register(self, **more: Any) -> Appeal:
        given = {"urgency": "normal", "duplicate_of": None, "author_member": None, "oral_note": None}
        return self.answer(self.intake, "register", **given | more)

    def classify(self, **more: Any) -> Appeal:
        return self.answer(self.intake, "classify", **CLASS | more)

    def transfer(self, **more: Any) -> Appeal:
        given = {"to": "eng-cs", "transfer_reason": "Кафедра құзыретінде", "notified_author": True}
        return self.answer(self.intake, "transfer", **given | more)

    @property
    def passed_on(self) -> str:
        """The addressee's case that is open now."""
        return self.faculty.cases("transferred_appeal", "active")[-1]

    def unit_answers(self, person: str) -> None:
        self.faculty.answer(person, "consider", self.passed_on, unit_verdict="answer", unit_result="upheld",
                            unit_answer="Сабақтар қалпына келтірілді, кесте бекітілді")  # fmt: skip

    def unit_returns(self, person: str) -> None:
        self.faculty.answer(person, "consider", self.passed_on, unit_verdict="return",
                            unit_reason="Бұл мәселе біздің құзыретімізде емес")  # fmt: skip

    def assign_and_handle(self, by: str = "", executor: str = "m5") -> Appeal:
        self.answer(by or self.faculty.chair, "assign", executor=executor, assign_note=None)
        return self.answer(executor, "handle", verdict="done", finding="Деректер расталды, шара қолданылды")

    def reply(self, **more: Any) -> Appeal:
        given = {"reply_text": ANSWER, "appeal_result": "upheld",
                 "sent_at": self.faculty.clock().astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M")}  # fmt: skip
        return self.answer(self.intake, "reply", **given | more)

    def word_comes(self, kind: str, text: str = OBJECTION) -> None:
        """The applicant comes by; the secretary enters what they say."""
        note = self.faculty.start("appeal_note", self.intake)
        key = self.at("appeal_id")
        self.faculty.answer(self.intake, "enter_note", note, note_of=key, note_kind=kind, note_text=text)


__all__ = ["ANSWER", "CLASS", "OBJECTION", "SCHOOL", "TEXT", "Appeal"]
