"""Keeps pages from knowing how cases hang together: who wrote to whom, and which share a business key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_instance, ru_receipt
from engine.definitions.library import DeployedLibrary
from engine.directory import visibility
from engine.history import ledger
from engine.history.streams import INSTANCE
from engine.queries.cases import case_row, visible
from engine.views import Access, RelatedCase

MOST = 50
"""Related cases shown; a case that calls up a whole school must not make its page endless."""
_INSTANCE = re.compile(r"instance:([^/|]+)/")


def related(connection: Connection, library: DeployedLibrary, access: Access, instance: str) -> tuple[RelatedCase, ...]:
    """Cases that wrote to this one, that it wrote to, or that share its key; only those the reader may open.

    Raises NotFound for a case that the reader may not see; one whose contents are hidden has none.
    """
    row, hidden = visible(connection, access, instance)
    if hidden:
        return ()
    how: dict[str, str] = {}
    for other in _senders(ledger.read(connection, INSTANCE + instance, None)):
        how.setdefault(other, "sender")
    for other in _receivers(connection, instance):
        how.setdefault(other, "receiver")
    if row.business_key:
        same = sa.select(ru_instance.c.id).where(ru_instance.c.business_key == row.business_key)
        for other in connection.execute(same.limit(MOST + 1)).scalars():
            how.setdefault(other, "same_key")
    how.pop(instance, None)
    if not how:
        return ()
    seen = (
        sa.select(ru_instance)
        .where(ru_instance.c.id.in_(sorted(how)), visibility.case_condition(access))
        .order_by(ru_instance.c.started, ru_instance.c.id)
        .limit(MOST)
    )
    return tuple(RelatedCase(how=how[found.id], row=case_row(found, library)) for found in connection.execute(seen))


def _senders(entries: Iterable[ledger.Entry]) -> Iterator[str]:
    """Cases whose messages or signals this one got: the one that started it first."""
    for entry in entries:
        told = [entry.body.get("cause", "")]
        told += [fact.get(name, "") for _, fact in entry.body["facts"] for name in ("cause", "sender")]
        for text in told:
            found = _INSTANCE.search(text) if isinstance(text, str) else None
            if found:
                yield found.group(1)


def _receivers(connection: Connection, instance: str) -> list[str]:
    """Cases that got what this one sent, or were started by it."""
    sender, streams = ru_receipt.c.sender, ru_receipt.c.receiver
    sent = f"instance:{instance}/"
    ranges = [  # "0" comes right after "/": a range of the index, where a pattern would read the whole table
        sa.and_(sender >= f"{kind}{sent}", sender < f"{kind}instance:{instance}0")
        for kind in ("", "message:", "signal:")
    ]
    query = sa.select(streams).where(sa.or_(*ranges))
    got = connection.execute(query.order_by(sender).limit(MOST)).scalars()
    return [stream.removeprefix("instance:") for stream in got if stream.startswith("instance:")]
