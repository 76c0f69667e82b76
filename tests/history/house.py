"""A small working house: two schools, six people, models deployed, cases that have used every kind of step."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.access import id_token
from engine.assembly import Engine, Settings, create_engine
from engine.database import reading, ru_external, ru_instance, ru_task
from engine.documents.tables import ru_document_due
from engine.history.report import Report
from engine.history.verify import verify
from engine.world import ManualClock
from tests.history.models import FILES

START = datetime(2026, 9, 1, 4, tzinfo=UTC)
MASTER = bytes(range(32))
SECRETARY, CHAIR, DEAN, HELPER, ADMIN = "p1", "p2", "p3", "p4", "p5"
POSTS = [
    (SECRETARY, "secretary", "eng"),
    (CHAIR, "chair", "eng"),
    (DEAN, "dean", "eng"),
    (HELPER, "secretary", "eng"),
    (ADMIN, "admin", "univ"),
    ("p6", "secretary", "law"),
]


class House:
    """An engine with hands: it finds tasks by element and answers them."""

    def __init__(self, url: str, folder: Path, settle: bool = True) -> None:
        self.clock = ManualClock(START)
        self.settings = Settings(url, MASTER, folder)
        self.engine: Engine = create_engine(self.settings, self.clock)
        self.cases: dict[str, str] = {}
        self.before: Callable[[], None] = lambda: None  # each command
        self.after: Callable[[c.Done], None] = lambda done: None
        if settle:
            self.settle_in()

    @classmethod
    def moved(cls, url: str, folder: Path) -> House:
        """The house whose copy lies there."""
        house = cls(url, folder, settle=False)
        house.cases, moment = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
        house.clock.move_to(datetime.fromisoformat(moment))
        return house

    def settle_in(self) -> None:
        system: dict[str, Any] = {"actor": c.SYSTEM}
        units = [("univ", "university", None), ("eng", "school", "univ"), ("law", "school", "univ")]
        for unit, kind, parent in units:
            self.do(c.RecordUnit(**system, unit=unit, kind=kind, parent=parent, names={"kk": unit, "en": unit}))
        for person in ("p1", "p2", "p3", "p4", "p5", "p6"):
            self.do(
                c.RecordPerson(**system, person=person, name=f"Адам {person}", unit="eng", email=f"{person}@example.kz")
            )
        for person, role, unit in POSTS:
            self.do(c.Appoint(**system, person=person, role=role, unit=unit, start=date(2026, 1, 1), basis="№ 1"))
        self.do(c.Deploy(**system, name="first", files=FILES))

    # --- commands --------------------------------------------------------------------------------------------------

    def do(self, command: c.Command) -> c.Done:
        self.before()
        done = self.engine.handle(command)
        self.after(done)
        return done

    def start(self, process: str, actor: str = SECRETARY, school: str = "eng", **more: Any) -> str:
        return self.do(c.StartProcess(actor=actor, definition=process, school=school, **more)).instance

    def write_down(self, instance: str) -> None:
        """Record a document of the case, as if its step's template had been filled, and mend a mistake in it."""
        due = next(row for row in self.table(ru_document_due) if row.instance == instance)
        with reading(self.engine.database) as connection:
            key = self.engine.keys.of(connection, f"instance:{instance}")
        assert key is not None
        paper = [self.engine.files.seal(instance, b"%PDF-", key), 5]
        made = {"id": f"{instance}1", "number": "1", "day": "2026-09-01", "addressee": HELPER, "mends": "",
                "files": {"kk": {"pdf": paper, "docx": paper}}}  # fmt: skip
        self.do(c.RecordDocuments(actor=c.SYSTEM, instance=instance, source=due.stream, seq=due.seq,
                                  element=due.element, kind=due.kind, documents=(made,)))  # fmt: skip
        self.do(c.IssueErratum(actor=CHAIR, document=made["id"], wrong="1", right="2", why="қате"))

    def task(self, instance: str, element: str = "", assignee: str = "") -> str:
        t = ru_task.c
        query = sa.select(t.id).where(t.instance == instance).order_by(t.id)
        if element:
            query = query.where(t.element == element)
        if assignee:
            query = query.where(t.assignee == assignee)
        with reading(self.engine.database) as connection:
            return str(connection.execute(query).scalars().first())

    def complete(self, instance: str, element: str, actor: str, assignee: str = "", **values: Any) -> c.Done:
        task = self.task(instance, element, assignee)
        return self.do(c.CompleteTask(actor=actor, instance=instance, task=task, variables=values))

    def later(self, **delta: float) -> None:
        """Time goes by; what is due fires, what was thrown arrives."""
        self.clock.move_to(self.clock() + timedelta(**delta))
        self.engine.settle()

    def cool(self) -> None:
        """Forget every instance in memory, as a fresh process would."""
        self.engine.bus.hot.clear()

    def instance(self, process: str, business_key: str = "") -> str:
        i = ru_instance.c
        query = sa.select(i.id).where(i.process_key == process, i.business_key == business_key)
        with reading(self.engine.database) as connection:
            return str(connection.execute(query).scalar_one())

    def external(self, instance: str) -> str:
        with reading(self.engine.database) as connection:
            return str(
                connection.execute(sa.select(ru_external.c.id).where(ru_external.c.instance == instance)).scalar()
            )

    # --- looking ---------------------------------------------------------------------------------------------------

    def verify(self, *streams: str, known: str = "") -> Report:
        return verify(self.engine.database, self.engine.keys, streams or None, known=known)

    def table(self, table: sa.Table) -> list[Any]:
        with reading(self.engine.database) as connection:
            return list(connection.execute(sa.select(table).order_by(*table.primary_key)))

    def close(self) -> None:
        self.engine.close()


