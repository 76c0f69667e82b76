"""Keeps the BPMN reader from knowing Camunda 7's extension elements: they come out as plain model parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from engine.definitions.expressions import expression, listed, quoted
from engine.definitions.model import Expression, FormField, Parameter

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
_ACTIVITI = "{http://activiti.org/bpmn}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

SINGLE = (
    "assignee", "dueDate", "followUpDate", "priority", "taskPriority", "jobPriority", "formKey", "formRef",
    "formRefVersion", "decisionRef", "decisionRefVersion", "decisionRefVersionTag", "calledElementVersion",
    "calledElementVersionTag", "caseRef", "topic", "expression", "failedJobRetryTimeCycle",
)  # fmt: skip
LISTS = ("candidateUsers", "candidateGroups")

_HARMLESS = {"color", "modelerTemplateIcon"}


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the extensionElements of one element say."""

    properties: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    call_in: tuple[Parameter, ...] = ()
    call_out: tuple[Parameter, ...] = ()
    fields: tuple[FormField, ...] = ()
    key_field: str = ""
    retry: str = ""
    others: tuple[str, ...] = ()


def line(element: etree._Element) -> int:
    """The line the element starts on, 0 when unknown."""
    return cast("int | None", element.sourceline) or 0


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def text_of(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext()).strip()


def name_of(element: etree._Element) -> str:
    """The name on one line: the Modeler stores line breaks of the drawing in it."""
    return " ".join((element.get("name") or "").split())


def truth(element: etree._Element, name: str, absent: bool = False) -> bool:
    """An xs:boolean of BPMN: 1 and 0 stand for true and false. What is neither is told by ``grammar``."""
    text = (element.get(name) or "").strip()
    return text in ("true", "1") if text in ("true", "1", "false", "0") else absent


def attributes(element: etree._Element) -> dict[str, str]:
    """The camunda:* attributes by local name, as they stand."""
    return {
        str(key).partition("}")[2]: str(value)
        for key, value in element.attrib.items()
        if str(key).startswith((CAMUNDA, _ACTIVITI))
    }


def expressions(found: Mapping[str, str], at: int) -> dict[str, tuple[Expression, ...]]:
    """Those of the camunda attributes that may hold expressions; empty ones are left out."""
    single = {name: (expression(found[name], at),) for name in SINGLE if found.get(name, "").strip()}
    lists = {name: listed(found[name], at) for name in LISTS if found.get(name, "").strip()}
    return single | lists


def names(element: etree._Element, properties: Mapping[str, str]) -> dict[str, str]:
    """kk from the BPMN name, ru and en from the properties; languages without text are left out."""
    texts = {"kk": name_of(element), "ru": properties.get("name:ru", ""), "en": properties.get("name:en", "")}
    return {lang: text.strip() for lang, text in texts.items() if text.strip()}


def extensions(element: etree._Element) -> Extensions:
    """Reads the extensionElements of ``element`` (also those of several such blocks, as hand-made files have)."""
    properties: dict[str, str] = {}
    inputs: list[Parameter] = []
    outputs: list[Parameter] = []
    call_in: list[Parameter] = []
    call_out: list[Parameter] = []
    fields: list[FormField] = []
    others: list[str] = []
    retry = key_field = ""
    for child in _children(element):
        kind = local(child)
        if not str(child.tag).startswith((CAMUNDA, _ACTIVITI)):
            if not str(child.tag).startswith(BPMN) and kind not in _HARMLESS:  # of BPMN's ``grammar`` tells
                others.append(f"zeebe:{kind}" if str(child.tag).startswith(_ZEEBE) else f"{child.prefix or ''}:{kind}")
            continue
        if kind == "properties":
            for name, value in _properties(child):
                properties.setdefault(name, value)
        elif kind == "inputOutput":
            inputs += [_parameter(item) for item in _camunda(child, "inputParameter")]
            outputs += [_parameter(item) for item in _camunda(child, "outputParameter")]
        elif kind == "in":
            call_in.append(_mapping(child))
        elif kind == "out":
            call_out.append(_mapping(child))
        elif kind == "formData":
            fields += [_field(item) for item in _camunda(child, "formField")]
            key_field = (child.get("businessKey") or "").strip()
        elif kind == "failedJobRetryTimeCycle":
            retry = text_of(child)
        else:
            others.append(kind)
    return Extensions(
        {key: value for key, value in properties.items() if key and value.strip()},  # an empty one says nothing
        tuple(inputs), tuple(outputs), tuple(call_in), tuple(call_out), tuple(fields), key_field, retry, tuple(others),
    )  # fmt: skip


