"""Keeps the rest from knowing which database runs underneath: the tables, the two kinds of transaction, the guards.

Table prefixes tell what may be done to a row: ``re_`` deployed models, ``hi_`` never changes, ``ru_`` cache of running
state, ``vw_`` drop and rebuild, ``id_`` people, units, sign-ins and keys. Moments are text, ``engine.values.instant``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine import Engine as Database

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

_serial = BigInteger().with_variant(Integer, "sqlite")
_C = "C"  # byte order on PostgreSQL too, so that ranges over keys and moments use the index
_key = String().with_variant(String(collation=_C), "postgresql")


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, _key, nullable=False, **options)


# --- the record ----------------------------------------------------------------------------------------------------

hi_entry = Table(
    "hi_entry",
    metadata,
    Column("id", _serial, primary_key=True, autoincrement=True),
    _text("stream"),
    Column("seq", Integer, nullable=False),
    _text("at"),
    _text("kind"),
    _text("actor"),
    Column("body", Text, nullable=False),
    _text("prev"),
    _text("hash"),
    sa.UniqueConstraint("stream", "seq"),
    sqlite_autoincrement=True,
)
hi_payload = Table(
    "hi_payload",
    metadata,
    _text("stream", primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
hi_checkpoint = Table(
    "hi_checkpoint",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    Column("upto", BigInteger, nullable=False),
    Column("heads", Text, nullable=False),
    _text("prev"),
    _text("hash"),
)
id_key = Table(
    "id_key",
    metadata,
    _text("stream", primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),  # null once destroyed: lawful erasure
    Column("destroyed_at", _key, nullable=True),
)

# --- deployed models -----------------------------------------------------------------------------------------------

re_resource = Table(
    "re_resource",
    metadata,
    _text("sha256", primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
re_definition = Table(
    "re_definition",
    metadata,
    _text("id", primary_key=True),  # "key:version"
    _text("kind"),  # process, decision, form
    _text("key"),
    Column("version", Integer, nullable=False),
    _text("file"),
    _text("sha256"),
    Column("names", Text, nullable=False),
    _text("version_tag"),
    _text("deployment"),
    _text("at"),
    _text("by"),
    sa.UniqueConstraint("kind", "key", "version"),
)

# --- running state -------------------------------------------------------------------------------------------------

ru_instance = Table(
    "ru_instance",
    metadata,
    _text("id", primary_key=True),
    _text("definition"),
    _text("process_key"),
    _text("school"),
    _text("business_key"),
    Column("unique_key", _key, nullable=True, unique=True),
    Column("title", Text, nullable=False),
    _text("state"),  # active, suspended, completed, cancelled
    Column("seq", Integer, nullable=False),
    _text("head"),
    _text("started"),
    Column("ended", _key, nullable=True),
    Column("incidents", Integer, nullable=False, default=0),
    Column("confidential", Boolean, nullable=False, default=False),
    Index("ix_ru_instance_school_state", "school", "state", "started"),
    Index("ix_ru_instance_business_key", "business_key"),
    Index("ix_ru_instance_started", "started", "id"),  # the newest cases first
)
ru_snapshot = Table(
    "ru_snapshot",
    metadata,
    _text("instance", primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
ru_participant = Table(
    "ru_participant", metadata, _text("instance", primary_key=True), _text("person", primary_key=True, index=True)
)
ru_task = Table(
    "ru_task",
    metadata,
    _text("id", primary_key=True),
    _text("instance", index=True),
    _text("element"),
    _text("definition"),
    _text("process_key"),
    _text("business_key"),
    _text("school"),
    Column("title", Text, nullable=False),
    Column("due", _key, nullable=True),
    _text("due_sort"),
    Column("follow_up", _key, nullable=True),
    Column("priority", Integer, nullable=False, default=50),
    _text("created"),
    _text("assignee"),
    Column("suspended", Boolean, nullable=False, default=False),
    Index("ix_ru_task_assignee_due_sort", "assignee", "due_sort", "id"),
)
ru_candidate = Table(
    "ru_candidate",
    metadata,
    _text("key", primary_key=True),
    Column("claimed", Boolean, primary_key=True),
    _text("due_sort", primary_key=True),
    Column("task", _key, sa.ForeignKey("ru_task.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
ru_word = Table(
    "ru_word",
    metadata,
    _text("stem", primary_key=True),
    _text("due_sort", primary_key=True),
    Column("task", _key, sa.ForeignKey("ru_task.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
ru_timer = Table(
    "ru_timer",
    metadata,
    _text("id", primary_key=True),
    _text("due", index=True),
    _text("instance", index=True),  # empty for a timer start event
    _text("process_key"),
    _text("element"),
    _text("school"),
    Column("round", Integer, nullable=False, default=0),
)
ru_subscription = Table(
    "ru_subscription",
    metadata,
    _text("id", primary_key=True),
    _text("kind"),  # message, signal
    _text("name"),
    _text("school"),
    _text("key"),
    _text("instance", index=True),
    _text("element"),
    Index("ix_ru_subscription_address", "kind", "name", "school", "key"),
)
ru_start = Table(
    "ru_start",
    metadata,
    _text("process_key", primary_key=True),
    _text("element", primary_key=True),
    _text("kind"),  # message, signal, timer
    _text("name", index=True),
    _text("definition"),
)
ru_external = Table(
    "ru_external",
    metadata,
    _text("id", primary_key=True),
    _text("topic", index=True),
    _text("instance", index=True),
    _text("element"),
    _text("created"),
    Column("priority", Integer, nullable=False, default=0),
    Column("lock_owner", _key, nullable=True),  # locks are not in the ledger
    Column("lock_until", _key, nullable=True),
)
ru_incident = Table(
    "ru_incident",
    metadata,
    _text("id", primary_key=True),
    _text("instance", index=True),
    _text("element"),
    _text("code"),
    Column("params", Text, nullable=False),
    _text("since"),
)
ru_outbox = Table(
    "ru_outbox",
    metadata,
    _text("stream", primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    _text("kind"),  # message, signal
    _text("name"),
    _text("school"),
    _text("key"),
    Column("everyone", Boolean, nullable=False, default=False),
    _text("at"),
    _text("due", index=True),  # next try
    Column("tries", Integer, nullable=False, default=0),
    _text("state"),  # new, dead
)
ru_receipt = Table(
    "ru_receipt",
    metadata,
    _text("sender", primary_key=True),  # STREAM/SEQ/N, for signals with the receiver appended
    _text("receiver"),
    Column("seq", Integer, nullable=False),
)
ru_request = Table(
    "ru_request",
    metadata,
    _text("actor", primary_key=True),
    _text("key", primary_key=True),
    _text("stream"),
    Column("seq", Integer, nullable=False),
)

# --- views: drop and rebuild ---------------------------------------------------------------------------------------

vw_register = Table(
    "vw_register",
    metadata,
    _text("register", primary_key=True),
    _text("school", primary_key=True),
    _text("key", primary_key=True),
    _text("instance", index=True),
    _text("at"),
    Column("content", Text, nullable=False),
)
vw_number = Table(
    "vw_number",
    metadata,
    _text("series", primary_key=True),
    _text("school", primary_key=True),
    _text("year", primary_key=True),
    Column("last", Integer, nullable=False),
)
vw_day = Table(
    "vw_day", metadata, _text("day", primary_key=True), Column("working", Boolean, nullable=False), _text("reason")
)
vw_term = Table("vw_term", metadata, _text("year", primary_key=True), _text("name", primary_key=True), _text("day"))
vw_parameter = Table(
    "vw_parameter",
    metadata,
    _text("name", primary_key=True),
    Column("content", Text, nullable=False),
    _text("reason"),
    _text("by"),
    _text("at"),
)

# --- sign-ins ------------------------------------------------------------------------------------------------------

id_session = Table(
    "id_session",
    metadata,
    _text("digest", primary_key=True),
    _text("person", index=True),
    _text("opened"),
    _text("seen"),
    _text("agent"),
)
id_draft = Table(
    "id_draft",
    metadata,
    _text("task", primary_key=True),
    _text("person", primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    _text("at"),
)


APPEND_ONLY = ("hi_entry", "hi_payload", "hi_checkpoint")


def append_only_ddl(dialect: str) -> list[str]:
    """Statements that make the database itself refuse UPDATE and DELETE on the record."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in APPEND_ONLY
            for verb in ("update", "delete")
        ]
    return [
        "CREATE OR REPLACE FUNCTION sapa_append_only() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$ LANGUAGE plpgsql",
        *[
            f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION sapa_append_only()"
            for table in APPEND_ONLY
        ],
    ]


def open_database(url: str) -> Database:
    """Open SQLite (WAL, synchronous=FULL, recursive triggers) or PostgreSQL. Raises sqlalchemy.exc errors."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10)


def _open_sqlite(url: str) -> Database:
    database = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @sa.event.listens_for(database, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins by the event below, not the driver
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        # INSERT OR REPLACE deletes without firing DELETE triggers unless recursive triggers are on.
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.close()

    @sa.event.listens_for(database, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: upgrading a read transaction fails under concurrency.
        mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return database


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """One writing transaction: commits at the end, rolls back on any exception."""
    with database.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """One reading transaction (a consistent snapshot on SQLite, read committed on PostgreSQL)."""
    with database.connect() as connection, connection.begin():
        yield connection


@contextmanager
def reading_one_moment(database: Database) -> Iterator[Connection]:
    """One reading transaction that sees the same moment throughout, however long it takes, on both databases."""
    options = {} if is_sqlite(database) else {"isolation_level": "REPEATABLE READ"}
    with database.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def is_sqlite(connection: Connection | Database) -> bool:
    return connection.dialect.name == "sqlite"
