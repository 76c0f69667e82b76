"""Keeps the tests of play from knowing XML: small models written as elements and arrows."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.sax.saxutils import escape

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="t">'
)


def flows(text: str) -> str:
    """``a -> b -> c; b -> d [x > 5]; b -> e [default]`` as sequence flows; ``a_b`` is the id of a flow."""
    found, defaults = [], {}
    for chain in (part.strip() for part in text.split(";")):
        if not chain:
            continue
        nodes = [node.strip() for node in chain.split("->")]
        for left, right in pairwise(nodes):
            source = left.partition("[")[0].strip()
            match = re.fullmatch(r"([\w.]+)\s*(?:\[(.*)\])?", right)
            assert match, right
            target, condition = match[1], match[2]
            id = f"{source}_{target}"
            if condition == "default":
                defaults[source], condition = id, None
            inner = ""
            if condition:
                formal = f"${{{escape(condition)}}}"
                inner = f'<conditionExpression xsi:type="tFormalExpression">{formal}</conditionExpression>'
            found.append(f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
    return "".join(found)


def attributes(**given: str) -> str:
    quoted = {name.replace("camunda_", "camunda:"): escape(value, {'"': "&quot;"}) for name, value in given.items()}
    return "".join(f' {name}="{value}"' for name, value in quoted.items())


def element(kind: str, id: str, inner: str = "", **more: str) -> str:
    return f'<{kind} id="{id}" name="{more.pop("name", id)}"{attributes(**more)}>{inner}</{kind}>'


def user(id: str, inner: str = "", **more: str) -> str:
    return element("userTask", id, inner, **more)


def start(id: str = "s", inner: str = "", **more: str) -> str:
    return element("startEvent", id, inner, **more)


def end(id: str = "e", inner: str = "") -> str:
    return element("endEvent", id, inner)


def catch(id: str, inner: str, **more: str) -> str:
    return element("intermediateCatchEvent", id, inner, **more)


def throw(id: str, inner: str = "", **more: str) -> str:
    return element("intermediateThrowEvent", id, inner, **more)


def boundary(id: str, host: str, inner: str, *, interrupting: bool = True) -> str:
    return element("boundaryEvent", id, inner, attachedToRef=host, cancelActivity=str(interrupting).lower())


def script(id: str, text: str, result: str = "") -> str:
    more = {"camunda_resultVariable": result} if result else {}
    return element("scriptTask", id, f"<script>{escape(text)}</script>", scriptFormat="feel", **more)


def xor(id: str, **more: str) -> str:
    return element("exclusiveGateway", id, **more)


def both(id: str) -> str:
    return element("parallelGateway", id)


def some(id: str, **more: str) -> str:
    return element("inclusiveGateway", id, **more)


def timer(kind: str, text: str) -> str:
    """``kind``: Date, Duration or Cycle."""
    return f"<timerEventDefinition><time{kind}>{escape(text)}</time{kind}></timerEventDefinition>"


def event(kind: str, ref: str = "") -> str:
    """``message``, ``signal``, ``error``, ``escalation`` by reference; ``terminate`` without."""
    return f"<{kind}EventDefinition{attributes(**({f'{kind}Ref': ref} if ref else {}))}/>"


def conditional(text: str) -> str:
    condition = f'<condition xsi:type="tFormalExpression">${{{escape(text)}}}</condition>'
    return f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>"


def extensions(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def mapping(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    given = {"inputParameter": inputs or {}, "outputParameter": outputs or {}}
    parts = [
        f'<camunda:{kind} name="{name}">{escape(value)}</camunda:{kind}>'
        for kind, values in given.items()
        for name, value in values.items()
    ]
    return f"<camunda:inputOutput>{''.join(parts)}</camunda:inputOutput>"


def properties(**given: str) -> str:
    parts = (f"<camunda:property{attributes(name=name, value=value)}/>" for name, value in given.items())
    return f"<camunda:properties>{''.join(parts)}</camunda:properties>"


def sub(id: str, inner: str, *, by_event: bool = False, before: str = "") -> str:
    more = {"triggeredByEvent": "true"} if by_event else {}
    return element("subProcess", id, before + inner, **more)


def loop(
    collection: str = "", item: str = "", *, cardinality: str = "", sequential: bool = False, until: str = ""
) -> str:
    given = {"isSequential": str(sequential).lower()}
    if collection:
        given["camunda_collection"] = collection
    if item:
        given["camunda_elementVariable"] = item
    inner = f"<loopCardinality>{cardinality}</loopCardinality>" if cardinality else ""
    if until:
        inner += f"<completionCondition>${{{escape(until)}}}</completionCondition>"
    return f"<multiInstanceLoopCharacteristics{attributes(**given)}>{inner}</multiInstanceLoopCharacteristics>"


def process(id: str, *parts: str, **more: str) -> str:
    """Elements and flows of one process; a part with ``->`` is flows."""
    body = "".join(flows(part) if "->" in part and not part.startswith("<") else part for part in parts)
    # extension elements come first in BPMN; the reader does not mind where they stand
    return f'<process id="{id}" name="{id}" isExecutable="true"{attributes(**more)}>{body}</process>'


def model(*parts: str) -> bytes:
    """Global elements and processes as a .bpmn file."""
    return (_HEAD + "".join(parts) + "</definitions>").encode()


def message(id: str, name: str = "") -> str:
    return f'<message id="{id}" name="{name or id}"/>'


def signal(id: str, name: str = "") -> str:
    return f'<signal id="{id}" name="{name or id}"/>'


def error(id: str, code: str = "") -> str:
    return f'<error id="{id}" errorCode="{code or id}"/>'


def escalation(id: str, code: str = "") -> str:
    return f'<escalation id="{id}" escalationCode="{code or id}"/>'


def table(id: str, inputs: list[str], outputs: list[str], rows: list[str], policy: str = "UNIQUE", **more: str) -> str:
    """A decision table; a row is ``cell | cell => cell | cell``."""
    columns = "".join(
        f'<input id="{id}_i{n}"><inputExpression id="{id}_x{n}"><text>{escape(text)}</text></inputExpression></input>'
        for n, text in enumerate(inputs)
    )
    columns += "".join(f'<output id="{id}_o{n}" name="{name}"/>' for n, name in enumerate(outputs))
    rules = ""
    for number, row in enumerate(rows, start=1):
        left, _, right = row.partition("=>")
        cells = [("inputEntry", cell) for cell in left.split("|")] + [
            ("outputEntry", cell) for cell in right.split("|")
        ]
        inner = "".join(
            f'<{kind} id="{id}_{number}_{n}"><text>{escape(cell.strip())}</text></{kind}>'
            for n, (kind, cell) in enumerate(cells)
        )
        rules += f'<rule id="{id}_{number}">{inner}</rule>'
    policy = f'<decisionTable id="{id}_table" hitPolicy="{policy}"{attributes(**more)}>'
    return f'<decision id="{id}" name="{id}">{policy}{columns}{rules}</decisionTable></decision>'


def decisions(*parts: str) -> bytes:
    """A .dmn file."""
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="D" namespace="t">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{"".join(parts)}</definitions>'.encode()
