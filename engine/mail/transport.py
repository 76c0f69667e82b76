"""Keeps the rest from knowing how a letter is handed over: SMTP or a folder, and what of a failure is for good."""

from __future__ import annotations

import base64
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
from engine.wording import say

TIMEOUT = 20.0
"""Seconds a server may take for one answer."""
REASONS = (
    "mail_address", "mail_certificate", "mail_down", "mail_folder", "mail_later", "mail_no_encryption",
    "mail_password", "mail_program", "mail_refused", "mail_server",
)  # fmt: skip
"""Codes of what keeps letters in the house: stable, worded under ``mail.reason.*``."""


class Failure(Exception):
    """Why a letter has not left. ``code``: one of ``mail.reason.*``; ``detail``: the server's own words, if any."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail

    def say(self, lang: str) -> str:
        """What it is and what helps, then the code and the server's own words."""
        told = " ".join(filter(None, (f"[{self.code}]", self.detail)))
        return f"{say(f'mail.reason.{self.code}', lang)} {told}"


class NotSent(Failure):
    """One letter was not taken. ``final``: trying again would not help."""

    def __init__(self, code: str, detail: str = "", *, final: bool) -> None:
        super().__init__(code, detail)
        self.final = final


class Unreachable(Failure):
    """The server takes no letters now; none of those behind would fare better."""


def failure(kept: str) -> Failure | None:
    """The reason kept with a letter, read again; None when there is none."""
    code, _, detail = kept.partition(" ")
    if not kept:
        return None
    return Failure(code, detail) if code in REASONS else Failure("mail_server", kept)


def refusal(code: int, text: bytes | str, to: str) -> NotSent:
    """Of one letter, by the server's answer: from 500 on for good."""
    return NotSent("mail_refused" if code >= 500 else "mail_later", _told(code, text, to), final=code >= 500)


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
            raise Unreachable("mail_folder", problem.strerror or "") from None


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
                raise refusal(*next(iter(refused.recipients.values())), to) from None
            except smtplib.SMTPDataError as refused:
                raise refusal(refused.smtp_code, refused.smtp_error, to) from None
            except UnicodeEncodeError:
                raise NotSent("mail_address", final=True) from None
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise _unreachable(problem, to) from None

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
            _sign_in(server, s.user, s.password)
        return server


def _sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """With letters of any alphabet (RFC 4616), which the library's own way does not take."""
    if f"{user}{password}".isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    told = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, answer = server.docmd("AUTH", f"PLAIN {told}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _unreachable(problem: OSError | smtplib.SMTPException, to: str) -> Unreachable:
    """What stands in the way of every letter, by a code that an administrator can act on."""
    if isinstance(problem, smtplib.SMTPResponseException):
        code = "mail_password" if isinstance(problem, smtplib.SMTPAuthenticationError) else "mail_server"
        return Unreachable(code, _told(problem.smtp_code, problem.smtp_error, to))
    if isinstance(problem, ssl.SSLCertVerificationError):
        return Unreachable("mail_certificate", _clean(problem.verify_message, to))
    if isinstance(problem, (ssl.SSLError, smtplib.SMTPNotSupportedError)):  # nothing is sent over an open line instead
        return Unreachable("mail_no_encryption", _clean(str(problem), to))
    code = "mail_server" if isinstance(problem, smtplib.SMTPException) else "mail_down"
    if isinstance(problem, smtplib.SMTPServerDisconnected):
        code = "mail_down"
    return Unreachable(code, _clean(f"{type(problem).__name__}: {problem}", to))


def _told(code: int, text: bytes | str, to: str) -> str:
    return _clean(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}", to)


def _clean(text: str, to: str) -> str:
    """One short line without the address: what the administrator reads."""
    return " ".join(text.replace(to, "…").split())[:200]
