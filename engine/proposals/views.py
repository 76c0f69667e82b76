"""What pages may know of a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.views import Names


@dataclass(frozen=True, slots=True)
class Definition:
    """``was``: the version in force when it was proposed, 0 for none. ``now``: the one in force today."""

    kind: str
    key: str
    names: Names
    was: int
    now: int
    same: bool
    running: tuple[tuple[int, int], ...]  # (version, cases that run on it), newest first


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """``state``: new, changed or unchanged."""

    name: str
    sha256: str
    size: int
    state: str
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """``state``: waiting, effective or returned; ``stale``: keys of which another version went first."""

    number: int
    name: str
    source: str
    why: str
    by: str  # a person's id
    by_name: str
    at: datetime
    state: str
    files: tuple[ProposedFile, ...]
    stale: tuple[str, ...]
    closed_by: str
    closed_by_name: str
    closed_at: datetime | None
    reason: str
    deployment: str
    confirmers: tuple[str, ...] = ()  # names of those who can make it effective
    findings: tuple[dict[str, Any], ...] = ()  # in words, while it waits

    @property
    def changes(self) -> tuple[ProposedFile, ...]:
        """The files that are not in force already."""
        return tuple(file for file in self.files if file.state != "unchanged")

    @property
    def names(self) -> tuple[str, ...]:
        """Of its files."""
        return tuple(file.name for file in self.files)
