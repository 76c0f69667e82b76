"""The post of the house: letters arise, are taken in hand by one process each, and leave; failures are tried again.

A letter is claimed for a while in one transaction, handed over outside any, and marked in another. Whoever dies between
the handing over and the mark lets the claim run out: the letter goes a second time, by the same Message-ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.bus import Bus
from engine.database import is_sqlite, reading
from engine.directory import reads
from engine.errors import Invalid
from engine.files import Files
from engine.mail import arising, asking, envelope, events, transport
from engine.mail.beside import NotNow, NotYet
from engine.mail.composing import Composer
from engine.mail.dressing import Letter
from engine.mail.settings import MailSettings
from engine.mail.tables import ou_letter
from engine.mail.unreached import Unreached, unreached
from engine.preferences import Preferences
from engine.resets import Resets
from engine.values import day_in_almaty, instant, moment
from engine.wording import say

log = structlog.get_logger("sapa")

LEASE = timedelta(minutes=5)
FIRST, LONGEST, TRIES = timedelta(minutes=1), timedelta(hours=6), 20
"""Of tries again: each twice as late as the one before; after so many it is for the administrator."""
KEPT = timedelta(days=90)
"""How long a letter that is done with is remembered."""
_BATCH = 100
_SHOWN = 200
_o = ou_letter.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that has not left, as the administrator sees it: not what it says."""

    id: str
    kind: str
    name: str  # whom it is for; empty while that is not known
    at: datetime
    due: datetime
    state: str
    tries: int
    reason: transport.Failure | None


