"""Checks .dmn files: what ``engine.definitions.decisions`` says about tables, and that clauses and parameters exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.definitions.checking.known import Bundle
from engine.definitions.findings import Report

if TYPE_CHECKING:
    from engine.definitions.decisions import DecisionFile


def read(data: bytes, name: str) -> DecisionFile:
    """Raises ModelRefused."""
    from engine.definitions import decisions

    return decisions.read(data, name)


def ids(file: DecisionFile) -> tuple[str, ...]:
    return tuple(decision.id for decision in file.decisions)


def check(file: DecisionFile, bundle: Bundle, report: Report) -> None:
    """All findings about one file."""
