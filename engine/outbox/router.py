"""Carries messages and signals between instances: by (name, school, key), exactly once, after the sender's commit.

A thrown message lies in the outbox until one transaction has handed it to every process that waits for this address
(one subscription a process) or begins with it, and taken it out. An early message is tried again when somebody
subscribes, and is a dead letter after its term. A message nobody's model waits for is closed quietly. A throw with the
property ``delivery`` = ``all`` reaches every instance that waits at that moment, and is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from engine import commands as c
from engine import facts as f
from engine.bus import Bus, lock
from engine.database import is_sqlite, reading, ru_instance, ru_outbox, ru_receipt, ru_start, ru_subscription
from engine.errors import Refused
from engine.history import ledger
from engine.history.sealing import Erased
from engine.runtime.execution import Execution
from engine.values import instant, moment

log = structlog.get_logger("sapa")

TERM = timedelta(days=90)
"""How long an early message waits for its receiver."""
RETRY = timedelta(hours=6)
_ROUNDS = 10_000
MAX_CHAIN = 5_000
"""Messages and signals that may follow from one another without a person or the clock in between: a case may ask many
others one by one. Processes that begin each other for ever end here: the last message is a dead letter."""


_o, _s, _i, _b = ru_outbox.c, ru_subscription.c, ru_instance.c, ru_start.c
_DUE = (
    sa.select(ru_outbox)
    .where(_o.state == "new", _o.due <= sa.bindparam("now"))
    .order_by(_o.due, _o.stream, _o.seq, _o.n)
    .limit(1)
)
_DUE_AND_FREE = _DUE.with_for_update(skip_locked=True)
_EARLY = sa.select(_o.n).where(_o.state == "new", _o.name == sa.bindparam("name")).limit(1)
_DELIVERED = sa.delete(ru_outbox).where(
    _o.stream == sa.bindparam("i_stream"), _o.seq == sa.bindparam("i_seq"), _o.n == sa.bindparam("i_n")
)
_WAITING = (
    sa.select(_s.id, _s.instance, _i.process_key)
    .select_from(ru_subscription.join(ru_instance, _i.id == _s.instance))
    .where(
        _s.kind == sa.bindparam("kind"),
        _s.name == sa.bindparam("name"),
        _s.school == sa.bindparam("school"),
        _i.state == "active",
    )
    .order_by(_i.started, _s.id)
)
_WAITING_FOR_KEY = _WAITING.where(_s.key == sa.bindparam("key"))
_BEGINNING = (
    sa.select(ru_start).where(_b.kind == sa.bindparam("kind"), _b.name == sa.bindparam("name")).order_by(_b.process_key)
)


def _here(row: Any) -> sa.ColumnElement[bool]:
    o = ru_outbox.c
    return sa.and_(o.stream == row.stream, o.seq == row.seq, o.n == row.n)


def _later(row: Any, now: datetime) -> sa.Update:
    """It is tried again after a while."""
    return sa.update(ru_outbox).where(_here(row)).values(due=instant(now + RETRY), tries=row.tries + 1)


class Router:
    """Delivers what the outbox holds. Several may run: a row is taken by one at a time."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def pump(self, limit: int = _ROUNDS) -> int:
        """Deliver everything due now, also what the deliveries throw in turn; answers how many were handed over."""
        count = 0
        chain: dict[str, int] = {}  # stream of a case that got something -> how many messages back it all began
        while count < limit:
            moved: list[tuple[Execution, c.Done]] = []
            taken: list[Any] = []
            try:
                if not self._bus.in_transaction(partial(self._one, moved=moved, taken=taken, chain=chain)):
                    break
            except (OperationalError, IntegrityError) as problem:
                log.warning("router retry", problem=str(problem.orig)[:200])
                break
            except Exception:  # a receiver that cannot be gone on with; those behind must not wait for it
                if not taken:
                    raise
                log.exception("delivery failed", name=taken[0].name, sender=f"{taken[0].stream}/{taken[0].seq}")
                self._bus.execute(_later(taken[0], self._bus.clock()))
                continue
            for execution, done in moved:  # committed: only now may others go on from there
                self._bus.hot.put(execution, done.seq)
                chain[f"instance:{execution.instance}"] = chain.get(taken[0].stream, 0) + 1
            count += 1
            for name in sorted({name for _, done in moved for name in done.listens}):
                self.wake(name)
        return count

    def after(self, done: c.Done) -> None:
        """The bus has committed: deliver what was thrown, try again what came early for a new listener."""
        for name in done.listens:
            self.wake(name)
        if done.threw or done.listens:
            self.pump()

    def _one(
        self,
        connection: Connection,
        moved: list[tuple[Execution, c.Done]],
        taken: list[Any],
        chain: Mapping[str, int],
    ) -> bool:
        now = self._bus.clock()
        query = _DUE if is_sqlite(connection) else _DUE_AND_FREE
        row = connection.execute(query, {"now": instant(now)}).first()
        if row is None:
            return False
        taken.append(row)
        if chain.get(row.stream, 0) >= MAX_CHAIN:
            self._close(connection, row, now, "looping")
            log.error("endless messages", name=row.name, school=row.school, sender=f"{row.stream}/{row.seq}")
            return True
        delivered = self._deliver(connection, row, now, moved)
        if delivered:
            connection.execute(_DELIVERED, {"i_stream": row.stream, "i_seq": row.seq, "i_n": row.n})
        elif delivered is None:
            self._close(connection, row, now, "erased")
        elif not self._awaited(connection, row):
            self._close(connection, row, now, "unawaited")
        elif now - moment(row.at) > TERM:
            self._close(connection, row, now, "expired")
            log.error("dead letter", name=row.name, school=row.school, key=row.key, sender=f"{row.stream}/{row.seq}")
        else:
            connection.execute(_later(row, now))
        return True

    def _close(self, connection: Connection, row: Any, now: datetime, why: str) -> None:
        """Nobody gets it: the record says so, or nobody could tell it from a message that was taken away."""
        sender = f"{row.stream}/{row.seq}/{row.n}"
        fact = f.MessageClosed(sender=sender, name=row.name, school=row.school, why=why)
        self._bus.house.record(connection, "outbox", "CloseMessage", c.ROUTER, now, [fact])

    def wake(self, name: str) -> None:
        """Somebody has subscribed: messages that came early are tried at once."""
        now = instant(self._bus.clock())
        # Whatever its next try: another pump may just now be putting it off without having seen the new listener.
        with reading(self._bus.database) as connection:
            waiting = connection.execute(_EARLY, {"name": name}).first()
        if waiting is not None:
            early = sa.and_(ru_outbox.c.state == "new", ru_outbox.c.name == name)
            due = ru_outbox.c.due
            statement = sa.update(ru_outbox).where(early).values(due=sa.case((due > now, now), else_=due))
            self._bus.execute(statement)

    def _deliver(
        self, connection: Connection, row: Any, now: datetime, moved: list[tuple[Execution, c.Done]]
    ) -> int | None:
        """To how many it was handed over; None when its contents were erased with the case that sent it."""
        sender = f"{row.stream}/{row.seq}/{row.n}"
        try:
            variables = self._variables(connection, row)
        except Erased:
            return None
        before = 0
        for command in list(self._receivers(connection, row, sender, variables)):
            try:
                with connection.begin_nested():
                    if isinstance(command, c.StartProcess):
                        done, execution = self._bus.instances.start(connection, command, now, self._bus.house)
                    else:
                        execution, done = self._hand_over(connection, command, now)
                moved.append((execution, done))
            except Refused as refusal:
                log.info("not delivered", name=row.name, sender=sender, code=refusal.code)
            except IntegrityError as problem:
                if ru_receipt.name not in str(problem.orig):
                    raise
                before += 1  # this receiver has it already; those behind it must not wait for ever
                log.warning("delivered before", name=row.name, sender=sender)
        return len(moved) + before

    def _hand_over(self, connection: Connection, command: c.OnInstance, now: datetime) -> tuple[Execution, c.Done]:
        row = lock(connection, command.instance)
        execution = self._bus.hot.take(row.id, row.seq) or self._bus.instances.load(connection, row.id, row.seq)
        now = max(now, moment(row.started))
        done = self._bus.instances.proceed(connection, command, execution, row, now, self._bus.house)
        return execution, done

    def _receivers(
        self, connection: Connection, row: Any, sender: str, variables: dict[str, Any]
    ) -> Iterator[c.StartProcess | c.DeliverMessage | c.DeliverSignal]:
        """One command per process for a message, one per instance for a signal; begun ones too."""
        waiting = _WAITING_FOR_KEY if row.kind == "message" else _WAITING
        address = {"kind": row.kind, "name": row.name, "school": row.school, "key": row.key}
        seen: set[str] = set()
        sending = row.stream.partition(":")[2]
        for found in connection.execute(waiting, address).all():
            group = found.instance if row.kind == "signal" else found.id if row.everyone else found.process_key
            if group in seen or (row.kind == "signal" and found.instance == sending):
                continue
            seen.add(group)
            if row.kind == "message":
                yield c.DeliverMessage(
                    actor=c.ROUTER,
                    instance=found.instance,
                    subscription=found.id,
                    name=row.name,
                    variables=variables,
                    sender=sender,
                )
            else:
                yield c.DeliverSignal(
                    actor=c.ROUTER, instance=found.instance, name=row.name, variables=variables, sender=sender
                )
        for start in connection.execute(_BEGINNING, {"kind": row.kind, "name": row.name}).all():
            if start.process_key not in seen:
                yield c.StartProcess(
                    actor=c.ROUTER,
                    definition=start.definition,
                    school=row.school,
                    variables=variables,
                    business_key=row.key or None,
                    element=start.element,
                    cause=f"{row.kind}:{sender}",
                )

    def _variables(self, connection: Connection, row: Any) -> dict[str, Any]:
        """The payload as the sender's entry sealed it."""
        key = self._bus.keys.of(connection, row.stream)
        for entry in ledger.read(connection, row.stream, key, after=row.seq - 1, upto=row.seq):
            for fact in entry.facts():
                if getattr(fact, "n", None) == row.n:
                    return dict(getattr(fact, "variables", None) or {})
        return {}

    def _awaited(self, connection: Connection, row: Any) -> bool:
        """Whether any deployed model catches this name: only then may a message come early."""
        return row.kind == "message" and not row.everyone and self._bus.library.catches(row.name)

    def dead(self) -> list[Any]:
        """Dead letters, for the operations page and the doctor."""
        with reading(self._bus.database) as connection:
            return list(connection.execute(sa.select(ru_outbox).where(ru_outbox.c.state == "dead")))
