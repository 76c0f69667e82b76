"""Keeps letters from knowing how a case becomes an event in people's calendars: named by its model, told as it changes.

A process names with ``calendarStart``, ``calendarPlace`` and ``calendarPeople`` the variables that hold when, where and
who (``calendarLength`` is how long, ISO 8601), and marks with ``calendar`` = ``publish`` the steps after which people
are told. From then on every change of these is told too, by the same UID with a higher sequence. After a step with
``calendar`` = ``withdraw`` they are told that there is no event any more. ``calendarReason`` names the variable that
holds why it was changed last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.calendar.durations import parse_duration
from engine.database import reading, ru_instance
from engine.definitions.model import Process
from engine.errors import SapaError
from engine.history import sealing
from engine.mail import calendars
from engine.mail.arising import write
from engine.mail.dressing import Letter
from engine.mail.settings import MailSettings
from engine.mail.tables import ou_event
from engine.runtime.execution import Execution
from engine.values import instant, moment
from engine.views import Access
from engine.wording import say

log = structlog.get_logger("sapa")
USUAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it was last told."""

    instance: str
    sequence: int
    state: str
    start: datetime
    end: datetime
    people: tuple[str, ...]
    place: str
    title: Mapping[str, str]
    confidential: bool
    reason: str = ""

    def named(self, language: str) -> str:
        """What stands in a calendar: of a confidential case only that there is something."""
        told = "" if self.confidential else self.title.get(language) or self.title.get("kk", "")
        return told or say("mail.event.unnamed", language)


def track(conn: Connection, bus: Bus, instance: str, left: set[str], now: datetime) -> None:
    """The case has moved past the elements ``left``: tell its people what changed. In the caller's transaction."""
    row = conn.execute(sa.select(ru_instance).where(ru_instance.c.id == instance)).first()
    if row is None:
        return
    process = bus.library.process(row.definition).process
    if not process.properties.get("calendarStart"):
        return
    before = load(conn, bus, instance)
    published = any(_does(process, element, "publish") for element in left)
    withdrawn = any(_does(process, element, "withdraw") for element in left)
    if before is None and not published:
        return
    if row.state == "cancelled" or withdrawn:
        if before is not None and before.state == "published" and before.start > now:
            if withdrawn:
                before = replace(before, reason=_reason(bus.instances.load(conn, row.id, row.seq), process))
            _keep(conn, bus, before, before.sequence + 1, "cancelled")
            for person in before.people:
                _tell(conn, "cancel", person, instance, before.sequence + 1, now)
        return
    if row.state not in ("active", "suspended") or (
        before is not None and before.state != "published" and not published
    ):
        return
    try:
        after = _read(conn, bus, row, process, before)
    except SapaError as problem:
        log.warning("event not read", instance=instance, problem=problem.code)
        return
    if after is None or after.start <= now or (before is not None and _same(before, after)):
        return
    _keep(conn, bus, after, after.sequence, "published")
    for person in after.people:
        _tell(conn, "invite", person, instance, after.sequence, now)
    for person in set(before.people if before else ()) - set(after.people):
        _tell(conn, "cancel", person, instance, after.sequence, now)


def load(conn: Connection, bus: Bus, instance: str) -> Event | None:
    """The event of a case as it was last told; None when there is none or the case was erased."""
    row = conn.execute(sa.select(ou_event).where(ou_event.c.instance == instance)).first()
    return of(conn, bus, row) if row is not None else None


def of(conn: Connection, bus: Bus, row: Any) -> Event | None:
    """A stored event, opened."""
    try:
        key = bus.keys.of(conn, f"instance:{row.instance}")
    except sealing.Erased:
        return None
    if key is None:
        return None
    told = json.loads(sealing.unseal(key, row.sealed, f"event/{row.instance}"))
    return Event(
        row.instance,
        row.sequence,
        row.state,
        moment(row.start),
        moment(told["end"]),
        tuple(json.loads(row.people)),
        told["place"],
        told["title"],
        told["confidential"],
        told.get("reason", ""),
    )


