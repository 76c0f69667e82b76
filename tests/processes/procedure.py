"""Keeps the tests of one procedure from saying again which of its tasks are open and how one is answered."""

from __future__ import annotations

from typing import Any

from tests.processes.faculty import Faculty


class Procedure:
    """One case of a procedure; who makes it says which."""

    faculty: Faculty
    case: str

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def answer(self, who: str, element: str, **answers: Any) -> None:
        self.faculty.answer(who, element, self.case, **answers)
