"""Keeps pages from knowing how it is noticed that a case changed, here or in another process of the installation."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import sqlalchemy as sa

from engine import commands as c
from engine.bus import Bus
from engine.database import reading, ru_instance
from engine.presence import ru_presence

_LOOKS = 1.0
"""Seconds between two looks at the database: what another process did is seen that late."""


class Pulse:
    """Whoever waits is woken by each command of this process and looks for those of others once a second."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._changed = threading.Condition()
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
        while time.monotonic() < end:
            now = self.version(instance)
            if now != known:
                known, said = now, time.monotonic()
                yield now
            elif time.monotonic() - said >= breath:
                said = time.monotonic()
                yield None
            with self._changed:
                self._changed.wait(_LOOKS)

    def wake(self) -> None:
        """Something that is no command changed: those who wait look at once."""
        with self._changed:
            self._changed.notify_all()

    def _wake(self, _done: c.Done) -> None:
        self.wake()
