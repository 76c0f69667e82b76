"""Keeps the rest from knowing iCalendar (RFC 5545, 5546): invitations, their cancelling, a person's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from icalendar import Calendar, vCalAddress
from icalendar import Event as Entry

from engine.mail.settings import MailSettings
from engine.values import ALMATY

_MADE_BY = "-//Sapa//Sapa//KK"


class Told(Protocol):
    """An event as far as a calendar shows it."""

    @property
    def instance(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def place(self) -> str: ...
    @property
    def confidential(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Due:
    """A task by when it is due."""

    task: str
    text: str
    due: datetime
    link: str


def invitation(
    event: Told, method: str, to: str, settings: MailSettings, summary: str, link: str, now: datetime
) -> bytes:
    """METHOD REQUEST or CANCEL for one person: nobody reads others' addresses there."""
    calendar = _calendar()
    calendar.add("method", method)
    entry = _event(event, settings.domain, summary, link, now)
    entry.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{settings.sender}")
    organizer.params["CN"] = "Sapa"
    entry.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    entry.add("attendee", attendee)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def own(name: str, events: Iterable[tuple[Told, str, str]], tasks: Iterable[Due], domain: str, now: datetime) -> bytes:
    """A person's calendar. ``events``: (event, what it is called, its page)."""
    calendar = _calendar()
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for event, summary, link in events:
        calendar.add_component(_event(event, domain, summary, link, now))
    for task in tasks:
        entry = Entry()
        entry.add("uid", f"task-{task.task}@{domain}")
        entry.add("dtstamp", now.astimezone(UTC))
        entry.add("summary", task.text)
        local = task.due.astimezone(ALMATY)
        if (local.hour, local.minute) in ((0, 0), (23, 59)):  # a term that ends with its day
            day: date = (local - timedelta(minutes=1)).date()
            entry.add("dtstart", day)
            entry.add("dtend", day + timedelta(days=1))
        else:
            entry.add("dtstart", task.due.astimezone(UTC))
            entry.add("dtend", task.due.astimezone(UTC))
        entry.add("transp", "TRANSPARENT")
        entry.add("url", task.link)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def span(start: datetime, end: datetime) -> str:
    """24.11.2026, 15:00–17:00 (UTC+5)."""
    first, last = start.astimezone(ALMATY), end.astimezone(ALMATY)
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%d.%m.%Y, %H:%M}"
    return f"{first:%d.%m.%Y, %H:%M}–{until} (UTC+5)"


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(event: Told, domain: str, summary: str, link: str, now: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"event-{event.instance}@{domain}")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", event.start.astimezone(UTC))
    entry.add("dtend", event.end.astimezone(UTC))
    entry.add("summary", summary)
    if event.place and not event.confidential:
        entry.add("location", event.place)
    entry.add("url", link)
    return entry
