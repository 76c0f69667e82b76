"""Camunda 7's attributes on the real engine: who may start, who is asked, when, by which form and version, how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine import commands as c
from engine.database import ru_candidate, ru_external, ru_incident, ru_instance, ru_task
from engine.errors import AlreadyUnderWay, DuplicateKey, MustBeKept, NotFound, NotPermitted
from engine.history.in_place import rebuild_in_place
from tests.core.place import CHAIR, OTHER, SECRETARY, Place, user
from tests.play import models as m

S, E, Z = m.start(), m.end(), user("z")


@pytest.fixture(autouse=True)
def _verified(place: Place) -> Iterator[None]:
    """Whatever an attribute does is recorded and done again alike."""
    yield
    assert place.verified()


def one(node: str, **more: str) -> str:
    return m.process("p", S, node, Z, E, "s -> n -> z -> e", **more)


def offered(place: Place, case: str, element: str = "n") -> Any:
    return next(row for row in place.rows(ru_task) if (row.instance, row.element) == (case, element))


def keys(place: Place, case: str, element: str = "n") -> list[str]:
    task = offered(place, case, element).id
    return sorted(row.key for row in place.rows(ru_candidate) if row.task == task)


def incident(place: Place) -> tuple[str, dict[str, Any]]:
    row = place.rows(ru_incident)[0]
    return row.code, json.loads(row.params)


def again(place: Place, case: str) -> None:
    place.system(c.RetryIncident, instance=case, incident=place.rows(ru_incident)[0].id)


# --- who may start -------------------------------------------------------------------------------------------------


def starting(place: Place, person: str) -> str:
    return place.engine.handle(c.StartProcess(actor=person, definition="p", school="eng", variables={})).instance


@pytest.mark.parametrize(
    ("given", "may", "may_not"),
    [
        ({"camunda_candidateStarterUsers": "p2, p3"}, [CHAIR, OTHER], [SECRETARY]),
        ({"camunda_candidateStarterGroups": "secretary"}, [SECRETARY], [CHAIR, OTHER]),
        ({"camunda_candidateStarterGroups": "secretary@law"}, [OTHER], [SECRETARY]),
        ({"camunda_candidateStarterGroups": "chair", "camunda_candidateStarterUsers": "p3"},
         [CHAIR, OTHER], [SECRETARY]),
        ({}, [], [SECRETARY, CHAIR]),
    ],
)  # fmt: skip
def test_candidate_starters_may_start(place: Place, given: dict[str, str], may: list[str], may_not: list[str]) -> None:
    place.deploy(one(user("n"), **given))
    for person in may:
        assert starting(place, person)
        assert ("p", "eng") in {(row.key, row.school) for row in place.engine.reader(person).startable()}
    for person in may_not:
        with pytest.raises(NotPermitted):
            starting(place, person)
        assert ("p", "eng") not in {(row.key, row.school) for row in place.engine.reader(person).startable()}


def test_candidate_starters_come_beside_the_house_s_own_property(place: Place) -> None:
    place.deploy(
        m.process("p", m.extensions(m.properties(startRole="chair")), S, user("n"), E, "s -> n -> e",
                  camunda_candidateStarterUsers="p1")
    )  # fmt: skip
    assert starting(place, SECRETARY)
    assert starting(place, CHAIR)


def test_what_is_not_startable_in_the_tasklist_is_not_on_the_start_page(place: Place) -> None:
    more = {"camunda_candidateStarterUsers": "p1", "camunda_isStartableInTasklist": "false"}
    place.deploy(one(user("n"), **more))
    assert place.engine.reader(SECRETARY).startable() == ()
    assert starting(place, SECRETARY)


def test_the_initiator_is_named_by_the_start_that_was_taken(place: Place) -> None:
    asked = m.start("asked", m.event("message", "M"), camunda_initiator="asker")
    plain = m.start("s", camunda_initiator="starter", camunda_candidateStarterUsers="")
    process = m.process("p", asked, plain, m.user("n", camunda_assignee="${starter}"), E, "s -> n -> e; asked -> n",
                        camunda_candidateStarterUsers="p1")  # fmt: skip
    place.deploy(m.message("M"), process)
    case = starting(place, SECRETARY)
    assert (keys(place, case), offered(place, case).assignee) == (["person:p1"], SECRETARY)


# --- who is asked --------------------------------------------------------------------------------------------------


ASKED: list[tuple[dict[str, str], str, list[str]]] = [
    ({"assignee": "p2"}, "", ["person:p2"]),
    ({"assignee": "${who}"}, "", ["person:p1"]),
    ({"candidateUsers": "p1, ${other}"}, "", ["person:p1", "person:p3"]),
    ({"candidateUsers": '${["p1", "p2"]}'}, "", ["person:p1", "person:p2"]),
    ({"candidateUsers": '${"p1,p3"}'}, "", ["person:p1", "person:p3"]),
    ({"candidateGroups": "secretary, chair@law"}, "", ["chair@law", "secretary@eng"]),
    ({"candidateGroups": "${for r in roles return r}"}, "", ["chair@eng", "dean@law"]),
    ({"candidateGroups": "chair"}, "potentialOwner user(p1), group(secretary)",
     ["chair@eng", "person:p1", "secretary@eng"]),
    ({}, "humanPerformer p2", ["person:p2"]),
]  # fmt: skip
"""Attributes, a performer as BPMN has it, and the keys the task is offered to."""


@pytest.mark.parametrize("kind", ["userTask", "manualTask"])
def test_people_and_groups(place: Place, kind: str) -> None:
    # BPMN gives performers to user tasks only.
    cases = [one for one in ASKED if kind == "userTask" or not one[1]]
    tasks = []
    for n, (given, performer, _) in enumerate(cases):
        tag, _, text = performer.partition(" ")
        formal = f"<formalExpression>{text}</formalExpression>"
        owner = f"<{tag}><resourceAssignmentExpression>{formal}</resourceAssignmentExpression></{tag}>" if tag else ""
        tasks.append(m.element(kind, f"n{n}", owner, **{f"camunda_{name}": value for name, value in given.items()}))
    ends = [m.end(f"e{n}") for n in range(len(cases))]
    flows = "; ".join(f"f -> n{n} -> e{n}" for n in range(len(cases)))
    place.deploy(m.process("p", S, m.both("f"), *tasks, *ends, f"s -> f; {flows}"))
    case = place.start(who="p1", other="p3", roles=["chair", "dean@law"])
    assert [keys(place, case, f"n{n}") for n in range(len(cases))] == [wanted for _, _, wanted in cases]


@pytest.mark.parametrize("attribute", ["assignee", "candidateUsers"])
def test_a_person_nobody_knows_is_an_incident_that_names_them(place: Place, attribute: str) -> None:
    place.deploy(one(m.user("n", **{f"camunda_{attribute}": "${who}"})))
    case = place.start(who="p77")
    assert incident(place) == ("performer_unknown", {"where": attribute, "person": "p77"})
    place.system(c.RecordPerson, person="p77", name="Жаңа адам", unit="eng")
    again(place, case)
    assert keys(place, case) == ["person:p77"]


# --- when ----------------------------------------------------------------------------------------------------------


DATES = {
    "2026-09-30": "2026-09-30T18:59:59",
    "2026-09-30T10:00:00": "2026-09-30T05:00:00",
    "2026-09-30T10:00:00Z": "2026-09-30T10:00:00",
    "P3D": "2026-09-04T04:00:00",
    "PT36H": "2026-09-02T16:00:00",
    "${day}": "2026-12-31T18:59:59",
    "${moment}": "2026-12-31T05:00:00",
    '${duration("P1M")}': "2026-10-01T04:00:00",
    '${"P" + "1D"}': "2026-09-02T04:00:00",
    '${now() + duration("PT1H")}': "2026-09-01T05:00:00",
    "${nothing}": None,
}
"""A due or follow-up date as the model has it -> the moment, UTC."""


@pytest.mark.parametrize("attribute", ["dueDate", "followUpDate"])
def test_due_and_follow_up_dates(place: Place, attribute: str) -> None:
    tasks = [user(f"n{n}", **{f"camunda_{attribute}": text}) for n, text in enumerate(DATES)]
    ends = [m.end(f"e{n}") for n in range(len(DATES))]
    flows = "; ".join(f"f -> n{n} -> e{n}" for n in range(len(DATES)))
    place.deploy(m.process("p", S, m.both("f"), *tasks, *ends, f"s -> f; {flows}"))
    case = place.start(day=date(2026, 12, 31), moment=datetime(2026, 12, 31, 5, tzinfo=UTC))
    found = {}
    for n, text in enumerate(DATES):
        task = place.engine.reader(SECRETARY).task(offered(place, case, f"n{n}").id)
        when = task.due if attribute == "dueDate" else task.follow_up
        found[text] = when and when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert found == DATES


@pytest.mark.parametrize("attribute", ["dueDate", "followUpDate"])
def test_a_date_that_is_none_is_an_incident_that_names_it(place: Place, attribute: str) -> None:
    place.deploy(one(user("n", **{f"camunda_{attribute}": "${day}"})))
    case = place.start(day="tomorrow")
    assert incident(place) == ("date_invalid", {"where": attribute, "value": "tomorrow"})
    place.system(c.CorrectVariables, instance=case, variables={"day": date(2026, 9, 2)}, reason="қате")
    again(place, case)
    assert place.tasks(case) == ["n"]


def test_the_inbox_shows_what_is_due_first_and_of_that_the_more_urgent(place: Place) -> None:
    place.deploy(one(user("n", camunda_dueDate="${day}", camunda_priority="${level}")))
    for day, level in [("P2D", 50), ("P1D", 10), ("P1D", 90), (None, None), (None, "80"), ("P1D", -5)]:
        place.start(day=day, level=level)
    rows = place.engine.reader(SECRETARY).inbox("role").rows
    assert [(row.due is not None, row.priority) for row in rows] == [
        (True, 90), (True, 10), (True, -5), (True, 50), (False, 80), (False, 50),
    ]  # fmt: skip


def test_a_priority_that_is_no_number_is_an_incident(place: Place) -> None:
    place.deploy(one(user("n", camunda_priority="${level}")))
    place.start(level="high")
    assert incident(place) == ("priority_invalid", {"value": "high"})


# --- workers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("own", "wanted"), [({}, 70), ({"camunda_taskPriority": "${level}"}, 9)])
def test_a_topic_and_its_priority(place: Place, own: dict[str, str], wanted: int) -> None:
    worker = m.element("serviceTask", "n", camunda_type="external", camunda_topic='${"print-" + place}', **own)
    place.deploy(one(worker, camunda_taskPriority="70"))
    place.start(place="a4", level=9)
    assert [(row.topic, row.priority) for row in place.rows(ru_external)] == [("print-a4", wanted)]


def test_a_send_task_with_a_topic_is_the_worker_s(place: Place) -> None:
    task = m.element("sendTask", "n", messageRef="M", camunda_type="external", camunda_topic="mail")
    place.deploy(m.message("M"), one(task))
    place.start()
    assert [row.topic for row in place.rows(ru_external)] == ["mail"]


# --- versions ------------------------------------------------------------------------------------------------------


def called(seen: str, **more: str) -> str:
    return m.process("q", m.start("qs"), m.script("t", seen, "seen"), m.end("qe"), "qs -> t -> qe", **more)


def caller(**bound: str) -> str:
    given = m.extensions('<camunda:out source="seen" target="seen"/>')
    return one(m.element("callActivity", "n", given, calledElement="${what}", **bound))


@pytest.mark.parametrize(
    ("bound", "variables", "seen"),
    [
        ({}, {}, 2),
        ({"camunda_calledElementBinding": "latest"}, {}, 2),
        ({"camunda_calledElementBinding": "deployment"}, {}, 1),
        ({"camunda_calledElementBinding": "version", "camunda_calledElementVersion": "1"}, {}, 1),
        ({"camunda_calledElementBinding": "version", "camunda_calledElementVersion": "${v}"}, {"v": 2}, 2),
        ({"camunda_calledElementBinding": "versionTag", "camunda_calledElementVersionTag": "first"}, {}, 1),
        ({"camunda_calledElementBinding": "versionTag", "camunda_calledElementVersionTag": "${v}"}, {"v": "second"}, 2),
    ],
)
def test_a_call_takes_the_version_it_is_bound_to(
    place: Place, bound: dict[str, str], variables: dict[str, Any], seen: int
) -> None:
    place.deploy(caller(**bound), called("1", camunda_versionTag="first"))
    place.later(minutes=1)
    place.deploy(called("2", camunda_versionTag="second"))
    case = place.start(what="q", **variables)
    assert place.engine.bus.hot.take(case, 1).scopes[1]["seen"] == seen  # type: ignore[union-attr]


def test_what_is_called_and_not_there_yet_is_tried_again(place: Place) -> None:
    place.deploy(caller())
    case = place.start(what="q")
    assert incident(place) == ("called_element_unknown", {"key": "q"})
    place.deploy(called("1"))
    again(place, case)
    assert place.tasks(case) == ["z"]


def test_a_version_nobody_can_tell_is_an_incident(place: Place) -> None:
    bound = {"camunda_calledElementBinding": "version", "camunda_calledElementVersion": "${v}"}
    place.deploy(caller(**bound), called("1"))
    place.start(what="q")
    assert incident(place)[0] == "version_missing"


@pytest.mark.parametrize(
    ("bound", "grade"),
    [
        ({}, "new"),
        ({"camunda_decisionRefBinding": "deployment"}, "old"),
        ({"camunda_decisionRefBinding": "version", "camunda_decisionRefVersion": "${v}"}, "old"),
        ({"camunda_decisionRefBinding": "versionTag", "camunda_decisionRefVersionTag": "1.0"}, "old"),
    ],
)
def test_a_decision_is_made_by_the_version_it_is_bound_to(place: Place, bound: dict[str, str], grade: str) -> None:
    def table(value: str, tag: str) -> bytes:
        dmn = m.decisions(m.table("d", ["x"], ["grade"], [f'- => "{value}"']))
        camunda = b' xmlns:camunda="http://camunda.org/schema/1.0/dmn"'
        named = dmn.replace(b'<decision id="d"', f'<decision id="d" camunda:versionTag="{tag}"'.encode())
        return named.replace(b' id="D"', camunda + b' id="D"', 1)

    rule = {"camunda_decisionRef": "d", "camunda_mapDecisionResult": "singleEntry", "camunda_resultVariable": "grade"}
    node = m.element("businessRuleTask", "n", **rule, **bound)
    place.system(c.Deploy, name="d", files={"p.bpmn": m.model(one(node)), "d.dmn": table("old", "1.0")})
    place.later(minutes=1)
    place.system(c.Deploy, name="d", files={"d.dmn": table("new", "2.0")})
    case = place.start(x=1, v=1)
    assert place.engine.bus.hot.take(case, 1).scopes[1]["grade"] == grade  # type: ignore[union-attr]


# --- how long a case is kept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lives", "until"), [("2", date(2026, 9, 2)), ("P1M", date(2026, 9, 30)), ("0", None)])
def test_a_case_is_kept_for_its_history_time_to_live(place: Place, lives: str, until: date | None) -> None:
    place.deploy(m.process("p", S, user("n"), E, "s -> n -> e", camunda_historyTimeToLive=lives))
    case = place.start()
    reader = place.engine.reader(SECRETARY)
    assert reader.case(case).row.keep_until is None
    place.do(case, "n")
    assert place.engine.reader(SECRETARY).case(case).row.keep_until == until
    if until is not None:
        with pytest.raises(NotPermitted):  # who may not erase it learns nothing of when it could be
            place.engine.handle(c.EraseInstance(actor=SECRETARY, instance=case, reason="өтініш"))
        with pytest.raises(MustBeKept, match=until.strftime("%d.%m.%Y")):
            place.system(c.EraseInstance, instance=case, reason="өтініш")
        place.later(days=(until - date(2026, 9, 1)).days)
        with pytest.raises(MustBeKept):
            place.system(c.EraseInstance, instance=case, reason="өтініш")
        place.later(days=1)
    assert place.system(c.EraseInstance, instance=case, reason="өтініш").seq


def test_the_version_tag_is_shown_with_the_case(place: Place) -> None:
    place.deploy(one(user("n"), camunda_versionTag="2026-1"))
    found = place.engine.reader(SECRETARY).case(place.start())
    assert (found.version, found.version_tag) == (1, "2026-1")


# --- the key of a case ---------------------------------------------------------------------------------------------


def test_a_field_of_the_start_form_is_the_case_s_key(place: Place) -> None:
    fields = '<camunda:formData businessKey="number"><camunda:formField id="number" type="string"/></camunda:formData>'
    place.deploy(m.process("p", m.start("s", m.extensions(fields)), user("n"), E, "s -> n -> e"))
    place.start(number="7-ө")
    place.start(number="7-ө")  # Camunda's key need not be unique; the property businessKey makes it so
    assert {row.business_key for row in place.rows(ru_instance)} == {"7-ө"}


def test_the_house_s_own_key_goes_before_it(place: Place) -> None:
    fields = '<camunda:formData businessKey="number"><camunda:formField id="number" type="string"/></camunda:formData>'
    own = m.extensions(m.properties(businessKey='"№ " + number'))
    place.deploy(m.process("p", own, m.start("s", m.extensions(fields)), user("n"), E, "s -> n -> e"))
    place.start(number="7")
    with pytest.raises(DuplicateKey):
        place.start(number="7")
    assert [row.business_key for row in place.rows(ru_instance)] == ["№ 7"]


def test_one_case_of_a_process_at_a_time_in_a_school(place: Place) -> None:
    place.deploy(
        m.process("p", m.extensions(m.properties(oneAtATime="true")), m.start("s"), user("n"), E, "s -> n -> e")
    )
    first = place.start()
    with pytest.raises(AlreadyUnderWay) as refused:
        place.start()
    assert refused.value.params == {"since": "01.09.2026"}
    other = place.start(school="law")
    place.system(c.CancelInstance, instance=first, reason="басқаша")
    second = place.start()
    place.system(c.CancelInstance, instance=other, reason="басқаша")
    before = place.rows(ru_instance)
    rebuild_in_place(place.engine.bus)
    assert place.rows(ru_instance) == before
    assert [row.id for row in before if row.unique_key] == [second]


def test_what_is_not_deployed_cannot_be_started(place: Place) -> None:
    with pytest.raises(NotFound):
        place.start("nothing")
