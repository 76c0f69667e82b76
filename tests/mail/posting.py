"""Keeps tests from knowing how a faculty that has lived up to a stage comes to send letters through a real server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from engine import commands as c
from engine.assembly import create_engine
from tests.mail.office import Inbox, mail_server, mail_settings
from tests.processes.faculty import SCHOOL, Faculty


@contextmanager
def posting(faculty: Faculty, people: Iterable[str]) -> Iterator[Inbox]:
    """The faculty with a post; ``people`` have addresses. Nothing is sent before the first tick."""
    with mail_server() as (inbox, port):
        settings = replace(faculty.engine.settings, mail=mail_settings(port))
        faculty.close()
        faculty.engine = create_engine(settings, faculty.clock)
        for person in people:
            faculty.do(
                c.RecordPerson(
                    actor=c.SYSTEM, person=person, name=f"Адам {person}", unit=SCHOOL, email=f"{person}@uni.example"
                )
            )
        yield inbox
        faculty.close()


def begin(faculty: Faculty, silent: Iterable[str]) -> None:
    """The first tick; ``silent`` get neither letters of tasks nor a digest."""
    for person in silent:
        faculty.engine.preferences.set_all(person, {"notify.assigned": "none", "notify.digest": "none"})
    faculty.engine.post.tick()
