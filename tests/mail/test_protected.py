"""Letters over STARTTLS with a password: they arrive, or stay in the house and the administrator is told why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.assembly import Settings
from engine.cli.main import main
from engine.mail import transport
from engine.mail.settings import MailSettings
from engine.wording import catalogue
from tests.mail.office import Inbox, Office, mail_settings
from tests.mail.protected import PASSWORD, USER, protected_server, protected_settings, self_signed
from web.app import create_app

DUE = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def running(certificate: Path) -> Iterator[tuple[Inbox, int]]:
    with protected_server(certificate) as found:
        yield found


@pytest.fixture
def office(running: tuple[Inbox, int], tmp_path: Path) -> Iterator[Office]:
    """On SQLite alone: what is tried here is the way to the server."""
    running[0].taken.clear()
    made = Office(f"sqlite:///{tmp_path / 'sapa.db'}", tmp_path, protected_settings(running[1])).settle_in()
    made.start(due=DUE)
    yield made
    made.engine.close()


def kept(office: Office, settings: MailSettings) -> list[transport.Failure]:
    """Send with these settings: nothing leaves, every letter is still there; why, as the administrator is told."""
    other = office.with_mail(settings)
    try:
        assert other.later(seconds=10) == 0
        letters = other.engine.post.waiting()
        assert len(letters) == 2 and {one.state for one in letters} == {"waiting"}
        return [one.reason for one in letters if one.reason is not None]
    finally:
        other.engine.close()


def test_a_trusted_server_takes_letters_after_the_password(
    office: Office, running: tuple[Inbox, int], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # as whoever runs the machine trusts an issuer
    assert office.later(seconds=10) == 2
    assert sorted(address for address, _ in running[0].taken) == ["p2@uni.example", "p3@uni.example"]


def test_a_certificate_nobody_vouches_for_gets_neither_password_nor_letter(
    office: Office, running: tuple[Inbox, int]
) -> None:
    (why,) = kept(office, protected_settings(running[1]))
    assert (why.code, why.detail) == ("mail_certificate", "self-signed certificate")
    assert running[0].taken == []


def test_a_wrong_password_keeps_letters_and_is_not_shown(
    office: Office, running: tuple[Inbox, int], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (why,) = kept(office, protected_settings(running[1], "қате құпиясөз"))
    assert why.code == "mail_password" and why.detail.startswith("535")
    assert "қате" not in why.detail
    assert office.later(minutes=5) == 2, "after the setting was mended they leave by themselves"


def test_a_server_that_is_down_or_offers_no_protection_keeps_letters(office: Office, server: tuple[Inbox, int]) -> None:
    assert [why.code for why in kept(office, protected_settings(9))] == ["mail_down"]  # the others are not tried
    codes = {why.code for why in kept(office, replace(mail_settings(server[1]), security="starttls"))}
    assert codes == {"mail_down", "mail_no_encryption"}
    assert server[0].taken == []


def test_the_administrator_reads_why_in_three_languages_with_the_code(office: Office) -> None:
    office.later(seconds=10)
    app = create_app(office.engine)
    with app.test_request_context():
        for lang, told in (
            ("kk", "сертификаты сенімді емес"),
            ("ru", "Сертификату"),
            ("en", "certificate is not trusted"),
        ):
            reasons = [one.reason.say(lang) for one in office.engine.post.waiting() if one.reason]
            assert len(reasons) == 1 and told in reasons[0] and "[mail_certificate]" in reasons[0]


def test_every_reason_is_worded_and_an_old_one_is_still_read() -> None:
    for code in transport.REASONS:
        assert set(catalogue()[f"mail.reason.{code}"]) == {"kk", "ru", "en"}
    assert transport.failure("") is None
    old = transport.failure("550 no such user")
    assert old is not None and (old.code, old.detail) == ("mail_server", "550 no such user")


# --- sapa mail test ------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(office: Office, running: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation as its administrator's shell has it."""
    told = {
        "SAPA_MASTER_KEY": office.settings.master_key.hex(),
        "SAPA_DATABASE_URL": office.settings.database_url,
        "SAPA_VAR": str(office.settings.var),
        "SAPA_SMTP_HOST": "127.0.0.1",
        "SAPA_SMTP_PORT": str(running[1]),
        "SAPA_SMTP_USER": USER,
        "SAPA_SMTP_PASSWORD": PASSWORD,
        "SAPA_MAIL_FROM": "sapa@uni.example",
        "SAPA_PUBLIC_URL": "https://sapa.uni.example",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return office.settings


def test_sapa_mail_test_sends_one_letter(
    shell: Settings, running: tuple[Inbox, int], certificate: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert main(["mail", "test", "p4@uni.example", "--lang", "ru"]) == 0
    assert "p4@uni.example" in capsys.readouterr().out
    assert [made["Subject"] for made in running[0].to("p4")] == ["Sapa: проверочное письмо"]


def test_sapa_mail_test_says_why_not(
    shell: Settings, certificate: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mail", "test", "p4@uni.example"]) == 1
    assert "[mail_certificate]" in capsys.readouterr().err
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert main(["mail", "test", "p4@uni.example, p5@uni.example"]) == 1
    assert capsys.readouterr().err
    monkeypatch.setenv("SAPA_SMTP_PASSWORD", "басқа")
    assert main(["mail", "test", "p4@uni.example", "--json"]) == 1
    assert '"code": "mail_password"' in capsys.readouterr().out
