"""Keeps the actors from knowing how one looks into a running case: its open tasks, their variables, who may do them.

An actor looks with the eyes of the simulation; whether the person may act is asked of the engine when they act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import feel
from engine.answers import Answers
from engine.assembly import Engine
from engine.database import reading, ru_instance, ru_subscription, ru_task
from engine.directory import reads
from engine.runtime import permits
from engine.runtime.execution import Execution, Token
from engine.runtime.finding import find
from engine.values import Value, day_in_almaty, moment
from engine.world import LiveWorld

_t, _i = ru_task.c, ru_instance.c
_columns = sa.select(_t.id, _t.instance, _t.element, _t.definition, _t.school, _t.created, _t.due)
_since = _columns.where(_t.created >= sa.bindparam("since")).order_by(_t.created, _t.id)
_of_id = _columns.where(_t.id == sa.bindparam("id"))
_standing = sa.select(_i.seq, _i.state).where(_i.id == sa.bindparam("id"))
_running = sa.select(sa.func.count()).where(
    _i.process_key == sa.bindparam("process"), _i.school == sa.bindparam("school"), _i.state == "active"
)
_waiting = (
    sa.select(_i.id)
    .join_from(ru_instance, ru_subscription, ru_subscription.c.instance == _i.id)
    .where(
        _i.process_key == sa.bindparam("process"),
        _i.state == "active",
        ru_subscription.c.name == sa.bindparam("message"),
        ~sa.exists().where(_t.instance == _i.id),
    )
    .order_by(_i.id)
    .distinct()
)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One row of the inboxes."""

    id: str
    instance: str
    element: str
    process: str  # the process the step belongs to: a called one has its own habits
    school: str
    created: datetime
    due: datetime | None

    @property
    def step(self) -> str:
        """The step of its process, as habits name it."""
        return f"{self.process}/{self.element}"


@dataclass(frozen=True, slots=True)
class Seen:
    """An open task looked at."""

    task: OpenTask
    variables: dict[str, Value]
    keys: tuple[str, ...]
    on_behalf: tuple[str, ...]
    assignee: str
    execution: Execution
    token: Token


class Look:
    """One look at the database, at one moment. Not kept beyond it."""

    def __init__(self, engine: Engine, connection: Connection) -> None:
        self._engine = engine
        self.connection = connection
        self.now = engine.clock()
        self._world = LiveWorld(self.now, Answers(connection, self.now))

    def evaluate(self, text: str, scope: Mapping[str, Value]) -> Value:
        """A FEEL expression with today's calendar, directory and parameters. Raises StepFailed, FeelSyntax."""
        return feel.compile(text).evaluate(scope, self._world)

    def ask(self, question: str, /, **args: Value) -> Value:
        return self._world.ask(question, **args)

    def rows(self, register: str, school: str, where: Mapping[str, Value] = {}) -> Value:
        """The rows of a register that fit, oldest first."""
        return self.ask("register.select", register=register, school=school, where=dict(where), since={})

    def known(self, registers: Mapping[str, str], school: str) -> dict[str, Value]:
        """What people see in registers before they act: by name, the rows of each."""
        return {name: self.rows(register, school) for name, register in registers.items()}

    def tasks(self, since: str = "") -> list[OpenTask]:
        """The open tasks offered at or after a moment (engine.values.instant), oldest first."""
        return [_open(row) for row in self.connection.execute(_since, {"since": since})]

    def task(self, id: str) -> OpenTask | None:
        row = self.connection.execute(_of_id, {"id": id}).first()
        return _open(row) if row else None

    def see(self, task: OpenTask) -> Seen | None:
        """The task with the variables of its case; None when it is no longer open."""
        row = self.connection.execute(_standing, {"id": task.instance}).first()
        if row is None or row.state != "active":
            return None
        hot, load = self._engine.bus.hot, self._engine.bus.instances.load
        execution = hot.take(task.instance, row.seq) or load(self.connection, task.instance, row.seq)
        hot.put(execution, row.seq)  # nobody else is running here: it may be read while it waits
        token = find(execution, task.id, "task")
        if token is None:
            return None
        notes: dict[str, Any] = token.internal_data["task"]
        return Seen(
            task, dict(execution.variables(token)), tuple(notes["keys"]), tuple(notes["on_behalf"]), notes["assignee"],
            execution, token,
        )  # fmt: skip

    def people(self, keys: tuple[str, ...]) -> list[str]:
        """Who holds one of the keys today, by id."""
        today, found = day_in_almaty(self.now), set[str]()
        for key in keys:
            role, at, unit = key.partition("@")
            found.update(reads.holders(self.connection, role, unit, today) if at else [key.removeprefix("person:")])
        return sorted(found)

    def holder(self, key: str) -> str | None:
        """Somebody who holds the key today; None when nobody does."""
        return next(iter(self.people((key,))), None)

    def running(self, process: str, school: str) -> int:
        """How many cases of a process are under way in a school."""
        found = self.connection.execute(_running, {"process": process, "school": school})
        return int(found.scalar_one())

    def waiting(self, process: str, message: str) -> list[str]:
        """Running cases of a process that wait for a message and in which nobody has anything to do."""
        return list(self.connection.execute(_waiting, {"process": process, "message": message}).scalars())

    @staticmethod
    def barred(seen: Seen, person: str) -> bool:
        """Whether the person did the step this one checks."""
        return permits.same_person(seen.execution, seen.token, person) is not None


@contextmanager
def looking(engine: Engine) -> Iterator[Look]:
    with reading(engine.database) as connection:
        yield Look(engine, connection)


def _open(row: Any) -> OpenTask:
    process = row.definition.rpartition(":")[0]
    due = moment(row.due) if row.due else None
    return OpenTask(row.id, row.instance, row.element, process, row.school, moment(row.created), due)