def live_through(house: House) -> dict[str, str]:
    """A few months of this house's life; answers the cases by name."""
    return {**_requests(house), **_gatherings(house), **_affairs(house)}


def _requests(house: House) -> dict[str, str]:
    """Claimed, rated, returned, reminded, numbered, registered, followed up by another case, stuck."""
    big = house.start("request", business_key="R-1", variables={"subject": "Бағдарлама"})
    house.do(c.ClaimTask(actor=SECRETARY, instance=big, task=house.task(big)))
    house.complete(big, "fill", SECRETARY, amount=150, subject="Жаңа бағдарлама", b=1, a=2)
    house.complete(big, "extra", DEAN, opinion={"z": 1, "a": [1.5, "екі"]})
    house.engine.notes.attach(SECRETARY, big, "Жаңа бағдарлама.pdf", b"%PDF-1.4 ... %%EOF", key="file-1")
    house.engine.notes.comment(SECRETARY, big, "Жаңа бағдарлама туралы пікір", [CHAIR])
    house.engine.notes.take_back(SECRETARY, big, house.engine.notes.comment(SECRETARY, big, "артық", []).result)
    house.write_down(big)
    house.later(days=4)
    task = house.task(big, "review")
    house.do(c.ReturnTask(actor=CHAIR, instance=big, task=task, reason="толықтыру", to="extra"))
    house.complete(big, "extra", DEAN, opinion={})
    house.complete(big, "review", CHAIR)
    house.complete(big, "remind", HELPER)
    small = house.start("request", business_key="R-2", variables={"subject": "Силлабус", "amount": 7})
    house.complete(small, "fill", HELPER, amount=7)
    stuck = house.start("request", business_key="R-3", variables={"subject": "Қате"})
    house.complete(stuck, "fill", SECRETARY, amount=None)
    followed = house.instance("follow", "R-1")
    house.complete(followed, "act", DEAN, note="бітті")
    return {"big": big, "small": small, "stuck": stuck, "followed": followed}


