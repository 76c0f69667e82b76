"""Keeps forms from knowing where the files they name lie: beside the case, of which a reader is told their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from engine.definitions import forms
from engine.history.sealing import KeyRing
from engine.notes import reads
from engine.views import Access, TaskView


def told(connection: Connection, keys: KeyRing, access: Access, task: TaskView) -> TaskView:
    """The task, whose form is told the files beside its case if it asks for any: only those can be an answer."""
    if task.form is None or not forms.asks_for_files(task.form):
        return task
    found = reads.notes(connection, keys, access, task.instance, running=True)
    return replace(task, data={**task.data, forms.FILES: [record(one) for one in found if stands(one)]})


def stands(note: Any) -> bool:
    """Is it a file that nobody has taken back?"""
    return note.kind == "file" and note.withdrawn is None


def record(note: Any) -> Mapping[str, Any]:
    """A file as an answer names it."""
    return {"note": note.note, "name": note.name, "sha256": note.sha256, "size": note.size, "type": note.media}
