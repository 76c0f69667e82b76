"""Keeps the rest from knowing DMN XML as Camunda Modeler writes it: bytes in, decisions out.

Reads DMN 1.1, 1.2 and 1.3 (OMG formal/2021-02-01) with Camunda 7's extensions. The drawing is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.definitions import hardening
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
_LOGIC = ("decisionTable", "literalExpression")
_OTHER_LOGIC = ("context", "invocation", "relation", "list", "functionDefinition", "conditional", "for", "filter")


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

    def file_of(self, root: etree._Element) -> DecisionFile:
        self._language = root.get("expressionLanguage") or ""
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
                self._report("decision_element_unsupported", element, kind=name)
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
            self._report("decision_element_unsupported", requirement, kind="knowledgeRequirement")
        made: Table | LiteralExpression | None = None
        if not logic:
            self._report("decision_empty", element)
        elif local(logic[0]) == "decisionTable":
            made = self._table(logic[0])
        elif local(logic[0]) == "literalExpression":
            made = LiteralExpression(self._cell(logic[0]), _type(logic[0]) or _type(variable))
        else:
            self._report("decision_element_unsupported", logic[0], kind=local(logic[0]))
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
        orientation = element.get("preferredOrientation") or "Rule-as-Row"
        if policy not in HIT_POLICIES:
            self._report("decision_hit_policy", element, policy=policy)
        if aggregation not in AGGREGATIONS or (aggregation and policy != "COLLECT"):
            self._report("decision_aggregation", element, aggregation=aggregation, policy=policy)
        if orientation != "Rule-as-Row":
            self._report("decision_orientation", element, orientation=orientation)
        annotations = [name_of(column) for column in self._children(element, "annotation")]
        rules = enumerate(self._children(element, "rule"), 1)
        return Table(
            id=element.get("id") or "",
            line=line(element),
            hit_policy=policy,
            aggregation=aggregation,
            inputs=tuple(self._input(column) for column in self._children(element, "input")),
            outputs=tuple(self._output(column) for column in self._children(element, "output")),
            rules=tuple(self._rule(index, rule, annotations) for index, rule in rules),
        )

    def _input(self, element: etree._Element) -> Input:
        expression = self._child(element, "inputExpression")
        return Input(
            id=element.get("id") or "",
            label=(element.get("label") or "").strip(),
            expression=Cell("", line(element)) if expression is None else self._cell(expression),
            type=_type(expression),
            variable=element.get(_CAMUNDA + "inputVariable") or "",
            allowed=self._optional(element, "inputValues"),
        )

    def _output(self, element: etree._Element) -> Output:
        return Output(
            id=element.get("id") or "",
            label=(element.get("label") or "").strip(),
            name=(element.get("name") or "").strip(),
            type=_type(element),
            values=self._optional(element, "outputValues"),
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
        if language and "feel" not in language.lower():
            self._report("decision_language", element, language=language)
        at = element if text is None else text
        return Cell("" if text is None else text_of(text), line(at), element.get("id") or "")


def _type(element: etree._Element | None) -> str:
    return "" if element is None else (element.get("typeRef") or "").rpartition(":")[2].strip()


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
