"""Letters about what stands beside tasks: a comment that names somebody, documents, people without an address."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import ru_instance, writing
from tests.mail.office import Inbox, Office

DUE = datetime(2026, 11, 26, 10, tzinfo=UTC)
TEXT = "Мұны р3 көрсін"


@pytest.fixture
def migrated_url(tmp_path: Path) -> str:
    """SQLite alone: how letters leave and are claimed is tried on both elsewhere."""
    return f"sqlite:///{tmp_path / 'sapa.db'}"


@pytest.fixture
def quiet(office: Office) -> Office:
    """Tasks write to nobody: only mentions are looked at."""
    for person in ("p1", "p2", "p3"):
        office.engine.preferences.set_all(person, {"notify.assigned": "none", "notify.due_soon": "none"})
    return office


def mentioned(office: Office, process: str = "visit", actor: str = "p2") -> Any:
    """p3 is named in a comment on a case that was offered to them."""
    instance = office.start(process, due=DUE)
    office.later(seconds=10)
    return office.engine.notes.comment(actor, instance, TEXT, ["p3"])


def test_who_is_named_in_a_comment_gets_a_letter_that_does_not_tell_it(quiet: Office, inbox: Inbox) -> None:
    done = mentioned(quiet)
    assert quiet.later(seconds=10) == 1
    assert quiet.later(seconds=10) == 0
    (made,) = inbox.to("p3")
    content = made.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert made["Subject"] == "Sapa: пікірде сізді атап өтті"
    assert f"https://sapa.uni.example/cases/{done.instance}#note-{done.result}" in content
    assert "K-7" in content and "р3" not in content and "Адам" not in content


def test_a_mention_in_a_confidential_case_says_only_that_there_is_one(quiet: Office, inbox: Inbox) -> None:
    mentioned(quiet, "secret_visit")
    quiet.later(seconds=10)
    content = inbox.to("p3")[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for told in ("K-7", "Жабық", "Құпия", "р3"):
        assert told not in content


def test_a_comment_taken_back_or_switched_off_writes_no_letter(quiet: Office, inbox: Inbox) -> None:
    done = mentioned(quiet)
    quiet.engine.notes.take_back("p2", done.instance, str(done.result))
    quiet.later(seconds=10)
    quiet.engine.preferences.set("p3", "notify.mention", "none")
    mentioned(quiet)
    quiet.later(seconds=10)
    assert inbox.to("p3") == []


def test_who_may_not_see_the_case_any_more_learns_nothing(quiet: Office, inbox: Inbox) -> None:
    done = mentioned(quiet)
    quiet.complete(done.instance, "plan", "p2", starts_at=None, room=None, link=None, guests=[])
    with writing(quiet.engine.database) as connection:
        sealed = sa.update(ru_instance).where(ru_instance.c.id == done.instance).values(confidential=True)
        connection.execute(sealed)
    quiet.later(seconds=10)
    assert inbox.to("p3") == []


def test_mentions_wait_for_the_digest_where_the_person_wants_it(quiet: Office, inbox: Inbox) -> None:
    quiet.engine.preferences.set("p3", "notify.mention", "digest")
    mentioned(quiet)
    quiet.later(seconds=10)
    assert inbox.to("p3") == []
    quiet.later(days=1)
    (made,) = inbox.to("p3")
    assert "Сізді атап өткен пікірлер: 1" in made.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_administrator_sees_whom_no_letter_reaches(office: Office) -> None:
    assert office.engine.post.unreached() == []
    for person in ("p3", "p4"):
        office.engine.handle(c.RecordPerson(actor=c.SYSTEM, person=person, name=f"Адам {person}", unit="eng"))
    assert office.engine.post.unreached() == []
    first = office.start(due=DUE)
    office.start(due=DUE)
    (one,) = office.engine.post.unreached()
    assert (one.person, one.name, one.tasks) == ("p3", "Адам p3", 2)
    office.engine.handle(c.ClaimTask(actor="p2", instance=first, task=office.task(first, "plan")))
    assert [one.tasks for one in office.engine.post.unreached()] == [1]
