"""Keeps the actors from knowing when people work: office hours on working days, a habit's delay, a due date."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from engine.calendar.working_days import WorkingCalendar
from engine.simulation.chance import Chance
from engine.simulation.habits import Habit
from engine.values import ALMATY, day_in_almaty

_SOON = timedelta(minutes=3)
_MINUTE = timedelta(minutes=1)


class Hours:
    """When something is done. Moments are aware, in Almaty's time."""

    def __init__(self, calendar: WorkingCalendar, chance: Chance, opens: str, closes: str) -> None:
        self.calendar = calendar
        self._chance = chance
        self._opens = time.fromisoformat(opens)
        self._closes = time.fromisoformat(closes)

    def some_time(self, day: date) -> datetime:
        """A moment within the office hours of a day."""
        return self._at(day, self._opens) + _MINUTE * self._chance.between(0, self._length - 1)

    def opening(self, moment: datetime) -> datetime:
        """The moment itself if the office is open then, else when it opens next."""
        local = moment.astimezone(ALMATY)
        day = self.calendar.next(local.date())
        if day != local.date() or local.time() < self._opens:
            return self._at(day, self._opens)
        return local if local.time() < self._closes else self._at(self.calendar.after(day, 1), self._opens)

    def moment(self, habit: Habit, offered: datetime, due: datetime | None, step: str = "") -> datetime:
        """When a step offered then is done by habit: within its due date, unless the draw says late."""
        begun = self.opening(offered + _SOON)
        if due is not None and due <= offered:
            due, weights = None, habit.overdue
        else:
            weights = habit.after
        if due is not None and self._chance.happens(habit.late.chance, step and f"{step}/late"):
            days = self._chance.between(*habit.late.days)
            return max(begun, self.some_time(self.calendar.after(day_in_almaty(due), days)))
        days = int(self._chance.weighted(weights))
        if days == 0:
            found = self.opening(begun + _MINUTE * self._chance.between(2, 150))
        else:
            found = self.some_time(self.calendar.after(begun.date(), days))
        if due is not None and found > due:
            found = max(begun, self._before(due))
        return found

    def exactly(self, when: date | datetime, offered: datetime, spread: tuple[int, int]) -> datetime:
        """A day or a moment that was said, with some minutes added; never before the step was offered."""
        moment = when.astimezone(ALMATY) if isinstance(when, datetime) else self.some_time(when)
        return max(moment + _MINUTE * self._chance.between(*spread), offered.astimezone(ALMATY) + _SOON)

    def _before(self, due: datetime) -> datetime:
        """The last office hours before a due moment."""
        local = due.astimezone(ALMATY)
        day = local.date()
        if not self.calendar.is_working(day) or local.time() <= self._opens:
            day = self.calendar.before(day, 1)
        last = min(local, self._at(day, self._closes))
        return last - _MINUTE * self._chance.between(1, 90)

    @property
    def _length(self) -> int:
        """Office hours in minutes."""
        return (self._closes.hour - self._opens.hour) * 60 + self._closes.minute - self._opens.minute

    @staticmethod
    def _at(day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, ALMATY)


class Absences:
    """Who is away when: drawn once for everybody and the whole time, so that it depends on nothing that happens."""

    def __init__(
        self, people: list[str], begin: date, end: date, a_year: tuple[int, int], days: tuple[int, int], seed: str
    ) -> None:
        self._periods: dict[str, list[tuple[date, date]]] = {}
        for person in people:
            chance = Chance(f"{seed}/away/{person}")
            found = self._periods[person] = []
            start = begin
            while start < end:
                for _ in range(chance.between(*a_year)):
                    first = start + timedelta(days=chance.between(0, 364))
                    found.append((first, first + timedelta(days=chance.between(*days))))
                start += timedelta(days=365)

    def away(self, person: str, day: date) -> bool:
        return any(first <= day < last for first, last in self._periods.get(person, ()))

    def of(self, people: list[str], day: date) -> list[str]:
        """Those among ``people`` who are away on that day."""
        return [person for person in people if self.away(person, day)]

    def back(self, person: str, day: date) -> date:
        """The first day on which the person is there again."""
        while self.away(person, day):
            day = max(last for first, last in self._periods[person] if first <= day < last)
        return day
