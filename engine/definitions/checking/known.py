"""Keeps the checks from knowing where names come from: what the house has, and what the checked files bring along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definitions.model import BpmnFile

Names = frozenset[str] | None
"""None: names of this kind are not checked."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is deployed already and what the house offers. A set that is None is not checked against."""

    processes: Names = frozenset()
    decisions: Names = frozenset()
    forms: Names = frozenset()
    roles: Names = None
    parameters: Names = None
    clauses: Names = None
    documents: Names = None
    operations: Names = None
    messages: Names = None  # names that a deployed process waits for
    versions: Names = None  # "form/ask:2", and "form/ask@1.0" by version tag
    filing: Names = None  # forms that take files
    beginning: Mapping[str, frozenset[str]] = field(default_factory=dict)  # form -> processes that begin with it

    @classmethod
    def of_house(cls, beginning: Mapping[str, frozenset[str]] | None = None, **more: Names) -> Known:
        """With what ``processes/regulation`` and ``forms/documents`` name; ``more`` adds or replaces sets."""
        from engine.definitions import regulation
        from engine.documents.kinds import kinds

        own: dict[str, Names] = {
            "roles": frozenset(regulation.roles()),
            "parameters": frozenset(regulation.parameters()),
            "documents": frozenset(kinds()),
            "clauses": frozenset(regulation.clauses()) | frozenset(regulation.headings()),
        }
        return cls(beginning=beginning or {}, **{**own, **more})

    @classmethod
    def nothing(cls) -> Known:
        """For a model on its own: no name outside the files is checked."""
        return cls(processes=None, decisions=None, forms=None)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that is checked together."""

    known: Known
    models: Mapping[str, BpmnFile] = field(default_factory=dict)
    decisions: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    filing: frozenset[str] = frozenset()  # those of the forms that take files

    @property
    def processes(self) -> frozenset[str]:
        """Ids of the processes in the checked files."""
        return frozenset(process.id for model in self.models.values() for process in model.processes)


def missing(name: str, deployed: Names, brought: frozenset[str] = frozenset()) -> bool:
    """Whether ``name`` is neither deployed nor brought along."""
    return deployed is not None and name not in deployed and name not in brought
