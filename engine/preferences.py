"""Keeps web and mail from knowing how a person's own settings are kept, which there are and what holds by default."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.access import id_setting
from engine.bus import Bus
from engine.database import reading
from engine.directory import reads
from engine.errors import Invalid

LANGUAGES = ("kk", "ru", "en")
WAYS = ("at_once", "digest", "none")

SETTINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "language": ("", ("", *LANGUAGES)),  # of the pages; empty: the language recorded with the person
    "mail_language": ("", ("", *LANGUAGES)),  # of letters and documents; empty: the same
    "notify.assigned": ("at_once", WAYS),
    "notify.due_soon": ("digest", WAYS),
    "notify.overdue": ("at_once", WAYS),
    "notify.mention": ("at_once", WAYS),
    "notify.ask": ("at_once", ("at_once", "none")),  # a page one is asked to come to, by an address that many share
    "notify.digest": ("digest", ("digest", "none")),  # the daily letter itself
    "shortcuts": ("on", ("on", "off")),
}
"""Name -> (what holds until something is chosen, what may be chosen)."""


_CHOSEN = sa.select(id_setting.c.name, id_setting.c.value).where(id_setting.c.person == sa.bindparam("person"))


class Preferences:
    """Reads and keeps settings. They change nothing that is recorded, so they are not in the ledger."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def get(self, person: str) -> Mapping[str, str]:
        """Every setting of the person, defaults included."""
        with reading(self._bus.database) as connection:
            rows = connection.execute(_CHOSEN, {"person": person}).all()
        chosen = {row.name: row.value for row in rows if row.value in SETTINGS.get(row.name, ("", ()))[1]}
        return {name: chosen.get(name, default) for name, (default, _) in SETTINGS.items()}

    def choices(self, name: str) -> tuple[str, ...]:
        """What may be chosen for a setting."""
        return SETTINGS[name][1]

    def mail_language(self, person: str) -> str:
        """The language of letters and documents: chosen for them, else for the pages, else recorded with the person."""
        told = self.get(person)
        with reading(self._bus.database) as connection:
            who = reads.person(connection, person)
        wanted = told["mail_language"] or told["language"] or (who.language if who else "")
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    def set(self, person: str, name: str, value: str) -> None:
        """Raises Invalid for a setting or a value that there is not."""
        self.set_all(person, {name: value})

    def set_all(self, person: str, values: Mapping[str, str]) -> None:
        """All or none. Raises Invalid."""
        problems = {n: "unknown" for n, value in values.items() if value not in SETTINGS.get(n, ("", ()))[1]}
        if problems:
            raise Invalid(problems=problems)

        def write(connection: Connection) -> None:
            s = id_setting.c
            connection.execute(sa.delete(id_setting).where(s.person == person, s.name.in_(values)))
            rows = [{"person": person, "name": name, "value": value} for name, value in values.items()]
            if rows:
                connection.execute(sa.insert(id_setting), rows)

        self._bus.in_transaction(write)
