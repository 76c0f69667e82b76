"""The one record: entries in streams, each carrying the hash of the one before it; nothing here is ever changed.

An entry's ``body`` is the exact text its hash is taken over: who, when, which command under which behaviour version,
the world's answers, the facts, and a commitment to every value. The values themselves lie sealed in hi_payload.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, hi_payload
from engine.facts import KINDS, Fact
from engine.history import sealing
from engine.values import canonical, instant, plain, typed

GENESIS = "0" * 64
_PRIVATE_QUESTIONS = ("register.",)
"""Questions whose arguments or answers hold values of a case."""

_insert_entry = sa.insert(hi_entry)
_insert_payload = sa.insert(hi_payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry about to be written."""

    stream: str
    seq: int
    prev: str
    at: datetime
    kind: str
    actor: str
    acted_as: str = ""
    appointment: str = ""
    request: str = ""
    behaviour: int = 0
    head: Mapping[str, Any]
    inputs: Mapping[str, Any]
    said: Mapping[str, str] = field(default_factory=dict)  # what the command's giver wrote freely
    world: Sequence[Sequence[Any]]
    facts: Sequence[Fact]
    cause: str = ""


def append(connection: Connection, draft: Draft, key: bytes) -> str:
    """Write one entry; answers its hash. Two statements. Raises IntegrityError when (stream, seq) is taken."""
    private: dict[str, Any] = {f"in.{name}": plain(value) for name, value in draft.inputs.items()}
    private |= {f"c.{name}": text for name, text in draft.said.items()}
    world: list[Any] = []
    for index, (question, args, answer) in enumerate(draft.world):
        if question.startswith(_PRIVATE_QUESTIONS):
            private[f"w{index}"] = [args, answer]
            world.append([question])
        else:
            world.append([question, args, answer])
    facts: list[Any] = []
    for index, fact in enumerate(draft.facts):
        facts.append([fact.kind, _public(fact)])
        for name in fact.private:
            private[f"f{index}.{name}"] = plain(getattr(fact, name))
    sealed, commitments = sealing.pack(key, private, f"{draft.stream}/{draft.seq}")
    at = instant(draft.at)
    body = canonical(
        {
            "stream": draft.stream,
            "seq": draft.seq,
            "at": at,
            "kind": draft.kind,
            "actor": draft.actor,
            "as": draft.acted_as,
            "appointment": draft.appointment,
            "request": draft.request,
            "behaviour": draft.behaviour,
            "cause": draft.cause,
            "head": draft.head,
            "world": world,
            "facts": facts,
            "values": commitments,
        }
    )
    digest = hash_of(draft.prev, body)
    connection.execute(
        _insert_entry,
        {
            "stream": draft.stream,
            "seq": draft.seq,
            "at": at,
            "kind": draft.kind,
            "actor": draft.actor,
            "body": body,
            "prev": draft.prev,
            "hash": digest,
        },
    )
    connection.execute(_insert_payload, {"stream": draft.stream, "seq": draft.seq, "sealed": sealed})
    return digest


def hash_of(prev: str, body: str) -> str:
    return hashlib.sha256(f"{prev}\n{body}".encode()).hexdigest()


_FIELDS: dict[type[Fact], tuple[str, ...]] = {}


def _public(fact: Fact) -> dict[str, Any]:
    cls = type(fact)
    names = _FIELDS.get(cls)
    if names is None:
        names = _FIELDS[cls] = tuple(each.name for each in fields(cls) if each.name not in cls.private)
    return {name: getattr(fact, name) for name in names}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read. ``values`` holds the opened private fields, or None when the key was destroyed."""

    id: int
    stream: str
    seq: int
    at: str
    kind: str
    actor: str
    body: dict[str, Any]
    raw: str
    prev: str
    hash: str
    values: dict[str, Any] | None
    salt: bytes = b""

    @property
    def inputs(self) -> dict[str, Any]:
        """The command's values, typed again."""
        values = self.values or {}
        return {name[3:]: typed(value) for name, value in values.items() if name.startswith("in.")}

    @property
    def said(self) -> dict[str, Any]:
        """The command's own free texts."""
        return {name[2:]: text for name, text in (self.values or {}).items() if name.startswith("c.")}

    def world(self) -> list[list[Any]]:
        """The recorded questions with arguments and answers, private ones put back."""
        values = self.values or {}
        return [
            item if len(item) == 3 else [item[0], *values[f"w{index}"]] for index, item in enumerate(self.body["world"])
        ]

    def facts(self) -> list[Fact]:
        """The facts as objects. A destroyed key leaves private fields None."""
        values = self.values or {}
        found: list[Fact] = []
        for index, (kind, public) in enumerate(self.body["facts"]):
            cls = KINDS[kind]
            private = {name: typed(values.get(f"f{index}.{name}")) for name in cls.private}
            found.append(cls(**(private | public)))  # what became private later stands in the open in older entries
        return found


_e, _p = hi_entry.c, hi_payload.c
AFTER = (
    sa.select(hi_entry, _p.sealed)
    .select_from(hi_entry.outerjoin(hi_payload, sa.and_(_p.stream == _e.stream, _p.seq == _e.seq)))
    .where(_e.stream == sa.bindparam("stream"), _e.seq > sa.bindparam("after"))
    .order_by(_e.seq)
)
"""Entries of ``stream`` with what is sealed of them, in order, behind the number ``after``."""
_BETWEEN = AFTER.where(_e.seq <= sa.bindparam("upto"))
_HEAD = sa.select(_e.seq, _e.hash).where(_e.stream == sa.bindparam("stream")).order_by(_e.seq.desc()).limit(1)


def read(
    connection: Connection, stream: str, key: bytes | None, after: int = 0, upto: int | None = None
) -> Iterator[Entry]:
    """Entries of a stream in order. Raises ValueError when a payload does not open."""
    query = AFTER if upto is None else _BETWEEN
    for row in connection.execute(query, {"stream": stream, "after": after, "upto": upto}):
        yield entry_of(row, key)


def entry_of(row: Any, key: bytes | None) -> Entry:
    values, salt = None, b""
    if key is not None and row.sealed is not None:
        salt, values = sealing.unpack(key, row.sealed, f"{row.stream}/{row.seq}")
    return Entry(
        row.id,
        row.stream,
        row.seq,
        row.at,
        row.kind,
        row.actor,
        json.loads(row.body),
        row.body,
        row.prev,
        row.hash,
        values,
        salt,
    )


def head(connection: Connection, stream: str) -> tuple[int, str]:
    """(seq, hash) of a stream's last entry; (0, GENESIS) for an empty one."""
    row = connection.execute(_HEAD, {"stream": stream}).first()
    return (row.seq, row.hash) if row else (0, GENESIS)
