"""A message from a case that only throws it: what another process would have said."""

from __future__ import annotations

from engine import commands as c
from tests.play import models as m
from tests.processes.faculty import SCHOOL, Faculty


def tell(faculty: Faculty, name: str, key: str, **said: str) -> None:
    """Throw the message in the school; each of ``said`` is a FEEL expression or a text."""
    carried = m.properties(messageKey=f'"{key}"') + m.mapping(said)
    throw = m.element("intermediateThrowEvent", "t", m.extensions(carried) + m.event("message", "M"))
    model = m.model(m.message("M", name), m.process("telling", m.start("s"), throw, m.end("e"), "s -> t -> e"))
    faculty.do(c.Deploy(actor=c.SYSTEM, name="telling", files={"telling.bpmn": model}))
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition="telling", school=SCHOOL))
    faculty.wait(minutes=1)
