"""Keeps the rest from knowing DMN XML as Camunda Modeler writes it: bytes in, decisions out.

Reads DMN 1.1, 1.2 and 1.3 (OMG formal/2021-02-01) with Camunda 7's extensions. The drawing is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.definitions import decision_types, hardening
from engine.definitions.camunda import line, local, name_of, text_of
from engine.definitions.decision_checks import check_file, check_table
from engine.definitions.decision_eval import evaluate
from engine.definitions.decision_model import (
    AGGREGATIONS,
    HIT_POLICIES,
    Cell,
    Decision,
    DecisionFile,
    DecisionResult,
    Input,
    LiteralExpression,
    Output,
    Requirement,
    Rule,
    Table,
)
from engine.definitions.model import Finding
from engine.errors import ModelRefused

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
    }
)
_CAMUNDA = "{http://camunda.org/schema/1.0/dmn}"
_FEEL = re.compile(r"feel|https?://www\.omg\.org/spec/(FEEL/\d{8}|DMN/\d{8}/FEEL/?)", re.IGNORECASE)
_DAYS = re.compile(r'\bdate\s*\(|\btoday\s*\(|@"\d{4}-\d\d-\d\d"')
_MOMENTS = re.compile(r'\bdate\s+and\s+time\s*\(|\bnow\s*\(|@"\d{4}-\d\d-\d\dT')
_UNSUPPORTED = {
    "businessKnowledgeModel": "decision_knowledge_unsupported",
    "invocation": "decision_knowledge_unsupported",
    "functionDefinition": "decision_knowledge_unsupported",
    "context": "decision_boxed_unsupported",
    "list": "decision_boxed_unsupported",
    "relation": "decision_boxed_unsupported",
    "conditional": "decision_boxed_unsupported",
    "for": "decision_boxed_unsupported",
    "filter": "decision_boxed_unsupported",
    "every": "decision_boxed_unsupported",
    "some": "decision_boxed_unsupported",
}
"""What is refused and has a remedy of its own."""
_LOGIC = ("decisionTable", "literalExpression")
_OTHER_LOGIC = tuple(name for name in _UNSUPPORTED if name != "businessKnowledgeModel")


def read(xml: bytes, file: str) -> DecisionFile:
    """Every decision of one .dmn file. ``file`` is the name findings carry.

    Raises ModelRefused with one finding when the bytes are no DMN at all. Everything else wrong with the file is left
    in ``DecisionFile.findings`` or for ``check_file``.
    """
    root = hardening.parse(xml, file)
    namespace = etree.QName(root).namespace or ""
    if local(root) != "definitions" or namespace not in NAMESPACES:
        raise ModelRefused([Finding("error", file, "", "", line(root), "not_dmn", {"root": str(root.tag)[:200]})])
    return _Reader(file, namespace).file_of(root)


class _Reader:
    def __init__(self, file: str, namespace: str) -> None:
        self._file = file
        self._prefix = "{" + namespace + "}"
        self._findings: list[Finding] = []
        self._element = ("", "")
        self._language = ""
        self._types: dict[str, etree._Element] = {}
        self._inputs: set[str] = set()

    def file_of(self, root: etree._Element) -> DecisionFile:
        self._language = root.get("expressionLanguage") or ""
        self._types = {name_of(element): element for element in self._children(root, "itemDefinition")}
        self._inputs = {element.get("id") or "" for element in self._children(root, "inputData")}
        siblings: dict[str, Decision] = {}
        for element in self._children(root, "decision"):
            decision = self._decision(element, siblings)
            if not decision.id or decision.id in siblings:
                self._report("decision_id", element, id=decision.id or "—")
            siblings[decision.id] = decision
        self._element = ("", "")
        if not siblings:
            self._report("no_decision", root)
        for name in ("businessKnowledgeModel", "decisionService", "import"):
            for element in self._children(root, name):
                self._element = (element.get("id") or "", name_of(element))
                self._report(_UNSUPPORTED.get(name, "decision_element_unsupported"), element, kind=name)
        return DecisionFile(self._file, tuple(siblings.values()), tuple(self._findings))

    def _report(self, code: str, at: etree._Element, **params: str) -> None:
        id, name = self._element
        short = {key: value[:200] for key, value in params.items()}
        self._findings.append(Finding("error", self._file, id, name, line(at), code, short))

    def _children(self, element: etree._Element, name: str) -> Iterator[etree._Element]:
        return element.iterchildren(self._prefix + name)

    def _child(self, element: etree._Element, name: str) -> etree._Element | None:
        return next(self._children(element, name), None)

    def _text(self, element: etree._Element, name: str) -> str:
        child = self._child(element, name)
        return "" if child is None else text_of(child)

    def _decision(self, element: etree._Element, siblings: dict[str, Decision]) -> Decision:
        self._element = (element.get("id") or "", name_of(element))
        variable = self._child(element, "variable")
        logic = [child for child in element.iterchildren("*") if local(child) in _LOGIC + _OTHER_LOGIC]
        for requirement in self._children(element, "knowledgeRequirement"):
            self._report("decision_knowledge_unsupported", requirement, kind="knowledgeRequirement")
        made: Table | LiteralExpression | None = None
        if not logic:
            self._report("decision_empty", element)
        elif local(logic[0]) == "decisionTable":
            made = self._table(logic[0])
        elif local(logic[0]) == "literalExpression":
            made = LiteralExpression(self._cell(logic[0]), self._type(logic[0])[0] or self._type(variable)[0])
        else:
            kind = local(logic[0])
            self._report(_UNSUPPORTED.get(kind, "decision_element_unsupported"), logic[0], kind=kind)
        return Decision(
            id=element.get("id") or "",
            name=name_of(element),
            line=line(element),
            file=self._file,
            logic=made,
            variable="" if variable is None else name_of(variable),
            requirements=tuple(self._requirements(element)),
            properties=self._properties(element),
            description=self._text(element, "description"),
            version_tag=element.get(_CAMUNDA + "versionTag") or "",
            history_time_to_live=element.get(_CAMUNDA + "historyTimeToLive") or "",
            siblings=siblings,
        )

    def _requirements(self, element: etree._Element) -> Iterator[Requirement]:
        for requirement in self._children(element, "informationRequirement"):
            for required in self._children(requirement, "requiredInput"):
                place, _, id = (required.get("href") or "").rpartition("#")
                if not place and id not in self._inputs:
                    self._report("decision_input_unknown", required, ref=id or "—")
            for required in self._children(requirement, "requiredDecision"):
                place, _, id = (required.get("href") or "").rpartition("#")
                yield Requirement(id, not place, line(required))

    def _properties(self, element: etree._Element) -> dict[str, str]:
        extensions = self._child(element, "extensionElements")
        if extensions is None:
            return {}
        found = (child for child in extensions.iter("*") if local(child) == "property")
        return {child.get("name") or "": (child.get("value") or "").strip() for child in found}

    def _table(self, element: etree._Element) -> Table:
        policy = " ".join((element.get("hitPolicy") or "UNIQUE").upper().split())
        aggregation = (element.get("aggregation") or "").upper()
        if policy not in HIT_POLICIES:
            self._report("decision_hit_policy", element, policy=policy)
        if aggregation not in AGGREGATIONS or (aggregation and policy != "COLLECT"):
            self._report("decision_aggregation", element, aggregation=aggregation, policy=policy)
        annotations = [name_of(column) for column in self._children(element, "annotation")]
        rules = tuple(
            self._rule(index, rule, annotations) for index, rule in enumerate(self._children(element, "rule"), 1)
        )
        return Table(
            id=element.get("id") or "",
            line=line(element),
            hit_policy=policy,
            aggregation=aggregation,
            inputs=tuple(
                self._input(column, [rule.inputs[index].text for rule in rules if index < len(rule.inputs)])
                for index, column in enumerate(self._children(element, "input"))
            ),
            outputs=tuple(self._output(column) for column in self._children(element, "output")),
            rules=rules,
        )

    def _input(self, element: etree._Element, cells: list[str]) -> Input:
        expression = self._child(element, "inputExpression")
        type_ref, allowed = self._type(expression)
        return Input(
            id=element.get("id") or "",
            label=(element.get("label") or "").strip(),
            expression=Cell("", line(element)) if expression is None else self._cell(expression),
            type=type_ref,
            variable=element.get(_CAMUNDA + "inputVariable") or "",
            allowed=self._optional(element, "inputValues") or allowed,
            days=any(_DAYS.search(cell) for cell in cells),
            moments=any(_MOMENTS.search(cell) for cell in cells),
        )

    def _output(self, element: etree._Element) -> Output:
        type_ref, allowed = self._type(element)
        return Output(
            id=element.get("id") or "",
            label=(element.get("label") or "").strip(),
            name=(element.get("name") or "").strip(),
            type=type_ref,
            values=self._optional(element, "outputValues") or allowed,
            default=self._optional(element, "defaultOutputEntry"),
        )

    def _rule(self, index: int, element: etree._Element, columns: list[str]) -> Rule:
        texts = [self._text(entry, "text") for entry in self._children(element, "annotationEntry")]
        names = [column or str(number) for number, column in enumerate(columns, 1)]
        names += [str(number) for number in range(len(names) + 1, len(texts) + 1)]
        return Rule(
            id=element.get("id") or f"rule_{index}",
            index=index,
            line=line(element),
            inputs=tuple(self._cell(entry) for entry in self._children(element, "inputEntry")),
            outputs=tuple(self._cell(entry) for entry in self._children(element, "outputEntry")),
            description=self._text(element, "description"),
            annotations=dict(zip(names, texts, strict=False)),
        )

    def _optional(self, element: etree._Element, name: str) -> Cell | None:
        child = self._child(element, name)
        cell = None if child is None else self._cell(child)
        return cell if cell is not None and cell.text else None

    def _cell(self, element: etree._Element) -> Cell:
        text = self._child(element, "text")
        language = element.get("expressionLanguage") or self._language
        if text is not None:
            language = text.get("expressionLanguage") or language
        if language and not _FEEL.fullmatch(language.strip()):
            self._report("decision_language", element, language=language)
        at = element if text is None else text
        return Cell("" if text is None else text_of(text), line(at), element.get("id") or "")

    def _type(self, element: etree._Element | None) -> tuple[str, Cell | None]:
        """The typeRef and the values allowed; a type that the file defines is what it is made of."""
        if element is None:
            return "", None
        name = (element.get("typeRef") or "").rpartition(":")[2].strip()
        allowed: Cell | None = None
        for _ in range(len(self._types)):
            definition = self._types.get(name)
            if definition is None or decision_types.known(name):
                break
            if self._child(definition, "itemComponent") is not None:
                name = "context"
            else:
                name = self._text(definition, "typeRef").rpartition(":")[2].strip() or "Any"
            if definition.get("isCollection") == "true":
                return "list", None
            allowed = allowed or self._optional(definition, "allowedValues")
        return name, allowed


__all__ = [
    "Cell",
    "Decision",
    "DecisionFile",
    "DecisionResult",
    "Input",
    "LiteralExpression",
    "Output",
    "Rule",
    "Table",
    "check_file",
    "check_table",
    "evaluate",
    "read",
]
