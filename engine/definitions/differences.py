"""Keeps pages from knowing how two versions of a model are told apart: element by element, fact by fact, in file order.

An element is the same as before when its id is. What it says is taken as flat facts (an attribute, a property, a
condition), so that a change reads "what: before, now"; where it stands in the drawing is no fact but a move.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.definitions.hardening import parse
from engine.errors import ModelRefused

_BPMN_PARTS = frozenset(
    {
        *("process", "subProcess", "adHocSubProcess", "transaction", "callActivity", "task", "userTask", "manualTask"),
        *("serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask", "startEvent", "endEvent"),
        *("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "exclusiveGateway", "parallelGateway"),
        *("inclusiveGateway", "eventBasedGateway", "complexGateway", "sequenceFlow", "participant", "lane"),
        *("textAnnotation", "message", "signal", "error", "escalation"),
    }
)
_DMN_PARTS = frozenset({"decision", "inputData", "businessKnowledgeModel", "input", "output", "rule"})
_DRAWN = frozenset({"incoming", "outgoing", "flowNodeRef"})  # told by the flows and lanes themselves
_LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing an element says. ``was`` or ``now`` is empty where it said nothing of it."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """``what``: added, removed, changed or moved. ``kind``: the element's, as its format calls it."""

    what: str
    element: str
    kind: str
    names: Mapping[str, str]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    names: Mapping[str, str]
    facts: Mapping[str, str]
    place: str = ""


def between(was: bytes, now: bytes, file: str) -> tuple[Difference, ...]:
    """What is different in the later file, in its order; what it lost comes last. A file that cannot be read has no
    parts, so everything of the other one differs."""
    before, after = _parts(was, file), _parts(now, file)
    found = []
    for element, part in after.items():
        old = before.get(element)
        if old is None:
            found.append(Difference("added", element, part.kind, part.names))
            continue
        facts = tuple(_compared(old, part))
        if facts or old.place != part.place:
            found.append(Difference("changed" if facts else "moved", element, part.kind, part.names, facts))
    gone = [one for one in before if one not in after]
    return (*found, *(Difference("removed", one, before[one].kind, before[one].names) for one in gone))


def _compared(was: _Part, now: _Part) -> Iterator[Fact]:
    for name in dict.fromkeys((*was.facts, *now.facts)):
        one, other = was.facts.get(name, ""), now.facts.get(name, "")
        if one != other:
            yield Fact(name, one, other)


def _parts(data: bytes, file: str) -> dict[str, _Part]:
    if file.lower().endswith(".form"):
        return _of_form(data)
    try:
        root = parse(data, file)
    except ModelRefused:
        return {}
    return _of_xml(root, _DMN_PARTS if file.lower().endswith(".dmn") else _BPMN_PARTS)


# --- BPMN and DMN --------------------------------------------------------------------------------------------------


def _of_xml(root: etree._Element, known: frozenset[str]) -> dict[str, _Part]:
    places = _places(root)
    found: dict[str, _Part] = {}
    columns: list[str] = []
    for element in root.iter(etree.Element):
        kind, id = etree.QName(element).localname, element.get("id", "")
        if kind == "decisionTable":
            columns = []
        if kind not in known or not id:
            continue
        if kind in ("input", "output"):
            columns.append(element.get("label") or element.get("name") or id)
        facts = _rule(element, columns) if kind == "rule" else dict(_facts(element, known))
        names = {
            lang: facts[key]
            for lang, key in zip(_LANGUAGES, ("name", "name:ru", "name:en"), strict=True)
            if facts.get(key)
        }
        if not names and element.get("label"):
            names = {"kk": element.get("label", "")}
        found[id] = _Part(kind, names, facts, places.get(id, ""))
    for id, part in found.items():
        if part.kind == "sequenceFlow" and not part.names:
            ends = [
                found[end].names if end in found else {} for end in (part.facts["sourceRef"], part.facts["targetRef"])
            ]
            names = {lang: " → ".join(end.get(lang) or end.get("kk", "…") for end in ends) for lang in _LANGUAGES}
            found[id] = _Part(part.kind, names, part.facts, part.place)
    return found


def _places(root: etree._Element) -> dict[str, str]:
    """Where shapes stand; lines follow them and are not told."""
    found = {}
    for shape in root.iter("{*}BPMNShape", "{*}DMNShape"):
        bounds = next(shape.iter("{*}Bounds"), None)
        if bounds is not None:
            id = shape.get("bpmnElement") or shape.get("dmnElementRef") or ""
            found[id] = " ".join(f"{float(bounds.get(side, 0)):g}" for side in ("x", "y", "width", "height"))
    return found


def _facts(element: etree._Element, known: frozenset[str], path: str = "") -> Iterator[tuple[str, str]]:
    """Attributes, properties and texts below an element as names and values; parts of their own are left out."""
    for name, value in element.attrib.items():
        if str(name) != "id" and not (path and etree.QName(name).localname in ("type", "name")):
            yield path + etree.QName(name).localname, str(value)
    counted: dict[str, int] = {}
    for child in element.iterchildren(etree.Element):
        kind = etree.QName(child).localname
        if kind in _DRAWN or (kind in known and child.get("id")):
            continue
        if kind == "property":
            yield child.get("name", ""), child.get("value", "")
            continue
        if kind in ("extensionElements", "properties", "inputOutput"):
            yield from _facts(child, known, path)
            continue
        named = child.get("name") or child.get("event")
        counted[kind] = counted.get(kind, 0) + 1
        again = f" {counted[kind]}" if counted[kind] > 1 and not named else ""
        here = f"{path}{kind}{' ' + named if named else ''}{again}"
        text = (child.text or "").strip()
        if text:
            yield here, text
        yield from _facts(child, known, here + ".")
        if not text and not len(child) and not set(child.attrib) - {"id"}:
            yield here, "✓"


def _rule(element: etree._Element, columns: list[str]) -> dict[str, str]:
    """A row of a table as its cells, under the names of their columns."""
    cells = [child for child in element if etree.QName(child).localname in ("inputEntry", "outputEntry")]
    texts = ["".join(map(str, cell.itertext())).strip() for cell in cells]
    facts = {name: text for name, text in zip(columns, texts, strict=False)}
    note = "".join(
        str(text) for child in element if etree.QName(child).localname == "description" for text in child.itertext()
    )
    return {**facts, **({"description": note.strip()} if note.strip() else {})}


# --- forms ---------------------------------------------------------------------------------------------------------


def _of_form(data: bytes) -> dict[str, _Part]:
    try:
        schema = json.loads(data)
    except ValueError:
        return {}
    found: dict[str, _Part] = {}

    def walk(component: Any) -> None:
        for one in component.get("components") or []:
            facts = dict(_flat({key: value for key, value in one.items() if key not in ("components", "layout", "id")}))
            label = one.get("label") or one.get("text") or ""
            told = {"kk": label} | {lang: facts.get(f"label:{lang}", "") for lang in _LANGUAGES[1:]}
            names = {lang: text for lang, text in told.items() if text}
            found[str(one.get("id", ""))] = _Part(str(one.get("type", "")), names, facts, _in_row(one, component))
            walk(one)

    if isinstance(schema, dict):
        walk(schema)
    return found


def _in_row(one: Mapping[str, Any], component: Mapping[str, Any]) -> str:
    """After which field it stands: moved when that is another one now."""
    ids = [other.get("id") for other in component["components"]]
    at = ids.index(one.get("id"))
    return str(ids[at - 1] if at else "")


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path and path != "properties" else str(key))
    elif isinstance(value, list):
        yield path, json.dumps(value, ensure_ascii=False)
    else:
        yield path, str(value)
