"""Keeps the rest from knowing how simulated people get on: from one due moment or planned act to the next.

Time stands between two acts. Each act is a command given by the person themselves, which the engine permits or refuses.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine import commands as c
from engine.answers import working_calendar
from engine.assembly import Engine
from engine.compliance.measuring import places
from engine.errors import Refused
from engine.simulation.acting import Acting, Put, Undone
from engine.simulation.chance import Chance
from engine.simulation.checking import Checking
from engine.simulation.habits import Change, Habit, Habits, Halt, Post, Start
from engine.simulation.hours import Absences, Hours
from engine.simulation.misdeeds import Misdeeds
from engine.simulation.sight import Look, OpenTask, looking
from engine.values import ALMATY, day_in_almaty, instant
from engine.world import ManualClock

_TRIES = 4
_ROUNDS = 1000
"""How often one step of a case is done (by everybody together) before people give up: what goes round shows nowhere."""


@dataclass(order=True, slots=True)
class _Plan:
    at: datetime
    n: int
    task: OpenTask | None = field(compare=False, default=None)
    habit: Habit | None = field(compare=False, default=None)
    start: Start | None = field(compare=False, default=None)
    change: Change | Post | Halt | None = field(compare=False, default=None)
    halted: str = field(compare=False, default="")  # the case that is to go on
    school: str = field(compare=False, default="")
    tries: int = field(compare=False, default=0)


def _even(moment: datetime) -> datetime:
    """A moment as people would say it: to five minutes, not later."""
    local = moment.astimezone(ALMATY)
    return local.replace(minute=local.minute - local.minute % 5, second=0, microsecond=0)


class Actors:
    """The people of some schools from ``begin`` to ``end``; the same for the same seed."""

    def __init__(
        self, engine: Engine, clock: ManualClock, habits: Habits, schools: tuple[str, ...], people: list[str],
        end: datetime, seed: str, check_every: int = 50, curious: float = 0.0,
    ) -> None:  # fmt: skip
        self._engine, self._clock, self._habits = engine, clock, habits
        self._chance = Chance(f"{seed}/acts", curious)
        self._begin, self._end = clock(), end
        self._plans: list[_Plan] = []
        self._count = 0
        self._known: set[str] = set()
        self._since = ""
        self.checking = Checking(engine, check_every)
        self.misdeeds = Misdeeds()
        self.refusals: Counter[str] = Counter()
        self.undone: list[str] = []
        self._rounds: Counter[tuple[str, str]] = Counter()
        names = Chance(f"{seed}/cases")
        engine.bus.instances.new_id = names.case_id
        with looking(engine) as look:
            self._hours = Hours(working_calendar(look.connection), self._chance, habits.opens, habits.closes)
            away = Absences(
                people, self._begin.date(), end.date(), (habits.away["a_year"][0], habits.away["a_year"][1]),
                (habits.away["days"][0], habits.away["days"][1]), seed,
            )  # fmt: skip
            standing: dict[str, Any] = {**habits.data, "begin": self._begin.astimezone(ALMATY), "horizon": _even(end)}
            for name, text in habits.named.items():
                standing[name] = look.evaluate(text, standing)
            self._acting = Acting(engine, habits, self._chance, self.checking, away, people, standing, self.refusals)
            for start in habits.starts:
                for school in (start.at,) if start.at else schools:
                    self._first(look, start, school)

        changes: tuple[Change | Post | Halt, ...] = (*habits.changes, *habits.posts, *habits.halts)
        for change in changes:
            self._later(self._begin, change.day, change=change)

    # --- planning --------------------------------------------------------------------------------------------------

    def _plan(self, at: datetime, **more: Any) -> None:
        self._count += 1
        heapq.heappush(self._plans, _Plan(at, self._count, **more))

    def _later(self, since: datetime, days: int, **more: Any) -> None:
        """Some time on the first working day so many days on."""
        day = self._hours.calendar.next(day_in_almaty(since) + timedelta(days=days))
        self._plan(self._hours.some_time(day), **more)

    def _first(self, look: Look, start: Start, school: str) -> None:
        if start.moments is not None:
            for at in self._acting.moments(look, start, school):
                self._plan(at, start=start, school=school)
            return
        self._later(self._begin, self._chance.between(*start.first), start=start, school=school)

    def _notice(self) -> datetime | None:
        """Plan what is newly offered; answers when the next timer is due."""
        with looking(self._engine) as look:
            for task in look.tasks(self._since):
                if task.id not in self._known:
                    self._notice_task(look, task)
        return self._engine.beat.due()

    def _notice_task(self, look: Look, task: OpenTask) -> None:
        created = instant(task.created)
        if created > self._since:
            self._since = created
            self._known.clear()
        self._known.add(task.id)
        seen = look.see(task)
        if seen is None:
            return
        scope = self._acting.scope(look, seen)
        habit = self._habits.of(task.process, task.element, lambda text: look.evaluate(text, scope))
        scope |= look.known(habit.reads, task.school)
        for rule in habit.breaks:
            limit = look.evaluate(rule.limit, scope)
            if isinstance(limit, datetime):
                limit = day_in_almaty(limit)
            self.misdeeds.watch(task.id, rule.rule, limit, task.school, task.instance, rule.undone)
        at = self._when(look, habit, scope, task)
        if at is not None and at <= self._end:
            self._plan(at, task=task, habit=habit)

    def _when(self, look: Look, habit: Habit, scope: dict[str, Any], task: OpenTask) -> datetime | None:
        if habit.timed:
            said = look.evaluate(habit.at, scope) if habit.at is not None else None
            return None if said is None else self._hours.exactly(said, task.created, habit.spread)
        step = task.step
        if self._chance.happens(habit.never, f"{step}/never"):
            return None
        return self._hours.moment(habit, task.created, task.due, step)

    # --- acting ----------------------------------------------------------------------------------------------------

    def run(self, tell: Callable[[datetime], None] = lambda _: None, looks: timedelta | None = None) -> None:
        """Go on until the end. ``looks``: how often it is looked whether the rules are kept; never without it."""
        look = None if looks is None else self._begin + looks
        while True:
            due = self._notice()
            act = self._plans[0].at if self._plans else None
            moment = min((each for each in (due, act, look) if each is not None), default=None)
            if moment is None or moment > self._end:
                break
            self._clock.move_to(moment)
            tell(moment)
            if looks is not None and look == moment:
                look += looks
                self._engine.watch.look()
                self._sweep()
            elif due is not None and due <= moment:
                self._engine.settle()
                self._sweep()
            else:
                self._carry_out(heapq.heappop(self._plans))
        self._clock.move_to(self._end)
        self.misdeeds.over(day_in_almaty(self._end))
        self._look_back()

    def _carry_out(self, plan: _Plan) -> None:
        try:
            done = self._act(plan)
        except Undone as why:
            self._again(plan, why)
            return
        except Refused as refusal:
            self.refusals[refusal.code] += 1
            self._again(plan, Undone(str(refusal)))
            return
        if done is not None and (done.threw or done.listens):
            self._sweep()

    def _act(self, plan: _Plan) -> c.Done | None:
        today = day_in_almaty(self._clock())
        if plan.start is not None:
            pause = plan.start.again
            try:
                if self._chance.happens(plan.start.skips):
                    pause = plan.start.every
                    return None
                begun = self._acting.start(plan.start, plan.school)
                pause = plan.start.every
                return begun
            finally:
                if plan.start.moments is None:
                    self._later(self._clock(), self._chance.between(*pause), start=plan.start, school=plan.school)
        if isinstance(plan.change, Post):
            done = self._acting.post(plan.change)
            if plan.change.breaks:
                self.misdeeds.add(plan.change.breaks, plan.change.gives.partition("@")[2], today)
            return done
        if isinstance(plan.change, Halt):
            return self._halt(plan.change, plan.halted)
        if plan.change is not None:
            return self._acting.change(plan.change)
        assert plan.task is not None and plan.habit is not None
        step = plan.task.step
        self._rounds[plan.task.instance, step] += 1
        if self._rounds[plan.task.instance, step] > _ROUNDS:
            self.checking.faults.append(f"{step}: {plan.task.instance} goes round")
            return None
        done = self._acting.complete(plan.task, plan.habit)
        self.misdeeds.ended(plan.task.id, today)
        return done

    def _halt(self, halt: Halt, case: str) -> c.Done | None:
        """Suspend a case and plan when it goes on, and the next one; or let one go on."""
        if case:
            return self._acting.resume(halt, case)
        self._later(self._clock(), halt.every, change=halt)
        self._later(self._clock(), halt.days, change=halt, halted=self._acting.halt(halt))
        return None

    def _again(self, plan: _Plan, why: Undone) -> None:
        """Nobody was there, or it did not work: another day."""
        if isinstance(why, Put):
            if why.until is not None and plan.start is None:
                day = self._hours.calendar.next(why.until)
                self._plan(self._hours.some_time(day), task=plan.task, habit=plan.habit, tries=plan.tries)
            return
        if plan.start is not None:
            self.undone.append(f"{plan.start.name}: {why}")
        elif plan.task is not None and plan.tries < _TRIES:
            day = self._hours.calendar.after(day_in_almaty(self._clock()), 1)
            self._plan(self._hours.some_time(day), task=plan.task, habit=plan.habit, tries=plan.tries + 1)
        elif plan.task is not None:
            self.undone.append(f"{plan.task.step}: {why}")

    # --- what became of it -----------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Steps with a limit that are gone without having been done."""
        watched = self.misdeeds.watched
        if not watched:
            return
        with looking(self._engine) as look:
            still = {task.id for task in look.tasks()}
        today = day_in_almaty(self._clock())
        for task in sorted(watched - still):
            self.misdeeds.ended(task, today, done=False)

    def _look_back(self) -> None:
        """Rules that show in a register only, and what still waits for somebody to hold a post."""
        with looking(self._engine) as look:
            self.undone += [why for task, why in self._acting.unheld.items() if look.task(task) is not None]
            for found in self._habits.found:
                for school in places(look.connection):
                    rows = look.rows(found.register, school, found.where)
                    scope = {"rows": rows, "school": school, "begin": day_in_almaty(self._begin)}
                    scope |= look.known(found.reads, school)
                    for day in look.evaluate(found.days, scope) or []:
                        self.misdeeds.add(found.rule, school, day)
