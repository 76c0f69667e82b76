"""Keeps the BPMN reader from knowing what a document may hold: everything that nobody would read is told here.

The reader takes what it knows out of a document; without this look at the whole, a misspelt attribute, an element in
the wrong place or another engine's word would be dropped without a sound and the process would do something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from lxml import etree

from engine.definitions import camunda, vocabulary
from engine.definitions.camunda import BPMN, local
from engine.definitions.events import Document, Severity
from engine.definitions.model import Finding
from engine.definitions.vocabulary import CAMUNDA_ATTRIBUTES, CAMUNDA_EXTENSIONS, ELEMENTS, INSIDE, WHOLE

_CAMUNDA = (camunda.CAMUNDA, "{http://activiti.org/bpmn}")  # Camunda 7 reads its forerunner's name too
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_TOOLS = ("{http://camunda.org/schema/modeler/1.0}",)
_DRAWING = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_LONGEST_NAME, _LONGEST_TEXT = 500, 20_000
_SHORT = ("id", "name", "errorCode", "escalationCode")
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: what is read is not what stands there."""
_ALWAYS = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
_MOST_GUESSES = 50  # at what a slip was meant to be, in one file
_TRUTHS = ("true", "false", "1", "0")
_TEXTS = ("documentation", "text", "script", "rendering", "auditing", "monitoring")
"""What stands inside these is nobody's business here: markup in a text, or a language of its own."""
_PLACES = frozenset(
    [
        "definitions", "process", "sequenceFlow", "lane", "participant", "collaboration", "messageFlow", "message",
        "signal", "error", "escalation", "dataObject", "dataObjectReference", "dataStoreReference", "textAnnotation",
        *(name for name, word in ELEMENTS.items() if "outgoing" in word.children),
    ]
)  # fmt: skip
"""Elements a person finds in the drawing or in a list of the Modeler; findings about a part name the whole."""
_UNTOLD = ("collection", "elementVariable", "errorMessage")
"""Attributes whose place on a node ``checking.attributes`` does not tell about, because no node ever has them."""
_REFERENCES = ("dataObjectRef", "dataStoreRef", "categoryValueRef", "partitionElementRef")
_LINES = ("association", "messageFlow", "conversationLink")
_TEXT_REFERENCES = ("incoming", "outgoing", "boundaryEventRef")


def check(root: etree._Element, document: Document) -> None:
    """All findings about what stands where in one document."""
    _Look(root, document).all()


