"""Keeps the house from knowing how tokens, reset links and settings lie in the database, and when each is refused."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import Column, Table, Text
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.database import CODE, code, id_session, metadata
from engine.directory import reads
from engine.directory.decide import decide_password
from engine.directory.projection import write_login
from engine.directory.tables import id_login
from engine.errors import Invalid, NotFound
from engine.facts.house import PasswordChanged, PasswordResetIssued, TokenIssued, TokenRevoked
from engine.values import instant

if TYPE_CHECKING:
    from engine.facts.base import Fact

RESET_LASTS = timedelta(hours=1)
LABEL_LIMIT = 100
MOST_TOKENS = 50
"""Tokens of one person; whoever needs more forgets to revoke."""
UNSET = "!"
"""Stands for a digest where a sign-in has no password yet; nothing matches it."""


id_token = Table(
    "id_token",
    metadata,
    code("id", primary_key=True),
    code("person", index=True),
    Column("label", Text, nullable=False),
    code("digest", index=True),
    code("created"),
    Column("expires", CODE, nullable=True),
    Column("last_used", CODE, nullable=True),
)
id_reset = Table(
    "id_reset",
    metadata,
    code("digest", primary_key=True),
    code("person", index=True),
    code("expires"),
)
id_setting = Table(
    "id_setting",
    metadata,
    code("person", primary_key=True),
    code("name", primary_key=True),
    Column("value", Text, nullable=False),
)


def digest(secret: str) -> str:
    """What is stored of a secret that is random and long: no salt and no slow hash is needed for those."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(conn: Connection, command: c.IssueToken, id: str, now: datetime) -> list[Fact]:
    """Raises Invalid: a person who is not active, no label, a day that has gone, too many."""
    problems: dict[str, str] = {}
    who, label = reads.person(conn, command.person), command.label.strip()
    if who is None:
        problems["person"] = "person_unknown"
    elif not who.active:
        problems["person"] = "person_inactive"
    if not label:
        problems["label"] = "required"
    elif len(label) > LABEL_LIMIT:
        problems["label"] = "too_long"
    if command.expires is not None and command.expires <= now:
        problems["expires"] = "date_over"
    held = sa.select(sa.func.count()).where(id_token.c.person == command.person)
    if conn.execute(held).scalar_one() >= MOST_TOKENS:
        problems["label"] = "too_many"
    if problems:
        raise Invalid(problems=problems)
    expires = instant(command.expires) if command.expires else ""
    fact = TokenIssued(token=id, person=command.person, label=label, expires=expires)
    write_token(conn, fact, instant(now), command.digest)
    return [fact]


def write_token(conn: Connection, fact: TokenIssued, at: str, digest: str) -> None:
    row = {"id": fact.token, "person": fact.person, "label": fact.label, "digest": digest, "created": at}
    conn.execute(id_token.insert().values(**row, expires=fact.expires or None, last_used=None))


def revoke_token(conn: Connection, command: c.RevokeToken) -> list[Fact]:
    """Raises NotFound when the person has no such token."""
    t = id_token.c
    there = conn.execute(sa.select(t.id).where(t.id == command.token, t.person == command.person)).first()
    if there is None:
        raise NotFound(what=command.token)
    drop_token(conn, command.token)
    return [TokenRevoked(token=command.token, person=command.person)]


def drop_token(conn: Connection, id: str) -> None:
    conn.execute(id_token.delete().where(id_token.c.id == id))


def issue_reset(conn: Connection, command: c.IssueReset, now: datetime) -> list[Fact]:
    """One link at a time: a new one ends the earlier. Gives a sign-in to somebody who has none. Raises Invalid."""
    facts: list[Fact] = []
    login = conn.execute(sa.select(id_login.c.login).where(id_login.c.person == command.person)).scalar()
    if login is None:
        first = c.SetPassword(actor=command.actor, person=command.person, login=command.login, digest=UNSET)
        facts += decide_password(conn, first)
        write_login(conn, command.person, command.login, UNSET)
    who = reads.person(conn, command.person)
    if who is None or not who.active:
        raise Invalid(problems={"person": "person_inactive" if who else "person_unknown"})
    r = id_reset.c
    conn.execute(id_reset.delete().where(sa.or_(r.person == command.person, r.expires <= instant(now))))
    row = {"digest": command.link, "person": command.person, "expires": instant(now + RESET_LASTS)}
    conn.execute(id_reset.insert().values(**row))
    return [*facts, PasswordResetIssued(person=command.person)]


def change_password(conn: Connection, command: c.ChangePassword, now: datetime) -> list[Fact]:
    """The login stays; ends every session but ``keep``. With ``link``: only while that link is good, and once.

    Raises NotFound for a link that is used up or over, Invalid for a person without a sign-in.
    """
    if command.link:
        r = id_reset.c
        good = sa.and_(r.digest == command.link, r.person == command.person, r.expires > instant(now))
        if conn.execute(id_reset.delete().where(good)).rowcount != 1:
            raise NotFound(what="")
    login = conn.execute(sa.select(id_login.c.login).where(id_login.c.person == command.person)).scalar()
    if login is None:
        raise Invalid(problems={"person": "login_missing"})
    write_login(conn, command.person, login, command.digest)
    conn.execute(id_reset.delete().where(id_reset.c.person == command.person))
    s = id_session.c
    conn.execute(id_session.delete().where(s.person == command.person, s.digest != command.keep))
    return [PasswordChanged(person=command.person, login=login)]
