"""Keeps the list of faulty models short: what can be wrong with compensation and transactions, a model each."""

from __future__ import annotations

from tests.definitions.models import between, event, flow, task

COMPENSATE, CANCEL = "<bpmn:compensateEventDefinition/>", "<bpmn:cancelEventDefinition/>"
LINK = '<bpmn:association id="as" sourceRef="b" targetRef="h"/>'
ON_TASK = event("boundaryEvent", "b", COMPENSATE, attachedToRef="t")
HANDLER = task("scriptTask", id="h", isForCompensation="true")
INSIDE = '<bpmn:startEvent id="is"/>' + flow("if", "is", "ie")


def thrown(ref: str) -> bytes:
    """The task is undone by name."""
    end = event("endEvent", "e2", f'<bpmn:compensateEventDefinition activityRef="{ref}"/>')
    return between(task(), ON_TASK + HANDLER + LINK + flow("f3", "t", "e2") + end)


def transaction(end: str, more: str = "", kind: str = "transaction") -> bytes:
    return between(task(kind, inner=INSIDE + event("endEvent", "ie", end)), more)


HANDLER_WITH_BOUNDARY = (
    HANDLER + event("boundaryEvent", "b2", "<bpmn:errorEventDefinition/>", attachedToRef="h") + flow("f9", "b2", "e")
)

UNDOING: dict[str, bytes] = {
    "compensation_handler": between(task(), ON_TASK),
    "compensation_handler_loose": between(task(), HANDLER),
    "compensation_handler_kind": between(task(), ON_TASK + LINK + HANDLER_WITH_BOUNDARY),
    "compensation_flows": between(task(), ON_TASK + HANDLER + LINK + flow("f3", "h", "e")),
    "compensation_ref": thrown("s"),
    "compensation_of_process": between(
        task(),
        f'<bpmn:subProcess id="x" triggeredByEvent="true">{event("startEvent", "xs", COMPENSATE)}'
        + flow("xf", "xs", "xe")
        + '<bpmn:endEvent id="xe"/></bpmn:subProcess>',
    ),
    "compensation_not_interrupting": between(
        task(
            "subProcess",
            inner=INSIDE
            + '<bpmn:endEvent id="ie"/><bpmn:subProcess id="x" triggeredByEvent="true">'
            + event("startEvent", "xs", COMPENSATE, isInterrupting="false")
            + flow("xf", "xs", "xe")
            + '<bpmn:endEvent id="xe"/></bpmn:subProcess>',
        )
    ),
    "cancel_place": transaction(CANCEL, kind="subProcess"),
    "cancel_without_boundary": transaction(CANCEL),
}
