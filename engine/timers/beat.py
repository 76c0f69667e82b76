"""Turns due rows into commands: each timer fires once, overdue ones in the order of their due time.

APScheduler only wakes it; the rows are the truth. On PostgreSQL a row is claimed with SKIP LOCKED inside the firing
transaction, so that two nodes never fire one timer.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from engine import commands as c
from engine import facts as f
from engine.answers import Answers
from engine.bus import Bus, lock
from engine.database import is_sqlite, reading, ru_instance, ru_timer
from engine.definitions.library import deployed_at, resolve
from engine.errors import Refused, StepFailed
from engine.history.checkpoints import Checkpoints
from engine.outbox.router import Router
from engine.runtime.execution import Execution
from engine.timers.starts import Begun, Round, begun, later_round
from engine.values import instant, moment
from engine.world import LiveWorld

log = structlog.get_logger("sapa")

TICK_SECONDS = 5
LONG = 12
"""Ticks passed over while one is at work before that is worth a line: a minute."""
CHECKPOINT_SECONDS = 3600
_timer = ru_timer.c
# A suspended case does not move: its timers keep their moment and fire, in order, once it is resumed.
_running = ~sa.exists().where(ru_instance.c.id == _timer.instance, ru_instance.c.state == "suspended")
_next_due = sa.select(_timer.due).where(_running).order_by(_timer.due, _timer.id).limit(1)
_due_now = (
    sa.select(ru_timer)
    .where(_timer.due <= sa.bindparam("now"), _running, _timer.id.not_in(sa.bindparam("failed", expanding=True)))
    .order_by(_timer.due, _timer.id)
    .limit(1)
)


class Beat:
    """Fires what is due. tick() may be called by hand with a simulated clock."""

    def __init__(self, bus: Bus, router: Router) -> None:
        self._bus = bus
        self._router = router
        self._checkpoints = Checkpoints(bus)
        self._scheduler: BackgroundScheduler | None = None
        self._others: dict[str, Callable[[], object]] = {}
        self._passed_over: Counter[str] = Counter()

    def due(self) -> datetime | None:
        """When the next timer of a running case is due (UTC), or None."""
        with reading(self._bus.database) as connection:
            text = connection.execute(_next_due).scalar()
        return moment(text) if text else None

    def tick(self, limit: int = 100_000) -> int:
        """Fire everything that is due now; answers how many fired. Messages they throw are delivered after each.

        A case that cannot be gone on with (its record does not open, this version does not reproduce it) keeps its
        timer for the next tick and holds up nobody else's.
        """
        fired = 0
        failed: list[str] = []
        while fired < limit:
            done: list[tuple[Execution, c.Done]] = []
            taken: list[str] = []
            try:
                found = self._bus.in_transaction(partial(self._one, done=done, taken=taken, failed=failed))
            except (OperationalError, IntegrityError) as problem:
                log.warning("beat retry", problem=str(problem.orig)[:200])
                break
            except Exception:
                if not taken:
                    raise
                log.exception("timer failed", timer=taken[0])
                failed += taken
                continue
            if not found:
                break
            for execution, result in done:
                self._bus.hot.put(execution, result.seq)
                self._router.after(result)
            fired += 1
        return fired

    def _one(
        self, connection: Connection, done: list[tuple[Execution, c.Done]], taken: list[str], failed: list[str]
    ) -> bool:
        now = self._bus.clock()
        query = _due_now if is_sqlite(connection) else _due_now.with_for_update(skip_locked=True, of=ru_timer)
        row = connection.execute(query, {"now": instant(now), "failed": failed}).first()
        if row is None:
            return False
        taken.append(row.id)
        if row.instance:
            self._fire(connection, row, now, done)
        else:
            self._start(connection, row, now, done)
        return True

    def _fire(self, connection: Connection, row: Any, now: datetime, done: list[tuple[Execution, c.Done]]) -> None:
        instance = lock(connection, row.instance)
        if instance is None:  # nobody's timer: verify names it, the others must go on
            log.error("timer without a case dropped", timer=row.id)
            connection.execute(sa.delete(ru_timer).where(_timer.id == row.id))
            return
        if instance.state == "suspended":  # in this very moment
            return
        execution = self._bus.hot.take(instance.id, instance.seq) or self._bus.instances.load(
            connection, instance.id, instance.seq
        )
        command = c.FireTimer(actor=c.CLOCK, instance=instance.id, timer=row.id)
        try:
            result = self._bus.instances.proceed(connection, command, execution, instance, now, self._bus.house)
        except Refused as refusal:  # the row was stale: the instance has moved on
            log.warning("timer dropped", timer=row.id, code=refusal.code)
            connection.execute(sa.delete(ru_timer).where(_timer.id == row.id))
            return
        done.append((execution, result))

    def _start(self, connection: Connection, row: Any, now: datetime, done: list[tuple[Execution, c.Done]]) -> None:
        """A timer start event: one instance of the latest version for its school, then the next round is armed."""
        id = resolve(connection, "process", row.process_key)
        assert id is not None
        node = self._bus.library.node(id, row.element)
        world = LiveWorld(now, Answers(connection, now))
        place = {"process": row.process_key, "element": row.element, "school": row.school}
        facts: list[f.Fact] = []
        following: Round | None = None
        try:
            begins = begun(node, row.school, world, Round(row.round, moment(row.due)))
            if begins is not None:
                facts.append(self._begin(connection, id, row, begins, now, done))
            number = row.round if begins is None else begins.following
            following = later_round(node, row.school, world, number, deployed_at(connection, id))
        except StepFailed as failure:
            log.error("start timer stopped", process=row.process_key, element=row.element, problem=str(failure))
        if following is None:
            facts.append(f.StartTimerDropped(**place))
        else:
            facts.append(f.StartTimerArmed(**place, due=instant(following.due), round=following.number))
        self._bus.house.record(connection, "schedule", "FireStartTimer", c.CLOCK, now, facts)

    def _begin(
        self,
        connection: Connection,
        id: str,
        row: Any,
        begins: Begun,
        now: datetime,
        done: list[tuple[Execution, c.Done]],
    ) -> f.StartTimerFired:
        instance, refused = "", ""
        command = c.StartProcess(
            actor=c.CLOCK,
            definition=id,
            school=row.school,
            variables=begins.variables,
            element=row.element,
            cause=f"timer:{row.id}/{begins.number}",
        )
        try:
            with connection.begin_nested():
                started, execution = self._bus.instances.start(connection, command, now, self._bus.house)
            instance = started.instance
            done.append((execution, started))
        except Refused as refusal:
            refused = refusal.code
        return f.StartTimerFired(
            process=row.process_key,
            element=row.element,
            school=row.school,
            due=row.due,
            round=begins.number,
            instance=instance,
            refused=refused,
        )

    # --- running by itself -----------------------------------------------------------------------------------------

    def also(self, name: str, work: Callable[[], object]) -> None:
        """Something else to be done at every tick, beside the timers; its failure is logged and it is tried again."""
        self._others[name] = work

    def run(self) -> None:
        """Start ticking in the background (APScheduler, memory job store)."""
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # it would tell of every tick
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_listener(self._heard, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        scheduler.add_job(self._guarded, "interval", seconds=TICK_SECONDS, max_instances=1, coalesce=True, id="beat")
        scheduler.add_job(
            self._anchor, "interval", seconds=CHECKPOINT_SECONDS, max_instances=1, coalesce=True, id="checkpoint"
        )
        for name, work in self._others.items():
            job = partial(self._apart, name, work)
            scheduler.add_job(job, "interval", seconds=TICK_SECONDS, max_instances=1, coalesce=True, id=name)
        scheduler.start()
        self._scheduler = scheduler

    def _heard(self, event: JobEvent) -> None:
        """Work that takes longer than a tick is nothing; work that takes minutes is told, once a minute."""
        if event.code != EVENT_JOB_MAX_INSTANCES:
            self._passed_over.pop(event.job_id, None)
            return
        self._passed_over[event.job_id] += 1
        if self._passed_over[event.job_id] % LONG == 0:
            log.warning("beat takes long", work=event.job_id, seconds=self._passed_over[event.job_id] * TICK_SECONDS)

    def _guarded(self) -> None:
        try:
            self._router.pump()
            self.tick()
        except Exception:  # the beat must go on; the next tick tries again
            log.exception("beat failed")

    def _apart(self, name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # the next tick tries again
            log.exception("beat failed", work=name)

    def _anchor(self) -> None:
        try:
            written = self._checkpoints.write()
        except Exception:  # the next hour tries again; what is not anchored is shown as such
            log.exception("checkpoint failed")
            return
        if written is not None:
            log.info("checkpoint", id=written.id, streams=len(written.heads), hash=written.hash)

    def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
