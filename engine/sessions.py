"""Keeps web from knowing how sign-ins are kept: server-side, only a digest of the token lies in the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.access import digest
from engine.bus import Bus
from engine.database import id_session, reading
from engine.directory import reads
from engine.directory.tables import id_login
from engine.values import instant, moment

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(hours=2)
_TOUCH = timedelta(minutes=5)
_SESSION = sa.select(id_session).where(id_session.c.digest == sa.bindparam("digest"))


@dataclass(frozen=True, slots=True)
class Session:
    """One place a person is signed in at. ``agent``: what the browser calls itself; ``seen`` to five minutes."""

    id: str
    opened: datetime
    seen: datetime
    agent: str
    this: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    person: str
    digest: str  # argon2
    login: str = ""


class Sessions:
    """Opens, finds and closes sessions: 12 hours at most, 2 hours without use."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def sign_in(self, login: str) -> SignIn | None:
        """The stored password digest of a login, whatever its case."""
        with reading(self._bus.database) as connection:
            found = reads.login_of(connection, login)
        return SignIn(*found) if found else None

    def sign_in_of(self, person: str) -> SignIn | None:
        """The person's own sign-in; None for somebody who comes in another way only."""
        query = sa.select(id_login.c.digest, id_login.c.login).where(id_login.c.person == person)
        with reading(self._bus.database) as connection:
            row = connection.execute(query).first()
        return SignIn(person, row.digest, row.login) if row else None

    def open(self, person: str, agent: str) -> str:
        """A new session; answers its token, which is not stored. Those that are over are swept out with it."""
        self.sweep()
        token, now = secrets.token_urlsafe(32), instant(self._bus.clock())
        row = {"digest": digest(token), "person": person, "opened": now, "seen": now, "agent": agent[:200]}
        self._bus.execute(sa.insert(id_session).values(**row))
        return token

    def person(self, token: str, used: bool = True) -> str | None:
        """Whose session this is, if it is still good and the person active; marks it as used, if a person used it."""
        now = self._bus.clock()
        with reading(self._bus.database) as connection:
            row = connection.execute(_SESSION, {"digest": digest(token)}).first()
            if row is None or self._over(row.opened, row.seen, now):
                return None
            who = reads.person(connection, row.person)
        if who is None or not who.active:
            return None
        if used and now - moment(row.seen) > _TOUCH:
            touch = sa.update(id_session).where(id_session.c.digest == row.digest).values(seen=instant(now))
            self._bus.execute(touch)
        return str(row.person)

    @staticmethod
    def _over(opened: str, seen: str, now: datetime) -> bool:
        return now - moment(opened) > ABSOLUTE or now - moment(seen) > IDLE

    def close(self, token: str) -> None:
        statement = sa.delete(id_session).where(id_session.c.digest == digest(token))
        self._bus.execute(statement)

    def of(self, person: str, token: str = "") -> tuple[Session, ...]:
        """Where the person is signed in, the session of ``token`` first, then the one last used."""
        s, now, mine = id_session.c, self._bus.clock(), digest(token)
        with reading(self._bus.database) as connection:
            rows = connection.execute(sa.select(id_session).where(s.person == person).order_by(s.seen.desc())).all()
        found = [
            Session(row.digest, moment(row.opened), moment(row.seen), row.agent, row.digest == mine)
            for row in rows
            if not self._over(row.opened, row.seen, now)
        ]
        return tuple(sorted(found, key=lambda one: not one.this))

    def close_one(self, person: str, id: str) -> bool:
        """End one of the person's own sessions; False when there is none such."""
        s = id_session.c
        return self._bus.execute(sa.delete(id_session).where(s.person == person, s.digest == id)) > 0

    def close_others(self, person: str, token: str) -> int:
        """End every session of the person but that of ``token``; answers how many."""
        s = id_session.c
        return self._bus.execute(sa.delete(id_session).where(s.person == person, s.digest != digest(token)))

    def digest(self, token: str) -> str:
        """What a command names a session by."""
        return digest(token)

    def close_all(self, person: str) -> None:
        """Everywhere: after a password change, or when a person leaves."""
        statement = sa.delete(id_session).where(id_session.c.person == person)
        self._bus.execute(statement)

    def sweep(self) -> int:
        """Remove sessions that are over; answers how many."""
        now = self._bus.clock()
        s = id_session.c
        statement = sa.delete(id_session).where(
            sa.or_(s.opened < instant(now - ABSOLUTE), s.seen < instant(now - IDLE))
        )
        return self._bus.execute(statement)
