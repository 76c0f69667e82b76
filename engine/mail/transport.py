"""Keeps the rest from knowing how a letter is handed over: SMTP or a folder, and what of a failure is for good."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Protocol

from engine.mail.settings import MailSettings

TIMEOUT = 20.0
"""Seconds a server may take for one answer."""


class NotSent(Exception):
    """One letter was not taken. ``final``: trying again would not help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Unreachable(Exception):
    """The server takes no letters now; none of those behind would fare better."""


class Way(Protocol):
    def send(self, message: EmailMessage, to: str) -> None:
        """Hand one letter over. Raises NotSent, Unreachable."""
        ...


@contextmanager
def way(settings: MailSettings) -> Iterator[Way]:
    """The way out, open for a batch of letters."""
    if settings.folder is not None:
        yield Folder(settings.folder)
        return
    server = Server(settings)
    try:
        yield server
    finally:
        server.close()


class Folder:
    """Lays letters down as files: the demonstration, and whoever wants to look first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, to: str) -> None:
        name = re.sub(r"[^A-Za-z0-9.-]", "", str(message["Message-ID"]).partition("@")[0])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f".{name}.part"
            part.write_bytes(message.as_bytes(policy=POLICY))
            part.chmod(0o600)
            os.replace(part, self._folder / f"{name}.eml")
        except OSError as problem:
            raise Unreachable(problem.strerror or "folder") from None


class Server:
    """One connection to the mail server, opened for the first letter."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._open: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, to: str) -> None:
        try:
            server = self._connected()
            try:
                server.send_message(message, self._settings.sender, [to])
            except smtplib.SMTPRecipientsRefused as refused:
                code, text = next(iter(refused.recipients.values()))
                raise NotSent(_told(code, text, to), final=code >= 500) from None
            except smtplib.SMTPDataError as refused:
                raise NotSent(
                    _told(refused.smtp_code, refused.smtp_error, to), final=refused.smtp_code >= 500
                ) from None
            except UnicodeEncodeError:
                raise NotSent("address", final=True) from None
        except smtplib.SMTPResponseException as refused:
            self.close()
            raise Unreachable(_told(refused.smtp_code, refused.smtp_error, to)) from None
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise Unreachable(_clean(f"{type(problem).__name__}: {problem}", to)) from None

    def close(self) -> None:
        server, self._open = self._open, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        s = self._settings
        server: smtplib.SMTP
        if s.security == "tls":
            server = smtplib.SMTP_SSL(s.host, s.port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(s.host, s.port, timeout=TIMEOUT)
        self._open = server
        if s.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if s.user:
            server.login(s.user, s.password)
        return server


def _told(code: int, text: bytes | str, to: str) -> str:
    return _clean(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}", to)


def _clean(text: str, to: str) -> str:
    """One short line without the address: what the administrator reads."""
    return " ".join(text.replace(to, "…").split())[:200]
