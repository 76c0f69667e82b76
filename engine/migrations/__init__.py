"""Keeps the rest from knowing how a database comes to the program's schema: Alembic, run from here only."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine as Database

from engine.database import reading, writing
from engine.errors import Broken


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the database to the program's schema (or an older revision); nothing happens when it is there."""
    if to == "head" and current(database) == head():
        return
    config = _config()
    with writing(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def current(database: Database) -> str | None:
    """The schema revision the database is at; None for an empty database."""
    with reading(database) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """The schema revision the program needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def require_head(database: Database) -> None:
    """Raises Broken when the database is not at the program's schema: old code never runs on a new schema."""
    found, wanted = current(database), head()
    if found != wanted:
        raise Broken(what=f"database schema {found or '—'}, program {wanted}: run `sapa init` or restore a backup")
