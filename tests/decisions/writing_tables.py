"""Writes small .dmn files as Camunda Modeler would, so that a test shows its table and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from engine.definitions import decisions
from engine.definitions.decisions import Decision, DecisionResult
from engine.values import Value
from tests.feel.world import SmallWorld

DMN13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(tag: str, content: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}><text>{escape(content)}</text></{tag}>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    *,
    aggregation: str = "",
    input_types: Mapping[int, str] = {},
    output_types: Mapping[str, str] = {},
    allowed: Mapping[int, str] = {},
    values: Mapping[str, str] = {},
    defaults: Mapping[str, str] = {},
    variables: Mapping[int, str] = {},
    annotations: Sequence[str] = (),
) -> str:
    """The <decisionTable>; each row holds input cells, output cells, then annotations."""
    parts = [f"<decisionTable id='t' hitPolicy={quoteattr(policy)}"]
    parts.append(f" aggregation={quoteattr(aggregation)}>" if aggregation else ">")
    for n, expression in enumerate(inputs):
        variable = f" camunda:inputVariable={quoteattr(variables[n])}" if n in variables else ""
        type_ref = f" typeRef={quoteattr(input_types[n])}" if n in input_types else ""
        parts.append(f"<input id='i{n}' label={quoteattr(expression)}{variable}>")
        parts.append(text("inputExpression", expression, type_ref))
        parts.append((text("inputValues", allowed[n]) if n in allowed else "") + "</input>")
    for name in outputs:
        type_ref = f" typeRef={quoteattr(output_types[name])}" if name in output_types else ""
        parts.append(f"<output id='o_{name}' name={quoteattr(name)}{type_ref}>")
        parts.append(text("outputValues", values[name]) if name in values else "")
        parts.append((text("defaultOutputEntry", defaults[name]) if name in defaults else "") + "</output>")
    parts += [f"<annotation name={quoteattr(name)}/>" for name in annotations]
    for n, row in enumerate(rows, 1):
        parts.append(f"<rule id='row_{n}'><description>row {n}</description>")
        tags = ["inputEntry"] * len(inputs) + ["outputEntry"] * len(outputs) + ["annotationEntry"] * len(annotations)
        parts += [text(tag, cell) for tag, cell in zip(tags, row, strict=True)]
        parts.append("</rule>")
    return "".join(parts) + "</decisionTable>"


def file(*bodies: str, namespace: str = DMN13) -> bytes:
    """A file whose decisions are called d1, d2, …; a body that starts with <decision is taken as it is."""
    made = [
        body if body.startswith("<decision ") else f"<decision id='d{n}' name='Шешім {n}'>{body}</decision>"
        for n, body in enumerate(bodies, 1)
    ]
    head = f"xmlns='{namespace}' xmlns:camunda='http://camunda.org/schema/1.0/dmn' id='f' name='f' namespace='n'"
    return f"<?xml version='1.0' encoding='UTF-8'?><definitions {head}>{''.join(made)}</definitions>".encode()


def nowhere(key: str) -> Decision:
    raise LookupError(key)


def read(*bodies: str) -> Decision:
    """The last decision of the file."""
    found = decisions.read(file(*bodies), "t.dmn")
    assert found.findings == ()
    return found.decisions[-1]


def decide(decision: Decision, **scope: Value) -> DecisionResult:
    return decisions.evaluate(decision, scope, SmallWorld(), nowhere)


_NEEDS = "<informationRequirement><requiredDecision href='#{id}'/></informationRequirement>"


def needing(id: str, *needed: str, logic: str) -> str:
    """A <decision> whose result is called by its id, and that requires others of its file."""
    needs = "".join(_NEEDS.format(id=one) for one in needed)
    return f"<decision id='{id}' name='{id}'><variable name='{id}'/>{needs}{logic}</decision>"


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"
