"""Says of every file beside a case whether its bytes are there and unchanged, for doctor and verification."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import facts as f
from engine.documents.soundness import Unsound, state_of
from engine.errors import Broken
from engine.files import Files
from engine.history import ledger, sealing
from engine.history.streams import INSTANCE
from engine.notes.tables import STREAM, vw_note


def check(connection: Connection, keys: sealing.KeyRing, files: Files) -> Iterator[Unsound]:
    """Files that are not what was recorded, those taken back too; those of erased cases are gone lawfully."""
    n = vw_note.c
    holding = sa.select(n.instance).where(n.kind == "file").distinct().order_by(n.instance)
    for instance in connection.execute(holding).scalars().all():
        try:
            key, words = keys.of(connection, INSTANCE + instance), keys.of(connection, STREAM + instance)
            entries = list(ledger.read(connection, STREAM + instance, words)) if words is not None else []
        except (sealing.Erased, Broken, ValueError):  # erased, or named where streams are checked
            continue
        for entry in entries:
            for fact in entry.facts():
                if isinstance(fact, f.FileAttached):
                    state = state_of(files, instance, fact.sha256, key)
                    if state:
                        yield Unsound(f"{instance}/{fact.note}", fact.sha256, state)