def _gatherings(house: House) -> dict[str, str]:
    """Timers in cycles, workers, many people at once, signals, messages nobody waits for."""
    varied = house.start("varied", variables={"special": True})
    house.later(days=8)
    outside = house.external(varied)
    house.do(c.CompleteExternal(actor="worker:1", instance=varied, task=outside, worker="w1", variables={"pages": 12}))
    poll = house.start("poll", variables={"people": [CHAIR, DEAN, HELPER], "answers": []})
    for person in (DEAN, CHAIR, HELPER):
        house.complete(poll, "answer", person, person, said=person == DEAN)
    house.complete(poll, "sum_up", SECRETARY)
    house.complete(varied, "wait", SECRETARY)
    shout = house.start("shout")
    waiting = house.start("varied", key="start-1")
    return {"varied": varied, "poll": poll, "shout": shout, "waiting": waiting}


def _affairs(house: House) -> dict[str, str]:
    """Suspended, cancelled, an appointment made by a model, the house's own streams, cases started by the calendar."""
    held = house.start("loop")
    house.do(c.SuspendInstance(actor=CHAIR, instance=held, reason="тексеру"))
    appointing = house.start("appointing", DEAN, variables={"person": HELPER})
    house.complete(appointing, "propose", DEAN)
    dropped = house.start("loop")
    house.do(c.CancelInstance(actor=CHAIR, instance=dropped, reason="қате басталған", key="cancel-1"))
    today = house.clock().date()
    away = c.RecordAbsence(actor=HELPER, person=HELPER, substitute=DEAN, start=today, end=today + timedelta(days=9))
    absence = house.do(away).result
    house.do(c.EndAbsence(actor=DEAN, absence=absence, end=today, reason="шықты"))
    shared = house.start("request", business_key="R-10", variables={"subject": "Жоспар"})
    told: dict[str, Any] = {"instance": shared, "task": house.task(shared)}
    house.do(c.DelegateTask(actor=SECRETARY, **told, person=HELPER, reason="дайындаңыз"))
    house.do(c.HandBackTask(actor=HELPER, **told, reason="дайын"))
    house.do(c.DelegateTask(actor=SECRETARY, **told, person=DEAN, reason="қараңыз"))
    house.do(c.SetPassword(actor=c.SYSTEM, person=SECRETARY, login="first", digest="$argon2id$x"))
    house.do(c.IssueToken(actor=SECRETARY, person=SECRETARY, label="есеп", digest="d1"))
    house.do(c.IssueToken(actor=SECRETARY, person=SECRETARY, label="артық", digest="d2"))
    house.do(c.RevokeToken(actor=SECRETARY, person=SECRETARY, token=house.table(id_token)[-1].id))
    house.do(c.IssueReset(actor=c.SYSTEM, person=SECRETARY, link="d3"))
    house.engine.preferences.set(SECRETARY, "shortcuts", "off")
    house.do(c.SetDay(actor=c.SYSTEM, day=date(2026, 9, 14), working=False, reason="карантин"))
    house.do(c.SetTerm(actor=c.SYSTEM, year="2026/2027", name="autumn_end", day=date(2026, 12, 20)))
    house.do(c.SetParameter(actor=c.SYSTEM, name="P_CURE_WD", value=12, reason="келісім", key="param-1"))
    house.start("edition")
    house.do(c.SetParameter(actor=c.SYSTEM, name="TERM", value=24, reason="4.2", edition="2"))
    _changes(house)
    house.later(days=60)
    return {"held": held, "appointing": appointing, "dropped": dropped}


def _changes(house: House) -> None:
    """A version of a model made effective by a second person, one returned, one that waits."""
    for person in (ADMIN, "p6"):
        house.do(c.Appoint(actor=c.SYSTEM, person=person, role="process_owner", unit="univ", start=date(2026, 1, 1)))
    for n in range(3):
        files = {f"aside{n}.bpmn": FILES["loop.bpmn"].replace(b'"loop"', f'"aside{n}"'.encode())}
        proposed = house.do(c.ProposeModels(actor=ADMIN, name="aside", files=files, source="Camunda Modeler"))
        number = proposed.result["proposal"]
        house.do(c.ExplainProposal(actor=ADMIN, proposal=number, why="қосымша тәртіп"))
        if n == 0:
            house.do(c.MakeEffective(actor="p6", proposal=number, key="effective-1"))
        elif n == 1:
            house.do(c.ReturnProposal(actor="p6", proposal=number, reason="ертерек"))
