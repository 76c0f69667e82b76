"""Keeps pages from knowing DMN: a decision table as rows and columns of text, its words in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from engine.definitions import decisions
from engine.definitions.decision_model import Rule
from engine.queries.modelling import file_of
from engine.views import Access


@dataclass(frozen=True, slots=True)
class Column:
    """``label`` is what Kazakh readers read over the column, ``name`` the FEEL expression or the name of the result."""

    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. Cells are FEEL texts with their columns; inputs that anything fits are left out."""

    index: int
    clause: str
    words: str
    inputs: tuple[tuple[Column, str], ...]
    outputs: tuple[tuple[Column, str], ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """``hit_policy`` and ``aggregation`` as DMN names them."""

    hit_policy: str
    aggregation: str
    lines: tuple[Line, ...]


def table(connection: Connection, access: Access, key: str, version: int, language: str) -> ShownTable | None:
    """The table of one version; None for a decision that is one expression. Raises NotFound."""
    file = file_of(connection, access, "decision", key, version)
    found = next(one.table for one in decisions.read(file.content, file.name).decisions if one.id == key)
    if found is None:
        return None
    inputs = [Column(one.label, one.expression.text) for one in found.inputs]
    outputs = [Column(one.label, one.name) for one in found.outputs]
    lines = tuple(_line(rule, inputs, outputs, language) for rule in found.rules)
    return ShownTable(found.hit_policy, found.aggregation, lines)


def _line(rule: Rule, inputs: list[Column], outputs: list[Column], language: str) -> Line:
    """Its description is in Kazakh and begins with its clauses; annotations are named by the other languages."""
    clause, colon, words = rule.description.partition(": ")
    clause, words = (clause, words) if colon else ("", rule.description)
    if language != "kk":
        words = rule.annotations.get(language) or words
    return Line(
        rule.index,
        clause or rule.clause,
        words,
        tuple((column, cell.text) for column, cell in zip(inputs, rule.inputs, strict=True) if not cell.anything),
        tuple((column, cell.text) for column, cell in zip(outputs, rule.outputs, strict=True) if cell.text != "null"),
    )
