"""Preparing a programme for accreditation step by step; each step by the person whose task it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.processes.faculty import Faculty

PROGRAMME, KEY = "6B06101 Информатика", "6B06101 Информатика/2027"
VISIT = date(2027, 10, 4)
MET = {"code": "4.1", "status": "met"}
GAP = {"code": "4.2", "status": "partly", "department": "eng-cs", "note": "Сауалнама өткізілмеген"}


class Preparation:
    """One cycle with the department eng-cs, whose KIB is the teacher; the visit is on 4 October 2027."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        faculty.appoint("teacher", "kib", "eng-cs")
        self.case = faculty.start("accreditation_support", faculty.secretary, programme=PROGRAMME,
                                  body_name="Аккредиттеу агенттігі", standard="Стандарт 2024", visit_from=VISIT,
                                  visit_to=date(2027, 10, 6), departments=["eng-cs"])  # fmt: skip

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("accreditations")[KEY]

    def note(self, check: int) -> dict[str, Any]:
        return self.faculty.register("readiness_notes")[f"{KEY}/{check}"]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def support(self) -> None:
        self.faculty.answer("head", "department_support", self.case, prepared="Силлабустар дайын", help_needed="Кеңес")
        self.faculty.answer("teacher", "kib_support", self.case, kib_prepared="Жоспар бар", kib_help_needed="Үлгілер")

    def check(self, *criteria: dict[str, Any]) -> None:
        self.faculty.answer(self.faculty.secretary, "self_check", self.case, criteria=list(criteria) or [MET])

    def conclude(self, level: str = "ready") -> None:
        self.faculty.answer(self.faculty.secretary, "readiness_note", self.case, level=level, plan="Дәлел жинау")

    def prepared(self) -> Preparation:
        """Supported, checked and found ready once."""
        self.support()
        self.check()
        self.conclude()
        return self

    def change(self, visit: date, standard: str = "Стандарт 2024") -> None:
        faculty = self.faculty
        case = faculty.start("accreditation_note", faculty.secretary)
        faculty.answer(faculty.secretary, "enter_change", case, changed_cycle=KEY, visit_from=visit.isoformat(),
                       visit_to=None, standard=standard)  # fmt: skip
        faculty.wait(minutes=1)

    def visited(self, **answers: Any) -> None:
        self.faculty.answer(
            self.faculty.secretary, "record_visit", self.case, outcome="5 жылға аккредиттелді", **answers
        )
        self.faculty.wait(minutes=1)
