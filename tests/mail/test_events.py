"""What a case says of a date becomes an event in people's calendars, is changed there and taken out again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from engine import commands as c
from engine.database import reading
from engine.errors import NotFound
from engine.history.verify import verify
from engine.mail.tables import ou_event
from tests.mail.office import Inbox, Office

DUE = datetime(2026, 12, 4, 10, tzinfo=UTC)
FIRST, SECOND = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 2, 9, tzinfo=UTC)
PLAN: dict[str, Any] = {"starts_at": FIRST, "room": "203-аудитория", "link": None, "guests": ["p3", "p4"]}


def planned(office: Office, process: str = "visit", **changed: Any) -> str:
    for person in ("p1", "p2", "p3"):
        office.engine.preferences.set_all(person, {"notify.assigned": "none", "notify.digest": "none"})
    instance = office.start(process, due=DUE)
    office.later(seconds=10)
    office.complete(instance, "plan", "p2", **{**PLAN, **changed})
    office.later(seconds=10)
    return instance


def entry(made: EmailMessage) -> tuple[str, Any]:
    """(method, VEVENT) of a letter."""
    part = next(one for one in made.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["METHOD"]
    (found,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found


def test_an_invitation_its_change_and_its_end_are_one_event(office: Office, inbox: Inbox) -> None:
    instance = planned(office)
    method, first = entry(inbox.to("p3")[0])
    assert (method, first["SEQUENCE"], first.start, first["LOCATION"]) == ("REQUEST", 0, FIRST, "203-аудитория")
    assert (first.end - first.start).total_seconds() == 7200
    assert str(first["ATTENDEE"]) == "mailto:p3@uni.example"  # nobody's address but one's own
    assert inbox.to("p2") == []
    office.complete(instance, "move", "p1", starts_at=SECOND, guests=["p3"])
    office.later(seconds=10)
    method, second = entry(inbox.to("p3")[1])
    assert (method, second["SEQUENCE"], second.start, second["UID"]) == ("REQUEST", 1, SECOND, first["UID"])
    assert entry(inbox.to("p4")[1])[0] == "CANCEL"  # no longer among the people
    office.later(seconds=10)
    office.engine.handle(c.CancelInstance(actor=c.SYSTEM, instance=instance, reason="болмайды"))
    office.later(seconds=10)
    method, last = entry(inbox.to("p3")[2])
    assert (method, last["SEQUENCE"], last["UID"], last["STATUS"]) == ("CANCEL", 2, first["UID"], "CANCELLED")
    assert len(inbox.to("p3")) == 3 and len(inbox.to("p4")) == 2


def test_nothing_is_told_before_the_model_says_so_nor_when_nothing_changed(office: Office, inbox: Inbox) -> None:
    instance = planned(office)
    told = len(inbox.taken)
    office.complete(instance, "move", "p1")
    office.later(seconds=10)
    assert len(inbox.taken) == told


def test_of_a_confidential_case_calendars_learn_the_time_only(office: Office, inbox: Inbox) -> None:
    planned(office, "secret_visit")
    made = inbox.to("p3")[0]
    text = "".join(str(part.get_content()) for part in made.walk() if not part.is_multipart())
    assert "01.12.2026, 14:00" in text
    for told in ("203", "Құпия", "Жабық", "K-7"):
        assert told not in text


def test_a_personal_calendar_has_own_dates_only_and_ends_with_its_address(office: Office, inbox: Inbox) -> None:
    feeds = office.engine.feeds
    instance = planned(office)
    mine, theirs = feeds.issue("p3"), feeds.issue("p2")
    uids = [str(one["UID"]) for one in _feed(office, mine)]
    assert uids == [f"event-{instance}@uni.example"]
    assert _feed(office, theirs) == []  # planned, but no guest
    other = office.start(due=DUE)
    assert [str(one["SUMMARY"]) for one in _feed(office, theirs)] == ["Жоспарлау · K-7"]
    assert len(_feed(office, mine)) == 2
    office.engine.handle(c.CancelInstance(actor=c.SYSTEM, instance=other, reason="болмайды"))
    assert len(_feed(office, mine)) == 1
    newer = feeds.issue("p3")
    for gone in (mine, "", "x" * 500):
        with pytest.raises(NotFound):
            _feed(office, gone)
    feeds.revoke("p3")
    with pytest.raises(NotFound):
        _feed(office, newer)


def test_an_erased_case_is_gone_from_calendars_too(office: Office, inbox: Inbox) -> None:
    instance = planned(office)
    secret = office.engine.feeds.issue("p3")
    office.engine.handle(c.CancelInstance(actor=c.SYSTEM, instance=instance, reason="болмайды"))
    office.clock.move_to(datetime(2037, 1, 5, 6, tzinfo=UTC))
    office.engine.handle(c.EraseInstance(actor=c.SYSTEM, instance=instance, reason="мерзімі өтті"))
    assert _feed(office, secret) == []
    with reading(office.engine.database) as connection:
        held = connection.execute(sa.select(ou_event.c.instance)).all()
    assert held == [], "its day is an answer of the case, and would outlive it in plain text"
    assert verify(office.engine.database, office.engine.keys).clean


def _feed(office: Office, secret: str) -> list[Any]:
    data = office.engine.feeds.calendar(secret, "https://sapa.uni.example", "uni.example")
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_who_was_taken_off_is_told_though_the_event_changed_again_before(office: Office, inbox: Inbox) -> None:
    instance = planned(office)
    inbox.answers["p4@uni.example"] = "451 later"
    office.complete(instance, "move", "p1", starts_at=SECOND, guests=["p3"])
    office.later(seconds=10)
    office.engine.handle(c.CancelInstance(actor=c.SYSTEM, instance=instance, reason="болмайды"))
    office.later(seconds=10)
    del inbox.answers["p4@uni.example"]
    office.later(hours=1)
    method, last = entry(inbox.to("p4")[-1])
    assert (method, last["SEQUENCE"], len(inbox.to("p4"))) == ("CANCEL", 2, 2)
