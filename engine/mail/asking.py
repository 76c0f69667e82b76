"""Keeps letters from knowing how a model asks many people to a page that they come to without saying who they are.

A node names with ``asks`` the variable that holds whom: a list of {page, keys, about, until}. Once it is left, whoever
holds the keys gets a letter with the address of the page, the same for all of them. That somebody was written to is
known, as of every letter, for a while; whether they came is not, the address being everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.database import reading, ru_instance
from engine.directory import reads
from engine.mail.arising import write
from engine.mail.beside import NotNow
from engine.mail.dressing import Letter, worded
from engine.mail.recipients import choosing, own
from engine.mail.settings import MailSettings
from engine.values import day_in_almaty
from engine.views import Access
from engine.wording import say

KIND = "ask"
_PATH = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


def track(conn: Connection, bus: Bus, instance: str, left: Iterable[str], now: datetime) -> None:
    """The case has moved past the elements ``left``: write to whom it asks. In the caller's transaction."""
    row = _going(conn, instance)
    if row is None:
        return
    nodes = bus.library.process(row.definition).process.nodes
    for element in sorted(one for one in left if one in nodes and nodes[one].properties.get("asks")):
        for asked in _asked(conn, bus, row, element):
            keys = [key for key in asked.get("keys") or () if isinstance(key, str)]
            whom = own(conn, keys, day_in_almaty(now))
            about = f"{instance}/{element}/{asked['page']}"
            for person in sorted(choosing(conn, whom, f"notify.{KIND}", "at_once")):
                write(conn, KIND, person, about, now, name=(person, about))


class AskingLetters:
    """What is said to somebody who is asked."""

    def __init__(self, bus: Bus, settings: MailSettings) -> None:
        self._bus = bus
        self._settings = settings
        self._read: dict[tuple[str, int, str], list[Mapping[str, Any]]] = {}

    def letter(self, row: Any, access: Access, lang: str, now: datetime) -> Letter | None:
        """None once the last day or the case is over, or who is asked has switched such letters off.

        Raises NotNow while the case is suspended.
        """
        instance, element, page = row.about.split("/", 2)
        with reading(self._bus.database) as conn:
            case = _going(conn, instance)
            asked = self._asked(conn, case, element) if case is not None else []
            found = next((one for one in asked if one["page"] == page), {})
            until = found.get("until")
            if not isinstance(until, date) or until < day_in_almaty(now):
                return None
            if not choosing(conn, [row.person], f"notify.{KIND}", "at_once"):
                return None
            if case.state == "suspended":
                raise NotNow
            unit = reads.unit(conn, case.school)
        facts = [say("mail.ask.until", lang, {"day": until.strftime("%d.%m.%Y")})]
        if not case.confidential:
            about, school = str(found.get("about") or ""), worded(unit.names, lang) if unit else ""
            facts = [*filter(None, (about, school)), *facts]
        return Letter(
            access.person.email,
            lang,
            say("mail.ask.subject", lang),
            [say("mail.ask.text", lang), say("mail.ask.nameless", lang)],
            facts,
            link=f"{self._settings.public}/{page}",
            button=say("mail.ask.open", lang),
        )

    def _asked(self, conn: Connection, case: Any, element: str) -> list[Mapping[str, Any]]:
        key = (case.id, case.seq, element)
        if key not in self._read:
            self._read = {key: _asked(conn, self._bus, case, element)}
        return self._read[key]


def _going(conn: Connection, instance: str) -> Any:
    """The case, while it goes on or may go on again."""
    i = ru_instance.c
    return conn.execute(sa.select(ru_instance).where(i.id == instance, i.state.in_(("active", "suspended")))).first()


def _asked(conn: Connection, bus: Bus, case: Any, element: str) -> list[Mapping[str, Any]]:
    """Whom the case asks at this element, as it has it now."""
    node = bus.library.process(case.definition).process.nodes.get(element)
    execution = bus.instances.load(conn, case.id, case.seq)
    known = execution.variables(execution.task_tree).get(node.properties.get("asks", "") if node else "")
    rows = [one for one in known if isinstance(one, Mapping)] if isinstance(known, list) else []
    return [one for one in rows if _PATH.fullmatch(str(one.get("page")))]
