"""Whoever may not see a confidential case gives it no command: it answers as a case that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from engine import commands as c
from engine.errors import MustBeKept, NotFound, NotPermitted
from tests.core.place import ADMIN, CHAIR, OTHER, SECRETARY, Place, user
from tests.play import models as m

BOTH = '["secretary@" + school, "chair@" + school]'
AUDITOR, LEGAL, MEMBER = "p5", "p6", "p7"


def model(confidential: str) -> str:
    allowed = m.extensions(m.properties(confidential=confidential, startRole="secretary@school"))
    steps = (m.start(), user("a"), user("b", BOTH), m.end())
    return m.process("p", allowed, *steps, "s -> a -> b -> e", camunda_historyTimeToLive="P1Y")


def interventions(case: str, task: str, actor: str) -> Sequence[c.OnInstance]:
    """Everything a person may ask of a case."""
    return (
        c.SuspendInstance(actor=actor, instance=case, reason="тексеру"),
        c.ResumeInstance(actor=actor, instance=case, reason="тексеру"),
        c.CorrectVariables(actor=actor, instance=case, variables={"x": 1}, reason="тексеру"),
        c.CancelInstance(actor=actor, instance=case, reason="тексеру"),
        c.RetryIncident(actor=actor, instance=case, incident=f"{case}.1"),
        c.EraseInstance(actor=actor, instance=case, reason="тексеру"),
        c.ClaimTask(actor=actor, instance=case, task=task),
        c.UnclaimTask(actor=actor, instance=case, task=task),
        c.AssignTask(actor=actor, instance=case, task=task, person=SECRETARY),
        c.DelegateTask(actor=actor, instance=case, task=task, person=SECRETARY, reason="демалыс"),
        c.HandBackTask(actor=actor, instance=case, task=task, reason="демалыс"),
        c.CompleteTask(actor=actor, instance=case, task=task),
        c.ReturnTask(actor=actor, instance=case, task=task, reason="толықтыру"),
    )


def appoint(place: Place, person: str, role: str, unit: str) -> None:
    place.system(c.RecordPerson, person=person, name=f"Адам {person}", unit="eng")
    place.system(c.Appoint, person=person, role=role, unit=unit, start=date(2026, 1, 1))


@pytest.mark.parametrize("confidential", ["true", "own"])
@pytest.mark.parametrize("ended", [False, True])
def test_to_whom_it_is_not_open_it_is_not_there(place: Place, confidential: str, ended: bool) -> None:
    place.deploy(model(confidential))
    case = place.start()
    task = place.task(case, "a")
    if ended:
        place.system(c.CancelInstance, instance=case, reason="қате")
    appoint(place, MEMBER, "member", "eng")
    before = place.state(case)
    for actor in (CHAIR, MEMBER, OTHER, "nobody"):
        for command in interventions(case, task, actor):
            with pytest.raises(NotFound) as refused:
                place.engine.handle(command)
            assert refused.value.params == {"what": case}, command
        for beside in (
            c.AttachFile(actor=actor, instance=case, name="a.pdf", sha256="0" * 64, size=1, media="application/pdf"),
            c.MakeComment(actor=actor, instance=case, text="сөз"),
            c.TakeBackNote(actor=actor, instance=case, note="1"),
        ):
            with pytest.raises(NotFound):
                place.engine.handle(beside)
    assert place.state(case) == before
    assert place.verified()


def test_whoever_takes_part_or_is_asked_may_do_what_their_rights_give(place: Place) -> None:
    place.deploy(model("own"))
    case = place.start()
    with pytest.raises(NotFound):
        place.engine.handle(c.SuspendInstance(actor=CHAIR, instance=case, reason="тексеру"))
    place.do(case, "a")  # now the chair is asked too
    place.engine.handle(c.SuspendInstance(actor=CHAIR, instance=case, reason="тексеру"))
    place.engine.handle(c.ResumeInstance(actor=CHAIR, instance=case, reason="тексеру"))
    with pytest.raises(NotPermitted):  # takes part, but has no such right
        place.engine.handle(c.CancelInstance(actor=SECRETARY, instance=case, reason="тексеру"))
    place.engine.handle(c.CancelInstance(actor=CHAIR, instance=case, reason="тексеру"))
    assert place.state(case) == "cancelled"


def test_who_keeps_the_system_running_or_sees_confidential_cases_is_told_of_rights(place: Place) -> None:
    appoint(place, AUDITOR, "auditor", "univ")
    place.deploy(model("true"))
    case = place.start()
    place.engine.handle(c.SuspendInstance(actor=ADMIN, instance=case, reason="жұмыс"))
    with pytest.raises(NotPermitted):
        place.engine.handle(c.SuspendInstance(actor=AUDITOR, instance=case, reason="тексеру"))


def test_whoever_erases_by_law_erases_confidential_cases_too(place: Place) -> None:
    appoint(place, LEGAL, "legal", "univ")
    place.deploy(model("true"))
    case = place.start()
    place.system(c.CancelInstance, instance=case, reason="қате")
    with pytest.raises(MustBeKept):
        place.engine.handle(c.EraseInstance(actor=LEGAL, instance=case, reason="өтініш"))
    place.later(days=400)
    assert place.engine.handle(c.EraseInstance(actor=LEGAL, instance=case, reason="өтініш")).seq


def test_a_case_open_to_the_school_says_who_may(place: Place) -> None:
    place.deploy(model("false"))
    case = place.start()
    with pytest.raises(NotPermitted):
        place.engine.handle(c.CancelInstance(actor=OTHER, instance=case, reason="тексеру"))
    place.engine.handle(c.CancelInstance(actor=CHAIR, instance=case, reason="тексеру"))
