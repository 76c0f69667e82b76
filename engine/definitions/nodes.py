"""Keeps the BPMN reader from knowing flow nodes: what each kind carries, how they nest and how flows join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast, get_args

from lxml import etree

from engine.definitions import camunda, events
from engine.definitions.camunda import BPMN, line, text_of
from engine.definitions.events import Document
from engine.definitions.expressions import expression, listed
from engine.definitions.model import Event, Expression, Flow, Node, NodeKind, Parameter

KINDS = frozenset(get_args(NodeKind))
_NESTING = ("subProcess", "transaction", "adHocSubProcess")
_PLAIN = ("eventGatewayType", "startQuantity", "completionQuantity", "parallelMultiple")


@dataclass
class Container:
    """The nodes and flows of one process while they are being read."""

    process: str
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    associations: dict[str, list[str]] = field(default_factory=dict)  # source -> targets

    def finished(self, lanes: Mapping[str, str]) -> dict[str, Node]:
        """The nodes with what only the whole document tells: flows in and out, boundary events, lanes."""
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        boundaries: dict[str, list[str]] = {}
        for flow in self.flows.values():
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for node in self.nodes.values():
            if node.kind == "boundaryEvent":
                boundaries.setdefault(node.attached_to, []).append(node.id)
        return {
            node.id: replace(
                node,
                incoming=tuple(incoming.get(node.id, ())),
                outgoing=tuple(outgoing.get(node.id, ())),
                boundaries=tuple(boundaries.get(node.id, ())),
                handlers=self._handlers(node),
                lane=_lane(node, self.nodes, lanes),
            )
            for node in self.nodes.values()
        }

    def _handlers(self, node: Node) -> tuple[str, ...]:
        if node.event.kind != "compensate" or node.kind != "boundaryEvent":
            return ()
        return tuple(target for target in self.associations.get(node.id, ()) if target in self.nodes)


def _lane(node: Node, nodes: Mapping[str, Node], lanes: Mapping[str, str]) -> str:
    at: Node | None = node
    while at is not None:
        if at.id in lanes:
            return lanes[at.id]
        at = nodes.get(at.parent)
    return ""


def read_container(element: etree._Element, own: str, container: Container, document: Document) -> tuple[str, ...]:
    """Reads the children of a process or sub-process into ``container``; answers the ids of its direct nodes."""
    children: list[str] = []
    for child in element.iterchildren("*"):
        kind = camunda.local(child)
        in_bpmn = str(child.tag).startswith(BPMN)
        if in_bpmn and kind in KINDS:
            node = _node(child, cast(NodeKind, kind), own, document)
            # One called like the process would stand inside itself: the walk to the scopes around it would not end.
            if node.id in container.nodes or node.id == container.process:  # told as id_duplicate
                continue
            container.nodes[node.id] = node
            children.append(node.id)
            if kind in _NESTING:
                container.nodes[node.id] = replace(node, children=read_container(child, node.id, container, document))
        elif in_bpmn and kind == "sequenceFlow":
            flow = _flow(child, document)
            container.flows.setdefault(flow.id, flow)
        elif in_bpmn and kind == "association":
            source, target = (child.get("sourceRef") or "").strip(), (child.get("targetRef") or "").strip()
            container.associations.setdefault(source, []).append(target)
    return tuple(children)


def _flow(element: etree._Element, document: Document) -> Flow:
    found = camunda.extensions(element)
    condition = element.find(BPMN + "conditionExpression")
    if not element.get("id"):
        document.report("id_missing", element, "warning", kind="sequenceFlow")
    return Flow(
        id=element.get("id") or f"flow_{element.get('sourceRef')}_{element.get('targetRef')}_{line(element)}",
        source=(element.get("sourceRef") or "").strip(),
        target=(element.get("targetRef") or "").strip(),
        name=camunda.name_of(element),
        condition=events.formal(condition) if condition is not None else None,
        line=line(element),
        names=camunda.names(element, found.properties),
    )


def _node(element: etree._Element, kind: NodeKind, parent: str, document: Document) -> Node:
    found = camunda.extensions(element)
    attributes = camunda.attributes(element)
    attributes |= {name: str(element.get(name)) for name in _PLAIN if element.get(name) is not None}
    if found.retry:
        attributes["failedJobRetryTimeCycle"] = found.retry
    own = element.get("id") or f"{kind}_line_{line(element)}"
    if not element.get("id"):
        document.report("id_missing", element, kind=kind)
    event, payload, more, others = _event(element, kind, document)
    attributes = more | attributes
    expressions = camunda.expressions(attributes, line(element))
    if kind == "userTask":
        expressions = _with_performers(element, expressions)
    called = (element.get("calledElement") or "").strip()
    script = element.find(BPMN + "script") if kind == "scriptTask" else None
    return Node(
        id=own,
        kind=kind,
        line=line(element),
        parent=parent,
        names=camunda.names(element, found.properties),
        documentation="\n".join(text_of(child) for child in element.iterchildren(BPMN + "documentation")),
        default=(element.get("default") or "").strip(),
        event=event,
        attached_to=(element.get("attachedToRef") or "").strip(),
        interrupting=camunda.truth(
            element, "cancelActivity" if kind == "boundaryEvent" else "isInterrupting", absent=True
        ),
        loop=events.loop(element, document),
        for_compensation=camunda.truth(element, "isForCompensation"),
        triggered_by_event=camunda.truth(element, "triggeredByEvent"),
        instantiate=camunda.truth(element, "instantiate"),
        attributes=attributes,
        expressions=expressions,
        properties=found.properties,
        inputs=found.inputs,
        outputs=found.outputs,
        call_in=found.call_in + payload,
        call_out=found.call_out,
        fields=found.fields,
        key_field=found.key_field,
        script=expression(text_of(script), line(script), "feel") if script is not None and text_of(script) else None,
        script_format=(element.get("scriptFormat") or "").strip() if kind == "scriptTask" else "",
        script_resource=attributes.get("resource", "") if kind == "scriptTask" else "",
        called_element=expression(called, line(element)) if called else None,
        extensions=found.others + others,
    )


def _event(
    element: etree._Element, kind: NodeKind, document: Document
) -> tuple[Event, tuple[Parameter, ...], dict[str, str], tuple[str, ...]]:
    """The node's event, its payload, and what Camunda puts on the definition (camunda:topic of a message throw)."""
    if kind in ("sendTask", "receiveTask"):
        return events.message(element, document), (), {}, ()
    if not kind.endswith("Event"):
        return Event(), (), {}, ()
    definitions = events.definitions(element, document)
    if len(definitions) > 1:
        document.report("event_definitions_many", element, count=str(len(definitions)))
    if not definitions:
        return Event(), (), {}, ()
    first = definitions[0]
    own = camunda.extensions(first)
    for what, there in (("inputOutput", own.inputs + own.outputs), ("out", own.call_out), ("formData", own.fields)):
        if there:
            document.report("extension_position", element, what=what)
    return events.event(first, element, document), own.call_in, camunda.attributes(first), own.others


def _with_performers(
    element: etree._Element, expressions: dict[str, tuple[Expression, ...]]
) -> dict[str, tuple[Expression, ...]]:
    """bpmn:humanPerformer and bpmn:potentialOwner, as Camunda 7 reads them: ``user(a), group(b)``, plain is a group.

    Candidates come on top of those of the attributes; the attribute ``assignee`` goes before a human performer.
    """
    result = dict(expressions)
    for tag in ("humanPerformer", "potentialOwner"):
        for owner in element.iterchildren(BPMN + tag):
            text = " ".join(text_of(owner).split())
            if tag == "humanPerformer":
                result.setdefault("assignee", (expression(text, line(owner)),))
                continue
            for item in listed(text, line(owner)):
                kind, _, name = item.text.removesuffix(")").partition("(")
                marked = item.literal and kind in ("user", "group")
                key = "candidateUsers" if marked and kind == "user" else "candidateGroups"
                result[key] = (*result.get(key, ()), replace(item, text=name.strip()) if marked else item)
    return result
