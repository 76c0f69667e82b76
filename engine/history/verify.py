"""Verification of everything recorded against everything else: files, chains, keys, facts, state, caches.

It reads one moment of the database, keeps nothing of it in memory but counters and the heads of streams, takes nothing
from the running engine's caches, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Database

from engine.database import hi_entry, hi_payload, id_key, reading_one_moment, ru_snapshot
from engine.definitions.library import DeployedLibrary
from engine.errors import Broken
from engine.history import checkpoints, deployed, rebuild, sealing
from engine.history.anchors import Anchors
from engine.history.comparison import compare, throw_away
from engine.history.report import Problem, Report
from engine.history.streams import INSTANCE, Streams

Progress = Callable[[str, int, int], None]
"""What is being done (a code of the wording: verify.doing.CODE), how much of it, of how much."""
_STEP = 200
_STREAMS = 500
_TRIED = 20


def verify(
    database: Database, keys: sealing.KeyRing, streams: Iterable[str] | None = None, progress: Progress | None = None,
    known: str = "",
) -> Report:  # fmt: skip
    """Check the whole installation, or only some streams. Raises Broken when the master key is another one.

    ``known``: a checkpoint noted outside the house, "ID:HASH".
    """
    with reading_one_moment(database) as connection:
        return _Verification(connection, keys, DeployedLibrary(database), progress).run(streams, known)


class _Verification:
    def __init__(
        self, connection: Connection, keys: sealing.KeyRing, library: DeployedLibrary, progress: Progress | None
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._library = library
        self._progress = progress
        self._total = 0
        self._done = 0
        self.report = Report()

    def run(self, streams: Iterable[str] | None, known: str) -> Report:
        report, connection = self.report, self._connection
        self._master_key()
        files = deployed.Files()
        anchors = Anchors()
        self._add(deployed.check(connection, files))
        self._add(anchors.check(connection, known))
        report.files, report.checkpoints, report.anchor = files.count, anchors.count, anchors.mark
        report.unanchored = checkpoints.unanchored(connection)
        wanted = None if streams is None else sorted(set(streams))
        self._total = self._count(wanted)
        checking = Streams(connection, self._keys, self._library, anchors, files, report, lambda: self._tick("streams"))
        present: set[str] = set()
        for stream in self._all_streams() if wanted is None else wanted:
            present.add(stream)
            checking.check(stream)
        if wanted is None:
            self._add(anchors.missing(present))
            self._add(self._leftovers())
            self._add(self._caches(words=not files.changed))
        else:
            self._add(Problem("stream_unknown", stream=stream) for stream in wanted if not self._exists(stream))
        return report

    def _add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.report.add(problem)

    # --- streams ---------------------------------------------------------------------------------------------------

    def _master_key(self) -> None:
        """One stream's changed key is tampering; none that opens is the wrong master key."""
        query = sa.select(id_key.c.stream).where(id_key.c.wrapped.is_not(None)).order_by(id_key.c.stream).limit(_TRIED)
        failure: Broken | None = None
        for stream in self._connection.execute(query).scalars().all():
            try:
                self._keys.of(self._connection, stream)
            except Broken as why:
                failure = why
            else:
                return
        if failure is not None:
            raise failure

    def _all_streams(self) -> Iterator[str]:
        e = hi_entry.c
        beyond = e.stream > sa.bindparam("after")
        query = sa.select(e.stream).distinct().where(beyond).order_by(e.stream).limit(_STREAMS)
        after = ""
        while True:
            found = self._connection.execute(query, {"after": after}).scalars().all()
            yield from found
            if len(found) < _STREAMS:
                return
            after = found[-1]

    def _exists(self, stream: str) -> bool:
        query = sa.select(hi_entry.c.seq).where(hi_entry.c.stream == stream).limit(1)
        return self._connection.execute(query).first() is not None

    def _count(self, streams: list[str] | None) -> int:
        query = sa.select(sa.func.count()).select_from(hi_entry)
        if streams is not None:
            query = query.where(hi_entry.c.stream.in_(streams))
        return int(self._connection.execute(query).scalar_one())

    def _tick(self, what: str) -> None:
        self._done += 1
        if self._progress is not None and self._done % _STEP == 0:
            self._progress(what, self._done, self._total)

    def _leftovers(self) -> Iterator[Problem]:
        """Payloads, keys and snapshots that belong to no entry."""
        e, p = hi_entry.c, hi_payload.c
        nobody = ~sa.exists().where(e.stream == p.stream, e.seq == p.seq)
        for row in self._connection.execute(sa.select(p.stream, p.seq).where(nobody).order_by(p.stream, p.seq)):
            yield Problem("payload_foreign", stream=row.stream, seq=row.seq, table="hi_payload")
        unused = ~sa.exists().where(e.stream == id_key.c.stream)
        for stream in self._connection.execute(sa.select(id_key.c.stream).where(unused)).scalars():
            yield Problem("key_foreign", stream=stream, table="id_key", key=stream)
        unheard = ~sa.exists().where(e.stream == sa.literal(INSTANCE) + ru_snapshot.c.instance)
        for instance in self._connection.execute(sa.select(ru_snapshot.c.instance).where(unheard)).scalars():
            yield Problem("snapshot_foreign", table="ru_snapshot", key=instance)

    # --- caches ----------------------------------------------------------------------------------------------------

    def _caches(self, words: bool) -> Iterator[Problem]:
        self._done = 0

        def counted(rows: int) -> None:
            self.report.rows += rows

        return caches(self._connection, self._keys, self._library, words, counted, lambda: self._tick("caches"))


def caches(
    connection: Connection, keys: sealing.KeyRing, library: DeployedLibrary, words: bool = True,
    counted: Callable[[int], None] = lambda _rows: None, tick: Callable[[], None] = lambda: None,
) -> Iterator[Problem]:  # fmt: skip
    """Rebuild the caches from the facts beside the stored ones and compare. ``words``: also what models word."""
    found: list[Problem] = []
    with throw_away() as target:
        building = rebuild.Rebuild(target, library, found.append, compare=True)
        for entry in rebuild.entries(connection, keys):
            building.apply(entry)
            tick()
            yield from found
            found.clear()
        for one in compare(connection, target, words, counted):
            yield Problem(one.code, table=one.table, key=one.key, column=one.column, stored=one.stored,
                          expected=one.expected)  # fmt: skip
