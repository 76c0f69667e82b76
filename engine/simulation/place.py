"""Keeps the rest from knowing where people act: a fresh database with the models in it, its key, its house."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from pathlib import Path

import sqlalchemy as sa

from engine import commands as c
from engine.assembly import Engine, Settings, create_engine
from engine.calendar.terms import at_time
from engine.cli import files, keys
from engine.database import hi_entry, is_sqlite, open_database, reading
from engine.errors import Broken
from engine.simulation.house import House
from engine.world import Clock


def key_in(file: Path) -> bytes:
    """The key in a file, which is made when it is not there."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        keys.write(file, secrets.token_hex(32) + "\n")
    return bytes.fromhex(file.read_text(encoding="ascii").strip())


def is_fresh(url: str) -> bool:
    """Whether nothing was ever recorded in a database (which may not exist yet)."""
    database = open_database(url)
    try:
        if not sa.inspect(database).has_table(hi_entry.name):
            return True
        with reading(database) as connection:
            return connection.execute(sa.select(hi_entry.c.id).limit(1)).first() is None
    finally:
        database.dispose()


def prepared(settings: Settings, clock: Clock, house: House, begin: date, end: date, quick: bool) -> Engine:
    """An engine on a database that was empty, with models deployed and the house set up. Raises Broken when it is not.

    ``quick``: nothing has to survive a power cut (SQLite only); what is written is the same.
    """
    if not is_fresh(settings.database_url):
        raise Broken(what=f"{settings.database_url}: not empty")
    engine = create_engine(settings, clock)
    if quick and is_sqlite(engine.database):
        unhurried(engine)
    for command in house.commands(begin, end):
        engine.handle(command)
    engine.handle(c.Deploy(actor=c.SYSTEM, name="sapa", files=files.shipped()))
    return engine


def unhurried(engine: Engine) -> None:
    """Do not wait for the disk at each commit."""

    @sa.event.listens_for(engine.database, "connect")
    def _relax(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # a database's own connection
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    engine.database.dispose()


def morning(day: date) -> datetime:
    """Early on a day in Almaty, before anybody works."""
    return at_time(day, time(6))
