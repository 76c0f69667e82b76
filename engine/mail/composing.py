"""Keeps sending from knowing what each kind of letter says: read from the case at that moment, or not said at all.

The subject and, for a confidential case, the letter too say only that there is something. No names of people, no titles
of cases, no answers: whoever has a right to them reads them on the page, after signing in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.bus import Bus
from engine.database import reading, ru_candidate, ru_instance, ru_task
from engine.definitions.library import DeployedLibrary
from engine.directory import reads, visibility
from engine.errors import Invalid, NotPermitted
from engine.files import Files
from engine.mail import asking
from engine.mail.arising import horizon
from engine.mail.beside import BesideLetters
from engine.mail.dressing import Letter, facts_of, worded
from engine.mail.events import EventLetters
from engine.mail.settings import MailSettings
from engine.mail.tables import ou_letter
from engine.notes.reads import mentioned
from engine.preferences import Preferences
from engine.resets import Resets
from engine.values import ALMATY, day_in_almaty, instant, moment
from engine.views import Access
from engine.wording import say

_ASKED = timedelta(minutes=15)
"""One letter with a link in so long, however often somebody asks."""
_LINK = timedelta(hours=1)
MOST = 30
"""Tasks one digest names; the inbox has the rest."""
_Teller = Callable[[Any, Access, str, datetime], Letter | None]
TASK_KINDS = ("assigned", "due_soon", "overdue")


class Composer:
    """Makes the letter of a row, or none when there is nothing to say any more."""

    def __init__(
        self, bus: Bus, settings: MailSettings, preferences: Preferences, resets: Resets, files: Files
    ) -> None:
        self._bus = bus
        self._settings = settings
        self._preferences = preferences
        self._resets = resets
        self._events = EventLetters(bus, settings)
        self._beside = BesideLetters(bus, settings, files)
        self._kinds: dict[str, Callable[[Any, datetime], Letter | None]] = {
            **dict.fromkeys(TASK_KINDS, self._task),
            "digest": self._digest,
            "reset": self._reset,
            "invite": partial(self._of, self._invitation),
            "cancel": partial(self._of, self._events.letter),
            "mention": partial(self._of, self._beside.mention),
            "document": partial(self._of, self._beside.document),
            asking.KIND: partial(self._of, asking.AskingLetters(bus, settings).letter),
        }

    def letter(self, row: Any, now: datetime) -> Letter | None:
        """What the letter says now; None when what it was about is over or not for this person."""
        return self._kinds[row.kind](row, now)

    # --- tasks -----------------------------------------------------------------------------------------------------

    def _task(self, row: Any, now: datetime) -> Letter | None:
        lang = self._preferences.mail_language(row.person)
        with reading(self._bus.database) as conn:
            access = _access(conn, row.person, now)
            task = conn.execute(sa.select(ru_task).where(ru_task.c.id == row.about)).first()
            if access is None or task is None or task.suspended or not _waits_for(conn, access, task):
                return None
            told = told_of(self._bus.library, task, lang, hidden=bool(confidential(conn, [task])))
        return Letter(
            access.person.email,
            lang,
            say(f"mail.{row.kind}.subject", lang),
            [say(f"mail.{row.kind}.text", lang)],
            facts_of(told, lang),
            link=f"{self._settings.public}/tasks/{task.id}",
            button=say("mail.open_task", lang),
        )

    def _digest(self, row: Any, now: datetime) -> Letter | None:
        lang, chosen = self._preferences.mail_language(row.person), self._preferences.get(row.person)
        t, found = ru_task.c, []
        with reading(self._bus.database) as conn:
            access = _access(conn, row.person, now)
            if access is None:
                return None
            soon = horizon(conn, now)
            mine = sa.or_(
                t.assignee == row.person,
                sa.and_(
                    t.assignee == "",
                    t.id.in_(
                        sa.select(ru_candidate.c.task).where(ru_candidate.c.key.in_(visibility.offered_keys(access)))
                    ),
                ),
            )
            kinds = {
                "due_soon": sa.and_(t.due > instant(now), t.due <= soon),
                "overdue": t.due <= instant(now),
                "assigned": t.created >= row.about,
            }
            told = [(so, sa.literal(kind)) for kind, so in kinds.items() if chosen[f"notify.{kind}"] == "digest"]
            why = sa.case(*told, else_="") if told else sa.literal("")
            whole = [mine, t.suspended.is_(sa.false()), sa.or_(sa.false(), *(so for so, _kind in told))]
            count = int(conn.execute(sa.select(sa.func.count()).select_from(ru_task).where(*whole)).scalar_one())
            query = sa.select(ru_task, why.label("why")).where(*whole).order_by(t.due_sort, t.id).limit(MOST)
            tasks = conn.execute(query).all()
            hidden = confidential(conn, tasks)
            found += [self._item(task, task.why, lang, hidden=task.instance in hidden) for task in tasks]
            named = mentioned(conn, access, row.about) if chosen["notify.mention"] == "digest" else 0
            if named:
                text = say("mail.digest.mention", lang, {"count": named})
                found.insert(0, (text, f"{self._settings.public}/mentions"))
                count += 1
        if not found:
            return None
        return Letter(
            access.person.email,
            lang,
            say("mail.digest.subject", lang),
            [say("mail.digest.text", lang, {"count": count})],
            link=f"{self._settings.public}/tasks",
            button=say("mail.open_inbox", lang),
            items=found[:MOST],
        )

    def _item(self, task: Any, kind: str, lang: str, *, hidden: bool) -> tuple[str, str]:
        told = told_of(self._bus.library, task, lang, hidden=hidden)
        parts = [say(f"mail.digest.{kind}", lang), told["task"], told["number"], told["due"]]
        return " · ".join(filter(None, parts)), f"{self._settings.public}/tasks/{task.id}"

    # --- passwords -------------------------------------------------------------------------------------------------

    def _reset(self, row: Any, now: datetime) -> Letter | None:
        """The link is made as the letter leaves, so that its secret is written down nowhere."""
        asked = str(row.about).strip()
        person = row.person or self._resets.by("email" if "@" in asked else "login", asked)
        if person is None or now - moment(row.at) > _LINK or self._asked_before(person, row, now):
            return None
        with reading(self._bus.database) as conn:
            who = reads.person(conn, person)
        if who is None or not who.active or not who.email:
            return None
        self._bus.execute(sa.update(ou_letter).where(ou_letter.c.id == row.id).values(person=person, about=""))
        try:
            secret = self._resets.issue(person, actor="system")
        except (Invalid, NotPermitted):  # nobody who signs in
            return None
        lang = self._preferences.mail_language(person)
        link = f"{self._settings.public}/login/reset?link={secret}"
        lines = [say("mail.reset.text", lang), say("mail.reset.ignore", lang)]
        subject, button = say("mail.reset.subject", lang), say("mail.reset.button", lang)
        return Letter(who.email, lang, subject, lines, link=link, button=button, optional=False)

    def _asked_before(self, person: str, row: Any, now: datetime) -> bool:
        o = ou_letter.c
        query = sa.select(o.id).where(
            o.kind == "reset", o.person == person, o.id != row.id, o.state != "dropped", o.at > instant(now - _ASKED)
        )
        with reading(self._bus.database) as conn:
            return conn.execute(query.limit(1)).first() is not None

    # --- everything else -------------------------------------------------------------------------------------------

    def _invitation(self, row: Any, access: Access, lang: str, now: datetime) -> Letter | None:
        """The first one with its papers; when the date moves, new papers are still to be written."""
        letter = self._events.letter(row, access, lang, now)
        instance, _, sequence = row.about.rpartition("/")
        if letter is None or sequence != "0":
            return letter
        return replace(letter, papers=self._beside.with_event(instance, access, lang))

    def _of(self, told: _Teller, row: Any, now: datetime) -> Letter | None:
        with reading(self._bus.database) as conn:
            access = _access(conn, row.person, now)
        if access is None:
            return None
        return told(row, access, self._preferences.mail_language(row.person), now)


def _access(conn: Connection, person: str, now: datetime) -> Access | None:
    access = visibility.access_of(conn, person, day_in_almaty(now))
    return access if access is not None and access.person.email else None


def _waits_for(conn: Connection, access: Access, task: Any) -> bool:
    if task.assignee:
        return bool(task.assignee == access.person.id)
    c = ru_candidate.c
    query = sa.select(c.key).where(c.task == task.id, c.key.in_(visibility.offered_keys(access)))
    return conn.execute(query.limit(1)).first() is not None


def confidential(conn: Connection, tasks: Sequence[Any]) -> set[str]:
    """The confidential cases among those of the tasks."""
    i = ru_instance.c
    query = sa.select(i.id).where(i.id.in_({task.instance for task in tasks}), i.confidential.is_(sa.true()))
    return set(conn.execute(query).scalars())


def told_of(library: DeployedLibrary, task: Any, lang: str, *, hidden: bool) -> dict[str, str]:
    """What may be said of a task: of a confidential case (``hidden``) only when it is due."""
    due = day(moment(task.due)) if task.due else ""
    if hidden:
        return {"task": "", "process": "", "number": "", "due": due}
    definition = library.process(task.definition)
    node = definition.process.nodes.get(task.element)
    return {
        "task": worded(node.names if node else {}, lang),
        "process": worded(definition.process.names, lang),
        "number": task.business_key,
        "due": due,
    }


def day(when: datetime) -> str:
    """The day in Almaty; with the hour unless it is the end of the day."""
    local = when.astimezone(ALMATY)
    if (local.hour, local.minute) == (0, 0):
        local -= timedelta(minutes=1)
    return local.strftime("%d.%m.%Y" if (local.hour, local.minute) == (23, 59) else "%d.%m.%Y, %H:%M")
