"""Letters about tasks: who gets which, what they say and do not say, and that they go once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.assembly import Settings, create_engine
from engine.errors import Broken
from engine.history.verify import verify
from engine.mail import composing
from engine.mail.settings import from_environment
from tests.mail.office import TUESDAY, Inbox, Office, mail_settings

DUE = datetime(2026, 11, 26, 10, tzinfo=UTC)


def test_whom_a_task_is_offered_to_gets_one_letter_whoever_made_it_none(office: Office, inbox: Inbox) -> None:
    instance = office.start(due=DUE)
    assert office.later(seconds=10) == 2
    assert sorted(address for address, _ in inbox.taken) == ["p2@uni.example", "p3@uni.example"]
    assert office.later(seconds=10) == 0
    office.complete(instance, "plan", "p2", starts_at=None, room=None, link=None, guests=[])
    office.later(seconds=10)
    assert [made["Subject"] for made in inbox.to("p1")] == ["Sapa: сізге тапсырма бар"]


def test_the_letter_has_a_plain_link_and_headers_of_a_machine(office: Office, inbox: Inbox) -> None:
    task = office.task(office.start(due=DUE), "plan")
    office.later(seconds=10)
    made = inbox.to("p2")[0]
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Unsubscribe"] == "<https://sapa.uni.example/account#notifications>"
    assert made["Message-ID"].endswith("@uni.example>")
    plain, html = made.get_body(("plain",)), made.get_body(("html",))
    assert plain is not None and html is not None
    for part in (plain, html):
        text = part.get_content()
        assert f"https://sapa.uni.example/tasks/{task}" in text
        assert "Жоспарлау" in text and "K-7" in text and "26.11.2026, 15:00" in text
        assert "Құпия адам аты" not in text and "Адам" not in text
    assert "Жоспарлау" not in made["Subject"]


def test_of_a_confidential_case_a_letter_says_only_that_there_is_a_task(office: Office, inbox: Inbox) -> None:
    office.start("secret_visit", due=DUE)
    office.later(seconds=10)
    whole = inbox.to("p2")[0].as_string() + str(inbox.to("p2")[0].get_body(("plain",)))
    content = inbox.to("p2")[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "26.11.2026" in content
    for told in ("Жоспарлау", "K-7", "Жабық сапар", "Құпия"):
        assert told not in content and told not in whole


def test_preferences_decide_and_the_person_reads_their_language(office: Office, inbox: Inbox) -> None:
    office.engine.preferences.set_all("p2", {"notify.assigned": "none"})
    office.engine.preferences.set_all("p3", {"mail_language": "en"})
    office.start(due=DUE)
    office.later(seconds=10)
    assert inbox.to("p2") == []
    assert [made["Subject"] for made in inbox.to("p3")] == ["Sapa: there is a task for you"]


def test_a_task_somebody_took_is_no_news_to_the_others(office: Office, inbox: Inbox) -> None:
    instance = office.start(due=DUE)
    office.engine.handle(c.ClaimTask(actor="p3", instance=instance, task=office.task(instance, "plan")))
    office.later(seconds=10)
    assert inbox.to("p2") == []
    assert office.engine.post.counts()["dropped"] == 1


def test_a_substitute_gets_the_letter_too(office: Office, inbox: Inbox) -> None:
    office.engine.handle(
        c.RecordAbsence(
            actor="p2", person="p2", substitute="p4", start=date(2026, 11, 24), end=date(2026, 11, 28), basis="№ 1"
        )
    )
    office.start(due=DUE)
    office.later(seconds=10)
    assert len(inbox.to("p4")) == 1


def test_due_soon_overdue_and_digest_once_each(office: Office, inbox: Inbox) -> None:
    office.engine.preferences.set_all("p2", {"notify.assigned": "none", "notify.due_soon": "at_once"})
    office.engine.preferences.set_all("p3", {"notify.assigned": "none", "notify.overdue": "none"})
    office.start(due=datetime(2026, 11, 27, 10, tzinfo=UTC))
    office.later(seconds=10)
    assert inbox.taken == []
    office.clock.move_to(TUESDAY.replace(day=26))  # the morning before: Thursday
    office.later(seconds=10)
    office.later(seconds=10)
    assert [made["Subject"] for made in inbox.to("p2")] == ["Sapa: тапсырманың мерзімі жақындады"]
    assert [made["Subject"] for made in inbox.to("p3")] == ["Sapa: күнделікті шолу"]
    office.clock.move_to(datetime(2026, 11, 27, 10, 1, tzinfo=UTC))
    office.later(seconds=10)
    office.later(hours=1)
    assert [made["Subject"] for made in inbox.to("p2")][1:] == ["Sapa: тапсырманың мерзімі өтті"]
    assert len([1 for made in inbox.to("p3") if "өтті" in made["Subject"]]) == 0


def test_no_digest_on_a_day_off(office: Office, inbox: Inbox) -> None:
    office.engine.preferences.set_all("p3", {"notify.assigned": "digest"})
    office.clock.move_to(datetime(2026, 11, 27, 12, tzinfo=UTC))  # Friday evening
    office.later(seconds=10)
    office.start(due=datetime(2026, 12, 9, tzinfo=UTC))
    office.clock.move_to(datetime(2026, 11, 28, 6, tzinfo=UTC))  # Saturday
    office.later(seconds=10)
    assert [made["Subject"] for made in inbox.to("p3")] == []
    office.clock.move_to(datetime(2026, 11, 30, 6, tzinfo=UTC))
    office.later(seconds=10)
    assert [made["Subject"] for made in inbox.to("p3")] == ["Sapa: күнделікті шолу"]


def test_the_past_and_rebuilt_cases_write_to_nobody(
    migrated_url: str, tmp_path: Path, server: tuple[Inbox, int]
) -> None:
    office = Office(migrated_url, tmp_path, None).settle_in()
    office.start(due=DUE)
    assert office.later(seconds=10) == 0
    office.engine.close()
    switched = office.with_mail(mail_settings(server[1]))
    try:
        switched.later(seconds=10)
        assert verify(switched.engine.database, switched.engine.keys).clean
        switched.later(seconds=10)
        assert server[0].taken == []
    finally:
        switched.engine.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAPA_MAIL_FROM", "a@b\nBcc: x@y"),
        ("SAPA_PUBLIC_URL", "javascript:alert(1)"),
        ("SAPA_SMTP_PORT", "0"),
        ("SAPA_SMTP_SECURITY", "maybe"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"SAPA_SMTP_HOST": "mx", "SAPA_MAIL_FROM": "a@b.example", "SAPA_PUBLIC_URL": "https://sapa.example"}
    for key, told in {**good, name: value}.items():
        monkeypatch.setenv(key, told)
    with pytest.raises(Broken) as refused:
        from_environment(tmp_path)
    assert name in refused.value.params["what"]


def test_a_password_is_not_sent_over_an_open_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"SAPA_MAIL_FROM": "a@b.example", "SAPA_PUBLIC_URL": "https://sapa.example", "SAPA_SMTP_USER": "sapa"}
    for name, value in {**told, "SAPA_SMTP_HOST": "mx.example", "SAPA_SMTP_SECURITY": "none"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Broken, match="open line"):
        from_environment(tmp_path)
    monkeypatch.setenv("SAPA_SMTP_HOST", "localhost")
    assert from_environment(tmp_path) is not None


def test_an_address_with_a_header_in_it_gets_nothing(office: Office, inbox: Inbox) -> None:
    from engine.errors import Invalid

    for address in ("a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "ә@b.example"):
        with pytest.raises(Invalid):
            office.engine.post.test(address, "kk")
    assert inbox.taken == []


def test_the_demonstration_lays_letters_in_a_folder(tmp_path: Path) -> None:
    settings = from_environment(tmp_path, demo=True)
    assert settings is not None
    engine = create_engine(Settings(f"sqlite:///{tmp_path / 'a.db'}", bytes(32), tmp_path, mail=settings))
    engine.post.test("p1@uni.example", "kk")
    engine.close()
    assert [file.suffix for file in (tmp_path / "mail").iterdir()] == [".eml"]


def test_a_digest_of_many_tasks_names_some_counts_all_and_asks_once(office: Office, inbox: Inbox) -> None:
    office.engine.preferences.set_all("p2", {"notify.assigned": "none", "notify.digest": "none"})
    office.engine.preferences.set_all("p3", {"notify.assigned": "digest"})
    for _ in range(composing.MOST + 2):
        office.start(due=datetime(2026, 12, 20, tzinfo=UTC))
    office.clock.move_to(TUESDAY.replace(day=26))
    said: list[str] = []

    def listen(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    sa.event.listen(office.engine.database, "before_cursor_execute", listen)
    office.later(seconds=10)
    sa.event.remove(office.engine.database, "before_cursor_execute", listen)
    (made,) = [made for made in inbox.to("p3") if "шолу" in made["Subject"]]
    text = made.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert str(composing.MOST + 2) in text and text.count("K-7") == composing.MOST
    assert len([one for one in said if "ru_instance.confidential IS" in one or "ru_instance.confidential =" in one]) < 5
