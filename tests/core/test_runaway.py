"""Proves on the real engine that what would go on for ever is stopped, recorded, and can be repaired or cancelled."""

from __future__ import annotations

import time

import pytest

from engine import commands as c
from engine.database import ru_incident, ru_instance, ru_outbox
from engine.outbox import router
from engine.runtime import decide
from tests.core.place import Place, user
from tests.play import models as m

S, E = m.start(), m.end()


GATES = (m.xor("i"), m.xor("g", default="g_i"), S, E)
WAITS = m.catch("a", m.timer("Duration", "PT0S"))
STOP = m.extensions('<camunda:in source="stop" target="stop"/>')
CALL = m.element("callActivity", "c", STOP, calledElement="p")
MANY = m.loop(cardinality="${if stop = 1 then 2 else 1000000000}")
ROUND = "s -> i -> t -> g -> i; g -> e [stop = 1]"
CIRCLES: dict[str, tuple[str, str]] = {
    "never waits": (m.process("p", *GATES, m.element("task", "t"), ROUND), "limit_steps"),
    "doubles a text": (m.process("p", *GATES, m.script("t", "{x: x + x}"), ROUND), "feel_limit"),
    "is due at once": (
        m.process(
            "p", *GATES, WAITS, m.both("f"), user("u"), m.end("e2"),
            "s -> f -> i -> a -> g -> i; f -> u -> e2; g -> e [stop = 1]",
        ),
        "limit_pace",
    ),
    "does too much at once": (m.process("p", S, m.element("task", "t", MANY), E, "s -> t -> e"), "limit_tokens"),
    "calls itself": (
        m.process("p", S, m.xor("g", default="g_c"), CALL, E, "s -> g -> c -> e; g -> e [stop = 1]"), "limit_nesting",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CIRCLES)
def test_it_is_stopped_and_can_be_cancelled(place: Place, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "MAX_PACE", 200)
    process, code = CIRCLES[what]
    place.deploy(process)
    started = time.process_time()
    case = place.start(x="ab", stop=0)
    place.engine.settle()
    assert time.process_time() - started < 30
    incidents = [row for row in place.rows(ru_incident) if row.instance == case]
    assert {row.code for row in incidents} == {code}
    assert place.state(case) == "active"
    assert place.engine.settle() == 0, "nothing moves by itself any more"
    place.system(c.CancelInstance, instance=case, reason="айналым")
    assert (place.state(case), place.rows(ru_incident)) == ("cancelled", [])
    assert place.verified()


@pytest.mark.parametrize("what", [what for what in CIRCLES if what != "calls itself"])
def test_it_goes_on_when_the_variables_are_put_right(place: Place, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "MAX_PACE", 200)
    process, _ = CIRCLES[what]
    place.deploy(process)
    case = place.start(x="ab", stop=0)
    place.engine.settle()
    place.system(c.CorrectVariables, instance=case, variables={"stop": 1, "x": ""}, reason="түзету")
    for incident in place.rows(ru_incident):
        place.system(c.RetryIncident, instance=case, incident=incident.id)
    place.engine.settle()
    assert place.rows(ru_incident) == []
    assert place.state(case) == ("active" if what == "is due at once" else "completed")
    assert place.verified()


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_processes_that_begin_each_other_for_ever_are_stopped(
    place: Place, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "MAX_CHAIN", 100)
    names = [m.message(name) if kind == "message" else m.signal(name) for name in ("A", "B")]
    answers = [
        m.process(id, m.start(f"{id}s", m.event(kind, hears)), m.end(f"{id}e", m.event(kind, says)), f"{id}s -> {id}e")
        for id, hears, says in (("p", "A", "B"), ("q", "B", "A"))
    ]
    place.deploy(*names, *answers, m.process("r", S, m.end("e", m.event(kind, "A")), "s -> e"))
    place.start("r")
    for _ in range(3):
        place.engine.settle()
    begun = len(place.rows(ru_instance))
    assert begun <= router.MAX_CHAIN + 2
    assert [row.state for row in place.rows(ru_outbox)] == ["dead"], "somebody is told"
    place.later(days=1)
    assert len(place.rows(ru_instance)) == begun
    assert place.verified()


def test_two_cases_that_answer_each_other_for_ever_are_stopped(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "MAX_CHAIN", 100)

    def answering(id: str, hears: str, says: str) -> str:
        parts = [m.catch(f"{id}c", m.event("message", hears)), m.throw(f"{id}t", m.event("message", says))]
        ways = [m.xor(f"{id}i"), m.xor(f"{id}g", default=f"{id}g_{id}i"), m.start(f"{id}s"), m.end(f"{id}e")]
        path = f"{id}s -> {id}i -> {id}c -> {id}t -> {id}g -> {id}i; {id}g -> {id}e [stop = 1]"
        return m.process(id, *parts, *ways, path)

    kick = m.process("r", m.start("rs"), m.end("re", m.event("message", "A")), "rs -> re")
    place.deploy(m.message("A"), m.message("B"), answering("p", "A", "B"), answering("q", "B", "A"), kick)
    cases = [place.start(id, stop=0) for id in ("p", "q")]
    place.start("r")
    for _ in range(3):
        place.engine.settle()
    assert [row.state for row in place.rows(ru_outbox)] == ["dead"]
    assert [place.state(case) for case in cases] == ["active", "active"]
    for case in cases:
        place.system(c.CancelInstance, instance=case, reason="айналым")
    assert place.verified()


def test_a_case_that_asks_many_others_one_by_one_is_not_stopped(place: Place) -> None:
    asked = m.loop(cardinality="130", sequential=True)
    ask = m.start("s1") + m.throw("t", m.event("message", "A")) + m.catch("c", m.event("message", "B"))
    inside = ask + m.end("e1") + m.flows("s1 -> t -> c -> e1")
    asking = m.process("p", S, m.sub("sp", inside, before=asked), E, "s -> sp -> e")
    begun, said = m.start("qs", m.event("message", "A")), m.end("qe", m.event("message", "B"))
    place.deploy(m.message("A"), m.message("B"), asking, m.process("q", begun, said, "qs -> qe"))
    case = place.start()
    place.engine.settle()
    assert place.state(case) == "completed"


def test_many_dates_that_have_passed_are_not_stopped(place: Place) -> None:
    many = m.sub("sp", m.start("s1") + m.catch("t", m.timer("Date", "2026-01-01T00:00:00Z")) + m.end("e1")
                 + m.flows("s1 -> t -> e1"), before=m.loop(cardinality="1001"))  # fmt: skip
    place.deploy(m.process("p", S, many, E, "s -> sp -> e"))
    case = place.start()
    place.engine.settle()
    assert place.state(case) == "completed"