def _keep(conn: Connection, bus: Bus, event: Event, sequence: int, state: str) -> None:
    key = bus.keys.of(conn, f"instance:{event.instance}")
    assert key is not None
    told: dict[str, Any] = {"end": instant(event.end), "place": event.place, "title": dict(event.title)}
    told["confidential"] = event.confidential
    told["reason"] = event.reason
    data = json.dumps(told, ensure_ascii=False).encode()
    conn.execute(sa.delete(ou_event).where(ou_event.c.instance == event.instance))
    row = {"instance": event.instance, "sequence": sequence, "state": state, "start": instant(event.start)}
    row |= {"people": json.dumps(event.people)}
    conn.execute(sa.insert(ou_event), row | {"sealed": sealing.seal(key, data, f"event/{event.instance}")})


def _tell(conn: Connection, kind: str, person: str, instance: str, sequence: int, now: datetime) -> None:
    about = f"{instance}/{sequence}"
    write(conn, kind, person, about, now, name=(person, about))


def _does(process: Process, element: str, what: str) -> bool:
    node = process.nodes.get(element)
    return node is not None and node.properties.get("calendar") == what


def _reason(execution: Execution, process: Process) -> str:
    said = execution.variables(execution.task_tree).get(process.properties.get("calendarReason", ""))
    return said if isinstance(said, str) else ""


def _read(conn: Connection, bus: Bus, row: Any, process: Process, before: Event | None) -> Event | None:
    """The event as the case has it now; None while it has no time."""
    execution = bus.instances.load(conn, row.id, row.seq)
    known = execution.variables(execution.task_tree)
    said = process.properties
    start = known.get(said["calendarStart"])
    if not isinstance(start, datetime):
        return None
    length = parse_duration(said["calendarLength"]) if said.get("calendarLength") else USUAL
    places = [known.get(name) for name in _names(said.get("calendarPlace", ""))]
    people: list[str] = []
    for name in _names(said.get("calendarPeople", "")):
        value = known.get(name)
        people += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return Event(
        row.id,
        before.sequence + 1 if before else 0,
        "published",
        start,
        start + (length if isinstance(length, timedelta) else USUAL),
        tuple(dict.fromkeys(people)),
        ", ".join(text for text in places if isinstance(text, str) and text.strip()),
        json.loads(row.title) or dict(process.names),
        bool(row.confidential),
        _reason(execution, process),
    )


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _same(one: Event, other: Event) -> bool:
    def told(event: Event) -> tuple[Any, ...]:
        return event.state, event.start, event.end, event.people, event.place, dict(event.title)

    return told(one) == told(other)


def _holds(event: Event, kind: str, person: str, sequence: int) -> bool:
    """Is this letter still to be sent? Who was taken off hears of no later change: theirs holds until they are back."""
    if kind == "cancel" and person not in event.people:
        return sequence <= event.sequence
    return sequence == event.sequence


class EventLetters:
    """What is said of an event in a letter, with the calendar part."""

    def __init__(self, bus: Bus, settings: MailSettings) -> None:
        self._bus = bus
        self._settings = settings

    def letter(self, row: Any, access: Access, language: str, now: datetime) -> Letter | None:
        """None when a later change has its own letter, or the case was erased."""
        instance, _, sequence = row.about.rpartition("/")
        with reading(self._bus.database) as conn:
            event = load(conn, self._bus, instance)
        if event is None or not _holds(event, row.kind, row.person, int(sequence)):
            return None
        kind = row.kind if row.kind == "cancel" or event.sequence == 0 else "update"
        method = "CANCEL" if kind == "cancel" else "REQUEST"
        link = f"{self._settings.public}/cases/{instance}"
        content = calendars.invitation(
            event, method, access.person.email, self._settings, event.named(language), link, now
        )
        facts = [
            event.named(language),
            say("mail.event.when", language, {"when": calendars.span(event.start, event.end)}),
        ]
        if event.place and not event.confidential:
            facts.append(say("mail.event.where", language, {"where": event.place}))
        if kind != "invite" and event.reason and not event.confidential:
            facts.append(say("mail.event.why", language, {"reason": event.reason}))
        return Letter(
            access.person.email,
            language,
            say(f"mail.{kind}.subject", language),
            [say(f"mail.{kind}.text", language)],
            facts,
            link=link,
            button=say("mail.open_case", language),
            calendar=(method, content),
            optional=False,
        )
