"""Keeps the tests from knowing how an annual plan is drafted, reviewed and signed off."""

from __future__ import annotations

from typing import Any

from tests.processes.faculty import Faculty

SIGNERS = ("asb_agree", "council_approve", "dean_approve")
ENDORSED = "academic_council_endorse"


class Plan:
    """A plan begun by the secretary of the settled school on Monday 7 September 2026."""

    def __init__(self, faculty: Faculty, purpose: str = "new", year: str = "next") -> None:
        self.faculty = faculty
        self.case = faculty.start("annual_plan", faculty.secretary, purpose=purpose, for_year=year)

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    @property
    def items(self) -> list[dict[str, Any]]:
        return [dict(one) for one in self.faculty.variables(self.case)["items"]]

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("plans")[self.faculty.variables(self.case)["plan_no"]]

    @property
    def findings(self) -> set[tuple[str, str]]:
        return {(one["severity"], one["code"]) for one in self.faculty.variables(self.case)["findings"]}

    def do(self, who: str, step: str, **values: Any) -> Plan:
        """The step with values its form would let through."""
        self.faculty.complete(who, self.faculty.offered(who, step, self.case)[0].task, **values)
        return self

    def draft(self, items: list[dict[str, Any]] | None = None) -> Plan:
        return self.do(self.faculty.secretary, "draft", items=self.items if items is None else items)

    def review(self, **more: Any) -> Plan:
        return self.do(self.faculty.chair, "chair_review", **{"chair_decision": "agree", **more})

    def verdict(self, step: str, verdict: str = "agree") -> tuple[str, dict[str, Any]]:
        """Who says so, and what."""
        faculty = self.faculty
        who, p = {
            "asb_agree": (faculty.asb, "asb"),
            "council_approve": (faculty.office, "council"),
            "dean_approve": (faculty.dean, "dean"),
            "academic_council_endorse": (faculty.asb, "academic_council"),
        }[step]
        said = {"ref_no": "7"} if verdict == "agree" else {"remarks": "Күндерін нақтылау қажет"}
        given = {"decision": verdict, "date": faculty.today, "ref_no": None, "remarks": None, **said}
        return who, {f"{p}_{name}": value for name, value in given.items()}

    def decide(self, step: str, verdict: str = "agree") -> Plan:
        who, given = self.verdict(step, verdict)
        return self.do(who, step, **given)

    def sign(self, *steps: str) -> Plan:
        for step in steps or (*SIGNERS, ENDORSED):
            self.decide(step)
        return self
