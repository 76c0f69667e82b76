"""The regulation's own meeting in calendars: announced, moved, called off; and its extract, sent to whom it charges."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from engine import commands as c
from engine.database import reading, ru_instance, writing
from engine.documents.tables import vw_document
from engine.mail.arising import write
from engine.values import ALMATY
from tests.mail.office import Inbox
from tests.mail.posting import begin, posting
from tests.processes.faculty import Faculty
from tests.processes.meeting import DECISION, Meeting, at, day
from tests.processes.stages import Stages


@pytest.fixture
def house(kept: Stages, tmp_path: Path) -> Iterator[tuple[Faculty, Inbox]]:
    """Three members with addresses; letters leave through a real server."""
    faculty = kept.copy("settled", 3, False, tmp_path / "f")
    with posting(faculty, (*faculty.members, faculty.head)) as inbox:
        begin(faculty, silent=faculty.members)
        yield faculty, inbox


def told(inbox: Inbox, person: str) -> list[tuple[str, int, str, Any]]:
    """(method, SEQUENCE, UID, start) of every invitation a person got."""
    found = []
    for made in inbox.to(person):
        for part in made.walk():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(part.get_content())
                (one,) = calendar.walk("VEVENT")
                found.append((str(calendar["METHOD"]), int(one["SEQUENCE"]), str(one["UID"]), one.start))
    return found


def test_6_1_2_a_meeting_is_one_event_that_moves_and_ends_with_it(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    meeting.approve(at("2026-09-21 09:00"))
    faculty.engine.making.pump()
    faculty.engine.post.tick()
    assert told(inbox, "m3") == [], "nobody is invited before the materials are sent"
    meeting.distribute()
    faculty.engine.settle()
    faculty.engine.post.tick()
    assert told(inbox, "m3") == [], "the letter waits for its papers"
    faculty.engine.making.pump()
    faculty.wait(minutes=1)
    faculty.engine.post.tick()
    (first,) = told(inbox, "m3")
    papers = [str(one.get_filename()) for one in inbox.to("m3")[0].iter_attachments()]
    assert papers == ["Күн тәртібі № 1-2026.pdf", "Отырысқа шақыру № 1-2026.pdf"]
    assert first[:2] == ("REQUEST", 0) and first[3] == at("2026-09-21 09:00").astimezone(first[3].tzinfo)
    assert [len(told(inbox, one)) for one in faculty.members] == [1, 1, 1]
    meeting.come()  # nobody who may preside is there: the meeting gets a new date
    meeting.confirm(chair=False)
    faculty.wait(minutes=1)
    meeting.do(faculty.secretary, "reschedule", meeting_at="2026-09-28T10:00", postpone_reason="Төрағалық етуші жоқ")
    faculty.engine.settle()
    faculty.engine.post.tick()
    moved = told(inbox, "m3")[-1]
    assert list(inbox.to("m3")[-1].iter_attachments()) == [], "the old papers tell the old date"
    assert (moved[0], moved[2], len(told(inbox, "m3"))) == ("REQUEST", first[2], 2)
    assert moved[1] > first[1] and moved[3].astimezone(ALMATY).strftime("%d %H") == "28 10"
    faculty.do(c.CancelInstance(actor=c.SYSTEM, instance=meeting.case, reason="Отырыс болмайды"))
    faculty.engine.post.tick()
    last = told(inbox, "m3")[-1]
    assert (last[0], last[2], len(told(inbox, "m3"))) == ("CANCEL", first[2], 3) and last[1] > moved[1]


def test_7_2_1_everybody_invited_is_told_why_a_meeting_is_moved_and_why_it_is_called_off(
    house: tuple[Faculty, Inbox],
) -> None:
    faculty, inbox = house
    meeting = invite(faculty)
    told_before = len(told(inbox, "m3"))
    for what in ({"change": "move", "new_meeting_at": "2026-09-28T10:00", "change_reason": "Аудитория бос емес"},
                 {"change": "cancel", "change_reason": "Қаралатын мәселе қалмады"}):  # fmt: skip
        case = faculty.start("meeting_change", faculty.chair)
        faculty.answer(faculty.chair, "describe_change", case, changed_meeting=meeting.variables["meeting_id"], **what)
        faculty.engine.settle()
        faculty.engine.post.tick()
        assert f"Себебі: {what['change_reason']}" in text_of(inbox.to("m3")[-1])
    moved, off = told(inbox, "m3")[told_before:]
    assert (moved[0], off[0]) == ("REQUEST", "CANCEL") and off[1] > moved[1]


def test_4_1_everybody_invited_is_told_that_a_commission_dissolved_holds_no_meeting(
    house: tuple[Faculty, Inbox],
) -> None:
    faculty, inbox = house
    invite(faculty)
    begun = faculty.start("commission_dissolution", faculty.dean)
    today = faculty.today.isoformat()
    faculty.answer(faculty.dean, "state_ground", begun, ground="Мектеп біріктірілді", effective_from=today)
    faculty.answer(faculty.dean, "sign_order", begun, order_no="23-ө", order_date=today, new_needed=False)
    faculty.wait(minutes=1)
    faculty.engine.post.tick()
    assert {told(inbox, one)[-1][0] for one in faculty.members} == {"CANCEL"}


def test_4_2_everybody_invited_is_told_that_a_commission_whose_term_is_over_holds_no_meeting(
    house: tuple[Faculty, Inbox],
) -> None:
    faculty, inbox = house
    invite(faculty)
    for one in faculty.members:
        faculty.dismiss(one, "member", day("2026-09-16"))
    faculty.start("commission_formation", faculty.office)
    faculty.wait_until(at("2026-09-16 00:01"))
    faculty.engine.post.tick()
    assert {told(inbox, one)[-1][0] for one in faculty.members} == {"CANCEL"}


def invite(faculty: Faculty) -> Meeting:
    """A meeting to come, on 21 September 2026; its members have had their invitations."""
    meeting = Meeting.call(faculty).announce()
    faculty.engine.settle()
    faculty.engine.making.pump()
    faculty.wait(minutes=1)
    faculty.engine.post.tick()
    return meeting


def text_of(made: EmailMessage) -> str:
    part = made.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_6_1_5_an_extract_goes_to_the_unit_it_charges_as_pdf(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    meeting = Meeting.call(faculty).announce()
    meeting.open_with()
    meeting.decide(DECISION)
    meeting.finish()
    faculty.engine.making.pump()
    faculty.engine.post.tick()
    letters = [made for made in inbox.to(faculty.head) if "құжат" in made["Subject"]]
    assert len(letters) == 1
    (paper,) = letters[0].iter_attachments()
    assert paper.get_content_type() == "application/pdf" and paper.get_content().startswith(b"%PDF")
    assert str(paper.get_filename()).startswith("Хаттамадан үзінді көшірме №")
    for member in faculty.members:
        assert not [made for made in inbox.to(member) if "құжат" in made["Subject"]]


def test_of_a_confidential_case_no_document_travels_and_only_who_may_open_it_is_told(
    house: tuple[Faculty, Inbox],
) -> None:
    faculty, inbox = house
    meeting = Meeting.call(faculty).announce()
    faculty.engine.making.pump()
    with reading(faculty.engine.database) as connection:
        document = connection.execute(sa.select(vw_document.c.id).where(vw_document.c.kind == "agenda")).scalar_one()
    with writing(faculty.engine.database) as connection:
        hidden = sa.update(ru_instance).where(ru_instance.c.id == meeting.case).values(confidential=True)
        connection.execute(hidden)
        for person in (faculty.secretary, faculty.head):  # who takes part in the case, and who does not
            write(connection, "document", person, document, faculty.clock(), name=(person, document))
    faculty.engine.post.tick()
    (letter,) = [made for made in inbox.to(faculty.secretary) if "құжат" in made["Subject"]]
    assert list(letter.iter_attachments()) == []
    told = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"https://sapa.uni.example/documents/{document}" in told
    assert "Күн тәртібі" not in told and "1/2026" not in told
    assert [made for made in inbox.to(faculty.head) if "құжат" in made["Subject"]] == []
