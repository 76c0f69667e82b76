"""Training by ASB: programme, attendance, test, certificates, the next date for who was missing or failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine import commands as c
from tests.play import models as m
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import day
from tests.processes.reporting import calendar, term

MODES = (False,)  # only the longest course runs a second time without memory

BOTH = ["pedagogical_expertise", "capa"]


def need(faculty: Faculty, person: str, *topics: str) -> None:
    """Somebody sends the message as P01, P03 and P13 do."""
    asked = json.dumps(topics)
    given = m.mapping({"person_id": person, "topics": f"${{{asked}}}"})
    key = m.properties(messageKey=f'"{person}"')
    throw = m.element("intermediateThrowEvent", "t", m.extensions(key + given) + m.event("message", "M"))
    name = f"asking_{person}"
    model = m.model(
        m.message("M", "training.required"), m.process(name, m.start("s"), throw, m.end("e"), "s -> t -> e")
    )
    faculty.do(c.Deploy(actor=c.SYSTEM, name=name, files={f"{name}.bpmn": model}))
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition=name, school=SCHOOL))


class Training:
    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        while not (offered := [row for row in faculty.offered("asb1", "plan") if row.school == SCHOOL]):
            faculty.wait(days=1)
        self.case = offered[0].instance

    def do(self, person: str, element: str, **answers: Any) -> None:
        self.faculty.answer(person, element, self.case, **answers)

    def plan(self, date: str = "2026-09-14", **more: Any) -> None:
        self.do("asb1", "plan", session_date=date, trainer="asb1", programme="Түпкі себепті талдау", **more)
        self.do("asb1", "invite", invitation="Сағат 15:00-де")

    def mark(self, **marks: str) -> None:
        shown = self.faculty.page("asb1", "test", self.case).data["results"]
        rows = []
        for row in shown:
            mark = marks.get(row["person"], "")
            came = {"attended": bool(mark), **({"mark": mark} if mark else {})}
            rows.append({**row, **(came if row["reply"] != "proof" else {})})
        self.do("asb1", "test", results=[{k: v for k, v in row.items() if v is not None} for row in rows])

    def record(self) -> None:
        shown = self.faculty.page("asb1", "record", self.case).data["trained"]
        rows = [{**row, "certificate_no": None if row["covered"] else f"{n}-с"} for n, row in enumerate(shown, 1)]
        rows = [{k: v for k, v in row.items() if v is not None} for row in rows]
        self.do("asb1", "record", **({"trained": rows} if rows else {}))

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)


def needs(faculty: Faculty, person: str) -> Mapping[str, str]:
    return {
        row["topic"]: row["status"] for row in faculty.register("training_needs").values() if row["person"] == person
    }


@pytest.mark.both_ways
def test_7_9_4_3_who_needs_it_is_taught_tested_and_given_a_certificate(faculty: Faculty) -> None:
    need(faculty, "m4", "PEDAGOGY")
    need(faculty, "m5")
    training = Training(faculty)  # one for both
    assert faculty.register("training_needs")["m4/capa/2026-09-07"]["due"] == day("2026-12-07")
    training.plan(topics=BOTH, audience=["m4", "m5"])
    training.do("m4", "attend", reply="yes")
    training.do("m5", "attend", reply="yes")
    assert training.open == []
    faculty.wait_for_day(day("2026-09-14"))
    training.mark(m4="passed", m5="passed")
    training.record()
    assert (faculty.state(training.case), faculty.incidents()) == ("completed", [])
    assert [needs(faculty, one) for one in ("m4", "m5")] == [dict.fromkeys(BOTH, "done")] * 2
    records = faculty.register("training_records").values()
    assert {(row["person"], row["certificate_no"], row["status"]) for row in records} == {
        ("m4", "1-с", "trained"),
        ("m5", "2-с", "trained"),
    }


def test_7_9_4_3_who_was_missing_or_failed_is_invited_to_a_next_date(faculty: Faculty) -> None:
    for one in ("m4", "m5", "m6"):
        need(faculty, one, "capa")
    training = Training(faculty)
    assert faculty.page("asb1", "plan", training.case).data["audience"] == ["m4", "m5", "m6"]
    training.plan()
    training.do("m5", "attend", reply="no")  # and m6 says nothing
    training.do("m4", "attend", reply="yes")
    faculty.wait_for_day(day("2026-09-14"), hour=19)
    training.mark(m4="failed")
    training.record()
    assert set(faculty.page("asb1", "plan", training.case).data["audience"]) == {"m4", "m5", "m6"}
    training.plan("2026-09-21")
    for one in ("m4", "m5", "m6"):
        training.do(one, "attend", reply="yes")
    faculty.wait_for_day(day("2026-09-21"))
    training.mark(m4="passed", m5="passed")
    training.record()  # two dates are over; who is still missing waits for another training
    assert (needs(faculty, "m4"), needs(faculty, "m6")) == ({"capa": "done"}, {"capa": "open"})
    faculty.wait(minutes=1)
    assert faculty.page("asb1", "plan", Training(faculty).case).data["audience"] == ["m6"]


def test_7_9_4_3_a_topic_covered_elsewhere_is_proved(faculty: Faculty) -> None:
    need(faculty, "m4", "capa")
    training = Training(faculty)
    training.plan()
    with pytest.raises(FormRefused):
        training.do("m4", "attend", reply="proof")
    training.do("m4", "attend", reply="proof", proof="Куәлік № 12")
    faculty.wait_for_day(day("2026-09-14"))
    training.mark()
    training.record()
    (row,) = faculty.register("training_records").values()
    assert (row["status"], row["proof"], needs(faculty, "m4")) == ("covered", "Куәлік № 12", {"capa": "done"})


def test_7_9_4_3_a_member_who_joins_meanwhile_waits_for_the_next_one_and_nobody_is_asked_twice(
    faculty: Faculty,
) -> None:
    need(faculty, "m4", "capa")
    training = Training(faculty)
    need(faculty, "m5", "peer_review")
    need(faculty, "m4", "capa")
    assert len(faculty.register("training_needs")) == 2
    training.plan()
    training.do("m4", "attend", reply="yes")
    faculty.wait_for_day(day("2026-09-14"))
    training.mark(m4="passed")
    training.record()
    faculty.wait(minutes=1)
    shown = faculty.page("asb1", "plan", Training(faculty).case).data
    assert (shown["audience"], shown["topics"]) == (["m5"], ["peer_review"])


def test_7_9_4_3_once_a_year_members_and_those_responsible_for_control_are_looked_at(faculty: Faculty) -> None:
    faculty.appoint("head", "kib", "eng-cs")
    calendar(faculty)
    term(faculty, "spring_start", "2027-01-20")
    assert faculty.offered("asb1", "plan") == []
    faculty.wait_for_day(day("2027-03-01"))
    training = Training(faculty)
    asked = faculty.page("asb1", "plan", training.case).data["audience"]
    assert set(asked) == {*faculty.members, "head"}


def test_7_9_4_3_the_need_of_who_has_left_is_dropped(faculty: Faculty) -> None:
    need(faculty, "m4", "capa")
    training = Training(faculty)
    training.plan(audience=["m5"])
    training.do("m5", "attend", reply="yes")
    faculty.dismiss("m4", "member")
    faculty.wait_for_day(day("2026-09-14"))
    training.mark(m5="passed")
    training.record()
    faculty.wait(days=1)
    assert needs(faculty, "m4") == {"capa": "dropped"}
