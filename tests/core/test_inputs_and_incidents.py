"""Proves that no value and no failure ends in a traceback, and that a retry does what had failed."""

from __future__ import annotations

from typing import Any

import pytest

from engine import commands as c
from engine.database import ru_incident, ru_subscription, ru_timer
from engine.errors import TooLarge
from tests.core.place import SECRETARY, Place, user
from tests.play import models as m


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [nested(51), nested(5000), "\ud800", 10**5000, float("nan"), "x" * 10_000_000], ids=range(6)
)
def test_a_value_nobody_could_keep_is_refused(place: Place, value: Any) -> None:
    place.deploy(m.process("p", m.start(), user("a"), m.end(), "s -> a -> e"))
    case = place.start()
    with pytest.raises(TooLarge):
        place.do(case, "a", x=value)
    place.do(case, "a", x=nested(40))
    assert place.state(case) == "completed"


def test_a_timer_that_could_not_be_taken_in_is_retried_whole(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of tokens strikes while the boundary event fires; the retry interrupts the task as it ought to."""
    boundary = m.boundary("b", "a", m.timer("Duration", "P1D"))
    place.deploy(
        m.process(
            "p", m.start(), user("a"), boundary, user("late"), m.end("e2"), m.end(), "s -> a -> e; b -> late -> e2"
        )
    )
    case = place.start()
    with monkeypatch.context() as tight:
        tight.setattr("engine.runtime.execution.MAX_TOKENS", 1)
        place.later(days=2)
    assert (place.tasks(case), [row.code for row in place.rows(ru_incident)]) == (["a"], ["limit_tokens"])
    incident = place.rows(ru_incident)[0].id
    place.system(c.RetryIncident, instance=case, incident=incident)
    assert (place.tasks(case), place.rows(ru_incident), place.rows(ru_timer)) == (["late"], [], [])


def test_a_message_that_could_not_be_taken_in_keeps_what_it_brought(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    boundary = m.boundary("b", "a", m.event("message", "M"))
    script = m.script("keep", "{kept: said + 1}")
    role = '"secretary@" + (if kept = 8 then school else "nobody")'
    path = "s -> a -> e; b -> keep -> late -> e2"
    place.deploy(
        m.message("M"),
        m.process("p", m.start(), user("a"), boundary, script, user("late", role), m.end("e2"), m.end(), path),
    )
    case = place.start()
    subscription = place.rows(ru_subscription)[0].id
    with monkeypatch.context() as tight:
        tight.setattr("engine.runtime.execution.MAX_TOKENS", 1)
        message = c.DeliverMessage(
            actor=c.ROUTER, instance=case, subscription=subscription, name="M", variables={"said": 7}
        )
        place.engine.handle(message)
    assert place.tasks(case) == ["a"]
    place.system(c.RetryIncident, instance=case, incident=place.rows(ru_incident)[0].id)
    place.do(case, "late")
    assert place.state(case) == "completed"


def test_a_page_of_suspended_tasks_hides_nothing(place: Place) -> None:
    due = {"camunda_dueDate": "${due}"}
    place.deploy(m.process("p", m.start(), user("a", **due), m.end(), "s -> a -> e"))
    for _ in range(52):
        place.system(c.SuspendInstance, instance=place.start(due="2026-09-02"), reason="тексеру")
    open_case = place.start(due="2026-10-02")
    page = place.engine.reader(SECRETARY).inbox("role")
    assert [row.instance for row in page.rows] == [open_case]


def test_what_is_offered_on_a_suspended_case_is_what_can_be_done(place: Place) -> None:
    place.deploy(m.process("p", m.start(), user("a"), m.end(), "s -> a -> e"))
    case = place.start()
    place.system(c.SuspendInstance, instance=case, reason="тексеру")
    assert place.engine.reader("p2").case(case).may == {"resume", "cancel"}
