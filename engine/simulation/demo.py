"""Keeps ``sapa demo`` from knowing how the demonstration comes about: its faculty, its last months played by commands.

It is built beside its place and put there when it is whole, so that a broken-off set-up leaves nothing half done.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import make_url

from engine import commands as c
from engine.assembly import Engine, Settings
from engine.calendar.durations import add_months
from engine.calendar.working_days import WorkingCalendar
from engine.database import open_database, reading, ru_request
from engine.errors import Broken
from engine.history.checkpoints import Checkpoints
from engine.queries import sign_ins
from engine.simulation import habits, house, place
from engine.simulation.actors import Actors
from engine.values import day_in_almaty
from engine.world import ManualClock, system_clock

FACULTY, SCRIPT = (habits.FOLDER / "demo" / name for name in ("faculty.yaml", "script.yaml"))

READY = "demo:ready"
"""Idempotency key of the last command of the set-up: who has it has everything."""
_TERM_BEFORE = 8
"""Months before today in which the present terms of office began."""

Tell = Callable[[datetime, datetime, datetime], None]
"""Where the played time is: begin, now, end."""


def prepare(settings: Settings, tell: Tell = lambda *_: None, now: datetime | None = None) -> bool:
    """Build the demonstration's database unless it is there; answers whether it was built.

    Raises Broken when the database holds something that is not the demonstration.
    """
    if is_ready(settings.database_url):
        return False
    if not place.is_fresh(settings.database_url):
        raise Broken(what=f"{settings.database_url}: not a demonstration")
    now = now or system_clock()
    url = make_url(settings.database_url)
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if file is None:
        _build(settings, now, tell).close()
        return True
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        text = url.set(database=str(beside)).render_as_string(hide_password=False)
        _build(replace(settings, database_url=text), now, tell).close()
        with beside.open("rb") as whole:
            os.fsync(whole.fileno())  # it was written without waiting for the disk
        beside.replace(file)
    finally:
        for left in file.parent.glob(f"{beside.name}*"):
            left.unlink()
    return True


def is_ready(url: str) -> bool:
    """Whether the database holds the whole demonstration."""
    database = open_database(url)
    try:
        if not sa.inspect(database).has_table(ru_request.name):
            return False
        query = sa.select(ru_request.c.seq).where(ru_request.c.actor == c.SYSTEM, ru_request.c.key == READY)
        with reading(database) as connection:
            return connection.execute(query).first() is not None
    finally:
        database.dispose()


def _build(settings: Settings, now: datetime, tell: Tell) -> Engine:
    script: dict[str, Any] = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    today = day_in_almaty(now)
    begin = place.morning(WorkingCalendar().before(today, int(script["begin"])))
    clock, faculty = ManualClock(begin), house.listed(FACULTY)
    engine = place.prepared(settings, clock, faculty, _terms_begin(today), today, quick=True)
    try:
        people = [person.id for person in faculty.people]
        actors = Actors(engine, clock, habits.read(SCRIPT), faculty.schools, people, now, str(script["seed"]), 0)
        actors.run(lambda moment: tell(begin, moment, now))
        wrong = [*actors.checking.faults, *actors.undone, *(str(code) for code in actors.refusals)]
        if wrong:
            raise Broken(what="; ".join(wrong[:3]))
        _sign_ins(engine, faculty)
        Checkpoints(engine.bus).write()
    except BaseException:
        engine.close()
        raise
    return engine


def _terms_begin(today: date) -> date:
    return add_months(today.replace(day=1), -_TERM_BEFORE)


def _sign_ins(engine: Engine, faculty: house.House) -> None:
    """Everybody signs in with the same password; the last command says that the set-up is whole."""
    from argon2 import PasswordHasher

    digest = PasswordHasher().hash(sign_ins.password())
    people = [person for person in faculty.people if person.login]
    for person in people:
        key = READY if person is people[-1] else ""
        engine.handle(c.SetPassword(actor=c.SYSTEM, key=key, person=person.id, login=person.login, digest=digest))
