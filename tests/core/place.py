"""Keeps the core's tests from knowing how a small university is set up: two schools, four people, models in a line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.assembly import Engine, Settings, create_engine
from engine.database import reading, ru_instance, ru_task
from engine.history.verify import verify
from engine.world import ManualClock
from tests.play import models as m

START = datetime(2026, 9, 1, 4, tzinfo=UTC)
SECRETARY, CHAIR, OTHER, ADMIN = "p1", "p2", "p3", "p4"
POSTS = [
    (SECRETARY, "secretary", "eng"),
    (CHAIR, "chair", "eng"),
    (OTHER, "secretary", "law"),
    (ADMIN, "admin", "univ"),
]
MASTER = bytes(range(32))


def user(id: str, role: str = '"secretary@" + school', inner: str = "", **more: str) -> str:
    """A user task somebody of the school may take."""
    return m.user(id, m.extensions(m.properties(role=role) + inner), **more)


class Place:
    """An engine on a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = ManualClock(START)
        self.engine: Engine = create_engine(Settings(url, MASTER, folder), self.clock)
        for unit, kind, parent in (("univ", "university", None), ("eng", "school", "univ"), ("law", "school", "univ")):
            self.system(c.RecordUnit, unit=unit, kind=kind, parent=parent, names={"kk": unit})
        for person, role, unit in POSTS:
            self.system(c.RecordPerson, person=person, name=f"Адам {person}", unit="eng")
            self.system(c.Appoint, person=person, role=role, unit=unit, start=date(2026, 1, 1))

    def system(self, command: type[c.Command], **arguments: Any) -> c.Done:
        return self.engine.handle(command(actor=c.SYSTEM, **arguments))

    def deploy(self, *parts: str | bytes) -> None:
        """Processes, each a file of its own with all the other global elements; or bytes as they are."""
        files = [part for part in parts if isinstance(part, bytes)]
        texts = [part for part in parts if isinstance(part, str)]
        shared = [text for text in texts if not text.startswith("<process")]
        files += [m.model(*shared, text) for text in texts if text.startswith("<process")]
        self.system(c.Deploy, name="d", files={f"model{n}.bpmn": file for n, file in enumerate(files)})

    def start(self, process: str = "p", school: str = "eng", **variables: Any) -> str:
        return self.system(c.StartProcess, definition=process, school=school, variables=variables).instance

    def tasks(self, instance: str) -> list[str]:
        """The elements of the open tasks."""
        return sorted(row.element for row in self.rows(ru_task) if row.instance == instance)

    def task(self, instance: str, element: str, index: int = 0) -> str:
        found = [row.id for row in self.rows(ru_task) if (row.instance, row.element) == (instance, element)]
        return str(sorted(found, key=lambda id: int(id.rpartition(".")[2]))[index])

    def do(self, instance: str, element: str, actor: str = SECRETARY, index: int = 0, **variables: Any) -> c.Done:
        task = self.task(instance, element, index)
        return self.engine.handle(c.CompleteTask(actor=actor, instance=instance, task=task, variables=variables))

    def later(self, **delta: float) -> None:
        self.clock.move_to(self.clock() + timedelta(**delta))
        self.engine.settle()

    def state(self, instance: str) -> str:
        return next(str(row.state) for row in self.rows(ru_instance) if row.id == instance)

    def rows(self, table: sa.Table) -> list[Any]:
        with reading(self.engine.database) as connection:
            return list(connection.execute(sa.select(table).order_by(*table.primary_key)))

    def verified(self) -> bool:
        return verify(self.engine.database, self.engine.keys).clean
