"""Says of every recorded document whether its files are there and unchanged, for doctor and verification."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.documents.tables import vw_document
from engine.errors import Broken, NotFound
from engine.files import Files
from engine.history import sealing
from engine.history.streams import INSTANCE

_v = vw_document.c


@dataclass(frozen=True, slots=True)
class Unsound:
    """``state``: missing or changed."""

    document: str
    file: str
    state: str


def check(connection: Connection, keys: sealing.KeyRing, files: Files) -> Iterator[Unsound]:
    """Files of documents that are not what was recorded; those of erased cases are gone lawfully."""
    for row in connection.execute(sa.select(_v.id, _v.instance, _v.files).order_by(_v.id)).all():
        try:
            key = keys.of(connection, INSTANCE + row.instance)
        except (sealing.Erased, Broken):
            continue
        for formats in json.loads(row.files).values():
            for sha256, _size in formats.values():
                state = state_of(files, row.instance, sha256, key)
                if state:
                    yield Unsound(row.id, sha256, state)


def state_of(files: Files, instance: str, sha256: str, key: bytes | None) -> str:
    """Of one file sealed beside a case: missing, changed, or empty when it is what was recorded."""
    if key is None or not files.beside(instance, sha256):
        return "missing"
    try:
        content = files.open(instance, sha256, key)
    except NotFound:
        return "changed"
    return "" if hashlib.sha256(content).hexdigest() == sha256 else "changed"
