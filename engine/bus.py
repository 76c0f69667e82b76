"""One command, one transaction: permit, load, decide, append, project, commit. The one place that commits.

Retries when the database is busy, drops the cached instance on every rollback, and writes refused attempts to a stream
of their own. What leaves for other instances is pumped after the commit (engine.outbox).
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Database
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.base import Executable

from engine import commands as c
from engine import facts as f
from engine.database import is_sqlite, reading, ru_instance, ru_request, writing
from engine.definitions.library import DeployedLibrary
from engine.errors import Busy, DuplicateKey, NotFound, Refused, TooLarge
from engine.history import sealing
from engine.house import House
from engine.instances import Instances
from engine.notes.keeping import Notes
from engine.runtime import unseen
from engine.runtime.execution import Execution
from engine.values import NotAValue, canonical, day_in_almaty, moment, plain, typed
from engine.world import Clock

log = structlog.get_logger("sapa")

MAX_INPUT = 1_000_000
"""Characters of a command's values as JSON."""
MAX_DEPTH = 50
"""Lists and contexts within each other in a command's values."""
CHECKED = (c.Deploy, c.ProposeModels, c.MakeEffective)
"""Commands whose models are checked before their transaction."""
_TRIES = 5
_HOT = 512
"""Instances kept ready in memory."""
_CASE = sa.select(ru_instance).where(ru_instance.c.id == sa.bindparam("case"))
_CASE_ALONE = _CASE.with_for_update()


class Bus:
    """Carries out commands. Safe for several threads and, on PostgreSQL, several processes."""

    def __init__(self, database: Database, library: DeployedLibrary, keys: sealing.KeyRing, clock: Clock) -> None:
        self.database = database
        self.library = library
        self.keys = keys
        self.clock = clock
        self.hot = HotInstances(_HOT)
        self.instances = Instances(library, keys)
        self.house = House(library, keys)
        self.notes = Notes(keys)
        self._listeners: list[Callable[[c.Done], None]] = []

    def after_commit(self, listener: Callable[[c.Done], None]) -> None:
        """``listener`` is called with what was done, outside the transaction; its failure is logged, not raised."""
        self._listeners.append(listener)

    def handle(self, command: c.Command, beside: Callable[[Connection], None] | None = None) -> c.Done:
        """Carry out one command. Raises Refused and its kin; then nothing was changed but the note of the refusal.

        ``beside`` is done in the same transaction, unless the command is a repeated one: what is not to be recorded.
        """
        command = _measured(command)
        for attempt in range(_TRIES):
            try:
                done = self._once(command, beside)
            except Refused as refusal:
                twin = self._twin(command)
                if twin is not None:
                    return twin
                self._note_refusal(command, refusal)
                raise
            except PoolTimeout as problem:  # half a minute without a free connection: another half would not help
                raise Busy() from problem
            except (OperationalError, IntegrityError) as problem:
                if isinstance(problem, IntegrityError) and "unique_key" in str(problem.orig):
                    twin = self._twin(command)
                    if twin is not None:
                        return twin
                    raise DuplicateKey(key=getattr(command, "business_key", "") or "—") from None
                log.warning("retry", command=type(command).__name__, attempt=attempt, problem=str(problem.orig)[:200])
                if attempt == _TRIES - 1:
                    raise Busy() from problem
                continue
            for listener in self._listeners:
                try:
                    listener(done)
                except Exception:  # it was done all the same, and the beat tries again
                    log.exception("after commit", command=type(command).__name__)
            return done
        raise AssertionError("unreachable")

    def _once(self, command: c.Command, beside: Callable[[Connection], None] | None) -> c.Done:
        if isinstance(command, CHECKED):  # checking models takes seconds: never while a transaction holds the lock
            with reading(self.database) as connection:
                self.house.examine(connection, command, self.clock())
        with self._transaction() as connection:
            repeated = self._answered(connection, command)
            if repeated is not None:
                return repeated
            if beside is not None:
                beside(connection)
            execution: Execution | None
            if isinstance(command, c.StartProcess):
                done, execution = self._start(connection, command)
            elif isinstance(command, c.OnInstance):
                done, execution = self._proceed(connection, command)
            elif isinstance(command, c.BesideCase):
                done, execution = self._beside(connection, command), None
            else:
                done, execution = self.house.carry_out(connection, command, self.clock()), None
            if command.key and done.seq:  # a command that changed nothing left no entry; it may be given again
                row = {"actor": command.actor, "key": command.key, "stream": done.stream, "seq": done.seq}
                connection.execute(sa.insert(ru_request), row)
        if execution is not None:
            self.hot.put(execution, done.seq)
            if done.seq == 1 and execution.definition.process.begins_by_day:
                return done  # a line of the log would tell the minute
        log.info("done", command=type(command).__name__, stream=done.stream, seq=done.seq, actor=command.actor)
        return done

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with writing(self.database) as connection:
                yield connection
        except BaseException:
            self.keys.forget()
            raise

    # --- instances -------------------------------------------------------------------------------------------------

    def _start(self, connection: Connection, command: c.StartProcess) -> tuple[c.Done, Execution]:
        return self.instances.start(connection, command, self.clock(), self.house)

    def _proceed(self, connection: Connection, command: c.OnInstance) -> tuple[c.Done, Execution | None]:
        row = lock(connection, command.instance)
        if row is None:
            raise NotFound(what=command.instance)
        unseen.refuse(connection, command, row, day_in_almaty(self.clock()))
        if isinstance(command, c.EraseInstance):
            done = self.instances.erase(connection, command, row, self.clock())
            self.notes.erase(connection, command, done.seq, self.clock())
            return done, None
        execution = self.hot.take(command.instance, row.seq) or self.instances.load(
            connection, command.instance, row.seq
        )
        now = max(self.clock(), moment(row.started))
        done = self.instances.proceed(connection, command, execution, row, now, self.house)
        if isinstance(command, c.ResumeInstance):  # what came for it while it stood still is tried at once
            waiting = {token.internal_data["name"] for token in execution.noted("event", "message")}
            done = replace(done, listens=tuple(sorted(waiting)))
        return done, execution

    def _beside(self, connection: Connection, command: c.BesideCase) -> c.Done:
        row = lock(connection, command.instance)
        if row is None:
            raise NotFound(what=command.instance)
        return self.notes.carry_out(connection, command, row, max(self.clock(), moment(row.started)))

    def in_transaction(self, work: Callable[[Connection], Any]) -> Any:
        """For the router and the beat, which carry out several caused commands as one."""
        with self._transaction() as connection:
            return work(connection)

    def execute(self, statement: Executable) -> int:
        """One statement on what is not in the ledger (sessions, read marks, retries); answers the rows it touched."""
        with self._transaction() as connection:
            return connection.execute(statement).rowcount

    # --- repeats and refusals --------------------------------------------------------------------------------------

    def _answered(self, connection: Connection, command: c.Command) -> c.Done | None:
        """What an earlier command with the same idempotency key came to."""
        if not command.key:
            return None
        r = ru_request.c
        row = connection.execute(
            sa.select(r.stream, r.seq).where(r.actor == command.actor, r.key == command.key)
        ).first()
        if row is None:
            return None
        instance = row.stream.partition(":")[2] if row.stream.startswith("instance:") else ""
        return c.Done(stream=row.stream, seq=row.seq, at=self.clock(), instance=instance, repeated=True)

    def _twin(self, command: c.Command) -> c.Done | None:
        """The same command given twice at once is done once: the slower one is told what the quicker one came to."""
        if not command.key:
            return None
        with reading(self.database) as connection:
            return self._answered(connection, command)

    def _note_refusal(self, command: c.Command, refusal: Refused) -> None:
        """Who tried what: auditors ask. Never into an instance's own chain."""
        if command.actor in (c.CLOCK, c.ROUTER):
            return
        target = getattr(command, "task", "") or getattr(command, "instance", "") or getattr(command, "definition", "")
        fact = f.CommandRefused(command=type(command).__name__, code=refusal.code, target=str(target)[:200])
        try:
            with self._transaction() as connection:
                self.house.record(connection, "refusals", "Refuse", command.actor, self.clock(), [fact])
        except (OperationalError, IntegrityError) as problem:
            log.warning("refusal not recorded", problem=str(problem.orig)[:200])


