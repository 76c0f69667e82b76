"""Checks the chain of checkpoints and hands out, for each stream, the last head that is anchored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from engine.history import checkpoints
from engine.history.ledger import GENESIS
from engine.history.report import Problem

_ENOUGH = 16
"""Hexadecimal digits of a hash that must have been noted outside."""


@dataclass(slots=True)
class Anchors:
    """``heads``: stream -> (seq, hash, checkpoint). ``upto``: the last entry id that a checkpoint covers."""

    heads: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    upto: int = 0
    count: int = 0
    mark: str = ""

    def check(self, connection: Connection, known: str = "") -> Iterator[Problem]:
        """The checkpoints among themselves. ``known``: one noted outside the house, "ID:HASH"."""
        id, prev = 0, GENESIS
        marks: dict[int, str] = {}
        try:
            for each in checkpoints.all_of(connection):
                where: dict[str, Any] = {"table": "hi_checkpoint", "key": str(each.id)}
                if each.id != id + 1:
                    yield Problem("checkpoint_gap", **where, stored=str(each.id), expected=str(id + 1))
                elif each.prev != prev:
                    yield Problem("checkpoint_link", **where, stored=each.prev[:16], expected=prev[:16])
                digest = checkpoints.hash_of(each.prev, each.id, each.at, each.upto, each.heads)
                if digest != each.hash:
                    yield Problem("checkpoint_hash", **where, stored=each.hash[:16], expected=digest[:16])
                id, prev = each.id, each.hash
                marks[each.id] = each.hash
                self.upto, self.mark, self.count = max(self.upto, each.upto), each.mark, self.count + 1
                self.heads.update({stream: (seq, head, each.id) for stream, (seq, head) in each.heads.items()})
        except (ValueError, TypeError, AttributeError):
            yield Problem("checkpoint_hash", table="hi_checkpoint", key=str(id + 1), field="heads")
        number, _, digest = known.partition(":")
        found = marks.get(int(number), "—") if number.isdigit() else "—"
        if known and (len(digest) < _ENOUGH or not found.startswith(digest)):
            yield Problem(
                "checkpoint_known", table="hi_checkpoint", key=number, stored=found[:16], expected=digest[:16]
            )

    def missing(self, streams: set[str]) -> Iterator[Problem]:
        """Anchored streams that are gone."""
        for stream in sorted(self.heads.keys() - streams):
            seq, _, id = self.heads[stream]
            yield Problem("stream_missing", stream=stream, key=str(id), expected=str(seq))

    def row(self, row: Any) -> Problem | None:
        """Whether this entry is the one that was anchored, or stands where nothing may have been added."""
        anchored = self.heads.get(row.stream)
        seq, digest, id = anchored or (0, "", 0)
        if row.seq == seq and row.hash != digest:
            return Problem("anchored_hash", stream=row.stream, seq=row.seq, key=str(id), stored=row.hash[:16],
                           expected=digest[:16])  # fmt: skip
        if row.seq > seq and row.id <= self.upto:
            return Problem("inserted", stream=row.stream, seq=row.seq, field="id", stored=str(row.id))
        return None

    def end(self, stream: str, last: int) -> Problem | None:
        """Whether the stream reaches as far as it did when it was anchored."""
        anchored = self.heads.get(stream)
        if anchored is not None and last < anchored[0]:
            return Problem("truncated", stream=stream, seq=last, key=str(anchored[2]), stored=str(last),
                           expected=str(anchored[0]))  # fmt: skip
        return None
