"""What can happen to a proposed version of models, in the stream ``models``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsProposed(Fact):
    """``files``: each with ``file``, ``sha256``, ``size`` and its ``definitions``, which tell the version in force then
    (``was``, 0 for none) and whether that is this very file (``same``)."""

    proposal: int
    name: str
    source: str
    why: str
    files: Any
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalExplained(Fact):
    proposal: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMadeEffective(Fact):
    proposal: int
    deployment: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalReturned(Fact):
    """Returned by another person, or taken back by the one who proposed it."""

    proposal: int
    reason: str
    by: str