class _Look:
    def __init__(self, root: etree._Element, document: Document) -> None:
        self._root = root
        self._document = document
        self._guesses = 0
        self._ids = {str(element.get("id")) for element in root.iter(BPMN + "*") if element.get("id")}

    def all(self) -> None:
        stack = [self._root]
        while stack and not self._document.full:
            element = stack.pop()
            kind = local(element)
            self._attributes(element, kind)
            self._meaning(element, kind)
            if kind in _TEXTS:
                continue
            below = [child for child in element.iterchildren("*") if self._may_stand(child, element, kind)]
            if len(below) > 1:
                self._too_many(below, element)
            stack.extend(reversed(below))

    # --- elements --------------------------------------------------------------------------------------------------

    def _may_stand(self, child: etree._Element, parent: etree._Element, where: str) -> bool:
        """Whether to look into ``child``; says why it must not be where it is."""
        kind = local(child)
        if not str(child.tag).startswith(BPMN):
            if parent is self._root:
                if not str(child.tag).startswith(_DRAWING):
                    self._tell("element_not_executed", child, "warning", kind=_prefixed(child))
                return False
            code = "element_position" if str(child.tag).startswith(_CAMUNDA) else "element_unknown"
            self._tell(code, child, kind=_prefixed(child), parent=where)
            return False
        if kind == "extensionElements":
            for extension in child.iterchildren("*"):
                self._extension(extension, parent, where)
            return False
        if kind in ELEMENTS[where].children:
            if kind in WHOLE:
                self._tell("element_not_executed", child, "warning", kind=kind)
                return False
            return True
        known = kind in ELEMENTS and kind not in WHOLE
        self._tell("element_position" if known else "element_unknown", child, kind=kind, parent=where)
        return False

    def _too_many(self, children: Iterable[etree._Element], parent: etree._Element) -> None:
        """What is read once and stands there twice: the second one would not be read."""
        kinds = Counter(local(child) for child in children)
        for kind in sorted(vocabulary.ONCE & kinds.keys()):
            if kinds[kind] > 1:
                self._tell("element_twice", parent, kind=kind)
        for group in vocabulary.ONE_OF:
            found = sorted(group & kinds.keys())
            if sum(kinds[kind] for kind in found) > 1:
                self._tell("element_twice", parent, kind=" + ".join(found))

    def _meaning(self, element: etree._Element, kind: str) -> None:
        """What is well written and yet not done."""
        told = _MEANINGS.get(kind)
        if told is not None:
            told(self, element, kind)
        references = [name for name in _REFERENCES if element.get(name)]
        if kind in _LINES:
            references += ["sourceRef", "targetRef"]
        for name in references:
            self._refers(element, (element.get(name) or "").strip(), name)
        if kind in _TEXT_REFERENCES:
            self._refers(element, camunda.text_of(element), kind)

    def _refers(self, element: etree._Element, ref: str, kind: str) -> None:
        """These only draw: a loose end changes nothing in what runs."""
        if ref not in self._ids and ref.rpartition(":")[2] not in self._ids:
            self._tell("reference_unknown", element, "warning", kind=kind, ref=ref[:80])

    def _correlation(self, element: etree._Element, kind: str) -> None:
        self._tell("correlation", element, kind=kind)

    def _not_executed(self, element: etree._Element, kind: str) -> None:
        self._tell("element_not_executed", element, "warning", kind=kind)

    def _role(self, element: etree._Element, kind: str) -> None:
        parent = element.getparent()
        where = "" if parent is None else local(parent)
        people = where == "userTask" and kind in ("humanPerformer", "potentialOwner")
        if where in ("process", *vocabulary.WHOLE):
            self._not_executed(element, kind)
        elif not people or element.find(BPMN + "resourceRef") is not None:
            self._tell("resource_role", element, kind=kind)

    def _association(self, element: etree._Element, kind: str) -> None:
        moves = next(element.iterchildren(BPMN + "assignment", BPMN + "transformation"), None)
        if moves is None:
            self._tell("data_drawn", element, "info", kind=kind)
        else:
            self._tell("data_association", element, kind=kind)

    def _loop_part(self, element: etree._Element, kind: str) -> None:
        self._tell("loop_unsupported", element, what=kind)

    def _loop(self, element: etree._Element, kind: str) -> None:
        for name in ("oneBehaviorEventRef", "noneBehaviorEventRef"):
            if element.get(name):
                self._tell("loop_unsupported", element, what=name)
        collection = camunda.attributes(element).get("collection", "").strip()
        listed = collection or element.find(BPMN + "loopDataInputRef") is not None
        if listed and element.find(BPMN + "loopCardinality") is not None:
            self._tell("loop_count_twice", element)
        if not listed and camunda.attributes(element).get("elementVariable", "").strip():
            self._tell("loop_item_without_list", element)

    def _operation(self, element: etree._Element, kind: str) -> None:
        self._tell("attribute_ignored", element, "warning", what="operationRef")

    # --- attributes ------------------------------------------------------------------------------------------------

    def _attributes(self, element: etree._Element, kind: str) -> None:
        allowed = ELEMENTS[kind].attributes
        for key, value in element.attrib.items():
            name, text = str(key), str(value)
            self._text(element, name, text)
            if name[0] == "{":
                self._foreign(element, kind, name)
            elif name not in allowed:
                self._unknown(element, name, allowed)
            elif name in vocabulary.BOOLEAN and text.strip() not in _TRUTHS:
                self._value(element, name, text, _TRUTHS)
            elif name in vocabulary.CHOICES and text.strip() not in vocabulary.CHOICES[name]:
                self._value(element, name, text, vocabulary.CHOICES[name])
        if element.get("operationRef"):
            self._operation(element, kind)

    def _text(self, element: etree._Element, name: str, text: str) -> None:
        """Names go into records, lists and mails; nobody reads a megabyte, and none must read as something else."""
        longest = _LONGEST_NAME if name in _SHORT else _LONGEST_TEXT
        if len(text) > longest:
            self._tell("text_too_long", element, attribute=name, length=str(len(text)), limit=str(longest))
        if _HIDDEN.search(text):
            self._tell("text_hidden", element, attribute=name)

    def _foreign(self, element: etree._Element, kind: str, name: str) -> None:
        """An attribute of another namespace than BPMN's own."""
        namespace, _, word = name[1:].partition("}")
        what = f"{_prefix(element, namespace)}{word}"
        if name.startswith(_CAMUNDA):
            if word not in CAMUNDA_ATTRIBUTES:
                self._unknown(element, what, [f"camunda:{known}" for known in CAMUNDA_ATTRIBUTES])
            elif kind not in CAMUNDA_ATTRIBUTES[word] and (
                word in _UNTOLD or not (_of_node(kind) or kind == "process")
            ):
                self._tell("attribute_ignored", element, "warning", what=word)
        elif name.startswith(_ZEEBE):
            self._tell("camunda8", element, what=what)
        elif namespace == BPMN[1:-1]:
            self._unknown(element, what, ELEMENTS[kind].attributes)
        elif _executes(namespace):
            self._tell("foreign_namespace", element, what=what, namespace=namespace[:120])
        elif not name.startswith((*_ALWAYS, *_TOOLS)) and kind != "definitions":
            self._tell("attribute_ignored", element, "warning", what=what)

    def _unknown(self, element: etree._Element, what: str, known: Iterable[str]) -> None:
        self._tell("attribute_unknown", element, what=what[:80], near=self._near(what, known))

    def _near(self, what: str, known: Iterable[str]) -> str:
        """The name that may have been meant. Looked for a few times only: a file of nothing but slips is no slip."""
        self._guesses += 1
        near = get_close_matches(what[:80], known, 1, 0.75) if self._guesses <= _MOST_GUESSES else []
        return near[0] if near else "—"

    def _value(self, element: etree._Element, name: str, text: str, choices: Iterable[str]) -> None:
        self._tell("attribute_value", element, attribute=name, value=text[:80], choices=", ".join(choices))

    # --- extension elements ----------------------------------------------------------------------------------------

    def _extension(self, extension: etree._Element, parent: etree._Element, where: str) -> None:
        kind, tag = local(extension), str(extension.tag)
        if not tag.startswith(_CAMUNDA):
            if tag.startswith(BPMN):
                self._tell("element_position", extension, kind=kind, parent="extensionElements")
            elif tag.startswith(_ZEEBE):
                self._tell("camunda8", parent, what=_prefixed(extension))
            elif _executes(etree.QName(extension).namespace or ""):
                namespace = str(etree.QName(extension).namespace)
                self._tell("foreign_namespace", extension, what=_prefixed(extension), namespace=namespace[:120])
            return
        what = f"camunda:{kind}"
        if kind not in CAMUNDA_EXTENSIONS:
            near = self._near(what, [f"camunda:{known}" for known in CAMUNDA_EXTENSIONS])
            self._tell("extension_unknown", extension, what=what[:80], near=near)
            return
        if where not in CAMUNDA_EXTENSIONS[kind]:
            if not _of_node(where):  # of nodes ``checking.attributes`` tells
                self._tell("extension_position", extension, what=kind)
            return
        if kind == "executionListener" and where == "sequenceFlow":
            self._tell("listener", extension, what=kind)
        elif kind == "inputOutput":
            self._mapping(extension, where)
        elif kind in INSIDE:
            self._inside(extension)

    def _mapping(self, block: etree._Element, where: str) -> None:
        """Nothing stands before a start or a boundary event, so nothing could be mapped for it."""
        inputs = any(local(child) == "inputParameter" for child in block.iterchildren("*"))
        if inputs and where in ("startEvent", "boundaryEvent"):
            self._tell("extension_position", block, what="inputParameter")
        self._inside(block)

    def _inside(self, extension: etree._Element) -> None:
        stack = [extension]
        while stack:
            element = stack.pop()
            kind, word = local(element), INSIDE[local(element)]
            for key, value in element.attrib.items():
                self._text(element, str(key), str(value))
                if str(key) not in word.attributes:
                    self._unknown(element, str(key), word.attributes)
            if kind in ("in", "out"):
                self._passes(element, kind)
            children = list(element.iterchildren("*"))
            if kind == "properties":
                names = Counter(child.get("name") or child.get("id") or "" for child in children)
                for name in sorted(name for name, count in names.items() if name and count > 1):
                    self._tell("property_twice", element, property=name[:80])
            for child in children:
                if str(child.tag).startswith(_CAMUNDA) and local(child) in word.children:
                    stack.append(child)
                else:
                    what = _prefixed(child)
                    near = self._near(what, [f"camunda:{known}" for known in word.children])
                    self._tell("extension_unknown", child, what=what, near=near)

    def _passes(self, element: etree._Element, kind: str) -> None:
        """camunda:in and camunda:out say what they pass on."""
        variables = element.get("variables")
        if variables is not None and variables != "all":
            self._value(element, "variables", variables, ["all"])
        elif not any(element.get(name) for name in ("source", "sourceExpression", "variables", "businessKey")):
            self._tell("mapping_without_value", element, what=f"camunda:{kind}", target=element.get("target") or "—")

    # --- telling ---------------------------------------------------------------------------------------------------

    def _tell(self, code: str, element: etree._Element, severity: Severity = "error", **params: str) -> None:
        place: etree._Element | None = element
        while place is not None and not (place.get("id") and local(place) in _PLACES):
            place = place.getparent()
        own = element if code == "element_unknown" and element.get("id") else place
        id, name = ("", "") if own is None else (own.get("id") or "", camunda.name_of(own))
        self._document.add(Finding(severity, self._document.file, id[:200], name, camunda.line(element), code, params))


