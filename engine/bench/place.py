"""Keeps the workloads from knowing where they are measured: a fresh database, a small house, models, the raw floor."""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from engine import commands as c
from engine.assembly import Engine, Settings, create_engine
from engine.database import open_database, writing
from engine.world import ManualClock

PEOPLE = 12
_START = datetime(2026, 9, 1, 4, tzinfo=UTC)


@dataclass
class Place:
    """Where a workload runs: an engine on a clock of its own, people who hold the one role."""

    engine: Engine
    clock: ManualClock
    url: str
    settings: Settings
    statements: list[str] = field(default_factory=list)
    commits: int = 0

    def watch(self) -> None:
        """Count statements and commits from here on."""

        @sa.event.listens_for(self.engine.database, "before_cursor_execute")
        def _seen(_c: object, _cursor: object, statement: str, _p: object, _ctx: object, _many: bool) -> None:
            if not statement.startswith("BEGIN"):
                self.statements.append(statement)

        @sa.event.listens_for(self.engine.database, "commit")
        def _committed(_c: object) -> None:
            self.commits += 1

    def deploy(self, name: str, content: bytes) -> None:
        self.engine.handle(c.Deploy(actor=c.SYSTEM, name=name, files={f"{name}.bpmn": content}))

    def start(self, key: str, **variables: object) -> str:
        done = self.engine.handle(c.StartProcess(actor=c.SYSTEM, definition=key, school="school", variables=variables))
        return done.instance


@contextmanager
def place(url: str | None) -> Iterator[Place]:
    """A fresh database beside ``url`` (PostgreSQL) or in a temporary folder (SQLite), gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", dir=".") as folder:
        if url is None or url.startswith("sqlite"):
            with _prepared(f"sqlite:///{folder}/bench.db", Path(folder)) as ready:
                yield ready
            return
        name = f"sapa_bench_{secrets.token_hex(4)}"
        admin = open_database(url).execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            with _prepared(
                make_url(url).set(database=name).render_as_string(hide_password=False), Path(folder)
            ) as ready:
                yield ready
        finally:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            admin.dispose()


@contextmanager
def _prepared(url: str, folder: Path) -> Iterator[Place]:
    clock = ManualClock(_START)
    settings = Settings(url, secrets.token_bytes(32), folder)
    engine = create_engine(settings, clock)
    try:
        for unit, kind, parent in (
            ("univ", "university", None),
            ("school", "school", "univ"),
            ("unit", "department", "school"),
        ):
            engine.handle(c.RecordUnit(actor=c.SYSTEM, unit=unit, kind=kind, parent=parent, names={"kk": unit}))
        for n in range(PEOPLE):
            engine.handle(c.RecordPerson(actor=c.SYSTEM, person=f"p{n}", name=f"Person {n}", unit="unit"))
            engine.handle(
                c.Appoint(actor=c.SYSTEM, person=f"p{n}", role="teacher", unit="unit", start=date(2026, 1, 1))
            )
        yield Place(engine, clock, url, settings)
    finally:
        engine.close()


def median(samples: list[float]) -> float:
    return round(statistics.median(samples) * 1000, 3)


def percentile(samples: list[float], share: float) -> float:
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def floor(url: str, rounds: int = 400) -> float:
    """Seconds of the raw commit, median: insert an event, close a task, insert one, bump the instance, commit."""
    database = open_database(url)
    names = ("bench_event", "bench_task", "bench_instance")
    try:
        with writing(database) as connection:
            connection.exec_driver_sql(f"CREATE TABLE {names[0]} (id INTEGER PRIMARY KEY, body TEXT)")
            connection.exec_driver_sql(f"CREATE TABLE {names[1]} (id INTEGER PRIMARY KEY, state TEXT)")
            connection.exec_driver_sql(f"CREATE TABLE {names[2]} (id INTEGER PRIMARY KEY, seq INTEGER)")
            connection.exec_driver_sql(f"INSERT INTO {names[1]} VALUES (0, 'open')")
            connection.exec_driver_sql(f"INSERT INTO {names[2]} VALUES (1, 0)")
        raw = database.raw_connection()
        try:
            cursor, mark = raw.cursor(), "?" if database.dialect.name == "sqlite" else "%s"
            samples = []
            for n in range(rounds):
                began = time.perf_counter()
                if database.dialect.name == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                cursor.execute(f"INSERT INTO {names[0]} VALUES ({mark}, {mark})", (n, "x" * 400))
                cursor.execute(f"UPDATE {names[1]} SET state = 'done' WHERE id = {mark}", (n,))
                cursor.execute(f"INSERT INTO {names[1]} VALUES ({mark}, 'open')", (n + 1,))
                cursor.execute(f"UPDATE {names[2]} SET seq = seq + 1 WHERE id = 1")
                if database.dialect.name == "sqlite":
                    cursor.execute("COMMIT")
                else:
                    raw.commit()
                samples.append(time.perf_counter() - began)
        finally:
            raw.close()
        return statistics.median(samples)
    finally:
        with writing(database) as connection:
            for name in names:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        database.dispose()