def lock(connection: Connection, instance: str) -> Any:
    """The instance's row, locked first: whoever holds it is alone with the instance."""
    return connection.execute(_CASE if is_sqlite(connection) else _CASE_ALONE, {"case": instance}).first()


def _depth(value: Any) -> int:
    """How many lists and contexts lie within each other; not much beyond the limit is looked at."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, Mapping) else outer)
            if isinstance(inner, (Mapping, list, tuple))
        ]
    return depth


def _measured(command: c.Command) -> c.Command:
    """The command with its values exactly as the ledger will hold them, so that a replay decides on the same."""
    variables = getattr(command, "variables", None)
    if not variables:
        return command
    try:
        text = canonical(plain(dict(variables)))
        text.encode()
    except (NotAValue, RecursionError, ValueError) as problem:  # half of a character, a number nobody could read
        raise TooLarge(what=str(problem)[:80], limit="—") from None
    if len(text) > MAX_INPUT:
        raise TooLarge(what=f"{len(text)}", limit=f"{MAX_INPUT}")
    if _depth(variables) > MAX_DEPTH:
        raise TooLarge(what=f"{MAX_DEPTH}+", limit=f"{MAX_DEPTH}")
    return replace(command, variables=typed(json.loads(text)))  # type: ignore[call-arg]  # it has the field


class HotInstances:
    """Executions ready to go on. One is taken out to be used and put back after the commit: never shared."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[int, Execution]] = OrderedDict()

    def take(self, instance: str, seq: int) -> Execution | None:
        """The execution if it stands exactly at ``seq``; an older one is dropped."""
        with self._lock:
            found = self._held.pop(instance, None)
        return found[1] if found is not None and found[0] == seq else None

    def put(self, execution: Execution, seq: int) -> None:
        if execution.state in ("completed", "cancelled"):
            return
        with self._lock:
            self._held[execution.instance] = (seq, execution)
            while len(self._held) > self._limit:
                self._held.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