_MEANINGS: Mapping[str, Callable[[_Look, etree._Element, str], None]] = {
    "correlationKey": _Look._correlation,
    "correlationSubscription": _Look._correlation,
    "participantMultiplicity": _Look._not_executed,
    "supports": _Look._not_executed,
    "ioBinding": _Look._not_executed,
    "operationRef": _Look._operation,
    "resourceRole": _Look._role,
    "performer": _Look._role,
    "humanPerformer": _Look._role,
    "potentialOwner": _Look._role,
    "dataInputAssociation": _Look._association,
    "dataOutputAssociation": _Look._association,
    "complexBehaviorDefinition": _Look._loop_part,
    "outputDataItem": _Look._loop_part,
    "multiInstanceLoopCharacteristics": _Look._loop,
}


def _of_node(kind: str) -> bool:
    return kind.endswith("EventDefinition") or "outgoing" in ELEMENTS[kind].children


def _executes(namespace: str) -> bool:
    """Whether another engine, or a misspelt Camunda, speaks here."""
    if vocabulary.OTHER_ENGINES.get(namespace):
        return True
    known = (*_CAMUNDA, _ZEEBE, *_TOOLS)
    return "camunda.org/" in namespace and f"{{{namespace}}}" not in known


def _prefix(element: etree._Element, namespace: str) -> str:
    if f"{{{namespace}}}" in _CAMUNDA:
        return "camunda:"
    return next((f"{prefix}:" for prefix, uri in element.nsmap.items() if uri == namespace and prefix), "")


def _prefixed(element: etree._Element) -> str:
    prefix = f"{element.prefix}:" if element.prefix else ""
    return f"{prefix}{local(element)}"[:80]