class Post:
    """Sends letters when there is a way out; without one nothing arises. Several may run."""

    def __init__(
        self, bus: Bus, settings: MailSettings | None, preferences: Preferences, resets: Resets, files: Files
    ) -> None:
        self._bus = bus
        self.settings = settings
        self._composer = Composer(bus, settings, preferences, resets, files) if settings else None

    @property
    def on(self) -> bool:
        """Are letters sent?"""
        return self.settings is not None

    def tick(self) -> int:
        """Write what has arisen and send what is due; answers how many letters left."""
        if self.settings is None:
            return 0
        try:
            with reading(self._bus.database) as connection:
                stirring = arising.stirring(connection, self._bus.clock())
            if stirring:
                upto = self._bus.in_transaction(arising.settled)
                self._bus.in_transaction(partial(self._arise, upto=upto))
        except (OperationalError, IntegrityError) as problem:  # others are writing: the next beat looks again
            log.warning("post retry", problem=str(problem.orig)[:200])
        return self._send(self.settings)

    def _arise(self, connection: Connection, upto: int) -> None:
        now = self._bus.clock()
        for instance, left in arising.arise(connection, now, upto).items():
            try:
                with connection.begin_nested():
                    events.track(connection, self._bus, instance, left, now)
                    asking.track(connection, self._bus, instance, left, now)
            except OperationalError:
                raise
            except Exception:  # a case that cannot be read: the letters of others must not wait for it
                log.exception("case not told", instance=instance)
        old = sa.and_(_o.at < instant(now - KEPT), _o.state.in_(("sent", "dropped")))
        connection.execute(sa.delete(ou_letter).where(old))

    # --- sending ---------------------------------------------------------------------------------------------------

    def _send(self, settings: MailSettings) -> int:
        with reading(self._bus.database) as connection:
            if connection.execute(_free(self._bus.clock())).first() is None:  # mostly: nobody who writes is held up
                return 0
        sent = 0
        with transport.way(settings) as way:
            for _ in range(_BATCH):
                row = self._bus.in_transaction(self._claim)
                if row is None:
                    break
                try:
                    sent += self._one(settings, way, row)
                except transport.Unreachable as problem:
                    self._later(row, str(problem))
                    log.warning("mail server", problem=str(problem))
                    break
                except NotYet:
                    self._later(row, "")
                except NotNow:
                    self._wait(row, row.tries, LONGEST, "")
                except Exception:  # a letter that cannot be made; those behind must not wait for it
                    log.exception("letter failed", letter=row.id, kind=row.kind)
                    self._later(row, "mail_program")
        return sent

    def _claim(self, connection: Connection) -> Any:
        """The next letter due, in our hands until the lease runs out."""
        now = self._bus.clock()
        query = _free(now)
        if not is_sqlite(connection):
            query = query.with_for_update(skip_locked=True)
        row = connection.execute(query).first()
        if row is None:
            return None
        held = sa.update(ou_letter).where(_o.id == row.id)
        connection.execute(held.values(lease=instant(now + LEASE), tries=row.tries + 1))
        return row

    def _one(self, settings: MailSettings, way: transport.Way, row: Any) -> int:
        assert self._composer is not None
        now = self._bus.clock()
        letter = self._composer.letter(row, now)
        if letter is None:
            self._mark(row, "dropped", about="")
            return 0
        try:
            way.send(envelope.message(settings, row.id, letter, now), letter.to)
        except Invalid:
            self._mark(row, "failed", reason="mail_address")
            return 0
        except transport.NotSent as problem:
            if problem.final:
                self._mark(row, "failed", reason=str(problem))
            else:
                self._later(row, str(problem))
            return 0
        self._mark(row, "sent")
        return 1

    def _mark(self, row: Any, state: str, **values: str) -> None:
        self._bus.execute(sa.update(ou_letter).where(_o.id == row.id).values(state=state, lease=None, **values))

    def _later(self, row: Any, reason: str) -> None:
        tries = row.tries + 1
        if tries >= TRIES:
            self._mark(row, "failed", reason=reason)
            return
        self._wait(row, tries, min(FIRST * 2 ** min(tries - 1, 16), LONGEST), reason)

    def _wait(self, row: Any, tries: int, wait: timedelta, reason: str) -> None:
        values = {"due": instant(self._bus.clock() + wait), "tries": tries, "lease": None, "reason": reason}
        self._bus.execute(sa.update(ou_letter).where(_o.id == row.id).values(**values))

    # --- for people ------------------------------------------------------------------------------------------------

    def forgot(self, asked: str) -> None:
        """Somebody has forgotten a password: the same is done whoever exists; sending finds out if anybody does."""
        now = self._bus.clock()
        row = {"id": envelope.name_of("reset", secrets.token_hex(16)), "kind": "reset", "person": "", "about": asked}
        rest = {"at": instant(now), "due": instant(now), "state": "waiting", "tries": 0, "lease": None, "reason": ""}
        self._bus.execute(sa.insert(ou_letter).values(**row, **rest))

    def waiting(self) -> Sequence[Waiting]:
        """Letters that have failed or wait, failed first, then the oldest."""
        query = sa.select(ou_letter).where(_o.state.in_(("failed", "waiting"))).order_by(_o.state, _o.at, _o.id)
        with reading(self._bus.database) as connection:
            rows = connection.execute(query.limit(_SHOWN)).all()
            names = reads.names(connection, {row.person for row in rows if row.person})
        return [
            Waiting(
                row.id,
                row.kind,
                names.get(row.person, ""),
                moment(row.at),
                moment(row.due),
                row.state,
                row.tries,
                transport.failure(row.reason),
            )
            for row in rows
        ]

    def unreached(self) -> Sequence[Unreached]:
        """People whom open tasks wait for and who have no address."""
        with reading(self._bus.database) as connection:
            return unreached(connection, day_in_almaty(self._bus.clock()))

    def counts(self) -> dict[str, int]:
        """How many letters wait, have failed, have left and were not needed any more."""
        query = sa.select(_o.state, sa.func.count().label("n")).group_by(_o.state)
        with reading(self._bus.database) as connection:
            found = {row.state: int(row.n) for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in ("waiting", "failed", "sent", "dropped")}

    def again(self, id: str = "") -> int:
        """Send failed letters again, one or all, and waiting ones now; answers how many."""
        now = instant(self._bus.clock())
        free = sa.or_(_o.lease.is_(None), _o.lease <= now)
        which = sa.and_(_o.state.in_(("failed", "waiting")), free, *([_o.id == id] if id else []))
        return self._bus.execute(sa.update(ou_letter).where(which).values(state="waiting", due=now, tries=0))

    def test(self, address: str, language: str) -> None:
        """Send one letter there at once. Raises Invalid, NotSent, Unreachable."""
        assert self.settings is not None
        now = self._bus.clock()
        letter = Letter(
            address, language, say("mail.test.subject", language), [say("mail.test.text", language)], optional=False
        )
        made = envelope.message(self.settings, envelope.name_of("test", secrets.token_hex(16)), letter, now)
        with transport.way(self.settings) as way:
            way.send(made, address)


def _free(now: datetime) -> sa.Select[Any]:
    """The next letter that is due and in nobody's hands."""
    free = sa.or_(_o.lease.is_(None), _o.lease <= instant(now))
    query = sa.select(ou_letter).where(_o.state == "waiting", _o.due <= instant(now), free)
    return query.order_by(_o.due, _o.id).limit(1)
