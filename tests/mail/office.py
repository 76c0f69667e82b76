"""Keeps the mail's tests from knowing how a small office is set up, and how a real mail server is run and asked."""

from __future__ import annotations

import email
import email.policy
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller

from engine import commands as c
from engine.assembly import Engine, Settings, create_engine
from engine.database import reading, ru_task
from engine.mail.settings import MailSettings
from engine.world import ManualClock

TUESDAY = datetime(2026, 11, 24, 4, tzinfo=UTC)  # 09:00 in Almaty
MODELS = Path(__file__).parent / "models"
PEOPLE = {
    "p1": [("secretary", "eng")],
    "p2": [("member", "eng")],
    "p3": [("member", "eng")],
    "p4": [],
}


@dataclass
class Inbox:
    """What a mail server does with letters: takes them, unless it was told what to answer to an address."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.answers.get(address, "")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        made = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        self.taken += [(address, made) for address in envelope.rcpt_tos]
        return "250 OK"

    def to(self, person: str) -> list[EmailMessage]:
        return [made for address, made in self.taken if address == f"{person}@uni.example"]


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, int]]:
    """A real SMTP server on a free port of this machine."""
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


def mail_settings(port: int) -> MailSettings:
    return MailSettings("sapa@uni.example", "https://sapa.uni.example", "127.0.0.1", port, "none")


class Office:
    """An engine with people who have addresses, a model with tasks and an event, and a clock that is moved."""

    def __init__(self, url: str, folder: Path, mail: MailSettings | None, key: bytes | None = None) -> None:
        self.clock = ManualClock(TUESDAY)
        self.settings = Settings(url, key or secrets.token_bytes(32), folder, mail=mail)
        self.engine: Engine = create_engine(self.settings, self.clock)

    def settle_in(self) -> Office:
        for unit, kind, parent in (("univ", "university", None), ("eng", "school", "univ")):
            self.engine.handle(c.RecordUnit(actor=c.SYSTEM, unit=unit, kind=kind, parent=parent, names={"kk": unit}))
        for person, posts in PEOPLE.items():
            self.engine.handle(
                c.RecordPerson(
                    actor=c.SYSTEM, person=person, name=f"Адам {person}", unit="eng", email=f"{person}@uni.example"
                )
            )
            self.engine.handle(c.SetPassword(actor=c.SYSTEM, person=person, login=person, digest="x"))
            for role, unit in posts:
                self.engine.handle(
                    c.Appoint(actor=c.SYSTEM, person=person, role=role, unit=unit, start=date(2026, 9, 1))
                )
        files = {file.name: file.read_bytes() for file in sorted(MODELS.iterdir())}
        self.engine.handle(c.Deploy(actor=c.SYSTEM, name="mail", files=files))
        self.engine.post.tick()  # letters are switched on here
        return self

    def again(self) -> Office:
        """The same office after its process has died: nothing in memory, the same database."""
        other = Office(self.settings.database_url, self.settings.var, self.settings.mail, self.settings.master_key)
        other.clock.move_to(self.clock())
        return other

    def with_mail(self, mail: MailSettings) -> Office:
        self.settings = replace(self.settings, mail=mail)
        return self.again()

    def start(self, process: str = "visit", **variables: Any) -> str:
        done = self.engine.handle(
            c.StartProcess(actor="p1", definition=process, school="eng", business_key="K-7", variables=variables)
        )
        return done.instance

    def task(self, instance: str, element: str) -> str:
        query = sa.select(ru_task.c.id).where(ru_task.c.instance == instance, ru_task.c.element == element)
        with reading(self.engine.database) as connection:
            return str(connection.execute(query).scalar_one())

    def complete(self, instance: str, element: str, actor: str, **values: Any) -> None:
        task = self.task(instance, element)
        self.engine.handle(c.CompleteTask(actor=actor, instance=instance, task=task, variables=values))

    def later(self, **delta: float) -> int:
        """Time goes by and the post makes its round."""
        self.clock.move_to(self.clock() + timedelta(**delta))
        self.engine.settle()
        return self.engine.post.tick()
