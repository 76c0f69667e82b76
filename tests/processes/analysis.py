"""An additional analysis asked for by a message of its own, for tests that are not about the half-yearly review."""

from __future__ import annotations

from typing import Any

from engine import commands as c
from tests.play import models as m
from tests.processes.faculty import SCHOOL, Faculty

DONE = {
    "analysis_outcome": "done",
    "findings": "Мерзім тым қысқа",
    "conclusion": "Мерзімдер қаралсын",
    "proposals": None,
}


def order(due: str, **more: Any) -> dict[str, Any]:
    return {"order_decision": "order", "ground": "Кешігу қайталанып отыр", "question": "Неліктен кешігеді",
            "survey_needed": False, "analyst": "m4", "analysis_due": due} | more  # fmt: skip


def analysed(faculty: Faculty) -> str:
    """Asked, ordered with a survey that could not be held, carried out: its note is written."""
    given = m.mapping({"source_id": "${string(1)}", "question": "Неліктен"})
    throw = m.element(
        "intermediateThrowEvent", "t", m.extensions(m.properties(messageKey='"1"') + given) + m.event("message", "M")
    )
    model = m.model(
        m.message("M", "analysis.requested"), m.process("asking", m.start("s"), throw, m.end("e"), "s -> t -> e")
    )
    faculty.do(c.Deploy(actor=c.SYSTEM, name="asking", files={"asking.bpmn": model}))
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition="asking", school=SCHOOL))
    (case,) = faculty.cases("additional_analysis", "active")
    due = faculty.today.replace(year=faculty.today.year + 1).isoformat()
    faculty.answer(faculty.chair, "order", case, **order(due, survey_needed=True, audiences=["student"]))
    not_held(faculty)
    faculty.answer("m4", "analyse", case, **DONE)
    return case


def not_held(faculty: Faculty) -> None:
    """The survey asked for finds no approved questionnaire and is called off."""
    (survey,) = faculty.cases("feedback_survey", "active")
    faculty.answer(faculty.secretary, "lack_questionnaire", survey, lack_answer="cancel", cancel_reason="Сауалнама жоқ")
