"""Evidence step by step, in the regulation's words; each step by the person whose task it is."""

from __future__ import annotations

from typing import Any

from tests.processes.faculty import Faculty

DESCRIBED = {
    "evidence_title": "Жаңартылған силлабустар",
    "evidence_kind": "document",
    "reference": "https://docs.univ.example/7",
    "period": "2026/2027",
    "evidence_owner": "head",
}


class Evidence:
    """One piece of evidence the secretary has added by hand."""

    def __init__(self, faculty: Faculty, case: str = "") -> None:
        self.faculty = faculty
        self.case = case or faculty.start("evidence_base", faculty.secretary)
        self.no = faculty.variables(self.case)["evidence_no"]

    def row(self, version: int = 1) -> dict[str, Any]:
        return self.faculty.register("evidence")[f"{self.no}/{version}"]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def describe(self, who: str = "", **answers: Any) -> None:
        self.faculty.answer(who or self.faculty.secretary, "describe", self.case, **(DESCRIBED | answers))

    def verify(self, who: str = "m4", **answers: Any) -> None:
        self.faculty.answer(who, "verify", self.case, **({"verify_result": "ok", "personal_data": False} | answers))

    def refresh(self, decision: str, reason: str | None = None) -> None:
        more = {"refresh_reason": reason} if reason else {}
        self.faculty.answer(self.faculty.head, "refresh", self.case, refresh_decision=decision, **more)

    def note(self, problem: str) -> None:
        case = self.faculty.start("evidence_note", "m5")
        self.faculty.answer("m5", "note_problem", case, noted_evidence=self.no, problem=problem,
                            problem_note="Тексеру кезінде байқалды")  # fmt: skip
        self.faculty.wait(minutes=1)
