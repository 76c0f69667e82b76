"""Keeps the planning from knowing how one act goes: who does it, with which answers, through a form or straight in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from engine import commands as c
from engine.assembly import Engine
from engine.directory import reads
from engine.errors import Refused
from engine.simulation.answering import Answering
from engine.simulation.chance import Chance
from engine.simulation.checking import Checking
from engine.simulation.habits import Change, Habit, Habits, Halt, Post, Start
from engine.simulation.hours import Absences
from engine.simulation.sight import Look, OpenTask, Seen, looking
from engine.values import ALMATY, Value, day_in_almaty

_VACANT = timedelta(days=5)
"""After so many days it is looked again whether somebody holds the post now."""
_VISITOR = "visitor"
_PAPER = b"%PDF-1.7\n%%EOF\n"


class Undone(Exception):
    """The act did not come about; the text says why."""


class Put(Undone):
    """Nobody is there who could do it before ``until``; or (None) it is not the time for it."""

    def __init__(self, until: date | None) -> None:
        self.until = until
        super().__init__(f"put off until {until}")


class Acting:
    """Completes tasks and starts cases as the people whose business it is."""

    def __init__(
        self, engine: Engine, habits: Habits, chance: Chance, checking: Checking, absences: Absences, people: list[str],
        standing: dict[str, Value], refusals: Counter[str],
    ) -> None:  # fmt: skip
        self._engine, self._habits, self._chance, self._checking = engine, habits, chance, checking
        self._absences, self._people, self._standing, self._refusals = absences, people, standing, refusals
        self.unheld: dict[str, str] = {}  # tasks that wait for somebody to be appointed

    # --- what is known -----------------------------------------------------------------------------------------------

    def scope(self, look: Look, seen: Seen) -> dict[str, Value]:
        """The task's variables and what people know besides: who is away, when it was offered and is due."""
        task = seen.task
        known = {
            "away": self._away(look), "offered": task.created.astimezone(ALMATY),
            "due": task.due.astimezone(ALMATY) if task.due else None,
        }  # fmt: skip
        return {**self._standing, **seen.variables, **known}

    def _away(self, look: Look) -> list[str]:
        return self._absences.of(self._people, day_in_almaty(look.now))

    def moments(self, look: Look, start: Start, school: str) -> Iterator[datetime]:
        """When a script says that something is started."""
        assert start.moments is not None
        for moment in look.evaluate(start.moments, {**self._standing, "school": school}) or []:
            yield moment.astimezone(ALMATY)

    # --- tasks -------------------------------------------------------------------------------------------------------

    def complete(self, task: OpenTask, habit: Habit) -> c.Done | None:
        """Do a step that was planned; None when it is no longer there. Raises Put, Undone, Refused."""
        with looking(self._engine) as look:
            now_open = look.task(task.id)
            seen = look.see(now_open) if now_open else None
            if seen is None:
                return None
            person, offered = self._who(look, seen, habit)
            scope = {**self.scope(look, seen), **look.known(habit.reads, task.school)}
            step = task.step
            answering = Answering(look.evaluate, self._chance, self._habits.texts, step)
            scope |= answering.fields(habit.drawn, scope)
            answers = answering.fields(habit.answers, scope)
            past = habit.past is not None and look.evaluate(habit.past, {**scope, **answers}) is True
            strangers = sorted(set(self._people) - set(look.people((*seen.keys, *seen.on_behalf))))
        if self._chance.happens(self._habits.astray) and strangers:
            self._astray(str(self._chance.one(strangers)), task)
        if habit.back is not None and self._chance.happens(habit.back.chance, f"{step}/back"):
            back = habit.back
            return self._engine.handle(
                c.ReturnTask(actor=person, instance=task.instance, task=task.id, reason=back.reason, to=back.to)
            )
        if not seen.assignee and offered and self._chance.happens(habit.claims, f"{step}/claims"):
            self._engine.handle(c.ClaimTask(actor=person, instance=task.instance, task=task.id))
        answers |= {name: self._attached(person, task, file) for name, file in habit.files.items()}
        if not past and self._checking.due(step, frozenset(answering.outcome)):
            checked = self._checking.task(person, task, answers, offered and not seen.assignee)
            if checked is None:
                raise Undone("the form refused the answers")
            answers = checked
        command = c.CompleteTask(actor=person, instance=task.instance, task=task.id, variables=answers)
        return self._engine.handle(command)

    def _attached(self, person: str, task: OpenTask, name: str) -> list[Mapping[str, Any]]:
        """A file beside the case, as the answer of its field."""
        note = self._engine.notes.attach(person, task.instance, name, _PAPER, task.id).result
        return self._engine.notes.records(self._engine.reader(person), task.instance, [str(note)])

    def _who(self, look: Look, seen: Seen, habit: Habit) -> tuple[str, bool]:
        """(who does it, whether it is in their inbox). Raises Put when nobody is there."""
        if seen.assignee:
            if self._absences.away(seen.assignee, day_in_almaty(look.now)):
                raise Put(self._absences.back(seen.assignee, day_in_almaty(look.now)))
            return seen.assignee, True
        own = [person for person in look.people(seen.keys) if not look.barred(seen, person)]
        if habit.by is not None:
            person = look.evaluate(habit.by, self.scope(look, seen))
            return str(person), person in own
        today = day_in_almaty(look.now)
        here = [person for person in own if not self._absences.away(person, today)]
        others = [person for person in look.people(seen.on_behalf) if person not in own]
        others = [p for p in others if not look.barred(seen, p) and not self._absences.away(p, today)]
        if others and (not here or self._chance.happens(habit.behalf)):
            return str(self._chance.one(others)), False
        if here:
            return str(self._chance.one(here)), True
        if not own:
            self.unheld[seen.task.id] = f"{seen.task.step}: nobody holds {', '.join(seen.keys)}"
            raise Put(today + _VACANT)
        raise Put(min(self._absences.back(person, today) for person in own))

    def _astray(self, person: str, task: OpenTask) -> None:
        """Somebody whose business it is not tries; the engine must say no."""
        try:
            self._engine.handle(c.CompleteTask(actor=person, instance=task.instance, task=task.id, variables={}))
        except Refused as refusal:
            self._refusals[refusal.code] += 1
        else:
            self._checking.faults.append(f"{task.step}: {person} was let in")

    # --- starts ------------------------------------------------------------------------------------------------------

    def start(self, start: Start, school: str) -> c.Done | None:
        """Begin a case if it is the time for it. Raises Put, Undone, Refused."""
        with looking(self._engine) as look:
            scope: dict[str, Any] = {**self._standing, "school": school, "away": self._away(look)}
            scope["running"] = look.running(start.process, school)
            scope |= look.known(start.reads, school)
            if start.when is not None and look.evaluate(start.when, scope) is not True:
                raise Put(None)
            person = self._starter(look, start, school, scope["away"])
            step = f"{start.process}/{start.name}"
            answering = Answering(look.evaluate, self._chance, self._habits.texts, step)
            answers = answering.fields(start.answers, {**scope, **answering.fields(start.drawn, scope)})
        if person == _VISITOR:
            self._visit(start.process, school, answers)
            return None
        if self._checking.due(step, frozenset(answering.outcome)):
            checked = self._checking.start(person, start.process, school, answers)
            if checked is None:
                raise Undone("the form refused the answers")
            answers = checked
        return self._engine.handle(
            c.StartProcess(actor=person, definition=start.process, school=school, variables=answers)
        )

    def _visit(self, process: str, school: str, answers: Mapping[str, Value]) -> None:
        """Somebody without an account comes of themselves, or by a code they were sent."""
        invited = self._engine.invitations.find(process, str(answers.get("code", "")))
        if invited is not None:
            self._engine.invitations.take_up(process, invited, answers, self._chance.key())
        else:
            desk = self._engine.visitors
            desk.begin(desk.opening(process), school, answers, [], self._chance.key())

    def _starter(self, look: Look, start: Start, school: str, away: list[str]) -> str:
        """Who of those whose business it is begins the case. Raises Put when nobody is there."""
        if start.by == _VISITOR:
            return _VISITOR
        role, _, unit = start.by.partition("@")
        here = [one for one in look.people((f"{role}@{school if unit == 'school' else unit}",)) if one not in away]
        if not here:
            raise Put(None)
        return str(self._chance.one(here))

    # --- the house ---------------------------------------------------------------------------------------------------

    def change(self, change: Change) -> c.Done | None:
        """Somebody whose right it is changes a parameter."""
        with looking(self._engine) as look:
            person = look.holder(change.by)
        if person is None:
            raise Put(None)
        return self._engine.handle(
            c.SetParameter(actor=person, name=change.parameter, value=change.value, reason=change.reason)
        )

    def post(self, post: Post) -> c.Done | None:
        """A post is given up, or given to somebody."""
        with looking(self._engine) as look:
            by = look.holder(post.by)
            role, _, unit = (post.ends or post.gives).partition("@")
            today = day_in_almaty(look.now)
            held = reads.appointments_to(look.connection, role, unit, today) if post.ends else []
            person = look.evaluate(post.to, {**self._standing, "away": self._away(look)}) if post.to else None
        if by is None or (post.gives and person is None):
            raise Put(None)
        done = None
        if post.gives:
            done = self._engine.handle(c.Appoint(actor=by, person=str(person), role=role, unit=unit, start=today))
        for one in held:
            done = self._engine.handle(
                c.EndAppointment(actor=by, appointment=str(one["appointment"]), end=today, reason=post.reason)
            )
        return done

    def halt(self, halt: Halt) -> str:
        """A case that waits is suspended; its id. Raises Put when none does."""
        with looking(self._engine) as look:
            person = look.holder(halt.by)
            case = self._chance.one(look.waiting(halt.process, halt.awaits))
        if person is None or case is None:
            raise Put(None)
        self._engine.handle(c.SuspendInstance(actor=person, instance=case, reason=halt.reason))
        return case

    def resume(self, halt: Halt, case: str) -> c.Done:
        """The case goes on. Raises Refused when it is not suspended any more."""
        with looking(self._engine) as look:
            person = look.holder(halt.by) or ""
        return self._engine.handle(c.ResumeInstance(actor=person, instance=case, reason=halt.reason))
