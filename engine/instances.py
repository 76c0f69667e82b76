"""Keeps the bus from knowing how an instance is loaded, moved and written: the transaction's middle part."""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine import facts as f
from engine.answers import Answers
from engine.calendar.keeping import kept_until
from engine.database import hi_entry, id_key, ru_instance, ru_snapshot
from engine.definitions.library import DeployedLibrary, resolve
from engine.directory import reads
from engine.errors import (
    AlreadyUnderWay,
    DuplicateKey,
    InstanceNotRunning,
    MustBeKept,
    NotFound,
    NotReproduced,
    TaskNotOpen,
)
from engine.history import erasure, ledger, sealing
from engine.house import House
from engine.mail.tables import ou_event
from engine.projections.batch import Batch
from engine.projections.instance import Context, Standing, project
from engine.runtime import decide, permits, state
from engine.runtime.execution import Execution
from engine.values import ALMATY, day_in_almaty, instant, moment, plain, typed
from engine.world import LiveWorld, PlaybackWorld

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_SAID = frozenset({"reason", "message"})
"""Fields of commands in which people write freely: sealed like the values of the case."""
_NOT_HEAD = frozenset({"actor", "key", "instance", "variables"}) | _SAID
_LOOK_BACK = 500
_SNAPSHOT_BYTES = 2_000
"""A snapshot is written every n entries, n growing with its size: about this many bytes an entry."""
_OF_CASE = ru_snapshot.c.instance == sa.bindparam("case")
_SNAPSHOT = sa.select(ru_snapshot).where(_OF_CASE)
_DROP_SNAPSHOT = sa.delete(ru_snapshot).where(_OF_CASE)
_FIRST_SNAPSHOT = sa.insert(ru_snapshot)
_NEXT_SNAPSHOT = (
    sa.update(ru_snapshot).where(_OF_CASE).values(seq=sa.bindparam("i_seq"), sealed=sa.bindparam("i_sealed"))
)


