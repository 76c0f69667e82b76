"""A report of experts step by step, in the regulation's words; each step by the person whose task it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.processes.faculty import Faculty
from tests.processes.meeting import INFORMATION, Meeting

CARD = {
    "origin": "external",
    "body_name": "Аккредиттеу агенттігі",
    "programme": "6B06101 Информатика",
    "report_date": "2026-09-01",
    "reference": "https://docs.univ.example/r",
}
EVIDENCE = [{"title": "Жаңартылған силлабустар", "reference": "https://docs.univ.example/s"}]


class Report:
    """Two recommendations: one for the head of eng-cs, one for the head of eng-me, due on 30 October 2026."""

    def __init__(self, faculty: Faculty, case: str = "") -> None:
        self.faculty = faculty
        self.case = case or faculty.start("expert_recommendations", faculty.secretary, **CARD)

    def row(self, n: int) -> dict[str, Any]:
        return list(self.faculty.register("expert_recs").values())[n - 1]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def split(self, **more: Any) -> None:
        items = [{"text": "Силлабустар жаңартылсын", "priority": "critical", **more},
                 {"text": "Зертхана жабдықталсын", "priority": "advisory"}]  # fmt: skip
        self.faculty.answer(self.faculty.secretary, "split", self.case, items=items)

    def assign(self, *, capa: bool = False, due: str = "2026-10-30") -> None:
        given = self.faculty.page(self.faculty.chair, "assign", self.case).data["items"]
        whom = (("head", "eng-cs", capa), ("head2", "eng-me", False))
        items = [{**item, "executor": who, "department": unit, "due": due, "capa": asked}
                 for item, (who, unit, asked) in zip(given, whom, strict=True)]  # fmt: skip
        self.faculty.answer(self.faculty.chair, "assign", self.case, items=items)

    def plan(self, who: str, verdict: str = "apply") -> None:
        more = {"plan_text": "Жұмыс тобы құрылады"} if verdict == "apply" else {"contest_reason": "Бағдарлама жабылды"}
        self.faculty.answer(who, "plan", self.case, plan_verdict=verdict, **more)

    def progress(self, who: str, percent: int = 100) -> None:
        self.faculty.answer(who, "progress", self.case, percent=percent, evidence=EVIDENCE)

    def verify(self, accepted: bool = True) -> None:
        more = {} if accepted else {"remarks": "Жартысы ғана жаңартылған"}
        self.faculty.answer(self.faculty.secretary, "verify", self.case, rec_accepted=accepted, **more)

    def done(self, due: str = "2026-10-30") -> Report:
        """Both carried out and verified."""
        self.split()
        self.assign(due=due)
        for who in ("head", "head2"):
            self.plan(who)
            self.progress(who)
            self.verify()
        return self

    def consider(self, *results: Mapping[str, Any]) -> None:
        """A meeting considers how they stand; ``results`` of each recommendation."""
        self.faculty.wait(minutes=1)
        meeting = Meeting.call(self.faculty)
        meeting.announce().open_with()
        for _ in range(1 + len(meeting.variables["proposals"])):
            meeting.decide(INFORMATION)
        meeting.finish()
        self.check(*results)

    def check(self, *results: Mapping[str, Any]) -> None:
        given = self.faculty.page(self.faculty.secretary, "commission_check", self.case).data["checks"]
        checks = [{**one, **result} for one, result in zip(given, results, strict=True)]
        self.faculty.answer(self.faculty.secretary, "commission_check", self.case, checks=checks)
