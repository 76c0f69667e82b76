"""Proves that no permission is slipped past: machines' names, workers, many instances of one step, ways of starting."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import Invalid, NotFound, NotPermitted, Refused, SamePerson
from tests.core.place import ADMIN, CHAIR, SECRETARY, Place, user
from tests.play import models as m

ONE = m.process(
    "p", m.extensions(m.properties(startRole="secretary@school")), m.start(), user("a"), m.end(), "s -> a -> e"
)
EITHER = '["secretary@" + school, "chair@" + school]'


@pytest.mark.parametrize("id", ["system", "clock", "Router", "worker", "visitor"])
def test_nobody_gets_the_name_of_a_machine(place: Place, id: str) -> None:
    with pytest.raises(Invalid) as refused:
        place.engine.handle(c.RecordPerson(actor=ADMIN, person=id, name="Адам", unit="eng"))
    assert refused.value.problems == {"person": "id_of_machine"}


def test_a_worker_does_nothing_but_its_work(place: Place) -> None:
    place.deploy(ONE)
    case = place.start()
    for command in (
        c.CancelInstance(actor="worker:1", instance=case, reason="x"),
        c.CorrectVariables(actor="worker:1", instance=case, variables={"x": 1}, reason="x"),
        c.SetPassword(actor="worker:1", person=SECRETARY, login="x", digest="$argon2id$x"),
    ):
        with pytest.raises(NotPermitted):
            place.engine.handle(command)


def test_what_a_case_is_cannot_be_corrected_and_an_intervention_has_a_reason(place: Place) -> None:
    place.deploy(ONE)
    case = place.start()
    with pytest.raises(Invalid) as refused:
        variables = {"school": "law", "x": 1}
        place.engine.handle(c.CorrectVariables(actor=CHAIR, instance=case, variables=variables, reason="қате"))
    assert refused.value.problems == {"school": "variable_standing"}
    for command in (
        c.CorrectVariables(actor=CHAIR, instance=case, variables={"x": 1}, reason=" "),
        c.SuspendInstance(actor=CHAIR, instance=case, reason=""),
        c.CancelInstance(actor=CHAIR, instance=case, reason=""),
    ):
        with pytest.raises(Invalid):
            place.engine.handle(command)


def test_a_person_begins_at_the_plain_start_only(place: Place) -> None:
    more = m.element("startEvent", "told", m.event("message", "M"))
    allowed = m.extensions(m.properties(startRole="secretary@school"))
    place.deploy(m.message("M"), m.process("p", allowed, m.start(), more, user("a"), m.end(), "s -> a -> e; told -> a"))
    place.deploy(
        m.process(
            "q", allowed, m.element("startEvent", "s", m.timer("Date", "2027-01-01T00:00:00Z")), m.end(), "s -> e"
        )
    )
    for process, element in (("p", "told"), ("p", "nowhere"), ("q", ""), ("q", "s")):
        with pytest.raises(NotFound):
            place.engine.handle(c.StartProcess(actor=SECRETARY, definition=process, school="eng", element=element))
    with pytest.raises(Refused):
        place.system(c.StartProcess, definition="p", school="eng", element="nowhere")
    assert place.engine.handle(c.StartProcess(actor=SECRETARY, definition="p", school="eng")).instance


def test_a_case_of_the_university_belongs_to_a_unit_there_is(place: Place) -> None:
    allowed = m.extensions(m.properties(scope="university", startRole="admin@univ"))
    place.deploy(m.process("p", allowed, m.start(), user("a"), m.end(), "s -> a -> e"))
    with pytest.raises(NotFound):
        place.engine.handle(c.StartProcess(actor=ADMIN, definition="p", school="nowhere"))


def test_each_instance_remembers_who_did_its_steps(place: Place) -> None:
    """Four eyes on each item: that somebody else wrote the next item does not let the first check the own one."""
    check = m.user("check", m.extensions(m.properties(role=EITHER, notSamePersonAs="write")))
    inner = m.start("is") + user("write", EITHER) + check + m.end("ie") + m.flows("is -> write -> check -> ie")
    each = m.sub("each", inner, before=m.loop("items", "x"))
    place.deploy(m.process("p", m.start(), each, m.end(), "s -> each -> e"))
    case = place.start(items=[1, 2])
    place.do(case, "write", SECRETARY)
    place.do(case, "write", CHAIR)
    with pytest.raises(SamePerson):
        place.do(case, "check", SECRETARY, index=0)
    with pytest.raises(SamePerson):
        place.do(case, "check", CHAIR, index=1)
    place.engine.bus.hot.clear()
    place.do(case, "check", CHAIR, index=0)
    place.do(case, "check", SECRETARY)
    assert place.state(case) == "completed"
    assert place.verified()


def test_everybody_who_did_one_of_many_is_barred(place: Place) -> None:
    many = m.user("write", m.loop("items", "x") + m.extensions(m.properties(role=EITHER)))
    check = m.user("check", m.extensions(m.properties(role=EITHER, notSamePersonAs="write")))
    place.deploy(m.process("p", m.start(), many, check, m.end(), "s -> write -> check -> e"))
    case = place.start(items=[1, 2])
    place.do(case, "write", SECRETARY)
    place.do(case, "write", CHAIR)
    for person in (SECRETARY, CHAIR):
        with pytest.raises(SamePerson):
            place.do(case, "check", person)


def test_going_back_stays_within_the_own_instance(place: Place) -> None:
    inner = m.start("is") + user("write", EITHER) + user("check", EITHER) + m.end("ie")
    each = m.sub("each", inner + m.flows("is -> write -> check -> ie"), before=m.loop("items", "x"))
    place.deploy(m.process("p", m.start(), each, m.end(), "s -> each -> e"))
    case = place.start(items=[1, 2])
    place.do(case, "write", SECRETARY)
    place.do(case, "write", CHAIR)
    back = c.ReturnTask(actor=CHAIR, instance=case, task=place.task(case, "check"), reason="толықтыру")
    place.engine.handle(back)
    assert place.tasks(case) == ["check", "write"]
    place.do(case, "write", SECRETARY)  # offered again to who wrote this one, not to who wrote the other
    assert place.verified()


def test_going_back_does_not_start_another_branch_twice(place: Place) -> None:
    place.deploy(
        m.process(
            "p", m.start(), user("first"), m.both("split"), user("l1"), user("l2"), user("r"), m.both("join"),
            user("z"), m.end(), "s -> first -> split -> l1 -> l2 -> join -> z -> e; split -> r -> join",
        )
    )  # fmt: skip
    case = place.start()
    place.do(case, "first")
    place.do(case, "l1")

    def back(to: str) -> None:
        task = place.task(case, "l2")
        place.engine.handle(c.ReturnTask(actor=SECRETARY, instance=case, task=task, reason="толықтыру", to=to))

    with pytest.raises(Invalid) as refused:
        back("first")
    assert refused.value.problems == {"to": "return_other_branch"}
    place.do(case, "r")
    with pytest.raises(Invalid):  # the other branch has come to the join; it would come a second time
        back("first")
    back("l1")
    place.do(case, "l1")
    place.do(case, "l2")
    place.do(case, "z")
    assert place.state(case) == "completed"
