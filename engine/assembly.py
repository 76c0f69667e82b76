"""Puts an Engine together from Settings: the only place that knows every part."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Engine as Database

from engine import commands as c
from engine import migrations
from engine.answers import working_calendar
from engine.bus import Bus
from engine.calendar.working_days import WorkingCalendar
from engine.compliance.watching import Watch
from engine.database import open_database, reading
from engine.definitions import forms
from engine.definitions.forms import FormResult
from engine.definitions.library import DeployedLibrary
from engine.directory import reads
from engine.documents.desk import DocumentsDesk
from engine.errors import Broken
from engine.files import Files
from engine.history.sealing import KeyRing
from engine.imports import Imports
from engine.invitations import Invitations
from engine.mail.feeds import Feeds
from engine.mail.post import Post
from engine.mail.settings import MailSettings, public_address
from engine.mail.settings import from_environment as mail_settings
from engine.marks import Marks
from engine.notes.desk import NotesDesk
from engine.outbox.router import Router
from engine.preferences import Preferences
from engine.presence import Presence
from engine.pulse import Pulse
from engine.queries import figures, sign_ins
from engine.queries.compliance import Measured
from engine.queries.reader import Reader
from engine.resets import Resets
from engine.sessions import Sessions
from engine.timers.beat import Beat
from engine.tokens import Tokens
from engine.values import day_in_almaty
from engine.views import Unit
from engine.visitors import VisitorsDesk
from engine.world import Clock, system_clock

if TYPE_CHECKING:
    from engine.documents.drafting import Drafting
    from engine.documents.making import Making

DEFAULT_DATABASE = "sqlite:///var/sapa.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told from outside. ``master_key``: 32 bytes; ``var``: where files are kept."""

    database_url: str
    master_key: bytes = field(repr=False)
    var: Path
    demo: bool = False
    mail: MailSettings | None = None  # none: no letters are sent
    public: str = ""  # the pages' address, for what leaves the house on paper; empty: not told

    @classmethod
    def from_environment(cls, url: str | None = None, demo: bool = False) -> Settings:
        """From SAPA_DATABASE_URL, SAPA_MASTER_KEY (hex) or _FILE, SAPA_VAR. Raises Broken without a key."""
        var = Path(os.environ.get("SAPA_VAR", "var"))
        database_url = url or os.environ.get("SAPA_DATABASE_URL") or DEFAULT_DATABASE
        return cls(database_url, read_master_key(var), var, demo, mail_settings(var, demo), public_address())


def read_master_key(var: Path) -> bytes:
    """The installation's key. Raises Broken when there is none or it is malformed."""
    text = os.environ.get("SAPA_MASTER_KEY", "")
    path = Path(os.environ.get("SAPA_MASTER_KEY_FILE", var / "keys" / "master.key"))
    if not text:
        try:
            text = path.read_text(encoding="ascii")
        except OSError:
            raise Broken(what=f"no master key: {path}") from None
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        raise Broken(what="the master key is not hexadecimal") from None
    if len(key) != 32:
        raise Broken(what="the master key must be 32 bytes")
    return key


