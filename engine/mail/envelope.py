"""Keeps the rest from knowing how a letter is built: its headers, text beside HTML, a calendar part, papers."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from engine.errors import Invalid
from engine.mail.dressing import Letter, html, plain
from engine.mail.settings import MailSettings

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+\Z")


def name_of(*about: str) -> str:
    """The one name of the letter about this: whoever gets it twice has the same Message-ID twice."""
    return hashlib.sha256("\n".join(about).encode()).hexdigest()[:40]


def message(settings: MailSettings, id: str, letter: Letter, now: datetime) -> EmailMessage:
    """The letter as it leaves. Raises Invalid for an address that is none: nothing else comes from outside."""
    if not letter.to.isascii() or not _ADDRESS.fullmatch(letter.to):
        raise Invalid(problems={"email": "email_malformed"})
    made = EmailMessage()
    made["From"] = settings.sender
    made["To"] = letter.to
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{id}@{settings.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Content-Language"] = letter.language
    choice = f"{settings.public}/account#notifications"
    if letter.optional:
        made["List-Unsubscribe"] = f"<{choice}>"
    made.set_content(plain(letter, choice))
    made.add_alternative(html(letter, choice), subtype="html")
    if letter.calendar is not None:
        method, content = letter.calendar
        made.add_alternative(content.decode("utf-8"), subtype="calendar", params={"method": method})
    for name, content in letter.papers:
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made
