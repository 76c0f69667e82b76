"""Keeps web from knowing how a person's own calendar is addressed: a secret that can be revoked, kept as a digest."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.access import digest
from engine.bus import Bus
from engine.database import reading, ru_candidate, ru_task
from engine.directory import visibility
from engine.errors import NotFound
from engine.mail import calendars, events
from engine.mail.composing import confidential, told_of
from engine.mail.tables import id_feed, ou_event
from engine.preferences import Preferences
from engine.values import day_in_almaty, instant, moment
from engine.views import Access
from engine.wording import say

BACK, MOST = timedelta(days=60), 500
_LONGEST = 200


class Feeds:
    """Makes, opens and revokes the addresses under which calendar programs read what is due for a person."""

    def __init__(self, bus: Bus, preferences: Preferences) -> None:
        self._bus = bus
        self._preferences = preferences

    def since(self, person: str) -> datetime | None:
        """When the person's address was made; None when there is none."""
        with reading(self._bus.database) as connection:
            made = connection.execute(sa.select(id_feed.c.created).where(id_feed.c.person == person)).scalar()
        return moment(made) if made else None

    def issue(self, person: str) -> str:
        """A new secret; an earlier one ends."""
        secret = secrets.token_urlsafe(32)
        row = {"person": person, "digest": digest(secret), "created": instant(self._bus.clock())}

        def write(connection: Connection) -> None:
            connection.execute(sa.delete(id_feed).where(id_feed.c.person == person))
            connection.execute(sa.insert(id_feed).values(**row))

        self._bus.in_transaction(write)
        return secret

    def revoke(self, person: str) -> None:
        self._bus.execute(sa.delete(id_feed).where(id_feed.c.person == person))

    def calendar(self, secret: str, base: str, domain: str) -> bytes:
        """What is due and when one is expected, as iCalendar; ``base``: the pages' address. Raises NotFound."""
        now = self._bus.clock()
        with reading(self._bus.database) as connection:
            found = id_feed.c.digest == digest(secret[:_LONGEST])
            person = connection.execute(sa.select(id_feed.c.person).where(found)).scalar()
            access = visibility.access_of(connection, person, day_in_almaty(now)) if person else None
        if access is None:
            raise NotFound(what="")
        lang = self._preferences.mail_language(access.person.id)
        with reading(self._bus.database) as connection:
            tasks = self._tasks(connection, access, base, lang)
            told = [
                (one, one.named(lang), f"{base}/cases/{one.instance}") for one in self._events(connection, access, now)
            ]
        return calendars.own(say("mail.feed.name", lang), told, tasks, domain, now)

    def _tasks(self, connection: Connection, access: Access, base: str, lang: str) -> list[calendars.Due]:
        t, c = ru_task.c, ru_candidate.c
        offered = sa.select(c.task).where(c.key.in_(visibility.offered_keys(access)))
        mine = sa.or_(t.assignee == access.person.id, sa.and_(t.assignee == "", t.id.in_(offered)))
        query = sa.select(ru_task).where(mine, t.due.is_not(None), t.suspended.is_(sa.false()))
        found = []
        tasks = connection.execute(query.order_by(t.due_sort, t.id).limit(MOST)).all()
        hidden = confidential(connection, tasks)
        for task in tasks:
            told = told_of(self._bus.library, task, lang, hidden=task.instance in hidden)
            text = " · ".join(filter(None, (told["task"] or say("mail.feed.task", lang), told["number"])))
            found.append(calendars.Due(task.id, text, moment(task.due), f"{base}/tasks/{task.id}"))
        return found

    def _events(self, connection: Connection, access: Access, now: datetime) -> list[events.Event]:
        """Those told to the person; the list of people is looked at as a whole, then exactly."""
        o, me = ou_event.c, access.person.id
        query = sa.select(ou_event).where(
            o.state == "published", o.start > instant(now - BACK), o.people.contains(json.dumps(me), autoescape=True)
        )
        found = []
        for row in connection.execute(query.order_by(o.start).limit(MOST)).all():
            event = events.of(connection, self._bus, row)
            if event is not None and me in event.people:
                found.append(event)
        return found
