"""Keeps the rest from knowing how a letter is built: its headers, plain text beside simple HTML, a calendar part."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from engine.errors import Invalid
from engine.mail.settings import MailSettings
from engine.wording import say

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+\Z")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. ``lines`` are paragraphs; ``link`` is a plain address of a page, without a secret.

    ``calendar``: (method, content) of an iCalendar object. ``optional``: who gets it may switch it off.
    """

    to: str
    language: str
    subject: str
    lines: Sequence[str]
    link: str = ""
    button: str = ""
    items: Sequence[tuple[str, str]] = ()  # (text, link)
    calendar: tuple[str, bytes] | None = None
    optional: bool = True


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
    made.set_content("\n\n".join(_plain(letter, choice)) + "\n")
    made.add_alternative(_html(letter, choice), subtype="html")
    if letter.calendar is not None:
        method, content = letter.calendar
        made.add_alternative(content.decode("utf-8"), subtype="calendar", params={"method": method})
    return made


def _plain(letter: Letter, choice: str) -> list[str]:
    told = list(letter.lines)
    if letter.items:
        told.append("\n".join(f"— {text}\n  {link}" for text, link in letter.items))
    if letter.link:
        told.append(f"{letter.button}:\n{letter.link}")
    told.append("-- \n" + say("mail.foot", letter.language))
    if letter.optional:
        told[-1] += "\n" + say("mail.choose", letter.language) + f"\n{choice}"
    return told


def _html(letter: Letter, choice: str) -> str:
    body = [f"<p>{escape(line)}</p>" for line in letter.lines]
    if letter.items:
        rows = (f'<li><a href="{escape(link)}">{escape(text)}</a></li>' for text, link in letter.items)
        body.append(f"<ul>{''.join(rows)}</ul>")
    if letter.link:
        body.append(f'<p><a href="{escape(letter.link)}"><strong>{escape(letter.button)}</strong></a></p>')
    foot = escape(say("mail.foot", letter.language))
    if letter.optional:
        foot += f' <a href="{escape(choice)}">{escape(say("mail.choose", letter.language))}</a>'
    body.append(f"<hr><p><small>{foot}</small></p>")
    return (
        f'<!doctype html><html lang="{letter.language}"><head><meta charset="utf-8">'
        f"<title>{escape(letter.subject)}</title></head><body>{''.join(body)}</body></html>"
    )
