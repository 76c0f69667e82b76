"""What can be asked for about models. Only the set-up deploys by itself; people propose to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.commanding import Command


@dataclass(frozen=True, kw_only=True, slots=True)
class Deploy(Command):
    """Deploy files (name -> bytes) as one deployment; refused whole if any finding is an error."""

    name: str
    files: Mapping[str, bytes]
    source: str = "sapa"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeModels(Command):
    """Propose files (name -> bytes) as the next versions; refused whole like a deployment. Nothing changes yet."""

    name: str
    files: Mapping[str, bytes]
    why: str = ""  # what is missing is told later, before it is made effective
    source: str = "sapa"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainProposal(Command):
    """Say why, by the person who proposed."""

    proposal: int
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MakeEffective(Command):
    """Deploy what somebody else proposed. Cases that run stay on their versions."""

    proposal: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnProposal(Command):
    """Close a proposal without effect: returned by another person, or taken back by the one who proposed it."""

    proposal: int
    reason: str
