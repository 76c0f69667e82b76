"""Keeps the runtime from knowing BPMN XML: what a deployed process says, as plain frozen data.

Written by ``reader``, checked by ``checks``, executed by ``engine.runtime``. Names of kinds and events are the words
of BPMN 2.0; attribute names are Camunda 7's. Every expression is FEEL text exactly as the model has it, without
the ``${`` and ``}`` around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Lang, ...] = ("kk", "ru", "en")

NodeKind = Literal[
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
    "subProcess", "transaction", "adHocSubProcess", "callActivity",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
]  # fmt: skip
EventKind = Literal[
    "none", "message", "timer", "signal", "error", "escalation", "conditional", "link", "terminate",
    "compensate", "cancel",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of the model: FEEL text and the line it stands on. ``literal`` is a text without ``${}``.

    ``language`` is the script language the model names for it, if it names one; checks refuse all but FEEL.
    ``pieced``: a text with expressions in it (``Hello ${name}``), which is of no use when one of them gives nothing.
    """

    text: str
    line: int = 0
    literal: bool = False
    language: str = ""
    pieced: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """camunda:inputParameter / outputParameter, or camunda:in / out of a call activity.

    ``name`` is the target variable; ``value`` the expression (literal texts stay literal). ``all`` for
    ``variables="all"``; ``local`` for ``local="true"``; ``business_key`` for ``camunda:in businessKey``.
    """

    name: str
    value: Expression | None
    all: bool = False
    local: bool = False
    business_key: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An event definition. ``name`` is the message, signal, link name or the error or escalation code.

    ``name_value`` is set when the name itself holds an expression (``order-${id}``).
    """

    kind: EventKind = "none"
    ref: str = ""
    name: str = ""
    name_value: Expression | None = None
    timer: Literal["", "date", "duration", "cycle"] = ""
    value: Expression | None = None  # timer value or condition
    code_variable: str = ""  # camunda:errorCodeVariable, escalationCodeVariable
    message_variable: str = ""  # camunda:errorMessageVariable
    message: Expression | None = None  # camunda:errorMessage of a thrown error
    activity_ref: str = ""  # compensation
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance (``kind`` sequential or parallel) or standard loop."""

    kind: Literal["sequential", "parallel", "standard"]
    collection: Expression | None = None
    element_variable: str = ""
    cardinality: Expression | None = None
    completion: Expression | None = None
    test_before: bool = False
    condition: Expression | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """camunda:formField of a camunda:formData: a form that stands in the model itself.

    ``values`` are the choices of an enum (id, label); ``pattern`` is camunda:datePattern; ``properties`` may hold the
    texts in other languages (``label:ru``, ``value:CHOICE:en``).
    """

    id: str
    label: str
    type: str
    default: Expression | None = None
    constraints: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    pattern: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None
    line: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. ``outgoing`` keeps the order of the document, never that of the drawing."""

    id: str
    kind: NodeKind
    line: int
    parent: str  # id of the enclosing sub-process, or of the process
    names: Mapping[str, str]  # kk, ru, en as far as the model has them; kk is the BPMN name
    documentation: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str = ""
    event: Event = Event()
    attached_to: str = ""
    interrupting: bool = True
    boundaries: tuple[str, ...] = ()  # ids of boundary events attached here
    handlers: tuple[str, ...] = ()  # of a compensation boundary event: what its associations lead to
    loop: Loop | None = None
    for_compensation: bool = False
    triggered_by_event: bool = False  # event sub-process
    instantiate: bool = False
    children: tuple[str, ...] = ()  # of a sub-process
    attributes: Mapping[str, str] = field(default_factory=dict)  # camunda:* attributes, by local name
    expressions: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    """Those attributes that may hold expressions (assignee, dueDate, …); lists of candidates have several."""
    properties: Mapping[str, str] = field(default_factory=dict)  # camunda:property, by name
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    call_in: tuple[Parameter, ...] = ()
    call_out: tuple[Parameter, ...] = ()
    fields: tuple[FormField, ...] = ()
    key_field: str = ""  # camunda:formData businessKey: the field whose answer is the case's key
    script: Expression | None = None
    script_format: str = ""
    script_resource: str = ""
    called_element: Expression | None = None
    lane: str = ""
    extensions: tuple[str, ...] = ()  # other extension elements found, by local name (listeners, connectors, …)

    @property
    def open_to_visitors(self) -> bool:
        """Takes its message from people without an account too."""
        return self.properties.get("visitor") == "true"

    @property
    def sends_message(self) -> bool:
        """Throws its message itself: no worker, operation or expression is named to do it (as Camunda 7 has it)."""
        by_others = {"type", "topic", "expression", "class", "delegateExpression"} & set(self.attributes)
        throws = self.kind in ("sendTask", "intermediateThrowEvent", "endEvent") and self.event.kind == "message"
        return throws and not by_others and "operation" not in self.properties

    @property
    def receives_message(self) -> bool:
        """Waits for a message, or begins with one."""
        catching = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")
        return self.event.kind == "message" and self.kind in catching


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process of one file."""

    id: str
    line: int
    names: Mapping[str, str]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    children: tuple[str, ...]  # top-level nodes, in document order
    executable: bool = True
    documentation: str = ""
    version_tag: str = ""
    history_time_to_live: str = ""
    startable: bool = True
    task_priority: Expression | None = None  # camunda:taskPriority: of external tasks that say none themselves
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    lanes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()

    def starts(self, *kinds: EventKind) -> list[Node]:
        """The start events of the process itself of these kinds, kind by kind, in the order of the document."""
        own = [self.nodes[child] for child in self.children if self.nodes[child].kind == "startEvent"]
        return [node for kind in kinds for node in own if node.event.kind == kind]

    @property
    def by_hand(self) -> list[Node]:
        """What a start that names no event may begin at: the plain one first, then those with a condition."""
        return self.starts("none", "conditional")

    @property
    def confidential(self) -> bool:
        """Its cases are not seen by everybody who sees the school's cases."""
        return self.sealed or self.properties.get("confidential") == "true"

    def hides(self, begun: Mapping[str, object]) -> bool:
        """Is a case that began with these variables confidential? ``asked``: whoever begins it says so."""
        return self.confidential or (
            self.properties.get("confidential") == "asked" and begun.get("confidential") is True
        )

    @property
    def begins_by_day(self) -> bool:
        """Of the beginning of its cases nothing finer than the day is recorded: who came when must not be told."""
        return self.properties.get("beginRecorded") == "day"

    @property
    def sealed(self) -> bool:
        """Its cases are seen by those who take part alone."""
        return self.properties.get("confidential") == "own"


@dataclass(frozen=True, slots=True)
class BpmnFile:
    """What a .bpmn file holds. ``diagram`` tells whether it has shapes (BPMN DI).

    ``findings`` is what the reader saw and this data cannot hold (double ids, references that lead nowhere, …);
    a file with an error among them must not be executed.
    """

    name: str
    processes: tuple[Process, ...]
    messages: Mapping[str, str]  # id -> name
    signals: Mapping[str, str]
    errors: Mapping[str, str]  # id -> code
    escalations: Mapping[str, str]
    diagram: bool = True
    platform: str = ""  # modeler:executionPlatform
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing lint has to say. ``code`` keys the wording in three languages; ``params`` fill it in."""

    severity: Literal["error", "warning", "info"]
    file: str
    element: str
    name: str
    line: int
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
