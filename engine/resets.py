"""Keeps web from knowing how a forgotten password is replaced: one link, once, for an hour, kept as a digest only."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.access import digest, id_reset
from engine.bus import Bus
from engine.database import reading
from engine.directory import reads
from engine.directory.folding import fold
from engine.directory.tables import id_login, id_person
from engine.errors import NotFound
from engine.values import instant

_LONGEST = 200
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Account:
    """A person as whoever looks after sign-ins sees them; ``login`` is empty for somebody without a sign-in."""

    person: str
    name: str
    login: str
    email: str


class Resets:
    """Makes and redeems the links with which a person sets a new password."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def issue(self, person: str, *, actor: str, login: str = "", key: str = "") -> str:
        """A new link's secret; an earlier one ends. ``login`` for who has no sign-in yet. Empty for a repeat.

        Raises NotPermitted, Invalid.
        """
        secret = secrets.token_urlsafe(32)
        command = c.IssueReset(actor=actor, key=key, person=person, link=digest(secret), login=login)
        return "" if self._bus.handle(command).repeated else secret

    def person(self, secret: str) -> str | None:
        """Whose link this is, while it is good and the person active."""
        if not secret or len(secret) > _LONGEST:
            return None
        r = id_reset.c
        query = sa.select(r.person).where(r.digest == digest(secret), r.expires > instant(self._bus.clock()))
        with reading(self._bus.database) as connection:
            found = connection.execute(query).scalar()
            who = reads.person(connection, found) if found else None
        return who.id if who is not None and who.active else None

    def redeem(self, secret: str, password_digest: str) -> str:
        """Set the new password, use up the link and end every session; answers whose. Raises NotFound."""
        person = self.person(secret)
        if person is None:
            raise NotFound(what="")
        self._bus.handle(c.ChangePassword(actor=person, person=person, digest=password_digest, link=digest(secret)))
        return person

    def accounts(self, text: str) -> Sequence[Account]:
        """Active people whose name, login, address or id has every word of ``text``; twenty at most, by name."""
        words = fold(text).split()
        with reading(self._bus.database) as connection:
            everybody = [_account(row) for row in connection.execute(_ACCOUNTS.order_by(id_person.c.name)).all()]
        told = ((one, fold(f"{one.name} {one.login} {one.email} {one.person}")) for one in everybody)
        return [one for one, where in told if all(word in where for word in words)][:_SHOWN]

    def by(self, column: str, value: str) -> str | None:
        """The one active person with this ``email``, ``login`` or ``id``; None for nobody and for several."""
        where = {"email": sa.func.lower(id_person.c.email), "login": id_login.c.login, "id": id_person.c.id}[column]
        wanted = value.strip() if column == "id" else value.strip().lower()
        if not wanted:
            return None
        with reading(self._bus.database) as connection:
            rows = connection.execute(_ACCOUNTS.where(where == wanted).limit(2)).all()
        return str(rows[0].id) if len(rows) == 1 else None


_ACCOUNTS = (
    sa.select(id_person.c.id, id_person.c.name, id_person.c.email, id_login.c.login)
    .outerjoin(id_login, id_login.c.person == id_person.c.id)
    .where(id_person.c.active)
)


def _account(row: Any) -> Account:
    return Account(row.id, row.name, row.login or "", row.email or "")
