"""A small faculty with the real models, on a clock of its own; people act only by commands they may give.

The vocabulary of the process tests: start, offered, answer (through the form, as a page would), wait, refused. With
``forget_between`` the engine keeps no case in memory from one command, message or timer to the next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.assembly import Settings, create_engine
from engine.bus import HotInstances
from engine.database import reading, ru_incident, ru_instance, ru_outbox, ru_task, vw_register
from engine.errors import Refused
from engine.values import ALMATY, typed
from engine.views import InboxRow, TaskView
from engine.world import ManualClock

ROOT = Path(__file__).parents[2]
SCHOOL = "eng"
START = datetime(2026, 9, 7, 9, tzinfo=ALMATY)  # a Monday
MASTER = bytes(range(32))
UNITS = (
    ("univ", "university", None),
    ("asb", "section", "univ"),
    (SCHOOL, "school", "univ"),
    ("eng-cs", "department", SCHOOL),
    ("eng-me", "department", SCHOOL),
    ("law", "school", "univ"),
    ("law-civil", "department", "law"),
)
STAFF = (
    # person, home unit, appointments
    ("dean", SCHOOL, (("dean", SCHOOL),)),
    ("office", SCHOOL, (("deans_office", SCHOOL),)),
    ("asb1", "asb", (("asb", "univ"),)),
    ("head", "eng-cs", (("department", "eng-cs"),)),
    ("head2", "eng-me", (("department", "eng-me"),)),
    ("teacher", "eng-cs", (("teacher", "eng-cs"),)),
    ("colleague", "eng-me", (("teacher", "eng-me"),)),
    ("expert", "eng-me", (("invited_expert", SCHOOL),)),
    ("admin", "univ", (("admin", "univ"),)),
    # the other school, which must see nothing of this one
    ("stranger", "law", (("chair", "law"), ("secretary", "law"), ("member", "law"))),
    ("civil", "law-civil", (("department", "law-civil"),)),
)


class NotOffered(AssertionError):
    """Somebody was to do what lies in nobody's or somebody else's inbox."""


class FormRefused(AssertionError):
    """The form refused the answers; ``errors`` as the page would show them."""

    def __init__(self, element: str, errors: Mapping[str, list[str]]) -> None:
        super().__init__(f"{element}: {errors}")
        self.errors = dict(errors)


class Faculty:
    """One engine, one school, ``size`` members of its commission: m1 the chair, m2 the secretary, m3 the deputy."""

    dean, office, asb, head, other_head = "dean", "office", "asb1", "head", "head2"
    teacher, colleague, expert, stranger, admin = "teacher", "colleague", "expert", "stranger", "admin"

    def __init__(self, url: str, folder: Path, *, now: datetime = START, forget_between: bool = False) -> None:
        self.clock = ManualClock(now)
        self.engine = create_engine(Settings(url, MASTER, folder), self.clock)
        self.forget_between = forget_between
        if forget_between:
            self.engine.bus.hot = HotInstances(0)
        self.members: list[str] = []
        self.chair = self.secretary = self.deputy = ""
        self.notes: dict[str, Any] = {}  # what the stage has left: ids of cases, decisions

    def close(self) -> None:
        self.engine.close()

    # --- who is there ----------------------------------------------------------------------------------------------

    def settle_in(self) -> None:
        """The units, everybody outside the commission, the models."""
        for unit, kind, parent in UNITS:
            self.do(c.RecordUnit(actor=c.SYSTEM, unit=unit, kind=kind, parent=parent, names={"kk": unit}))
        for person, unit, appointments in STAFF:
            self.person(person, *appointments, unit=unit)
        self.do(c.Deploy(actor=c.SYSTEM, name="regulation", files=models()))

    def form_commission(self, size: int, deputy: bool = True) -> None:
        """Approve ``size`` members, elect the chair, the secretary and, if wanted, a deputy."""
        for n in range(1, size + 1):
            self.person(f"m{n}", ("member", SCHOOL))
        self.know_commission(size, deputy)
        self.appoint(self.chair, "chair")
        self.appoint(self.secretary, "secretary")
        if self.deputy:
            self.appoint(self.deputy, "deputy_chair")

    def know_commission(self, size: int, deputy: bool) -> None:
        self.members = [f"m{n}" for n in range(1, size + 1)]
        self.chair, self.secretary = self.members[0], self.members[1]
        self.deputy = self.members[2] if deputy else ""

    def person(self, id: str, *appointments: tuple[str, str], unit: str = SCHOOL) -> str:
        self.do(c.RecordPerson(actor=c.SYSTEM, person=id, name=f"Адам {id}", unit=unit))
        for role, where in appointments:
            self.appoint(id, role, where)
        return id

    def appoint(
        self, person: str, role: str, unit: str = SCHOOL, start: date | None = None, end: date | None = None
    ) -> str:
        begin = start or self.today - timedelta(days=30)
        done = self.do(c.Appoint(actor=c.SYSTEM, person=person, role=role, unit=unit, start=begin, end=end))
        return str(done.result)

    def dismiss(self, person: str, role: str, end: date | None = None) -> None:
        """The appointment ends; ``end`` is the first day without it, by default today."""
        held = self.engine.reader(person).access.appointments
        appointment = next(a.id for a in held if a.role == role)
        self.do(
            c.EndAppointment(actor=c.SYSTEM, appointment=appointment, end=end or self.today, reason="құрам өзгерді")
        )

    def set_parameter(self, name: str, value: Any) -> None:
        self.do(c.SetParameter(actor=c.SYSTEM, name=name, value=value, reason="келісім бойынша"))

    # --- acting ----------------------------------------------------------------------------------------------------

    def do(self, command: c.Command) -> c.Done:
        return self.engine.handle(command)

    @property
    def today(self) -> date:
        return self.clock().astimezone(ALMATY).date()

    def start(self, process: str, by: str, school: str = SCHOOL, **variables: Any) -> str:
        """Start a case by hand; answers its instance."""
        return self.do(c.StartProcess(actor=by, definition=process, school=school, variables=variables)).instance

    def offered(self, person: str, element: str = "", case: str = "") -> list[InboxRow]:
        """What lies in a person's inbox, own and by role."""
        reader = self.engine.reader(person)
        rows = {row.task: row for view in ("mine", "role") for row in reader.inbox(view).rows}
        return [
            row
            for row in rows.values()
            if (not element or row.element == element) and (not case or row.instance == case)
        ]

    def task(self, element: str, case: str = "", assignee: str = "") -> str:
        """The open task of a case, whoever it is offered to: as the case's page lists it."""
        t = ru_task.c
        query = sa.select(t.id).where(t.element == element).order_by(t.id)
        query = query.where(t.instance == case) if case else query
        query = query.where(t.assignee == assignee) if assignee else query
        with reading(self.engine.database) as connection:
            found = connection.execute(query).scalars().first()
        if found is None:
            raise NotOffered(f"{element} is open for nobody; open are {self.open_tasks(case)}")
        return str(found)

    def undelivered(self, message: str) -> int:
        """How many messages of this name lie in the outbox: nobody has taken them."""
        query = sa.select(sa.func.count()).select_from(ru_outbox).where(ru_outbox.c.name == message)
        with reading(self.engine.database) as connection:
            return int(connection.execute(query).scalar_one())

    def page(self, person: str, element: str, case: str = "") -> TaskView:
        """The task's page as this person sees it; somebody with the right to act on behalf finds it in the case."""
        rows = self.offered(person, element, case)
        return self.engine.reader(person).task(rows[0].task if rows else self.task(element, case))

    def answer(self, person: str, element: str, case: str = "", **answers: Any) -> c.Done:
        """Open the task from the inbox, fill in its form and submit it. Raises NotOffered, FormRefused, Refused."""
        rows = self.offered(person, element, case)
        if not rows:
            raise NotOffered(f"{person} is not offered {element} but {[r.element for r in self.offered(person)]}")
        return self.submit(person, rows[0].task, **answers)

    def submit(self, person: str, task: str, /, **answers: Any) -> c.Done:
        """Submit a task's page: what it was opened with, and the answers. Raises FormRefused, Refused."""
        view = self.engine.reader(person).task(task)
        assert view.form is not None, view.element
        filled = {key: view.data[key] for key in _keys(view.form["components"]) if key in view.data} | answers
        result = self.engine.form_check(view.form, filled, "kk", view.data)
        if result.errors:
            raise FormRefused(view.element, result.errors)
        return self.complete(person, task, **result.data)

    def complete(self, person: str, task: str, /, **variables: Any) -> c.Done:
        """Complete a task with values a form has let through."""
        return self.do(self.completion(person, task, **variables))

    def completion(self, person: str, task: str, /, **variables: Any) -> c.CompleteTask:
        instance = task.rpartition(".")[0]
        return c.CompleteTask(actor=person, instance=instance, task=task, variables=variables)

    def attach(self, person: str, case: str, name: str) -> Mapping[str, Any]:
        """Put a file beside the case, as its field in a form does; the record an answer names it by."""
        note = self.engine.notes.attach(person, case, name, b"%PDF-1.7\n%%EOF\n").result
        (record,) = self.engine.notes.records(self.engine.reader(person), case, [note])
        return record

    def refused(self, command: c.Command) -> Refused:
        """The refusal of a command that must be refused."""
        try:
            self.do(command)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"{command} was carried out")

    # --- time ------------------------------------------------------------------------------------------------------

    def wait(self, **delta: float) -> None:
        """Let time pass; every timer on the way fires at its own moment."""
        self.wait_until(self.clock() + timedelta(**delta))

    def wait_until(self, moment: datetime) -> None:
        target = moment.astimezone(UTC)
        assert target >= self.clock(), f"{moment} is over"
        self.engine.router.pump()
        while (due := self.engine.beat.due()) is not None and due <= target:
            self.clock.move_to(max(due, self.clock()))
            self.engine.settle()
        self.clock.move_to(target)

    def wait_for_day(self, day: date, hour: int = 10) -> None:
        self.wait_until(datetime(day.year, day.month, day.day, hour, tzinfo=ALMATY))

    def out_of_order_until(self, moment: datetime) -> None:
        """The server stands still; nothing fires on the way. What is overdue fires when it is back."""
        self.clock.move_to(moment.astimezone(UTC))
        self.engine.settle()

    # --- what can be seen ------------------------------------------------------------------------------------------

    def cases(self, process: str, state: str = "") -> list[str]:
        i = ru_instance.c
        query = sa.select(i.id).where(i.process_key == process).order_by(i.started, i.id)
        if state:
            query = query.where(i.state == state)
        with reading(self.engine.database) as connection:
            return list(connection.execute(query).scalars())

    def state(self, case: str) -> str:
        with reading(self.engine.database) as connection:
            return str(connection.execute(sa.select(ru_instance.c.state).where(ru_instance.c.id == case)).scalar())

    def open_tasks(self, case: str = "") -> list[str]:
        """The elements of the open tasks, alphabetically."""
        query = sa.select(ru_task.c.element).order_by(ru_task.c.element)
        query = query.where(ru_task.c.instance == case) if case else query
        with reading(self.engine.database) as connection:
            return list(connection.execute(query).scalars())

    def incidents(self) -> list[Any]:
        columns = (ru_incident.c.element, ru_incident.c.code, ru_incident.c.params)
        with reading(self.engine.database) as connection:
            return [tuple(row) for row in connection.execute(sa.select(*columns))]

    def register(self, name: str, school: str = SCHOOL) -> dict[str, dict[str, Any]]:
        """Rows of a register by key, typed, in the order they were entered."""
        v = vw_register.c
        query = sa.select(v.key, v.content).where(v.register == name, v.school == school).order_by(v.at, v.key)
        with reading(self.engine.database) as connection:
            return {row.key: typed(json.loads(row.content)) for row in connection.execute(query)}

    def variables(self, case: str) -> Mapping[str, Any]:
        """The case's variables as the engine holds them."""
        with reading(self.engine.database) as connection:
            seq = connection.execute(sa.select(ru_instance.c.seq).where(ru_instance.c.id == case)).scalar_one()
            execution = self.engine.bus.instances.load(connection, case, seq)
        return execution.scopes.get(execution.task_tree.id, {})


def models() -> dict[str, bytes]:
    """Every model and form of the checkout, as an installation deploys them."""
    found = [*ROOT.glob("processes/**/*.bpmn"), *ROOT.glob("processes/**/*.dmn"), *ROOT.glob("forms/**/*.form")]
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in sorted(found)}


def _keys(components: Any) -> list[str]:
    """The top-level keys a form submits; a group with a path of its own is one key."""
    found = []
    for component in components:
        key = component.get("key") or component.get("path")
        if key:
            found.append(str(key))
        elif "components" in component:
            found += _keys(component["components"])
    return found