class Engine:
    """Everything web and the command line may use."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.keys = KeyRing(settings.master_key)
        self.library = DeployedLibrary(database)
        self.bus = Bus(database, self.library, self.keys, clock)
        self.router = Router(self.bus)
        self.bus.after_commit(self.router.after)
        self.beat = Beat(self.bus, self.router)
        self.sessions = Sessions(self.bus)
        self.tokens = Tokens(self.bus)
        self.resets = Resets(self.bus)
        self.imports = Imports(self.bus)
        self.preferences = Preferences(self.bus)
        self.marks = Marks(self.bus)
        self.files = Files(settings.var / "files")
        self.post = Post(self.bus, settings.mail, self.preferences, self.resets, self.files)
        self.feeds = Feeds(self.bus, self.preferences)
        if self.post.on:
            self.beat.also("post", self.post.tick)
        self.presence = Presence(self.bus)
        self.pulse = Pulse(self.bus)
        self.notes = NotesDesk(self.bus, self.files)
        self.measured = Measured()
        self.documents = DocumentsDesk(self.bus, self.files)
        self.visitors = VisitorsDesk(self.bus, self.files, settings.master_key)
        self.invitations = Invitations(self.bus, settings.master_key)
        self.beat.also("codes", self.invitations.forget)
        self.beat.also("documents", self._make_documents)
        self.watch = Watch(self.bus)
        self.beat.also("watch", self.watch.tick)

    @cached_property
    def making(self) -> Making:
        """Makes documents. Loaded on first use: setting type takes libraries of its own."""
        from engine.documents.making import Making

        return Making(self.bus, self.files, self.settings.public)

    @cached_property
    def drafting(self) -> Drafting:
        """Shows documents before they are made; the same libraries."""
        from engine.documents.drafting import Drafting

        return Drafting(self.bus)

    def _make_documents(self) -> None:
        self.making.pump(limit=10)  # the rest at the next tick: the beat is never kept waiting for long

    def handle(self, command: c.Command) -> c.Done:
        """Carry out a command. Raises Refused and its kin."""
        done = self.bus.handle(command)
        if isinstance(command, c.EraseInstance):
            self.files.forget(command.instance)
        return done

    def settle(self) -> int:
        """Deliver and fire everything due now; answers how much happened. For simulated clocks and tests."""
        return self.router.pump() + self.beat.tick()

    def reader(self, person: str, language: str = "kk") -> Reader:
        """Everything this person may read; choices in their language. Raises NotFound for somebody inactive."""
        return Reader(self, person, language)

    def form_check(
        self, schema: Mapping[str, Any], answers: Mapping[str, Any], lang: str, context: Mapping[str, Any]
    ) -> FormResult:
        """Validate form answers by the form library itself; ``context`` is what the form was opened with."""
        return forms.check(schema, answers, lang, context, self.clock())

    def working_calendar(self) -> WorkingCalendar:
        """The working days in force, for pages that count them."""
        with reading(self.database) as connection:
            return working_calendar(connection)

    def ready(self) -> None:
        """Raises when the database does not answer or is not at the program's schema."""
        migrations.require_head(self.database)

    def figures(self) -> Mapping[str, Mapping[str, float]]:
        """How much runs, waits, is late or stuck, for whoever measures the installation."""
        with reading(self.database) as connection:
            return figures.figures(connection, self.clock())

    def demo_people(self) -> sign_ins.SignIns:
        """(login, name, posts as ``role@unit``) of everybody one may sign in as; empty outside the demonstration."""
        if not self.settings.demo:
            return []
        with reading(self.database) as connection:
            return sign_ins.sign_ins(connection, day_in_almaty(self.clock()))

    def demo_units(self) -> Mapping[str, Unit]:
        """The units of those posts; empty outside the demonstration."""
        if not self.settings.demo:
            return {}
        with reading(self.database) as connection:
            return reads.units(connection)

    @property
    def demo_password(self) -> str:
        """The password of everybody in the demonstration, shown on its sign-in page; empty elsewhere."""
        return sign_ins.password() if self.settings.demo else ""

    def close(self) -> None:
        self.beat.stop()
        self.database.dispose()


def open_engine(settings: Settings, clock: Clock = system_clock) -> Engine:
    """An engine on an existing, migrated database. Raises Broken when the schema is not the program's."""
    database = open_database(settings.database_url)
    migrations.require_head(database)
    return Engine(settings, database, clock)


def create_engine(settings: Settings, clock: Clock = system_clock) -> Engine:
    """The same, bringing the schema up to date first (set-up, tests)."""
    database = open_database(settings.database_url)
    migrations.upgrade(database)
    return Engine(settings, database, clock)
