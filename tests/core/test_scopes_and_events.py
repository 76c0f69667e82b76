"""Proves what happens where scopes, events and multi-instances meet: BPMN 2.0.2 §13.4 and §13.5, each case by hand."""

from __future__ import annotations

from engine.database import ru_subscription, ru_timer
from tests.core.place import Place, user
from tests.play import models as m
from tests.play.playing import do, do_all, follow, start

_EACH = m.start("is") + user("work") + m.end("ie") + m.flows("is -> work -> ie")


def _by_event(id: str, begin: str, inner: str, path: str) -> str:
    return m.sub(id, m.start(f"{id}_s", begin) + inner + m.flows(f"{id}_s -> {path}"), by_event=True)


def test_an_instance_that_is_done_leaves_nothing_armed(place: Place) -> None:
    """Else a message would go to a wait that is no more, and pass by the case that does wait."""
    handlers = _by_event("late", m.timer("Duration", "P5D"), m.end("le"), "le")
    handlers += _by_event("told", m.event("message", "M"), m.end("te"), "te")
    each = m.sub("each", _EACH + handlers, before=m.loop("items", "x"))
    place.deploy(m.message("M"), m.process("p", m.start(), each, user("after"), m.end(), "s -> each -> after -> e"))
    case = place.start(items=[1, 2])
    assert (len(place.rows(ru_timer)), len(place.rows(ru_subscription))) == (2, 2)
    place.do(case, "work")
    assert (len(place.rows(ru_timer)), len(place.rows(ru_subscription))) == (1, 1)
    place.do(case, "work")
    assert (place.rows(ru_timer), place.rows(ru_subscription)) == ([], [])
    place.later(days=6)
    assert place.tasks(case) == ["after"]
    assert place.verified()


def test_what_a_handler_throws_it_does_not_catch_itself() -> None:
    for kind, declared in (("error", m.error("E1")), ("escalation", m.escalation("E1"))):
        again = _by_event("handler", m.event(kind, "E1"), m.end("he", m.event(kind, "E1")), "he")
        inner = m.start("is") + m.end("ie", m.event(kind, "E1")) + m.flows("is -> ie") + again
        model = m.model(
            declared,
            m.process(
                "p", m.start(), m.sub("part", inner), m.boundary("b", "part", m.event(kind, "E1")), m.user("caught"),
                m.end("e2"), m.end(), "s -> part -> e; b -> caught -> e2",
            ),
        )  # fmt: skip
        follow(model, [(start(), "caught"), (do("caught"), ".")])


def test_who_is_interrupted_by_the_own_signal_goes_nowhere() -> None:
    handler = _by_event("handler", m.event("signal", "S1"), m.user("handle") + m.end("he"), "handle -> he")
    going_on = m.model(
        m.signal("S1"),
        m.process(
            "p", m.start(), m.throw("t", m.event("signal", "S1")), m.user("on"), m.end(), "s -> t -> on -> e", handler
        ),
    )
    follow(going_on, [(start(), "handle"), (do("handle"), ".")])
    ending = m.model(m.signal("S1"), m.process("p", m.start(), m.end("t", m.event("signal", "S1")), "s -> t", handler))
    follow(ending, [(start(), "handle"), (do("handle"), ".")])
    inner = (
        m.start("is")
        + m.throw("t", m.event("signal", "S1"))
        + m.user("on")
        + m.end("ie")
        + m.flows("is -> t -> on -> ie")
    )
    around = m.model(
        m.signal("S1"),
        m.process(
            "p", m.start(), m.sub("part", inner), m.boundary("b", "part", m.event("signal", "S1")), m.user("caught"),
            m.end("e2"), m.end(), "s -> part -> e; b -> caught -> e2",
        ),
    )  # fmt: skip
    follow(around, [(start(), "caught"), (do("caught"), ".")])


def test_a_called_process_does_not_rename_its_caller() -> None:
    """camunda:out variables="all" hands back values, not what the called process is."""
    called = m.process("q", m.start("qs"), m.script("c", "{y: process}"), m.end("qe"), "qs -> c -> qe")
    call = m.element(
        "callActivity", "call", m.extensions('<camunda:in variables="all"/><camunda:out variables="all"/>'),
        calledElement="q",
    )  # fmt: skip
    name = m.script("name", "{is: process}")
    model = m.model(called, m.process("p", m.start(), call, name, m.user("a"), m.end(), "s -> call -> name -> a -> e"))
    line = follow(model, [(start(process="p"), "a")], process="p")[0]
    assert (line["variables"]["y"], line["variables"]["is"]) == ("q", "p")


def test_a_condition_beside_many_sees_what_they_map() -> None:
    many = m.user("w", m.loop("items", "x") + m.extensions(m.mapping(outputs={"stop": "${stop}"})))
    model = m.model(
        m.process(
            "p", m.start(), many, m.boundary("b", "w", m.conditional("stop = true")), m.user("stopped"), m.end("e2"),
            m.end(), "s -> w -> e; b -> stopped -> e2",
        )
    )  # fmt: skip
    begin = start(items=[1, 2], stop=False)
    follow(model, [(begin, "w w"), (do("w", stop=True), "stopped"), (do("stopped"), ".")])
    follow(model, [(begin, "w w"), (do_all("w", stop=False), ".")])
