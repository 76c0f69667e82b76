"""What can happen to documents: they are made of an entry, and a mistake in one is mended by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsMade(Fact):
    """Everything one step of one entry called for was made; ``documents`` may be empty (nothing to tell anybody)."""

    instance: str
    source: str  # stream of the entry they were made from
    seq: int
    element: str
    document_kind: str
    documents: list[Any]  # {id, number, day, addressee, mends, files: {language: {pdf, docx: [sha256, size]}}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErratumIssued(Fact):
    """A mistake in a document is mended. ``sealed``: what is wrong, right and why, under the case's own key."""

    instance: str
    document: str
    number: int  # which erratum of this document
    by: str
    sealed: str
