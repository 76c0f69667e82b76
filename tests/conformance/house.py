"""Keeps the conformance tests from knowing the real engine: steps of a play in, what is open in its tables out.

Every command goes through the bus; between two commands nothing is kept in memory, so each step starts from what the
database holds. Time goes from one due moment to the next, as the beat of a running installation lets it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.assembly import Engine, Settings, create_engine
from engine.calendar import durations
from engine.database import (
    reading,
    ru_external,
    ru_incident,
    ru_instance,
    ru_start,
    ru_subscription,
    ru_task,
    ru_timer,
)
from engine.definitions.reader import read
from engine.errors import Refused
from engine.history.verify import verify
from engine.play import steps
from engine.values import moment
from engine.world import ManualClock

BEGINNING = datetime(2026, 9, 1, 4, tzinfo=UTC)
MASTER = bytes(range(32))
PERSON, SCHOOL = "person", "school"
_BESIDE = ("boundaryEvent", "startEvent")


class RealHouse:
    """An engine on a database of its own, and the hands that do what a script says."""

    def __init__(self, url: str, folder: Path, files: Mapping[str, bytes]) -> None:
        self.clock = ManualClock(BEGINNING)
        self.engine: Engine = create_engine(Settings(url, MASTER, folder), self.clock)
        self._give(c.RecordUnit(actor=c.SYSTEM, unit="univ", kind="university", names={"kk": "univ"}, parent=None))
        self._give(c.RecordUnit(actor=c.SYSTEM, unit=SCHOOL, kind="school", names={"kk": SCHOOL}, parent="univ"))
        self._give(c.RecordPerson(actor=c.SYSTEM, person=PERSON, name="Адам", unit=SCHOOL))
        self._give(c.Deploy(actor=c.SYSTEM, name="d", files={name: _offered(file) for name, file in files.items()}))
        self._focus = ""
        models = [read(file, name) for name, file in files.items() if name.endswith(".bpmn")]
        nodes = [node for model in models for process in model.processes for node in process.nodes.values()]
        self._beside = {node.id for node in nodes if node.kind in _BESIDE}  # boundary events, event sub-processes

    def close(self) -> None:
        self.engine.close()

    def verified(self) -> bool:
        """The whole record re-executed, and every cache compared with it."""
        return verify(self.engine.database, self.engine.keys).clean

    # --- steps -----------------------------------------------------------------------------------------------------

    def take(self, item: Any, process: str) -> str:
        """One step, and what is to be seen after it, as ``tests.play.playing.glance`` puts it."""
        step = steps.understood(item)
        refused = ""
        try:
            getattr(self, f"_{type(step).__name__.lower()}")(step, process)
        except (Refused, NothingThere) as refusal:
            refused = f"?{refusal.code}"
        self.engine.settle()
        self._look_at_first()
        open_now = [word for word in self.seen().split() if not (refused and word[0] in ".!")]
        return " ".join([*open_now, refused] if refused else open_now)

    def _give(self, command: c.Command) -> c.Done:
        self.engine.bus.hot.clear()
        return self.engine.handle(command)

    def _look_at_first(self) -> None:
        if not self._focus:
            found = self._rows(sa.select(ru_instance.c.id).order_by(ru_instance.c.started, ru_instance.c.process_key))
            self._focus = found[0].id if found else ""

    def _start(self, step: steps.Start, process: str) -> None:
        done = self._give(
            c.StartProcess(
                actor=c.SYSTEM, definition=step.process or process, school=SCHOOL, variables=step.variables,
                business_key=step.business_key or None,
            )
        )  # fmt: skip
        self._focus = done.instance

    def _complete(self, step: steps.Complete, process: str) -> None:
        t = ru_task.c
        found = [row for row in self._rows(sa.select(t.id, t.instance, t.element)) if step.task in ("*", row.element)]
        found.sort(key=lambda row: (row.instance != self._focus, _number(row.id)))
        if not found:
            raise NothingThere("task_not_open")
        for row in found if step.all else found[:1]:
            if step.all and not self._rows(sa.select(t.id).where(t.id == row.id)):
                continue  # the one before has taken it away
            self._give(c.CompleteTask(actor=PERSON, instance=row.instance, task=row.id, variables=step.data))

    def _advance(self, step: steps.Advance, process: str) -> None:
        self._until(durations.add(self.clock(), step.duration))

    def _advanceto(self, step: steps.AdvanceTo, process: str) -> None:
        self._until(step.moment)

    def _until(self, end: datetime) -> None:
        while True:
            due = self._rows(sa.select(sa.func.min(ru_timer.c.due).label("due")))[0].due
            if due is None or moment(due) > end:
                break
            self.clock.move_to(max(moment(due), self.clock()))
            self.engine.bus.hot.clear()
            if not self.engine.settle():
                break
        self.clock.move_to(end)

    def _message(self, step: steps.Message, process: str) -> None:
        s = ru_subscription.c
        waiting = sa.select(s.id, s.instance, ru_instance.c.business_key, s.key).join_from(
            ru_subscription, ru_instance, ru_instance.c.id == s.instance
        )
        rows = self._rows(waiting.where(s.kind == "message", s.name == step.name))
        rows.sort(key=lambda row: _number(row.id))
        fits = [row for row in rows if step.key in (None, row.key) or (row.key == "" and row.business_key == step.key)]
        for row in fits[:1]:
            self._give(
                c.DeliverMessage(
                    actor=c.ROUTER, instance=row.instance, subscription=row.id, name=step.name,
                    variables=step.variables, sender="",
                )
            )  # fmt: skip
        if not fits and not self._begun("message", step.name, step.variables):
            raise NothingThere("not_waiting")

    def _signal(self, step: steps.Signal, process: str) -> None:
        s = ru_subscription.c
        rows = self._rows(sa.select(s.instance).distinct().where(s.kind == "signal", s.name == step.name))
        for row in rows:
            self._give(
                c.DeliverSignal(
                    actor=c.ROUTER, instance=row.instance, name=step.name, variables=step.variables, sender=""
                )
            )
        if not self._begun("signal", step.name, step.variables) and not rows:
            raise NothingThere("not_waiting")

    def _begun(self, kind: str, name: str, variables: Mapping[str, Any]) -> int:
        starts = self._rows(sa.select(ru_start).where(ru_start.c.kind == kind, ru_start.c.name == name))
        for row in starts:
            self._give(
                c.StartProcess(
                    actor=c.ROUTER, definition=row.definition, school=SCHOOL, variables=variables, element=row.element
                )
            )
        return len(starts)

    def _external(self, step: steps.External, process: str) -> None:
        e = ru_external.c
        rows = self._rows(sa.select(e.id, e.instance).where(e.topic == step.topic))
        if not rows:
            raise NothingThere("topic_not_open")
        more: dict[str, Any] = {
            "actor": "worker:1", "worker": "worker:1", "instance": rows[0].instance, "task": rows[0].id,
            "variables": step.variables,
        }  # fmt: skip
        if step.error_code or step.failure is not None:
            self._give(c.FailExternal(**more, message=step.failure or "", error_code=step.error_code))
        else:
            self._give(c.CompleteExternal(**more))

    def _correct(self, step: steps.Correct, process: str) -> None:
        self._give(c.CorrectVariables(actor=c.SYSTEM, instance=self._focus, variables=step.variables, reason="түзету"))

    def _retry(self, step: steps.Retry, process: str) -> None:
        rows = self._rows(sa.select(ru_incident.c.id, ru_incident.c.instance).order_by(ru_incident.c.since))
        if not rows:
            raise NothingThere("no_incident")
        self._give(c.RetryIncident(actor=c.SYSTEM, instance=rows[0].instance, incident=rows[0].id))

    # --- looking ---------------------------------------------------------------------------------------------------

    def _rows(self, query: Any) -> list[Any]:
        with reading(self.engine.database) as connection:
            return list(connection.execute(query))

    def seen(self) -> str:
        """What the tables show of the instance in focus; conditions are not in them and are asked of the state."""
        if not self._focus:
            return ""
        with reading(self.engine.database) as connection:
            state = connection.execute(sa.select(ru_instance).where(ru_instance.c.id == self._focus)).one()
            words = self._waiting(connection)
            incident = connection.execute(
                sa.select(ru_incident.c.code).where(ru_incident.c.instance == self._focus).order_by(ru_incident.c.id)
            ).first()
        if state.state in ("completed", "cancelled"):
            words.append(".")
        elif incident is not None:
            words.append(f"!{incident.code}")
        return " ".join(words)

    def _waiting(self, connection: Connection) -> list[str]:
        def elements(table: sa.Table) -> list[str]:
            return list(connection.execute(sa.select(table.c.element).where(table.c.instance == self._focus)).scalars())

        others = [
            *elements(ru_timer),
            *elements(ru_subscription),
            *elements(ru_external),
            *self._conditions(connection),
        ]
        return sorted(elements(ru_task)) + sorted(f"~{each}" for each in others if each not in self._beside)

    def _conditions(self, connection: Connection) -> list[str]:
        row = connection.execute(sa.select(ru_instance).where(ru_instance.c.id == self._focus)).one()
        execution = self.engine.bus.instances.load(connection, row.id, row.seq)
        return [token.element for token in execution.noted("event", "conditional") if not token.stuck]


class NothingThere(Exception):
    """The step finds nothing to act on; ``code`` is what a play calls it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _number(id: str) -> int:
    return int(id.rpartition(".")[2])


def _offered(file: bytes) -> bytes:
    """Every user task offered to the one person there is; a play asks nobody who they are."""
    return re.sub(rb"<userTask (?!camunda)", b'<userTask camunda:candidateUsers="person" ', file)
