"""Keeps pages from knowing how it is noticed that a case changed, here or in another process of the installation."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from engine import commands as c
from engine.bus import Bus
from engine.database import reading, ru_instance
from engine.presence import ru_presence

_LOOKS = 1.0
"""Seconds between two looks at the database: what another process did is seen that late."""


class Pulse:
    """Whoever waits for a case is woken by each command of this process on it, and looks for others' once a second."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._changed = threading.Condition()
        self._turns: dict[str, int] = {}  # of the cases somebody waits for: how often they changed here
        self._waiting: Counter[str] = Counter()
        bus.after_commit(self._wake)

    def version(self, instance: str) -> str:
        """Another text after each entry of the case and each mark of presence; empty when there is no such case."""
        i, p = ru_instance.c, ru_presence.c
        query = sa.select(i.seq, sa.func.count(p.person), sa.func.max(p.at)).where(i.id == instance).group_by(i.seq)
        query = query.join_from(ru_instance, ru_presence, p.instance == i.id, isouter=True)
        with reading(self._bus.database) as connection:
            row = connection.execute(query).first()
        return f"{row[0]}.{row[1]}-{row[2] or ''}" if row else ""

    def versions(self, instance: str, seconds: float, breath: float = 15.0) -> Iterator[str | None]:
        """The version now and whenever it changes, for ``seconds``; None every ``breath`` seconds without a change."""
        end = time.monotonic() + seconds
        known, said = None, time.monotonic()
        with self._changed:
            self._waiting[instance] += 1
        try:
            while time.monotonic() < end:
                turn = self._turns.get(instance, 0)
                now = self.version(instance)
                if now != known:
                    known, said = now, time.monotonic()
                    yield now
                elif time.monotonic() - said >= breath:
                    said = time.monotonic()
                    yield None
                self._wait(instance, turn)
        finally:
            with self._changed:
                self._waiting[instance] -= 1
                if not self._waiting[instance]:
                    del self._waiting[instance]
                    self._turns.pop(instance, None)

    def _wait(self, instance: str, turn: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._turns.get(instance, 0) != turn, _LOOKS)

    def wake(self, instance: str) -> None:
        """Something about the case changed that may be no command: those who wait for it look at once."""
        with self._changed:
            if instance in self._waiting:
                self._turns[instance] = self._turns.get(instance, 0) + 1
                self._changed.notify_all()

    def _wake(self, done: c.Done) -> None:
        self.wake(done.instance)
