"""Keeps the rest from knowing BPMN 2.0 XML with Camunda 7's extensions: bytes in, the data of ``model`` out.

Implements the interchange of BPMN 2.0 (OMG formal/2011-01-03) as Camunda Modeler writes it. The drawing is never read:
order is that of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

from engine.definitions import camunda, grammar, hardening
from engine.definitions.camunda import BPMN, line, text_of
from engine.definitions.events import Document
from engine.definitions.expressions import expression
from engine.definitions.model import BpmnFile, Finding, Process
from engine.definitions.nodes import KINDS, Container, read_container
from engine.errors import ModelRefused

_MODELER = "{http://camunda.org/schema/modeler/1.0}"
_DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"
MAX_NODES = 5_000
"""Flow nodes of one file; a process of that size is checked, played and begun in under two seconds."""
_NCNAME = re.compile(r"[^\W\d][\w.\-]*\Z")
_EVENT_DEFINITION = "EventDefinition"


@lru_cache(maxsize=128)  # more than a house has
def read(xml: bytes, file: str) -> BpmnFile:
    """Every process of one .bpmn file. ``file`` is the name findings carry.

    Raises ModelRefused with one finding when the bytes are no BPMN at all (XML, size, depth, root element) or have too
    many nodes. Everything else wrong with the model is left in ``BpmnFile.findings`` or for ``checks``. What was read
    lately is kept: a file is checked first and then read again by whoever runs it.
    """
    root = hardening.parse(xml, file)
    if root.tag != BPMN + "definitions":
        raise ModelRefused([Finding("error", file, "", "", line(root), "not_bpmn", {"root": str(root.tag)[:200]})])
    nodes = [element for element in root.iter(BPMN + "*") if camunda.local(element) in KINDS]
    if len(nodes) > MAX_NODES:
        params = {"count": str(len(nodes)), "limit": str(MAX_NODES)}
        raise ModelRefused([Finding("error", file, "", "", line(nodes[MAX_NODES]), "too_many_nodes", params)])
    document = Document(file)
    document.named = {
        "message": _table(root, "message", "name"),
        "signal": _table(root, "signal", "name"),
        "error": _table(root, "error", "errorCode"),
        "escalation": _table(root, "escalation", "escalationCode"),
    }
    document.error_messages = {
        element.get("id") or "": camunda.attributes(element).get("errorMessage", "")
        for element in root.iterchildren(BPMN + "error")
    }
    document.definitions = {
        child.get("id") or "": child
        for child in root.iterchildren("*")
        if camunda.local(child).endswith(_EVENT_DEFINITION)
    }
    _identities(root, document)
    grammar.check(root, document)
    for imported in root.iterchildren(BPMN + "import"):
        document.report("import_unsupported", imported, location=(imported.get("location") or "")[:200])
    processes = tuple(_process(element, document) for element in root.iterchildren(BPMN + "process"))
    if not processes:
        document.report("no_process", root)
    for participant in root.iter(BPMN + "participant"):
        ref = (participant.get("processRef") or "").rpartition(":")[2]
        if ref and ref not in {process.id for process in processes}:
            document.report("reference_unknown", participant, kind="process", ref=ref)
    return BpmnFile(
        name=file,
        processes=processes,
        messages=document.named["message"],
        signals=document.named["signal"],
        errors=document.named["error"],
        escalations=document.named["escalation"],
        diagram=next(root.iter(_DIAGRAM), None) is not None,
        platform=root.get(_MODELER + "executionPlatform") or "",
        findings=tuple(document.findings),
    )


def _table(root: etree._Element, kind: str, attribute: str) -> dict[str, str]:
    return {
        element.get("id") or "": (element.get(attribute) or "").strip() for element in root.iterchildren(BPMN + kind)
    }


def _identities(root: etree._Element, document: Document) -> None:
    """Ids are XML ids: one per file, and usable as names."""
    seen: dict[str, int] = {}
    for element in root.iter(BPMN + "*"):
        own = element.get("id")
        if own is None:
            continue
        if own in seen:
            document.report("id_duplicate", element, id=own, first=str(seen[own]))
        seen.setdefault(own, line(element))
        if not _NCNAME.match(own):
            document.report("id_invalid", element, id=own[:80])


def _process(element: etree._Element, document: Document) -> Process:
    found = camunda.extensions(element)
    attributes = camunda.attributes(element)
    own = element.get("id") or f"process_line_{line(element)}"
    if not element.get("id"):
        document.report("id_missing", element, kind="process")
    container = Container(own)
    children = read_container(element, own, container, document)
    lanes = _lanes(element, document, container.nodes)
    nodes = container.finished({node: lane for lane, inside in lanes.items() for node in inside})
    priority = attributes.get("taskPriority", "").strip()
    return Process(
        id=own,
        line=line(element),
        names=camunda.names(element, found.properties),
        nodes=nodes,
        flows=container.flows,
        children=children,
        executable=camunda.truth(element, "isExecutable", absent=True),  # absent: executable, as in Camunda 7
        documentation=documentation(element),
        version_tag=attributes.get("versionTag", ""),
        history_time_to_live=attributes.get("historyTimeToLive", ""),
        startable=attributes.get("isStartableInTasklist", "true") != "false",
        task_priority=expression(priority, line(element)) if priority else None,
        attributes=attributes,
        properties=found.properties,
        lanes=lanes,
        extensions=found.others,
    )


def documentation(element: etree._Element) -> str:
    """The element's own documentation, not that of what it contains."""
    return "\n".join(text_of(child) for child in element.iterchildren(BPMN + "documentation"))


def _lanes(element: etree._Element, document: Document, nodes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Lane name (or id) -> node ids; the innermost lane has the node."""
    lanes: dict[str, tuple[str, ...]] = {}
    known = set(nodes)
    for lane in element.iter(BPMN + "lane"):
        inside = []
        for ref in lane.iterchildren(BPMN + "flowNodeRef"):
            if text_of(ref) in known:
                inside.append(text_of(ref))
            else:
                document.report("reference_unknown", lane, "warning", kind="flowNode", ref=text_of(ref)[:80])
        label = camunda.name_of(lane) or lane.get("id") or ""
        lanes[label] = lanes.get(label, ()) + tuple(inside)
    return lanes
