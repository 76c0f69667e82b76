"""Keeps web from knowing how personal tokens are made and kept: shown once, only a digest lies in the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine import commands as c
from engine.access import digest, id_token
from engine.bus import Bus
from engine.database import reading
from engine.directory import reads
from engine.errors import NotFound
from engine.values import instant, moment

PREFIX = "sapa_"
"""So that a token left in a file or a log can be told from other text."""
_TOUCH = timedelta(minutes=5)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Token:
    """What may be shown of a token. ``last_used`` is exact to five minutes."""

    id: str
    label: str
    created: datetime
    expires: datetime | None
    last_used: datetime | None
    over: bool


class Tokens:
    """Issues, finds and revokes the tokens with which programs act for a person."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def issue(self, person: str, label: str, days: int | None = None, *, actor: str = "", key: str = "") -> str:
        """A new token, good for ``days`` or until it is revoked; it is not stored. Raises Invalid, NotPermitted.

        Empty when a request with the same ``key`` made one before: it was shown then.
        """
        token = PREFIX + secrets.token_urlsafe(32)
        expires = self._bus.clock() + timedelta(days=days) if days is not None else None
        command = c.IssueToken(
            actor=actor or person, key=key, person=person, label=label, digest=digest(token), expires=expires
        )
        return "" if self._bus.handle(command).repeated else token

    def person(self, token: str) -> str | None:
        """Who acts with this token: somebody active, before it expires; marks it as used."""
        if not token.startswith(PREFIX) or len(token) > _LONGEST:
            return None
        now, t = self._bus.clock(), id_token.c
        with reading(self._bus.database) as connection:
            row = connection.execute(sa.select(id_token).where(t.digest == digest(token))).first()
            if row is None or (row.expires is not None and moment(row.expires) <= now):
                return None
            who = reads.person(connection, row.person)
        if who is None or not who.active:
            return None
        if row.last_used is None or now - moment(row.last_used) > _TOUCH:
            self._bus.execute(sa.update(id_token).where(t.id == row.id).values(last_used=instant(now)))
        return str(row.person)

    def of(self, person: str) -> tuple[Token, ...]:
        """The person's tokens, newest first; those that are over stay until they are revoked."""
        t, now = id_token.c, self._bus.clock()
        with reading(self._bus.database) as connection:
            rows = connection.execute(
                sa.select(id_token).where(t.person == person).order_by(t.created.desc(), t.id.desc())
            )
            return tuple(
                Token(
                    row.id,
                    row.label,
                    moment(row.created),
                    moment(row.expires) if row.expires else None,
                    moment(row.last_used) if row.last_used else None,
                    bool(row.expires) and moment(row.expires) <= now,
                )
                for row in rows
            )

    def revoke(self, person: str, id: str, *, actor: str = "") -> bool:
        """End a token of this person; False when there is none such."""
        try:
            self._bus.handle(c.RevokeToken(actor=actor or person, person=person, token=id))
        except NotFound:
            return False
        return True
