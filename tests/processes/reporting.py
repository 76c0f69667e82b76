"""One school's report as the tests see it: from the day on which it begins to the section's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine import commands as c
from engine.database import reading
from engine.facts import MessageThrown
from engine.history import ledger
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import INFORMATION, Meeting, at

CAPA = [{"department": "eng-cs", "proposal": "Бағалау критерийлерін жаңарту"}]
PROPOSALS = [{"proposal": "Элективті пәндерді толықтыру", "touches": "curriculum"}]
WHOLE = {"results": "Жоспар орындалды", "strengths": "Peer-review жүйелі", "risks": "Кадр тапшылығы",
         "capa_proposals": CAPA, "improvement_proposals": PROPOSALS}  # fmt: skip


def term(faculty: Faculty, name: str, told: str, year: str = "2026/2027") -> None:
    faculty.do(c.SetTerm(actor=c.SYSTEM, year=year, name=name, day=date.fromisoformat(told)))


def calendar(faculty: Faculty) -> None:
    for name, told in (("year_start", "2026-09-01"), ("autumn_end", "2026-12-26"), ("year_end", "2027-06-25")):
        term(faculty, name, told)


class Reporting:
    """The school's report of one kind, from the day on which it begins."""

    def __init__(self, faculty: Faculty, kind: str = "interim", begins: str = "") -> None:
        self.faculty, self.id = faculty, f"2026/2027/{kind}"
        moment = at(begins or {"interim": "2026-12-27 09:00", "final": "2027-06-26 09:00"}[kind])
        if faculty.clock() < moment:
            faculty.wait_until(moment)
        ours = [x for x in faculty.cases("semester_reporting") if faculty.variables(x)["school"] == SCHOOL]
        self.case = next(x for x in ours if faculty.variables(x)["report_id"] == self.id)

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("reports")[self.id]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def answer(self, person: str, element: str, **answers: Any) -> None:
        self.faculty.answer(person, element, self.case, **answers)

    def inputs(self) -> None:
        for head in (self.faculty.head, self.faculty.other_head):
            self.answer(head, "dept_input", results="Сабақтар өтті", issues="Жабдық ескі", data_confirmed=True)

    def draft(self, **answers: Any) -> None:
        self.answer(self.faculty.secretary, "draft", **{"results": "Жоспар орындалды", **answers})

    def until_signing(self) -> None:
        """No meeting falls in time: the report goes on to the signature."""
        self.faculty.wait_until(at(f"{day_before(self.faculty, self.case)} 09:00"))

    def sign(self, verdict: str = "sign", **more: Any) -> None:
        self.answer(self.faculty.chair, "sign", sign_verdict=verdict, **more)

    def asb(self, decision: str = "accept", **more: Any) -> None:
        self.answer(self.faculty.asb, "asb_accept", asb_decision=decision, **more)


def told(report: Reporting, message: str, what: str = "text") -> list[tuple[str, str]]:
    """Key and text of each message of that name that the case has left."""
    keys, stream = report.faculty.engine.keys, f"instance:{report.case}"
    with reading(report.faculty.engine.database) as connection:
        entries = list(ledger.read(connection, stream, keys.of(connection, stream)))
    facts = [fact for entry in entries for fact in entry.facts() if isinstance(fact, MessageThrown)]
    return [(fact.key, fact.variables[what]) for fact in facts if fact.name == message]


def day_before(faculty: Faculty, case: str) -> date:
    due = faculty.variables(case)["report_due"]
    return faculty.engine.working_calendar().before(due, 1)


def consider(report: Reporting, supported: bool = True) -> Meeting:
    """A meeting with an item of its own and the report that was proposed to it."""
    meeting = Meeting.call(report.faculty)
    meeting.announce().open_with()
    meeting.decide(INFORMATION)
    meeting.decide(INFORMATION, **({} if supported else {"tally": "2-7-0", "chair": "against"}))
    meeting.finish()
    return meeting
