"""Keeps the rest from knowing DMN XML: what a .dmn file decides, as plain frozen data. Every cell is FEEL text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.definitions.model import Finding
from engine.values import Value

HIT_POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
ONE_ROW = ("UNIQUE", "FIRST", "ANY", "PRIORITY")
"""Hit policies that give one row or none."""
AGGREGATIONS = ("", "SUM", "MIN", "MAX", "COUNT")
_CLAUSE = r"\d+(?:\.\d+)+\.?"
_CLAUSES = re.compile(rf"\s*({_CLAUSE}(?:\s*[,;]\s*{_CLAUSE})*)\s*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A FEEL text of the table; empty, or ``-`` for an input, means that anything fits."""

    text: str
    line: int
    id: str = ""

    @property
    def anything(self) -> bool:
        return self.text in ("", "-")


@dataclass(frozen=True, slots=True)
class Input:
    """``variable`` is camunda:inputVariable, the name by which cells may read the input beside ``?``.

    ``days`` and ``moments`` tell whether cells of the column speak of dates, and of dates with a time.
    """

    id: str
    label: str
    expression: Cell
    type: str = ""
    variable: str = ""
    allowed: Cell | None = None  # inputValues, a unary test
    days: bool = False
    moments: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """``values`` are the outputValues, best first; ``default`` is given when no rule matches."""

    id: str
    label: str
    name: str
    type: str = ""
    values: Cell | None = None
    default: Cell | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; ``index`` counts from 1. ``annotations`` go by their column's name."""

    id: str
    index: int
    line: int
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    description: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def clause(self) -> str:
        """Clause numbers: an annotation that holds nothing else, or what the description begins with."""
        for text in self.annotations.values():
            match = _CLAUSES.fullmatch(text)
            if match:
                return match[1]
        match = _CLAUSES.match(self.description)
        return match[1].rstrip(".") if match else ""


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    line: int
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """A literal expression; ``type`` is that of the decision's variable."""

    expression: Cell
    type: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A decision whose result this one uses. ``here`` tells whether it stands in the same file."""

    decision: str
    here: bool
    line: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``logic`` None is one that cannot be evaluated; findings say why.

    ``siblings`` are all decisions of the file: a requirement within the file means exactly that version.
    """

    id: str
    name: str
    line: int
    file: str
    logic: Table | LiteralExpression | None
    variable: str = ""
    requirements: tuple[Requirement, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    version_tag: str = ""
    history_time_to_live: str = ""
    siblings: Mapping[str, Decision] = field(default_factory=dict, repr=False, compare=False)

    @property
    def table(self) -> Table | None:
        return self.logic if isinstance(self.logic, Table) else None

    @property
    def cells(self) -> Iterator[Cell]:
        """Every FEEL text of the decision."""
        if isinstance(self.logic, LiteralExpression):
            yield self.logic.expression
        elif self.logic is not None:
            for column in self.logic.inputs:
                yield from (cell for cell in (column.expression, column.allowed) if cell is not None)
            for output in self.logic.outputs:
                yield from (cell for cell in (output.values, output.default) if cell is not None)
            for rule in self.logic.rules:
                yield from rule.inputs
                yield from rule.outputs

    @property
    def names(self) -> dict[str, str]:
        """kk, ru, en as far as the model has them; kk is the name in DMN."""
        more = {lang: self.properties.get(f"name:{lang}", "") for lang in ("ru", "en")}
        return {"kk": self.name, **{lang: text for lang, text in more.items() if text}}


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """``findings`` is what the reader saw and this data cannot hold; with an error among them nothing may be run."""

    name: str
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """``rows`` are the rules that decided, required decisions' first: {decision, rule, index, description, annotations,
    clause}. ``outputs`` is one context per result row; ``value`` what a decision that requires this one sees.
    """

    rows: list[dict[str, Value]]
    outputs: list[dict[str, Value]]
    value: Value
