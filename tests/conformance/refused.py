"""Keeps the conformance table honest about what is refused: a model for each position of an event and each element."""

from __future__ import annotations

from tests.conformance.table import EVENTS, PLACES
from tests.play import models as m

GLOBALS = m.message("M") + m.signal("G") + m.error("X") + m.escalation("Q")
DEFINITIONS = {
    "none": "",
    "message": m.event("message", "M"),
    "timer": m.timer("Duration", "P1D"),
    "conditional": m.conditional("x > 1"),
    "signal": m.event("signal", "G"),
    "error": m.event("error", "X"),
    "escalation": m.event("escalation", "Q"),
    "link": '<linkEventDefinition name="L"/>',
    "terminate": "<terminateEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
}
S, A, E = m.start(), m.user("a"), m.end()


def standing(place: str, kind: str) -> bytes:
    """A model with this event at this place, as element ``x``."""
    definition = DEFINITIONS[kind]
    if place == "start":
        return m.model(GLOBALS, m.process("P", m.start("x", definition), A, E, "x -> a -> e"))
    if place.startswith("event_start"):
        begin = m.start("x", definition, isInterrupting=str(place == "event_start").lower())
        esp = m.sub("esp", begin + m.end("ee") + m.flows("x -> ee"), by_event=True)
        inside = m.start("si") + A + m.end("ei") + esp + m.flows("si -> a -> ei")
        return m.model(GLOBALS, m.process("P", S, m.sub("sp", inside), E, "s -> sp -> e"))
    if place.startswith("boundary"):
        event = m.boundary("x", "a", definition, interrupting=place == "boundary")
        return m.model(GLOBALS, m.process("P", S, A, event, E, m.end("e2"), "s -> a -> e; x -> e2"))
    if place == "end":
        return m.model(GLOBALS, m.process("P", S, A, m.end("x", definition), "s -> a -> x"))
    make = m.catch if place == "catch" else m.throw
    return m.model(GLOBALS, m.process("P", S, make("x", definition), E, "s -> x -> e"))


NOT_SAID = {("boundary.non_interrupting", "compensate"), ("boundary.non_interrupting", "cancel")}
"""What happens is the same whichever way these are drawn: they never stand beside their host."""
REFUSED_PLACES = [
    (place, kind)
    for kind, places in EVENTS.items()
    for place in PLACES
    if place not in places and (place, kind) not in NOT_SAID
]


def element(kind: str, id: str = "x", inner: str = "", **more: str) -> bytes:
    return m.model(GLOBALS, m.process("P", S, m.element(kind, id, inner, **more), A, E, f"s -> {id} -> a -> e"))


REFUSED = {
    "ad_hoc": element("adHocSubProcess", inner=m.user("i")),
    "java_code": element("serviceTask", camunda_class="com.example.Work"),
    "language": element("scriptTask", inner="<script>1</script>", scriptFormat="groovy"),
    "instantiate": element("receiveTask", messageRef="M", instantiate="true"),
    "event_gateway_parallel": m.model(
        GLOBALS,
        m.process(
            "P", S, m.element("eventBasedGateway", "x", eventGatewayType="Parallel"),
            m.catch("c1", DEFINITIONS["message"]), m.catch("c2", DEFINITIONS["timer"]), E,
            "s -> x; x -> c1 -> e; x -> c2 -> e",
        ),
    ),
    "complex_gateway": element("complexGateway"),
    "event_definitions_many": m.model(
        GLOBALS, m.process("P", S, m.catch("x", DEFINITIONS["message"] + DEFINITIONS["timer"]), E, "s -> x -> e")
    ),
}  # fmt: skip
"""Code of the finding -> a model that has it, at element ``x``."""
