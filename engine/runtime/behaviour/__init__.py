"""What each kind of BPMN node does when a token arrives and when it goes on; SpiffWorkflow calls run() and leave().

run() answers True (go on at once) or None (wait: somebody or something will schedule "leave"). Everything is evaluated
before anything is changed where possible, and Execution.attempt() takes back the rest if a step fails.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.facts import ElementEntered, ElementLeft
from engine.runtime.behaviour import activities, compensation, events, flows, gateways, multiple, scopes
from engine.runtime.behaviour.mapping import map_inputs
from engine.runtime.execution import Execution, Token

_Run = Callable[[Execution, Token, Node], bool | None]

ACTIVITIES: dict[str, _Run] = {
    "task": activities.passed,
    "manualTask": activities.manual,
    "userTask": activities.offer,
    "serviceTask": activities.service,
    "sendTask": activities.send,
    "scriptTask": activities.script,
    "businessRuleTask": activities.business_rule,
    "receiveTask": events.wait,
    "subProcess": scopes.enter_sub_process,
    "transaction": scopes.enter_sub_process,
    "callActivity": scopes.enter_called,
}
OTHERS: dict[str, _Run] = {
    "startEvent": events.passed,
    "endEvent": activities.end,
    "intermediateCatchEvent": events.wait,
    "intermediateThrowEvent": activities.throw,
    "boundaryEvent": events.passed,
    "exclusiveGateway": gateways.passed,
    "parallelGateway": gateways.parallel,
    "inclusiveGateway": gateways.inclusive,
    "eventBasedGateway": gateways.event_based,
}


def run(execution: Execution, token: Token) -> bool | None:
    """A token arrives at its node. Raises StepFailed."""
    node = token.task_spec.node
    if "index" not in token.internal_data:
        execution.tell(ElementEntered(token=token.id, element=token.place, flow=token.internal_data.get("flow", "")))
    activity = ACTIVITIES.get(node.kind)
    if activity is None:
        other = OTHERS.get(node.kind)
        if other is None:
            raise StepFailed("element_not_supported", kind=node.kind)
        map_inputs(execution, token, node)
        return other(execution, token, node)
    if node.loop is not None and "index" not in token.internal_data:
        return multiple.begin(execution, token, node)
    if "index" in token.internal_data:
        execution.tell(ElementEntered(token=token.id, element=token.place, flow=""))
    if node.kind != "callActivity":  # which sees them before what it calls
        map_inputs(execution, token, node)
    if "index" not in token.internal_data:
        events.arm_boundaries(execution, token, node)
    return activity(execution, token, node)


def leave(execution: Execution, token: Token) -> None:
    """A token goes on from its node. Raises StepFailed when a mapping or a condition fails."""
    node = token.task_spec.node
    notes = token.internal_data
    if node.fields and "mi" not in notes:
        activities.settle_fields(execution, token, node)
    if "mi" not in notes:
        activities.map_outputs(execution, token, node)
    chosen = [] if "index" in notes else flows.choose(execution, token, node)
    if node.kind in ACTIVITIES:
        compensation.remember(execution, token, node)
    for aside in token.children:  # boundary events; of an instance of a sub-process its event sub-processes
        events.cancel(execution, aside)
    if "index" in notes:
        execution.tell(ElementLeft(token=token.id, element=token.place, flows=[]))
        multiple.instance_done(execution, token, node)
        return
    events.close_waits(execution, token)
    execution.tell(ElementLeft(token=token.id, element=token.place, flows=[flow.id for flow in chosen]))
    for flow in chosen:
        execution.create(token.task_spec.definition.specs[flow.target], token.scope, flow=flow.id)
