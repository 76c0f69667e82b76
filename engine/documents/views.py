"""What pages know of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One file of a document."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document that was made. ``files``: language -> form (pdf, docx); ``mends``: id of the document it mends."""

    id: str
    instance: str
    kind: str
    names: Mapping[str, str]
    number: str
    day: date
    addressee: str
    addressee_name: Mapping[str, str]
    mends: str
    files: Mapping[str, Mapping[str, Paper]]
    made: datetime
    seq: int  # the entry of the case it tells of; 0 for an erratum's
    code: str  # printed on it, by which anybody checks it


@dataclass(frozen=True, slots=True)
class DocumentDue:
    """One still to be made. ``problem``: why it could not be, ``again``: when it is tried next."""

    kind: str
    names: Mapping[str, str]
    tries: int
    problem: Mapping[str, str]  # by language
    again: datetime | None


@dataclass(frozen=True, slots=True)
class CaseDocuments:
    rows: tuple[DocumentRow, ...] = ()
    due: tuple[DocumentDue, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with what hangs together with it. ``erased``: its case's contents are gone, and so are its files."""

    row: DocumentRow
    case_title: Mapping[str, str]
    case_seen: bool  # False: it was written to the reader, who may not see the case itself
    process: Mapping[str, str]
    school: str
    errata: tuple[DocumentRow, ...]
    mended: DocumentRow | None
    may_mend: bool
    mending: bool  # an erratum is on its way
    erased: bool
