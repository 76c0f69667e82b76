"""Turns a deployed process into a SpiffWorkflow specification, once per version, shared by all its instances.

Every BPMN node becomes a ``NodeSpec``: SpiffWorkflow runs and completes it, ``engine.runtime.behaviour`` says what that
means. Nothing is predicted and no data is inherited (see Execution).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine import feel
from engine.definitions.model import Expression, Flow, Node, Process
from engine.errors import StepFailed
from engine.values import Value
from engine.world import World, limited

if TYPE_CHECKING:
    from engine.runtime.execution import Execution, Token

ROOT = "\x00process"  # no XML id can be this


class NodeSpec(TaskSpec):
    """One BPMN node as SpiffWorkflow sees it. ``node.kind`` and ``node.event`` choose the behaviour."""

    def __init__(self, wf_spec: WorkflowSpec, node: Node, definition: Definition) -> None:
        super().__init__(wf_spec, node.id)
        self.node = node
        self.definition = definition

    def test(self) -> None:
        """Connections are the deployment checks' business."""

    def _predict(self, my_task: Token, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing is predicted: a token exists where it is, nowhere else."""

    def _update(self, my_task: Token) -> None:
        my_task._ready()

    def _run_hook(self, my_task: Token) -> bool | None:
        from engine.runtime import behaviour

        return behaviour.run(my_task.workflow, my_task)

    def _on_complete_hook(self, my_task: Token) -> None:
        from engine.runtime import behaviour

        behaviour.leave(my_task.workflow, my_task)


class Definition:
    """One version of one process, ready to run. ``id`` is "key:version"."""

    def __init__(self, id: str, process: Process) -> None:
        self.id = id
        self.process = process
        self.spec = WorkflowSpec(name=id, addstart=False)
        self.specs: dict[str, NodeSpec] = {}
        whole = Node(
            id=ROOT, kind="subProcess", line=process.line, parent="", names=process.names, children=process.children
        )
        self.root = NodeSpec(self.spec, whole, self)
        for node in process.nodes.values():
            self.specs[node.id] = NodeSpec(self.spec, node, self)
        for flow in process.flows.values():
            if flow.source in self.specs and flow.target in self.specs:
                self.specs[flow.source].connect(self.specs[flow.target])
        self.spec.start = self.root
        self.has_joins = any(n.kind == "inclusiveGateway" and len(n.incoming) > 1 for n in process.nodes.values())
        self.has_conditions = any(n.event.kind == "conditional" for n in process.nodes.values())
        self.has_compensation = any(n.event.kind in ("compensate", "cancel") for n in process.nodes.values())
        self._reach: dict[tuple[str, str], frozenset[str]] = {}

    @property
    def key(self) -> str:
        return self.process.id

    def node(self, element: str) -> Node:
        return self.process.nodes[element]

    def flows_from(self, node: Node) -> list[Flow]:
        return [self.process.flows[flow] for flow in node.outgoing]

    def children(self, node: Node) -> list[Node]:
        return [self.process.nodes[child] for child in node.children]

    def start_of(self, scope: Node, element: str = "") -> Node:
        """The start event a scope begins with: the one asked for, else the none start event."""
        starts = [n for n in self.children(scope) if n.kind == "startEvent"]
        if element:
            return next(n for n in starts if n.id == element)
        return next((n for n in starts if n.event.kind == "none"), starts[0] if starts else scope)

    def event_sub_processes(self, scope: Node) -> list[tuple[Node, Node]]:
        """(event sub-process, its start event) directly inside a scope."""
        return [(n, self.start_of(n)) for n in self.children(scope) if n.triggered_by_event]

    def handler_of(self, node: Node) -> str:
        """The activity that undoes ``node``, by its compensation boundary event; empty when there is none."""
        events = (self.process.nodes[id] for id in node.boundaries)
        return next((event.handlers[0] for event in events if event.event.kind == "compensate" and event.handlers), "")

    def compensation_start(self, scope: Node) -> Node | None:
        """The start of the event sub-process that undoes a sub-process, if it has one."""
        if not scope.children:
            return None
        starts = (start for _, start in self.event_sub_processes(scope))
        return next((start for start in starts if start.event.kind == "compensate"), None)

    def link_sources(self, catch: Node) -> list[str]:
        """The link throw events from which a token jumps to this link catch event."""
        return [n.id for n in self.process.nodes.values() if _linked(n, catch)]

    def link_target(self, throw: Node) -> Node | None:
        """Where a token jumps to from this link throw event."""
        return next((n for n in self.process.nodes.values() if _linked(throw, n)), None)

    def upstream_of_flows(self, target: str, flows: tuple[str, ...]) -> frozenset[str]:
        """Nodes from which a token can arrive at ``target`` by one of ``flows``, not passing through ``target``."""
        key = (target, "\n".join(flows))
        known = self._reach.get(key)
        if known is None:
            found: set[str] = set()
            stack = [self.process.flows[flow].source for flow in flows]
            while stack:
                current = stack.pop()
                if current in found or current == target:
                    continue
                found.add(current)
                node = self.process.nodes[current]
                stack.extend(self.process.flows[flow].source for flow in node.incoming)
                if node.kind == "intermediateCatchEvent" and node.event.kind == "link":
                    stack.extend(self.link_sources(node))
                if node.attached_to:  # a token in the host can leave by its boundary event
                    stack.append(node.attached_to)
            known = self._reach[key] = frozenset(found)
        return known


def _linked(throw: Node, catch: Node) -> bool:
    if (throw.kind, catch.kind) != ("intermediateThrowEvent", "intermediateCatchEvent"):
        return False
    same_place = throw.parent == catch.parent and throw.event.name == catch.event.name
    return same_place and throw.event.kind == catch.event.kind == "link"


def evaluate(
    execution: Execution, token: Token, expression: Expression, extra: Mapping[str, Value] | None = None
) -> Value:
    """The value of an expression at a token. Raises StepFailed naming the element and the expression."""
    if expression.literal:
        return expression.text
    value = evaluate_text(execution, token, expression.text, extra)
    if value is None and expression.pieced:
        raise StepFailed("text_null", **blamed(execution, token, expression, value))
    return value


def evaluate_text(execution: Execution, token: Token, text: str, extra: Mapping[str, Value] | None = None) -> Value:
    scope = execution.variables(token)
    return evaluate_in({**scope, **extra} if extra else scope, text, execution.world)


def evaluate_in(scope: Mapping[str, Value], text: str, world: World) -> Value:
    """The value of a FEEL text among these variables. Raises StepFailed."""

    def work() -> Value:
        try:
            return feel.compile(text).evaluate(scope, world)
        except feel.FeelSyntax as error:  # the checks of the day it was deployed let it pass
            raise error.failure("feel_failed", expression=text[:200]) from None

    return limited(world, text, work)


def happened(execution: Execution, token: Token, expression: Expression) -> bool:
    """Whether the condition of an event holds: null is not yet (its variables may still come). Raises StepFailed."""
    value = evaluate(execution, token, expression)
    return value is not None and _truth(execution, token, expression, value, expression.text)


def condition(execution: Execution, token: Token, expression: Expression, where: str) -> bool:
    """A condition's truth. Raises StepFailed when it is null or not a boolean, naming its variables."""
    return _truth(execution, token, expression, evaluate(execution, token, expression), where)


def _truth(execution: Execution, token: Token, expression: Expression, value: Value, where: str) -> bool:
    if value is True or value is False:
        return value
    raise StepFailed("condition_not_boolean", where=where, **blamed(execution, token, expression, value))


def blamed(execution: Execution, token: Token, expression: Expression, value: Value) -> dict[str, str]:
    """What a failure says of an expression that gave a value of no use here: both, and the variables to look at."""
    names = [] if expression.literal else sorted(feel.compile(expression.text).names)
    scope = execution.variables(token)
    missing = [name for name in names if scope.get(name) is None]
    shown = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return {"expression": expression.text[:200], "value": shown[:80], "names": ", ".join(missing or names) or "—"}