def _children(element: etree._Element) -> Iterator[etree._Element]:
    for block in element.iterchildren(BPMN + "extensionElements"):
        yield from block.iterchildren("*")


def _properties(block: etree._Element) -> Iterator[tuple[str, str]]:
    for prop in _camunda(block, "property"):
        yield prop.get("name") or prop.get("id") or "", prop.get("value") or text_of(prop)


def _camunda(element: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from element.iterchildren(CAMUNDA + name, _ACTIVITI + name)


def _parameter(element: etree._Element) -> Parameter:
    return Parameter((element.get("name") or "").strip(), _content(element))


def _content(element: etree._Element) -> Expression | None:
    """A text, a list, a map or a script; None for an empty parameter (Camunda: null)."""
    at = line(element)
    for child in element.iterchildren("*"):
        return _structure(child)
    text = text_of(element)
    return expression(text, at) if text else None


def _structure(element: etree._Element) -> Expression:
    """A camunda:list, camunda:map or camunda:script as one FEEL expression."""
    kind, at = local(element), line(element)
    if kind == "script":
        return Expression(text_of(element), at, language=element.get("scriptFormat") or "")
    languages: list[str] = []

    def part(item: etree._Element) -> str:
        inner = item if local(item) in ("list", "map", "script") else next(item.iterchildren("*"), None)
        found = _structure(inner) if inner is not None else expression(text_of(item), at)
        languages.append(found.language)
        return quoted(found.text) if found.literal else found.text

    if kind == "list":
        text = "[" + ", ".join(part(item) for item in element.iterchildren("*")) + "]"
    elif kind == "map":
        entries = [f"{quoted(item.get('key') or '')}: {part(item)}" for item in _camunda(element, "entry")]
        text = "{" + ", ".join(entries) + "}"
    else:
        return Expression(text_of(element), at, language=kind)
    foreign = [language for language in languages if language and language.lower() != "feel"]
    return Expression(text, at, language=foreign[0] if foreign else "")


def _mapping(element: etree._Element) -> Parameter:
    """camunda:in or camunda:out. The usual ``#{execution.processBusinessKey}`` is our variable business_key."""
    at, is_local = line(element), element.get("local") == "true"
    key = element.get("businessKey")
    if key is not None:
        value = expression(key, at)
        if value.text in ("execution.processBusinessKey", "execution.businessKey"):
            value = Expression("business_key", at)
        return Parameter("", value, local=is_local, business_key=True)
    if element.get("variables") == "all":
        return Parameter("", None, all=True, local=is_local)
    target = (element.get("target") or "").strip()
    source = element.get("source")
    if source is not None:
        return Parameter(target, expression(source, at, "feel") if source.strip() else None, local=is_local)
    text = element.get("sourceExpression") or ""
    return Parameter(target, expression(text, at) if text.strip() else None, local=is_local)


def _field(element: etree._Element) -> FormField:
    default = element.get("defaultValue")
    validation = next(_camunda(element, "validation"), None)
    constraints = [] if validation is None else list(_camunda(validation, "constraint"))
    return FormField(
        id=(element.get("id") or "").strip(),
        label=(element.get("label") or "").strip(),
        type=(element.get("type") or "string").strip(),
        default=expression(default, line(element)) if default else None,
        constraints=tuple((item.get("name") or "", item.get("config") or "") for item in constraints),
        values=tuple((item.get("id") or "", item.get("name") or "") for item in _camunda(element, "value")),
        pattern=(element.get("datePattern") or "").strip(),
        properties={name: text for block in _camunda(element, "properties") for name, text in _properties(block)},
        line=line(element),
    )
