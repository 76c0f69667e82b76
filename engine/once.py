"""Keeps the rest from knowing how codes lie that answer once each, so that nobody learns from them who answered what.

A code follows from the installation's key, a salt and the form that asked for it. The database has digests, put down in
their own order, and for each invitation one row with those that are spent, sorted too and written whole each time:
neither the place nor the moment of a row tells which answer came with which code. Spending is no entry of the record.
Once the case is over, salt and digests are gone; a number stays.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Integer, Table, Text
from sqlalchemy.engine import Connection

from engine.database import code, is_sqlite, metadata, ru_instance
from engine.errors import CodeSpent, NotFound
from engine.upserts import inserting

ou_once = Table(
    "ou_once",
    metadata,
    code("link", primary_key=True),  # the code of the invitation, which many share
    code("instance", index=True),
    code("salt"),  # empty once the case is over
    Column("paper", Integer, nullable=False),  # how many were given out on sheets
    Column("spent", Text, nullable=False),  # digests
)
ou_once_code = Table(
    "ou_once_code",
    metadata,
    code("digest", primary_key=True),
    code("link", index=True),
    sqlite_with_rowid=False,
)
_LENGTH, _DIGEST = 16, 32
_AT_ONCE = 500
_RUNNING = ("active", "suspended")


class OnceCodes:
    """Makes such codes, finds them and spends them, inside the caller's transaction."""

    def __init__(self, master: bytes) -> None:
        self._secret = hmac.digest(master, b"sapa codes that answer once", hashlib.sha256)

    def on_paper(self, connection: Connection, link: str, instance: str, count: int, key: str) -> list[str]:
        """The codes of a sheet; the same for the same ``key``."""
        names = [f"sheet {key} {n}" for n in range(count)]
        codes, new = self._issue(connection, link, instance, names)
        added = sa.update(ou_once).where(ou_once.c.link == link).values(paper=ou_once.c.paper + new)
        connection.execute(added)
        return codes

    def find(self, connection: Connection, plain: str) -> tuple[str, str, bool] | None:
        """(the invitation's own code, digest, is it spent) of a code; None for any other."""
        digest, o = self._digest(plain), ou_once_code.c
        query = sa.select(o.link, ou_once.c.spent).join(ou_once, ou_once.c.link == o.link).where(o.digest == digest)
        row = connection.execute(query).first()
        return (row.link, digest, digest in row.spent.split()) if row else None

    def spend(self, connection: Connection, link: str, digest: str) -> None:
        """Raises CodeSpent, NotFound. Whoever waits for the same row finds it spent."""
        row = self._row(connection, link)
        if row is None or not row.salt:
            raise NotFound(what="—")
        spent = set(row.spent.split())
        if digest in spent:
            raise CodeSpent
        text = " ".join(sorted(spent | {digest}))
        connection.execute(sa.update(ou_once).where(ou_once.c.link == link).values(spent=text))

    def counted(self, connection: Connection, link: str) -> int:
        """How many were given out on paper."""
        return connection.scalar(sa.select(ou_once.c.paper).where(ou_once.c.link == link)) or 0

    def over(self, connection: Connection) -> list[str]:
        """The invitations of cases that are over, of which something is kept still."""
        o, i = ou_once.c, ru_instance.c
        running = sa.select(i.id).where(i.id == o.instance, i.state.in_(_RUNNING))
        return list(connection.execute(sa.select(o.link).where(o.salt != "", ~running.exists())).scalars())

    def forget(self, connection: Connection) -> None:
        """Of cases that are over nobody can work out any code again, nor what became of it."""
        for link in self.over(connection):
            connection.execute(sa.delete(ou_once_code).where(ou_once_code.c.link == link))
            connection.execute(sa.update(ou_once).where(ou_once.c.link == link).values(salt="", spent=""))

    def _issue(self, connection: Connection, link: str, instance: str, names: list[str]) -> tuple[list[str], int]:
        """The codes of these names, and how many of them are new."""
        row = {"link": link, "instance": instance, "salt": secrets.token_hex(16), "paper": 0, "spent": ""}
        connection.execute(inserting(connection, ou_once).values(row).on_conflict_do_nothing())
        found = self._row(connection, link)
        if found is None or not found.salt:
            raise NotFound(what="—")
        codes = [self._code(found.salt, link, name) for name in names]
        digests = sorted(self._digest(one) for one in codes)
        o, known = ou_once_code.c, set[str]()
        for at in range(0, len(digests), _AT_ONCE):
            part = sa.select(o.digest).where(o.digest.in_(digests[at : at + _AT_ONCE]))
            known.update(connection.execute(part).scalars())
        rows = [{"digest": one, "link": link} for one in digests if one not in known]
        if rows:
            connection.execute(sa.insert(ou_once_code), rows)
        return codes, len(rows)

    def _row(self, connection: Connection, link: str) -> Any:
        query = sa.select(ou_once).where(ou_once.c.link == link)
        if not is_sqlite(connection):
            query = query.with_for_update()
        return connection.execute(query).first()

    def _code(self, salt: str, link: str, name: str) -> str:
        return base64.b32encode(self._mac(f"code\0{salt}\0{link}\0{name}"))[:_LENGTH].decode()

    def _digest(self, plain: str) -> str:
        return self._mac(f"digest\0{plain}").hex()[:_DIGEST]

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._secret, text.encode(), hashlib.sha256)
