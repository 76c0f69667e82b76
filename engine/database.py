"""Keeps the rest from knowing which database runs underneath: the tables, the two kinds of transaction, the guards.

Table prefixes tell what may be done to a row: ``re_`` deployed models, ``hi_`` never changes, ``ru_`` cache of running
state, ``vw_`` drop and rebuild, ``id_`` people, units, sign-ins and keys, ``ou_`` what
leaves the house. Moments are text, ``engine.values.instant``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine import Engine as Database

from engine import sqlite

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

_serial = BigInteger().with_variant(Integer, "sqlite")
CODE = String().with_variant(String(collation="C"), "postgresql")
"""Byte order on PostgreSQL too, so that ranges over keys, dates and moments use the index."""


def code(name: str, **options: Any) -> Column[str]:
    """A column of codes, dates or moments that is never null."""
    return Column(name, CODE, nullable=False, **options)


# --- the record ----------------------------------------------------------------------------------------------------

hi_entry = Table(
    "hi_entry",
    metadata,
    Column("id", _serial, primary_key=True, autoincrement=True),
    code("stream"),
    Column("seq", Integer, nullable=False),
    code("at"),
    code("kind"),
    code("actor"),
    Column("body", Text, nullable=False),
    code("prev"),
    code("hash"),
    sa.UniqueConstraint("stream", "seq"),
    sqlite_autoincrement=True,
)
hi_payload = Table(
    "hi_payload",
    metadata,
    code("stream", primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
hi_checkpoint = Table(
    "hi_checkpoint",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    code("at"),
    Column("upto", BigInteger, nullable=False),
    Column("heads", Text, nullable=False),
    code("prev"),
    code("hash"),
)
id_key = Table(
    "id_key",
    metadata,
    code("stream", primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),  # null once destroyed: lawful erasure
    Column("destroyed_at", CODE, nullable=True),
)

# --- deployed models -----------------------------------------------------------------------------------------------

re_resource = Table(
    "re_resource",
    metadata,
    code("sha256", primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
re_definition = Table(
    "re_definition",
    metadata,
    code("id", primary_key=True),  # "key:version"
    code("kind"),  # process, decision, form
    code("key"),
    Column("version", Integer, nullable=False),
    code("file"),
    code("sha256"),
    Column("names", Text, nullable=False),
    code("version_tag"),
    code("deployment"),
    code("at"),
    code("by"),
    sa.UniqueConstraint("kind", "key", "version"),
)

# --- running state -------------------------------------------------------------------------------------------------

ru_instance = Table(
    "ru_instance",
    metadata,
    code("id", primary_key=True),
    code("definition"),
    code("process_key"),
    code("school"),
    code("business_key"),
    Column("unique_key", CODE, nullable=True, unique=True),
    Column("title", Text, nullable=False),
    code("state"),  # active, suspended, completed, cancelled
    Column("seq", Integer, nullable=False),
    code("head"),
    code("started"),
    Column("ended", CODE, nullable=True),
    Column("incidents", Integer, nullable=False, default=0),
    Column("confidential", Boolean, nullable=False, default=False),
    Column("sealed", Boolean, nullable=False, default=False, server_default=sa.false()),
    Index("ix_ru_instance_school_state", "school", "state", "started"),
    Index("ix_ru_instance_business_key", "business_key"),
    Index("ix_ru_instance_started", "started", "id"),  # the newest cases first
)
ru_snapshot = Table(
    "ru_snapshot",
    metadata,
    code("instance", primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
ru_participant = Table(
    "ru_participant", metadata, code("instance", primary_key=True), code("person", primary_key=True, index=True)
)
ru_task = Table(
    "ru_task",
    metadata,
    code("id", primary_key=True),
    code("instance", index=True),
    code("element"),
    code("definition"),
    code("process_key"),
    code("business_key"),
    code("school"),
    Column("title", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("due", CODE, nullable=True),
    code("due_sort"),
    Column("follow_up", CODE, nullable=True),
    Column("priority", Integer, nullable=False, default=50),
    code("created"),
    code("assignee"),
    Column("suspended", Boolean, nullable=False, default=False),
    Index("ix_ru_task_assignee_due_sort", "assignee", "due_sort", "id"),
)
ru_candidate = Table(
    "ru_candidate",
    metadata,
    code("key", primary_key=True),
    Column("claimed", Boolean, primary_key=True),
    code("due_sort", primary_key=True),
    Column("task", CODE, sa.ForeignKey("ru_task.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
ru_word = Table(
    "ru_word",
    metadata,
    code("stem", primary_key=True),
    code("due_sort", primary_key=True),
    Column("task", CODE, sa.ForeignKey("ru_task.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
ru_timer = Table(
    "ru_timer",
    metadata,
    code("id", primary_key=True),
    code("due", index=True),
    code("instance", index=True),  # empty for a timer start event
    code("process_key"),
    code("element"),
    code("school"),
    Column("round", Integer, nullable=False, default=0),
)
ru_subscription = Table(
    "ru_subscription",
    metadata,
    code("id", primary_key=True),
    code("kind"),  # message, signal
    code("name"),
    code("school"),
    code("key"),
    code("instance", index=True),
    code("element"),
    Index("ix_ru_subscription_address", "kind", "name", "school", "key"),
)
ru_start = Table(
    "ru_start",
    metadata,
    code("process_key", primary_key=True),
    code("element", primary_key=True),
    code("kind"),  # message, signal, timer
    code("name", index=True),
    code("definition"),
)
ru_external = Table(
    "ru_external",
    metadata,
    code("id", primary_key=True),
    code("topic", index=True),
    code("instance", index=True),
    code("element"),
    code("created"),
    Column("priority", Integer, nullable=False, default=0),
    Column("lock_owner", CODE, nullable=True),  # locks are not in the ledger
    Column("lock_until", CODE, nullable=True),
)
ru_incident = Table(
    "ru_incident",
    metadata,
    code("id", primary_key=True),
    code("instance", index=True),
    code("element"),
    code("code"),
    Column("params", Text, nullable=False),
    code("since"),
)
ru_outbox = Table(
    "ru_outbox",
    metadata,
    code("stream", primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    code("kind"),  # message, signal
    code("name"),
    code("school"),
    code("key"),
    Column("everyone", Boolean, nullable=False, default=False),
    code("at"),
    code("due", index=True),  # next try
    Column("tries", Integer, nullable=False, default=0),
    code("state"),  # new, dead
)
ru_receipt = Table(
    "ru_receipt",
    metadata,
    code("sender", primary_key=True),  # STREAM/SEQ/N, for signals with the receiver appended
    code("receiver"),
    Column("seq", Integer, nullable=False),
)
ru_request = Table(
    "ru_request",
    metadata,
    code("actor", primary_key=True),
    code("key", primary_key=True),
    code("stream"),
    Column("seq", Integer, nullable=False),
)

# --- views: drop and rebuild ---------------------------------------------------------------------------------------

vw_register = Table(
    "vw_register",
    metadata,
    code("register", primary_key=True),
    code("school", primary_key=True),
    code("key", primary_key=True),
    code("instance", index=True),
    code("at"),
    Column("content", Text, nullable=False),
)
vw_number = Table(
    "vw_number",
    metadata,
    code("series", primary_key=True),
    code("school", primary_key=True),
    code("year", primary_key=True),
    Column("last", Integer, nullable=False),
)
vw_day = Table(
    "vw_day", metadata, code("day", primary_key=True), Column("working", Boolean, nullable=False), code("reason")
)
vw_term = Table("vw_term", metadata, code("year", primary_key=True), code("name", primary_key=True), code("day"))
vw_parameter_past = Table(
    "vw_parameter_past", metadata, code("name", primary_key=True), code("until", primary_key=True), code("content")
)
vw_parameter = Table(
    "vw_parameter",
    metadata,
    code("name", primary_key=True),
    Column("content", Text, nullable=False),
    code("reason"),
    code("by"),
    code("at"),
)

# --- sign-ins ------------------------------------------------------------------------------------------------------

id_session = Table(
    "id_session",
    metadata,
    code("digest", primary_key=True),
    code("person", index=True),
    code("opened"),
    code("seen"),
    code("agent"),
)
id_draft = Table(
    "id_draft",
    metadata,
    code("task", primary_key=True),
    code("person", primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    code("at"),
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
    """Open SQLite or PostgreSQL. Raises sqlalchemy.exc errors."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite.opened(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10)


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
