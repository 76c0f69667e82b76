"""Keeps the list of cases whole: constructs that the tests of play show in another way, each as a step by step case."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

from tests.play import models as m
from tests.play.playing import START, advance, do, signal, start, tell

S, E, E2 = m.start(), m.end(), m.end("e2")
A, U, Z = m.user("a"), m.user("u"), m.user("z")
M, N, G, Q = m.message("M"), m.message("N"), m.signal("G"), m.escalation("Q")


def begun(definition: str, *globals_: str) -> bytes:
    return m.model(*globals_, m.process("P", m.start("s", definition), A, E, "s -> a -> e"))


def beside(definition: str, *globals_: str, interrupting: bool, body: str = "a") -> bytes:
    """Task a and an event sub-process with task u."""
    begin = m.start("es", definition, isInterrupting=str(interrupting).lower())
    inside = begin + U + m.end("ee") + m.flows("es -> u -> ee")
    esp = m.sub("esp", inside, by_event=True)
    raised = m.throw("t", m.event("escalation", "Q"))
    return m.model(*globals_, m.process("P", S, raised, A, E, esp, f"s -> {body} -> e"))


def worked(kind: str, **more: str) -> bytes:
    return m.model(m.process("P", S, m.element(kind, "t", **more), Z, E, "s -> t -> z -> e"))


TOPIC = {"camunda_type": "external", "camunda_topic": "mail"}
ANSWERED: list[tuple[Any, str]] = [(START, "~t"), ({"external": {"topic": "mail"}}, "z")]
OPERATION = m.element(
    "serviceTask", "t",
    m.extensions(m.properties(operation="number.allocate") + m.mapping({"series": "K"}, {"number": "${result}"})),
)  # fmt: skip
TABLE = m.decisions(m.table("fee", ["amount"], ["r"], ["> 5 => 1", "<= 5 => 2"]))
RULED = m.model(
    m.process(
        "P", S, m.element("businessRuleTask", "t", camunda_decisionRef="fee", camunda_resultVariable="r", camunda_mapDecisionResult="singleEntry"),
        m.xor("g"), A, Z, E, "s -> t -> g; g -> a [r = 1] -> e; g -> z [r = 2] -> e",
    )
)  # fmt: skip
ANSWER = m.model(
    M, N,
    m.process("P", S, m.element("sendTask", "t", messageRef="M"), m.catch("c", m.event("message", "N")), Z, E, "s -> t -> c -> z -> e"),
    m.process("Q", m.start("qs", m.event("message", "M")), m.throw("n", m.event("message", "N")), m.end("qe"), "qs -> n -> qe"),
)  # fmt: skip
LAST_WORD = m.model(
    M,
    m.process("P", S, A, m.end("e", m.event("message", "M")), "s -> a -> e"),
    m.process("Q", m.start("qs", m.event("message", "M")), m.user("q"), m.end("qe"), "qs -> q -> qe"),
)
HANDED = m.model(
    m.process(
        "P", S,
        m.element("callActivity", "c", m.extensions('<camunda:in sourceExpression="${x * 2}" target="y"/><camunda:out source="w" target="r"/>'), calledElement="Q"),
        m.xor("g"), A, Z, E, "s -> c -> g; g -> a [r = 9] -> e; g -> z [r != 9] -> e",
    ),
    m.process("Q", m.start("qs"), m.script("t", "y + 1", "w"), m.end("qe"), "qs -> t -> qe"),
)  # fmt: skip
LINKED = m.model(
    m.process(
        "P", S, m.some("f"), A, m.user("b"), m.throw("l1", '<linkEventDefinition name="L"/>'),
        m.catch("l2", '<linkEventDefinition name="L"/>'), m.some("j"), Z, E,
        "s -> f; f -> a [true] -> j; f -> b [true] -> l1; l2 -> j; j -> z -> e",
    )
)  # fmt: skip

DRAWN = m.model(
    '<collaboration id="C"><participant id="pool1" name="Мектеп" processRef="P"/><participant id="pool2" name="Басқа"/>'
    '<messageFlow id="mf" sourceRef="a" targetRef="pool2"/></collaboration><dataStore id="ds" name="Тізілім"/>',
    m.process(
        "P", '<laneSet id="ls"><lane id="l1" name="Хатшы"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane></laneSet>',
        S, A, E, '<dataObject id="do"/><dataObjectReference id="dor" dataObjectRef="do"/><dataStoreReference id="dsr" dataStoreRef="ds"/>'
        '<textAnnotation id="ta"><text>x</text></textAnnotation><association id="as" sourceRef="a" targetRef="ta"/><group id="gr"/>',
        "s -> a -> e",
    ),
)  # fmt: skip

CASES: dict[str, tuple[Any, list[tuple[Any, str]]]] = {
    "a message begins a process": (begun(m.event("message", "M"), M), [(tell("M"), "a"), (do("a"), ".")]),
    "a signal begins a process": (begun(m.event("signal", "G"), G), [(signal("G"), "a"), (do("a"), ".")]),
    "a condition begins a process": (begun(m.conditional("x > 5")), [(start(x=9), "a"), (do("a"), ".")]),
    "a cycle begins a process": (begun(m.timer("Cycle", "R1/PT1H")), [(advance("PT1H"), "a"), (do("a"), ".")]),
    "event sub-process: signal beside": (
        beside(m.event("signal", "G"), G, Q, interrupting=False), [(START, "a"), (signal("G"), "a u"), (signal("G"), "a u u"), (do("a"), "u u")],
    ),
    "event sub-process: condition beside": (
        beside(m.conditional("x > 5"), Q, interrupting=False), [(start(x=1), "a"), ({"correct": {"variables": {"x": 9}}}, "a u")],
    ),
    "event sub-process: escalation interrupts": (
        beside(m.event("escalation", "Q"), Q, interrupting=True, body="t -> a"), [(START, "u"), (do("u"), ".")],
    ),
    "event sub-process: conditions once each time": (
        beside(m.conditional("x > 5"), Q, interrupting=False),
        [(start(x=9), "a u"), ({"correct": {"variables": {"x": 8}}}, "a u"), ({"correct": {"variables": {"x": 1}}}, "a u"), ({"correct": {"variables": {"x": 9}}}, "a u u")],
    ),
    "ids that the library keeps for itself": (
        m.model(m.process("P", m.start("Start"), m.user("Root"), m.user("a"), m.user("A"), m.end("End"), "Start -> Root -> a -> A -> End")),
        [(START, "Root"), (do("Root"), "a"), (do("a"), "A"), (do("A"), ".")],
    ),
    "pools, lanes and data are drawing": (DRAWN, [(START, "a"), (do("a"), ".")]),
    "a throw event that throws nothing": (m.model(m.process("P", S, m.throw("t"), Z, E, "s -> t -> z -> e")), [(START, "z")]),
    "a message is sent and answered": (ANSWER, [(start("P"), "z"), (do("z"), ".")]),
    "an end event tells another process": (LAST_WORD, [(start("P"), "a"), (do("a"), "."), (do("q"), ".")]),
    "a service computes": (worked("serviceTask", camunda_expression="${x + 1}", camunda_resultVariable="y"), [(start(x=1), "z")]),
    "a service computes nothing sensible": (worked("serviceTask", camunda_expression="${[1,2,3]}"), [(START, "z")]),
    "a named operation": (m.model(m.process("P", S, OPERATION, Z, E, "s -> t -> z -> e")), [(START, "z")]),
    "a worker sends": (worked("sendTask", **TOPIC), ANSWERED),
    "a worker throws a message": (
        m.model(m.process("P", S, m.throw("t", '<messageEventDefinition camunda:type="external" camunda:topic="mail"/>'), Z, E, "s -> t -> z -> e")), ANSWERED,
    ),
    "a worker tells the end": (
        m.model(m.process("P", S, m.end("t", '<messageEventDefinition camunda:type="external" camunda:topic="mail"/>'), "s -> t")),
        [(START, "~t"), ({"external": {"topic": "mail"}}, ".")],
    ),
    "a worker decides": (worked("businessRuleTask", **TOPIC), ANSWERED),
    "a send task computes": (worked("sendTask", camunda_expression="${1}"), [(START, "z")]),
    "a rule task computes": (worked("businessRuleTask", camunda_expression="${1}", camunda_resultVariable="r"), [(START, "z")]),
    "a script": (m.model(m.process("P", S, m.script("t", "x + 1", "y"), Z, E, "s -> t -> z -> e")), [(start(x=1), "z")]),
    "a decision": ({"p.bpmn": RULED, "d.dmn": TABLE}, [(start(amount=9), "a"), (do("a"), ".")]),
    "a called process hands back": (HANDED, [(start("P", x=4), "a")]),
    "an inclusive join waits for who comes by a link": (LINKED, [(START, "a b"), (do("a"), "b"), (do("b"), "z"), (do("z"), ".")]),
}  # fmt: skip
