"""Checks one stream whole: chain, payloads, anchors, key, facts, where its causes come from, and re-execution."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, id_key, ru_snapshot
from engine.definitions.library import DeployedLibrary
from engine.errors import Broken
from engine.facts import KINDS
from engine.history import chain, sealing
from engine.history.anchors import Anchors
from engine.history.deployed import Files
from engine.history.ledger import Entry
from engine.history.reexecution import Reexecution
from engine.history.report import Problem, Report

_BREAKS = frozenset({"gap", "link", "order", "body", "payload_missing", "payload_closed", "facts"})
"""After these an instance cannot be done again; what would follow is only their consequence."""
INSTANCE = "instance:"
_ERASED = frozenset({"instance_erased", "notes_erased"})
"""After these a stream has no key any more."""
_KEY = sa.select(id_key.c.wrapped, id_key.c.destroyed_at).where(id_key.c.stream == sa.bindparam("stream"))
_SNAPSHOT = sa.select(ru_snapshot).where(ru_snapshot.c.instance == sa.bindparam("case"))
_BODY = sa.select(hi_entry.c.body).where(
    hi_entry.c.stream == sa.bindparam("stream"), hi_entry.c.seq == sa.bindparam("seq")
)


class Streams:
    """Checks streams one after the other, into one report."""

    def __init__(
        self, connection: Connection, keys: sealing.KeyRing, library: DeployedLibrary, anchors: Anchors, files: Files,
        report: Report, tick: Callable[[], None],
    ) -> None:  # fmt: skip
        self._connection = connection
        self._keys = keys
        self._library = library
        self._anchors = anchors
        self._files = files
        self._report = report
        self._tick = tick

    def check(self, stream: str) -> Reexecution | None:
        """Everything about one stream; answers the instance as it stands when it was done again."""
        self._report.streams += 1
        key, destroyed_at = self._key(stream)
        links = chain.Chain(stream)
        doing = Reexecution(self._library) if stream.startswith(INSTANCE) and key is not None else None
        snapshot = self._snapshot(stream) if stream.startswith(INSTANCE) else None
        broken, found = False, list[Problem]()
        last: Entry | None = None
        for row in chain.rows(self._connection, stream):
            self._report.entries += 1
            self._tick()
            found = list(links.check(row))
            anchored = self._anchors.row(row)
            if anchored is not None:
                found.append(anchored)
            body = chain.body_of(row)
            if isinstance(body, Problem):
                found.append(body)
            else:
                found += chain.columns(row, body)
                last, problems = chain.payload(row, body, key)
                found += problems
                unread = list(self._facts(last))
                found += unread or self._causes(last)
            broken = broken or any(problem.code in _BREAKS for problem in found)
            if doing is not None and last is not None and not (broken or doing.failed):
                found += self._again(doing, last, snapshot, key, bool(found))
            for problem in found:
                self._report.add(problem)
        self._end(stream, links.head[0], last, destroyed_at, snapshot)
        if doing is not None and doing.last:
            self._report.instances += 1
        return doing

    # --- doing it again --------------------------------------------------------------------------------------------

    def _again(
        self, doing: Reexecution, entry: Entry, snapshot: Any, key: bytes | None, changed: bool
    ) -> Iterator[Problem]:
        """Problems of re-execution. In an entry that was changed, a difference is part of the tampering."""
        problems = doing.step(entry)
        if problems and doing.used & self._files.changed:  # the changed file is named already
            self._report.skipped += 1
            return
        for problem in problems:
            yield problem if not changed else _tampered(problem)
        if not problems:
            self._report.reenacted += 1
            if snapshot is not None and snapshot.seq == entry.seq and key is not None:
                wrong = doing.snapshot(snapshot.seq, snapshot.sealed, key)
                if wrong is not None:
                    yield wrong

    # --- parts -----------------------------------------------------------------------------------------------------

    def _key(self, stream: str) -> tuple[bytes | None, str | None]:
        """The stream's key, and since when it is destroyed."""
        row = self._connection.execute(_KEY, {"stream": stream}).first()
        where: dict[str, Any] = {"table": "id_key", "key": stream, "stream": stream}
        if row is None:
            self._report.add(Problem("key_missing", **where))
            return None, None
        try:
            return self._keys.unwrapped(row.wrapped, stream), row.destroyed_at
        except sealing.Erased:
            return None, row.destroyed_at or "—"
        except Broken:
            self._report.add(Problem("key_changed", **where))
            return None, None

    def _snapshot(self, stream: str) -> Any:
        return self._connection.execute(_SNAPSHOT, {"case": stream.removeprefix(INSTANCE)}).first()

    def _facts(self, entry: Entry) -> Iterator[Problem]:
        """Facts this version cannot read."""
        for index, item in enumerate(entry.body["facts"]):
            where: dict[str, Any] = {"stream": entry.stream, "seq": entry.seq, "field": f"facts[{index}]"}
            if not (isinstance(item, list) and len(item) == 2 and isinstance(item[1], dict)):
                yield Problem("facts", **where)
            elif item[0] not in KINDS:
                yield Problem("facts", "not_reproduced", **where, stored=str(item[0])[:80])
            else:
                cls = KINDS[item[0]]
                try:
                    cls(**(dict.fromkeys(cls.private) | item[1]))
                except TypeError as why:
                    yield Problem("facts", "not_reproduced", **where, stored=f"{item[0]}: {why}"[:120])

    def _causes(self, entry: Entry) -> Iterator[Problem]:
        """Messages that were never sent, and entries caused by none."""
        cause = entry.body["cause"]
        stream, _, seq = cause.rpartition("/")
        if cause and self._body(stream, seq) is None:
            yield Problem("cause", stream=entry.stream, seq=entry.seq, stored=cause)
        for kind, fact in entry.body["facts"]:
            if kind in ("message_received", "signal_received"):
                sender = fact.get("sender", "")
            elif kind == "instance_started" and fact.get("cause", "").startswith(("message:", "signal:")):
                sender = fact["cause"].partition(":")[2]
            else:
                continue
            if sender and not self._was_sent(sender):
                yield Problem("sender", stream=entry.stream, seq=entry.seq, stored=sender)

    def _was_sent(self, sender: str) -> bool:
        stream, _, rest = sender.partition("/")
        seq, _, n = rest.partition("/")
        body = self._body(stream, seq)
        return body is not None and any(
            kind in ("message_thrown", "signal_thrown") and str(fact["n"]) == n for kind, fact in body["facts"]
        )

    def _body(self, stream: str, seq: str) -> dict[str, Any] | None:
        if not seq.isdigit():
            return None
        text = self._connection.execute(_BODY, {"stream": stream, "seq": int(seq)}).scalar()
        try:
            body: dict[str, Any] | None = json.loads(text) if text else None
        except ValueError:
            return None
        return body

    # --- the end of the stream -------------------------------------------------------------------------------------

    def _end(self, stream: str, seq: int, last: Entry | None, destroyed_at: str | None, snapshot: Any) -> None:
        cut = self._anchors.end(stream, seq)
        if cut is not None:
            self._report.add(cut)
        erased = last is not None and any(kind in _ERASED for kind, _ in last.body["facts"])
        where: dict[str, Any] = {"stream": stream, "table": "id_key", "key": stream}
        if erased and destroyed_at is None:
            self._report.add(Problem("key_kept", **where))
        elif destroyed_at is not None and not erased:
            self._report.add(Problem("key_destroyed", **where))
        elif erased and last is not None and destroyed_at != last.at:
            self._report.add(Problem("row", table="id_key", key=stream, column="destroyed_at", stored=str(destroyed_at),
                                     expected=last.at))  # fmt: skip
        elif erased and stream.startswith(INSTANCE):
            self._report.erased += 1
        if snapshot is not None and (snapshot.seq > seq or erased):
            self._report.add(Problem("snapshot_foreign", table="ru_snapshot", key=snapshot.instance, seq=snapshot.seq))


def _tampered(problem: Problem) -> Problem:
    return Problem(
        problem.code, stream=problem.stream, seq=problem.seq, field=problem.field, stored=problem.stored,
        expected=problem.expected,
    )  # fmt: skip
