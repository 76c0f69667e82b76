"""Messages, signals, errors, escalations and conditions: who catches what, and what is open afterwards."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, do, follow, play, signal, start, tell, users

A, B, R, Z = (m.user(id) for id in "abrz")
S, E, E2 = m.start(), m.end(), m.end("e2")
M, N, G = m.message("M"), m.message("N"), m.signal("G")
X, ANY_ERROR = m.error("X"), m.event("error")
CALM = m.escalation("Q")


def beside(definition: str, *globals_: str, interrupting: bool = True) -> bytes:
    return m.model(
        *globals_,
        m.process(
            "P",
            S,
            A,
            m.boundary("b", "a", definition, interrupting=interrupting),
            R,
            E,
            E2,
            "s -> a -> e; b -> r -> e2",
        ),
    )


def throwing(end: str, boundary: str, *globals_: str, interrupting: bool = True) -> bytes:
    """A sub-process that ends by throwing, a boundary event on it."""
    inside = m.sub("sp", m.start("s1") + m.user("u") + m.end("e1", end) + m.flows("s1 -> u -> e1"))
    return m.model(
        *globals_,
        m.process("P", S, inside, m.boundary("b", "sp", boundary, interrupting=interrupting), R, Z, E, E2,
                  "s -> sp -> z -> e; b -> r -> e2"),
    )  # fmt: skip


CATCH = m.model(M, m.process("P", S, m.catch("c", m.event("message", "M")), Z, E, "s -> c -> z -> e"))
KEYED = m.model(
    M,
    m.process(
        "P",
        S,
        m.catch("c", m.extensions(m.properties(messageKey="order")) + m.event("message", "M")),
        Z,
        E,
        "s -> c -> z -> e",
    ),
)

CASES = {
    "message": (CATCH, [(START, "~c"), (tell("N"), "~c ?not_waiting"), (tell("M"), "z"), (do("z"), ".")]),
    "message by its key": (KEYED, [(start(order="7"), "~c"), (tell("M", "8"), "~c ?not_waiting"), (tell("M", "7"), "z")]),
    "a number as key": (KEYED, [(start(order=7), "~c"), ({"message": {"name": "M", "key": 7}}, "z")]),
    "message without key finds whoever waits": (KEYED, [(start(order="7"), "~c"), (tell("M"), "z")]),
    "message by the business key": (
        CATCH,
        [({"start": {"business_key": "K1"}}, "~c"), (tell("M", "K2"), "~c ?not_waiting"), (tell("M", "K1"), "z")],
    ),
    "receive task": (
        m.model(M, m.process("P", S, m.element("receiveTask", "c", messageRef="M"), Z, E, "s -> c -> z -> e")),
        [(START, "~c"), (tell("M"), "z")],
    ),
    "message boundary": (beside(m.event("message", "M"), M), [(START, "a"), (tell("M"), "r"), (tell("M"), "r ?not_waiting")]),
    "message boundary beside, as often as it comes": (
        beside(m.event("message", "M"), M, interrupting=False),
        [(START, "a"), (tell("M"), "a r"), (tell("M"), "a r r"), (do("a"), "r r"), (tell("M"), "r r ?not_waiting")],
    ),
    "event gateway: the message": (
        m.model(M, m.process("P", S, m.element("eventBasedGateway", "g"), m.catch("t", m.timer("Duration", "P1D")), A,
                             m.catch("c", m.event("message", "M")), B, E, "s -> g; g -> t -> a -> e; g -> c -> b -> e")),
        [(START, "~c ~t"), (tell("M"), "b"), (advance("P2D"), "b"), (do("b"), ".")],
    ),
    "one message goes to one of two": (
        m.model(M, m.process("P", S, m.both("f"), m.catch("c1", m.event("message", "M")), m.catch("c2", m.event("message", "M")),
                             A, B, E, "s -> f; f -> c1 -> a -> e; f -> c2 -> b -> e")),
        [(START, "~c1 ~c2"), (tell("M"), "a ~c2"), (tell("M"), "a b")],
    ),
    "signal goes to everybody": (
        m.model(G, m.process("P", S, m.both("f"), m.catch("c1", m.event("signal", "G")), m.catch("c2", m.event("signal", "G")),
                             A, B, E, "s -> f; f -> c1 -> a -> e; f -> c2 -> b -> e")),
        [(START, "~c1 ~c2"), (signal("G"), "a b"), (signal("G"), "a b ?not_waiting")],
    ),
    "signal boundary": (beside(m.event("signal", "G"), G), [(START, "a"), (signal("G"), "r")]),
    "signal boundary beside": (beside(m.event("signal", "G"), G, interrupting=False), [(START, "a"), (signal("G"), "a r"), (signal("G"), "a r r")]),
    "a signal thrown is heard in the same instance": (
        m.model(G, m.process("P", S, m.both("f"), A, m.throw("t", m.event("signal", "G")), m.catch("c", m.event("signal", "G")), Z, E, E2,
                             "s -> f; f -> a -> t -> e; f -> c -> z -> e2")),
        [(START, "a ~c"), (do("a"), "z"), (do("z"), ".")],
    ),
    "a signal end is heard": (
        m.model(G, m.process("P", S, m.both("f"), A, m.end("e", m.event("signal", "G")), m.catch("c", m.event("signal", "G")), Z, E2,
                             "s -> f; f -> a -> e; f -> c -> z -> e2")),
        [(START, "a ~c"), (do("a"), "z")],
    ),
    "error caught by its code": (throwing(m.event("error", "X"), m.event("error", "X"), X), [(START, "u"), (do("u"), "r"), (do("r"), ".")]),
    "error caught whatever its code": (throwing(m.event("error", "X"), ANY_ERROR, X), [(START, "u"), (do("u"), "r")]),
    "error of another code is not caught": (
        throwing(m.event("error", "X"), m.event("error", "Y"), X, m.error("Y")), [(START, "u"), (do("u"), "!error_uncaught")],
    ),
    "escalation interrupts": (throwing(m.event("escalation", "Q"), m.event("escalation", "Q"), CALM), [(START, "u"), (do("u"), "r")]),
    "escalation beside": (
        throwing(m.event("escalation", "Q"), m.event("escalation", "Q"), CALM, interrupting=False), [(START, "u"), (do("u"), "r z")],
    ),
    "escalation nobody catches goes on": (
        m.model(CALM, m.process("P", S, m.throw("t", m.event("escalation", "Q")), Z, E, "s -> t -> z -> e")), [(START, "z")],
    ),
    "escalation thrown on the way": (
        m.model(CALM, m.process("P", S, m.sub("sp", m.start("s1") + m.throw("t", m.event("escalation", "Q")) + m.user("u") + m.end("e1")
                                              + m.flows("s1 -> t -> u -> e1")),
                                m.boundary("b", "sp", m.event("escalation", "Q"), interrupting=False), R, E, E2,
                                "s -> sp -> e; b -> r -> e2")),
        [(START, "r u"), (do("u"), "r"), (do("r"), ".")],
    ),
    "condition boundary": (
        m.model(m.process("P", S, m.both("f"), A, m.boundary("b", "a", m.conditional("x > 5")), m.user("w"), R, E, E2,
                          "s -> f; f -> a -> e; f -> w -> e; b -> r -> e2")),
        [(start(x=1), "a w"), (do("w", x=9), "r")],
    ),
    "condition boundary beside, each time it becomes true": (
        m.model(m.process("P", S, m.both("f"), A, m.boundary("b", "a", m.conditional("x > 5"), interrupting=False),
                          m.xor("i"), m.user("w"), R, E, E2, "s -> f; f -> a -> e; f -> i -> w -> i; b -> r -> e2")),
        [(start(x=1), "a w"), (do("w", x=9), "a r w"), (do("w", x=8), "a r w"), (do("w", x=2), "a r w"), (do("w", x=7), "a r r w")],
    ),
    "condition on the way": (
        m.model(m.process("P", S, m.both("f"), A, m.catch("c", m.conditional("x > 5")), Z, E, "s -> f; f -> a -> e; f -> c -> z -> e")),
        [(start(x=1), "a ~c"), (do("a", x=9), "z")],
    ),
    "condition that holds already": (
        m.model(m.process("P", S, m.catch("c", m.conditional("x > 5")), Z, E, "s -> c -> z -> e")), [(start(x=9), "z")],
    ),
    "condition that is null waits": (
        m.model(m.process("P", S, m.catch("c", m.conditional("x > 5")), Z, E, "s -> c -> z -> e")), [(START, "~c")],
    ),
    "condition beside a called process sees the caller's variables": (
        m.model(m.process("P", S, m.both("f"), m.element("callActivity", "c", calledElement="Q"), B, R, E, E2,
                          m.boundary("w", "c", m.conditional("x > 5"), interrupting=False),
                          "s -> f; f -> c -> e; f -> b -> e; w -> r -> e2"),
                m.process("Q", m.start("sq"), A, m.end("eq"), "sq -> a -> eq")),
        [(start("P", x=1), "a b"), (do("b", x=9), "a r")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_open(name: str) -> None:
    model, script = CASES[name]
    follow(model, script)


def waits_by(line: dict[str, Any], kind: str) -> list[str]:
    return [entry["id"] for entry in line["open"] if entry["waiting"] == kind]


def test_what_is_waited_for_is_named() -> None:
    message = play(CATCH, START)[0]["open"]
    assert message == [{"id": "c", "name": "c", "waiting": "message", "due": None, "message": "M"}]
    condition = play(m.model(m.process("P", S, m.catch("c", m.conditional("x")), E, "s -> c -> e")), START)[0]
    assert waits_by(condition, "condition") == ["c"]
    assert waits_by(play(beside(m.event("signal", "G"), G), START)[0], "signal") == ["b"]


@pytest.mark.parametrize("kind", ["message", "signal"])
@pytest.mark.parametrize("place", [m.catch, m.throw])
def test_a_name_that_is_null_is_an_incident_that_names_the_variable(kind: str, place: Any) -> None:
    declared = (m.message if kind == "message" else m.signal)("N", "Reply-${order}")
    model = m.model(declared, m.process("P", S, place("c", m.event(kind, "N")), E, "s -> c -> e"))
    (line,) = play(model, START)
    assert (line["status"], line["error"]["code"], line["error"]["element"]) == ("failed", "event_name_null", "c")
    assert ": order." in line["error"]["message"]


def test_a_message_brings_variables() -> None:
    assert play(CATCH, START, tell("M", x=7))[-1]["variables"] == {"x": 7}


def test_the_error_code_is_told() -> None:
    coded = f'<errorEventDefinition errorRef="X"{m.attributes(camunda_errorCodeVariable="code")}/>'
    line = play(throwing(m.event("error", "X"), coded, m.error("X", "E-42")), START, do("u"))[-1]
    assert line["variables"] == {"code": "E-42"}


# --- between instances ---------------------------------------------------------------------------------------------

SENDER = m.process("A", S, m.user("go"), m.throw("t", m.extensions(m.mapping({"amount": "${x}"})) + m.event("message", "M")),
                   m.catch("c", m.event("message", "N")), Z, E, "s -> go -> t -> c -> z -> e")  # fmt: skip
STARTED = m.process("B", m.start("s", m.event("message", "M")).replace('"s"', '"sb"'), m.user("w"),
                    m.end("eb", m.event("message", "N")), "sb -> w -> eb")  # fmt: skip


def test_a_thrown_message_starts_a_process_and_its_answer_comes_back() -> None:
    files = {"a.bpmn": m.model(M, N, SENDER), "b.bpmn": m.model(M, N, STARTED)}
    lines = play(files, START, do("go", x=7), do("w"), do("z"))
    (other,) = lines[1]["instances"]
    assert (other["process"], other["status"], other["variables"]) == ("B", "running", {"amount": 7})
    assert users(other) == ["w"]
    assert users(lines[2]) == ["z"]
    assert lines[2]["instances"][0]["status"] == "completed"
    assert lines[3]["status"] == "completed"


def test_a_message_step_starts_a_process_that_begins_with_it() -> None:
    model = m.model(M, N, STARTED)
    lines = play(model, tell("M", "K", x=1), tell("M", "L"))
    assert users(lines[0]) == ["w"]
    assert lines[0]["variables"] == {"x": 1}
    assert [(i["business_key"], users(i)) for i in lines[1]["instances"]] == [("L", ["w"])]


def test_a_signal_starts_a_process_that_begins_with_it() -> None:
    model = m.model(G, m.process("P", m.start("s", m.event("signal", "G")), A, E, "s -> a -> e"))
    assert users(play(model, signal("G"))[0]) == ["a"]


def test_a_thrown_signal_starts_processes_and_is_heard_in_others() -> None:
    thrower = m.process("T", S, m.end("e", m.event("signal", "G")), "s -> e")
    listener = m.process(
        "L", m.start("sl"), m.catch("c", m.event("signal", "G")), m.user("l"), m.end("el"), "sl -> c -> l -> el"
    )
    begun = m.process("N", m.start("sn", m.event("signal", "G")), m.user("n"), m.end("en"), "sn -> n -> en")
    line = play(m.model(G, thrower, listener, begun), start("L"), start("T"))[-1]
    assert line["status"] == "completed"
    assert {i["process"]: users(i) for i in line["instances"]} == {"L": ["l"], "N": ["n"]}


def test_an_early_message_waits_for_its_receiver() -> None:
    sender = m.process("A", S, m.end("e", m.event("message", "M")), "s -> e")
    receiver = m.process(
        "B",
        m.start("sb"),
        m.user("u"),
        m.catch("c", m.event("message", "M")),
        m.user("w"),
        m.end("eb"),
        "sb -> u -> c -> w -> eb",
    )
    lines = play(m.model(M, sender, receiver), start("B"), start("A"), do("u"))
    assert users(lines[-1]["instances"][0]) == ["w"]


def test_send_task_sends() -> None:
    sender = m.process("A", S, m.element("sendTask", "t", messageRef="M"), Z, E, "s -> t -> z -> e")
    line = play({"a.bpmn": m.model(M, sender), "b.bpmn": m.model(M, N, STARTED)}, START)[0]
    assert users(line) == ["z"]
    assert users(line["instances"][0]) == ["w"]