def drawn_id() -> str:
    """An id for a new case that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


class Instances:
    """Loads, moves and writes instances inside the caller's transaction."""

    def __init__(self, library: DeployedLibrary, keys: sealing.KeyRing) -> None:
        self._library = library
        self._keys = keys
        self.new_id = drawn_id  # a simulation puts a source of its own here, so that a seed gives the same cases

    # --- commands --------------------------------------------------------------------------------------------------

    def start(
        self, connection: Connection, command: c.StartProcess, now: datetime, house: House
    ) -> tuple[c.Done, Execution]:
        """Begin an instance. Raises NotFound, NotPermitted, DuplicateKey, AlreadyUnderWay, Invalid."""
        key = command.definition
        id = key if ":" in key else resolve(connection, "process", key)
        if id is None:
            raise NotFound(what=key)
        definition = self._library.process(id)
        acted_as = permits.start(connection, command, definition.process, day_in_almaty(now))
        instance = self.new_id()
        if definition.process.begins_by_day:
            now = now.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
        world = self._world(connection, now, house, f"instance:{instance}", 1)
        execution = decide.start(command, id, instance, self._library, world)
        _refuse_duplicate(connection, execution.facts)
        execution.keyring = self._keys.create(connection, f"instance:{instance}")
        head = _head(command) | {"definition": id, "instance": instance}
        self._write(connection, command, execution, execution.facts, head, ledger.GENESIS, 0, world, acted_as)
        return _done(f"instance:{instance}", 1, now, execution.facts, instance, instance), execution

    def proceed(
        self, connection: Connection, command: c.OnInstance, execution: Execution, row: Any, now: datetime, house: House
    ) -> c.Done:
        """Go on with a loaded instance. Raises Refused; the execution must then be dropped."""
        if row.state in ("completed", "cancelled"):
            if isinstance(command, (c.CompleteTask, c.ReturnTask, c.ClaimTask, c.DelegateTask)):
                raise _not_open(connection, command.instance, command.task)
            raise InstanceNotRunning(state=row.state)
        try:
            acted_as = permits.on_instance(connection, command, execution, day_in_almaty(now))
        except TaskNotOpen:
            raise _not_open(connection, command.instance, getattr(command, "task", "")) from None
        stream, mending = f"instance:{command.instance}", isinstance(command, c.RetryIncident)
        world = self._world(connection, now, house, stream, row.seq + 1, row.started, mending)
        facts = decide.proceed(execution, command, world, acted_as.key)
        self._write(connection, command, execution, facts, _head(command), row.head, row.seq, world, acted_as)
        return _done(f"instance:{command.instance}", row.seq + 1, now, facts, command.instance)

    def erase(self, connection: Connection, command: c.EraseInstance, row: Any, now: datetime) -> c.Done:
        """Destroy an ended instance's key; snapshot, registers and title that hold its values go with it.

        Raises NotPermitted, InstanceNotRunning while it goes on, MustBeKept before its time to be kept is over.
        """
        acted_as = permits.by_right(connection, command, row.school, day_in_almaty(now))
        if row.state not in ("completed", "cancelled"):
            raise InstanceNotRunning(state=row.state)
        until = kept_until(moment(row.ended), self._library.process(row.definition).process.history_time_to_live)
        if until is not None and day_in_almaty(now) <= until:
            raise MustBeKept(until=until.strftime("%d.%m.%Y"))
        stream = f"instance:{command.instance}"
        key = self._keys.of(connection, stream)
        assert key is not None
        elsewhere = erasure.written_elsewhere(connection, stream, key)
        fact = f.InstanceErased(by=command.actor)
        draft = ledger.Draft(
            stream=stream,
            seq=row.seq + 1,
            prev=row.head,
            at=now,
            kind="EraseInstance",
            actor=command.actor,
            acted_as=acted_as.key,
            appointment=acted_as.appointment,
            request=command.key,
            head={"reason": command.reason},
            inputs={},
            world=[],
            facts=[fact],
        )
        digest = ledger.append(connection, draft, key)
        batch = Batch()
        standing = Standing(command.instance)
        project(Context(batch, standing, stream, row.seq + 1, instant(now), self._library.node), fact)
        batch.patch(ru_instance, command.instance, seq=row.seq + 1, head=digest)
        batch.flush(connection)
        connection.execute(
            sa.update(id_key).where(id_key.c.stream == stream).values(wrapped=None, destroyed_at=instant(now))
        )
        connection.execute(_DROP_SNAPSHOT, {"case": command.instance})
        connection.execute(sa.delete(ou_event).where(ou_event.c.instance == command.instance))
        erasure.fall_back(connection, self._keys, elsewhere)
        return c.Done(stream, row.seq + 1, now, command.instance)

    # --- writing ---------------------------------------------------------------------------------------------------

    def _world(
        self, connection: Connection, now: datetime, house: House, stream: str, seq: int, began: str = "",
        mending: bool = False,
    ) -> LiveWorld:  # fmt: skip
        def appoint(**args: Any) -> str | None:
            return house.appoint_for(connection, now, f"{stream}/{seq}", args)

        def end(**args: Any) -> str | None:
            return house.end_for(connection, now, f"{stream}/{seq}", args)

        def term(**args: Any) -> str | None:
            return house.term_for(connection, now, f"{stream}/{seq}", args)

        return LiveWorld(now, Answers(connection, now, appoint, end, term, began, mending))

    def _write(
        self,
        connection: Connection,
        command: c.Command,
        execution: Execution,
        facts: list[f.Fact],
        head: Mapping[str, Any],
        prev: str,
        seq: int,
        world: LiveWorld,
        acted_as: permits.Grant,
    ) -> None:
        stream, seq = f"instance:{execution.instance}", seq + 1
        draft = ledger.Draft(
            stream=stream,
            seq=seq,
            prev=prev,
            at=world.now,
            kind=type(command).__name__,
            actor=command.actor,
            acted_as=acted_as.key,
            appointment=acted_as.appointment,
            request=command.key,
            behaviour=decide.BEHAVIOUR,
            head=head,
            inputs=getattr(command, "variables", {}),
            said=_said(command),
            world=world.record,
            facts=facts,
        )
        digest = ledger.append(connection, draft, execution.keyring)
        batch = Batch()
        standing = standing_of(execution)
        context = Context(batch, standing, stream, seq, instant(world.now), self._library.node)
        for fact in facts:
            project(context, fact)
        execution.known, execution.known_title = standing.participants, dict(execution.title)
        batch.patch(ru_instance, execution.instance, seq=seq, head=digest)
        batch.flush(connection)
        self._maybe_snapshot(connection, execution, seq)

    def _maybe_snapshot(self, connection: Connection, execution: Execution, seq: int) -> None:
        if execution.state in ("completed", "cancelled"):
            connection.execute(_DROP_SNAPSHOT, {"case": execution.instance})
            return
        if seq < execution.snapshot_due:
            return
        sealed = sealing.seal(execution.keyring, state.pack(execution), f"snapshot/{seq}")
        if execution.snapshot_due <= 1:
            row = {"instance": execution.instance, "seq": seq, "sealed": sealed}
            connection.execute(_FIRST_SNAPSHOT, row)
        else:
            connection.execute(_NEXT_SNAPSHOT, {"case": execution.instance, "i_seq": seq, "i_sealed": sealed})
        execution.snapshot_due = seq + max(4, min(64, len(sealed) // _SNAPSHOT_BYTES * 4))

    # --- loading ---------------------------------------------------------------------------------------------------

    def load(self, connection: Connection, instance: str, upto: int) -> Execution:
        """An instance from its snapshot and the tail of its ledger. Raises NotReproduced."""
        stream = f"instance:{instance}"
        key = self._keys.of(connection, stream)
        assert key is not None
        row = connection.execute(_SNAPSHOT, {"case": instance}).first()
        execution, seq = None, 0
        if row is not None and row.seq <= upto:
            data = json.loads(zlib.decompress(sealing.unseal(key, row.sealed, f"snapshot/{row.seq}")))
            execution, seq = state.load(data, instance, self._library), row.seq
        for entry in ledger.read(connection, stream, key, after=seq, upto=upto):
            execution = reenact(entry, execution, self._library)
        if execution is None:
            raise NotFound(what=instance)
        execution.keyring = key
        execution.known, execution.known_title = set(execution.participants), dict(execution.title)
        execution.snapshot_due = seq + 4 if row is not None else 1
        return execution


def _done(stream: str, seq: int, now: datetime, facts: list[f.Fact], instance: str, result: Any = None) -> c.Done:
    threw = any(isinstance(fact, (f.MessageThrown, f.SignalThrown)) for fact in facts)
    listens = tuple(fact.name for fact in facts if isinstance(fact, f.Subscribed) and fact.event == "message")
    return c.Done(stream, seq, now, instance, result, False, threw, listens)


def reenact(entry: ledger.Entry, execution: Execution | None, library: Any, check: bool = True) -> Execution:
    """Do again what an entry records, with the world's recorded answers. Raises NotReproduced."""
    world = PlaybackWorld(moment(entry.at), entry.world())
    command = _command(entry)
    if isinstance(command, c.StartProcess):
        execution = decide.start(
            command, entry.body["head"]["definition"], entry.body["head"]["instance"], library, world
        )
        facts = execution.facts
    else:
        assert execution is not None and isinstance(command, c.OnInstance)
        facts = decide.proceed(execution, command, world, entry.body["as"])
    world.finish()
    if check:
        recorded = entry.facts()
        if [plain_fact(fact) for fact in facts] != [plain_fact(fact) for fact in recorded]:
            raise NotReproduced(where=f"{entry.stream}/{entry.seq}")
    return execution


def plain_fact(fact: f.Fact) -> list[Any]:
    return [fact.kind, *(plain(getattr(fact, field.name)) for field in fields(fact))]


def _command(entry: ledger.Entry) -> c.Command:
    """The command an entry records."""
    cls: type[c.Command] = getattr(c, entry.kind)
    names = {field.name for field in fields(cls)}
    arguments = {name: typed(value) for name, value in entry.body["head"].items() if name in names}
    arguments |= {name: value for name, value in entry.said.items() if name in names}
    arguments["actor"] = entry.actor
    if "variables" in names:
        arguments["variables"] = entry.inputs
    if "instance" in names:
        arguments["instance"] = entry.stream.partition(":")[2]
    return cls(**arguments)


def _head(command: c.Command) -> dict[str, Any]:
    return {field.name: plain(getattr(command, field.name)) for field in fields(command) if field.name not in _NOT_HEAD}


def _said(command: c.Command) -> dict[str, Any]:
    return {name: getattr(command, name) for name in _SAID if hasattr(command, name)}


def standing_of(execution: Execution) -> Standing:
    """What the caches know of an instance before the command at hand."""
    return Standing(
        execution.instance,
        execution.definition.id,
        execution.definition.key,
        execution.school,
        execution.business_key,
        dict(execution.known_title),
        set(execution.known),
        execution.state == "suspended",
    )


def _refuse_duplicate(connection: Connection, facts: list[f.Fact]) -> None:
    """A process runs once for each business key of its own, or one case at a time. Raises Conflict."""
    started = next(fact for fact in facts if isinstance(fact, f.InstanceStarted))
    if started.unique_key is None:
        return
    query = sa.select(ru_instance.c.started).where(ru_instance.c.unique_key == started.unique_key)
    other = connection.execute(query).scalar()
    if other is not None and started.unique_key == f.held_while_open(started.process, started.school):
        raise AlreadyUnderWay(since=day_in_almaty(moment(other)).strftime("%d.%m.%Y"))
    if other is not None:
        raise DuplicateKey(key=started.business_key)


def _not_open(connection: Connection, instance: str, task: str) -> TaskNotOpen:
    """Who completed the task, and when: the person who came second is told."""
    number = task.rpartition(".")[2]
    query = (
        sa.select(hi_entry.c.body, hi_entry.c.actor, hi_entry.c.at)
        .where(hi_entry.c.stream == f"instance:{instance}")
        .order_by(hi_entry.c.seq.desc())
        .limit(_LOOK_BACK)
    )
    for row in connection.execute(query):
        for kind, fact in json.loads(row.body)["facts"]:
            if kind in ("task_completed", "task_withdrawn", "task_returned") and str(fact["token"]) == number:
                who = reads.names(connection, [row.actor]).get(row.actor, "—")
                return TaskNotOpen(who=who, when=moment(row.at).astimezone(ALMATY).strftime("%d.%m.%Y %H:%M"))
    return TaskNotOpen()
