"""Keeps ``sapa doctor`` from knowing what a healthy installation is: each check looks at one thing, changes nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from engine import migrations
from engine.assembly import DEFAULT_DATABASE, read_master_key
from engine.cli import files, keys
from engine.database import (
    id_key,
    is_sqlite,
    open_database,
    re_definition,
    reading,
    ru_incident,
    ru_instance,
    ru_outbox,
    ru_timer,
)
from engine.documents import soundness
from engine.documents.tables import ru_document_due
from engine.errors import Broken
from engine.files import Files
from engine.history import checkpoints
from engine.history.sealing import KeyRing
from engine.mail import settings as mail
from engine.mail.tables import ou_letter
from engine.mail.transport import failure
from engine.notes import soundness as attached
from engine.values import ALMATY, instant
from engine.world import system_clock

State = Literal["ok", "warning", "error"]
_LATE = timedelta(minutes=5)
_ROOM = 1024**3
_WAITED = timedelta(hours=1)
_ANCHORED = timedelta(days=1)
_ASSETS = ("feel.js", "forms.js")
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Check:
    """``code`` and ``state`` key the sentence (engine/wording/doctor.yaml)."""

    code: str
    state: State
    params: dict[str, Any] = field(default_factory=dict)


def examine(url: str | None) -> list[Check]:
    """Everything that can be looked at; what depends on something broken is left out."""
    found = [_zone(), _assets(), *_disk()]
    key = _key(found)
    database = open_database(url or os.environ.get("SAPA_DATABASE_URL") or DEFAULT_DATABASE)
    try:
        found += _database(database, key)
    finally:
        database.dispose()
    return found


# --- the machine ---------------------------------------------------------------------------------------------------


def _zone() -> Check:
    """Kazakhstan has one time zone, UTC+5, since 1 March 2024; older tzdata still has UTC+6 for Almaty."""
    offset = datetime(2024, 3, 2, tzinfo=ALMATY).utcoffset()
    return Check("zone", "ok" if offset == timedelta(hours=5) else "error", {"offset": offset})


def _assets() -> Check:
    folder = files.HOME / "engine" / "assets"
    absent = [name for name in _ASSETS if not (folder / name).is_file()]
    return Check("assets", "error" if absent else "ok", {"files": ", ".join(absent)})


def _disk() -> Iterator[Check]:
    folder = keys.var().resolve()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield Check("disk", "error", {"folder": folder, "free": 0})
        return
    free = shutil.disk_usage(there).free
    yield Check("disk", "warning" if free < _ROOM else "ok", {"folder": folder, "free": free // 1024**2})


def _key(found: list[Check]) -> bytes | None:
    file = keys.key_file()
    where = "SAPA_MASTER_KEY" if keys.in_environment() else str(file)
    try:
        key = read_master_key(keys.var())
    except Broken as problem:
        found.append(Check("key", "error", {"where": where, "why": problem.params.get("what", "")}))
        return None
    open_to_others = not keys.in_environment() and bool(file.stat().st_mode & 0o077)
    found.append(Check("key", "warning" if open_to_others else "ok", {"where": where}))
    return key


# --- the database --------------------------------------------------------------------------------------------------


def _database(database: Database, key: bytes | None) -> Iterator[Check]:
    where = {"url": database.url.render_as_string(hide_password=True)}
    try:
        path = database.url.database
        if is_sqlite(database) and path and path != ":memory:" and not Path(path).exists():
            yield Check("database", "error", {**where, "why": "—"})  # looking must not make an empty one
            return
        found, wanted = migrations.current(database), migrations.head()
    except SQLAlchemyError as problem:
        why = next(iter(str(getattr(problem, "orig", problem)).splitlines()), "")
        yield Check("database", "error", {**where, "why": why})
        return
    yield Check("database", "ok", where)
    yield Check("schema", "ok" if found == wanted else "error", {"found": found or "—", "wanted": wanted})
    with reading(database) as connection:
        yield from _durable(connection)
        if found == wanted:
            yield from _contents(connection, key)


def _durable(connection: Connection) -> Iterator[Check]:
    """What was committed survives a power cut."""
    if is_sqlite(connection):
        mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        sound = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        good = mode == "wal" and level == 2
        yield Check("durable", "ok" if good else "error", {"settings": f"journal_mode={mode}, synchronous={level}"})
        yield Check("sound", "ok" if sound == "ok" else "error", {"why": sound})
        return
    values = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in _DURABLE}
    off = [f"{name}={value}" for name, value in values.items() if value not in ("on", "remote_apply")]
    yield Check("durable", "error" if off else "ok", {"settings": ", ".join(off or values)})


def _contents(connection: Connection, key: bytes | None) -> Iterator[Check]:
    now = system_clock()
    if key is not None:
        yield _opens(connection, key)
        yield _documents(connection, key)
        yield _attached(connection, key)
    late = _count(connection, sa.select(ru_timer.c.id).where(ru_timer.c.due < instant(now - _LATE)))
    yield Check("timers", "warning" if late else "ok", {"count": late})
    dead = _count(connection, sa.select(ru_outbox.c.n).where(ru_outbox.c.state == "dead"))
    yield Check("letters", "warning" if dead else "ok", {"count": dead})
    yield _mail(connection, now)
    stuck = _count(connection, sa.select(ru_incident.c.id))
    yield Check("incidents", "warning" if stuck else "ok", {"count": stuck})
    failing = _count(connection, sa.select(ru_document_due.c.seq).where(ru_document_due.c.tries > 0))
    yield Check("documents_made", "warning" if failing else "ok", {"count": failing})
    yield _deployed(connection)
    yield _anchored(connection, now)


def _opens(connection: Connection, key: bytes) -> Check:
    stream = connection.execute(sa.select(id_key.c.stream).where(id_key.c.wrapped.is_not(None)).limit(1)).scalar()
    try:
        if stream is not None:
            KeyRing(key).of(connection, stream)
    except Broken:
        return Check("opens", "error")
    return Check("opens", "ok")


def _documents(connection: Connection, key: bytes) -> Check:
    """The files of recorded documents are there and unchanged."""
    unsound = list(soundness.check(connection, KeyRing(key), Files(keys.var() / "files")))
    named = ", ".join(f"{one.document} ({one.file[:8]})" for one in unsound[:5]) + (" …" if len(unsound) > 5 else "")
    return Check("documents", "error" if unsound else "ok", {"count": len(unsound), "documents": named})


def _attached(connection: Connection, key: bytes) -> Check:
    """The files beside cases are there and unchanged."""
    unsound = list(attached.check(connection, KeyRing(key), Files(keys.var() / "files")))
    named = ", ".join(one.document for one in unsound[:5]) + (" …" if len(unsound) > 5 else "")
    return Check("attached", "error" if unsound else "ok", {"count": len(unsound), "files": named})


def _count(connection: Connection, query: sa.Select[Any]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


def _mail(connection: Connection, now: datetime) -> Check:
    """Letters leave, and none has failed or waits for long."""
    try:
        settings = mail.from_environment(keys.var())
    except Broken as problem:
        return Check("mail", "error", {"why": problem.params.get("what", "")})
    o = ou_letter.c
    counted = sa.select(o.state, sa.func.count().label("n")).group_by(o.state)
    count = {row.state: row.n for row in connection.execute(counted)}
    told = {name: count.get(name, 0) for name in ("waiting", "failed", "sent")}
    late = sa.and_(o.state == "waiting", o.at < instant(now - _WAITED), o.reason != "")
    stuck = sa.or_(o.state == "failed", late)
    reason = connection.execute(sa.select(o.reason).where(stuck).order_by(o.at.desc()).limit(1)).scalar()
    state: State = "ok" if reason is None else "warning"
    return Check("mail", state, {"where": settings.where if settings else "—", "reason": _reason(reason or ""), **told})


def _reason(kept: str) -> dict[str, str]:
    """Why letters stay, in every language."""
    why = failure(kept)
    return {lang: why.say(lang) if why else "—" for lang in ("kk", "ru", "en")}


def _deployed(connection: Connection) -> Check:
    """The models that come with the program are the ones that run."""
    d = re_definition.c
    running = set(connection.execute(sa.select(d.sha256)).scalars())
    missing = [name for name, data in files.shipped().items() if hashlib.sha256(data).hexdigest() not in running]
    named = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
    return Check("deployed", "warning" if missing else "ok", {"count": len(missing), "files": named})


def _anchored(connection: Connection, now: datetime) -> Check:
    """Something of the record is older than a day and in no checkpoint yet."""
    last = checkpoints.newest(connection)
    oldest = connection.execute(sa.select(sa.func.min(ru_instance.c.started))).scalar()
    since = last.at if last else oldest
    stale = since is not None and since < instant(now - _ANCHORED) and checkpoints.unanchored(connection) > 0
    return Check("anchored", "warning" if stale else "ok", {"mark": f"{last.id}:{last.hash}" if last else "—"})
