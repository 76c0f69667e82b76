"""The only door through which anything from outside reaches a decision: the clock and every recorded answer.

``decide`` is pure but for its world. Live, the world asks the database and writes each answer down; played back, it
hands out the recorded answers in order and says so when a question differs from the record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from engine.errors import LimitStruck, NotReproduced, StepFailed
from engine.values import Value, canonical, plain, typed

_T = TypeVar("_T")
_STRUCK = "limit.struck"


class World(Protocol):
    """What a step may know of the outside. ``now`` is the command's moment, aware, UTC."""

    @property
    def now(self) -> datetime: ...

    def ask(self, question: str, /, **args: Value) -> Value:
        """The answer to a named question; recorded live, played back in replay."""
        ...


class LiveWorld:
    """Asks for real and records. ``answer`` gets (question, args) and may read and write its open transaction."""

    def __init__(self, now: datetime, answer: Callable[[str, dict[str, Value]], Value]) -> None:
        self.now = now
        self._answer = answer
        self.record: list[list[Any]] = []
        self.work = 0  # pieces of work done so far: of one expression in a loop a limit strikes one evaluation

    def ask(self, question: str, /, **args: Value) -> Value:
        value = self._answer(question, args)
        recorded = plain(value)
        if isinstance(value, (dict, list)):  # contexts in the order of the record: playback has no other
            recorded = json.loads(canonical(recorded))
            value = typed(recorded)
        self.record.append([question, plain(args), recorded])
        return value


class PlaybackWorld:
    """Hands back the recorded answers, in order. Raises NotReproduced when another question is asked."""

    def __init__(self, now: datetime, record: Sequence[Sequence[Any]]) -> None:
        self.now = now
        self._record = record
        self._next = 0
        self.work = 0

    def ask(self, question: str, /, **args: Value) -> Value:
        if self._next >= len(self._record):
            raise NotReproduced(where=f"{question}: not asked in the record")
        asked, given, answer = self._record[self._next]
        if asked != question or given != plain(args):
            raise NotReproduced(where=f"{question}: the record has {asked}")
        self._next += 1
        return typed(answer)

    def struck(self, what: str) -> bool:
        """Whether the next thing on record is a limit that struck this."""
        following = self._record[self._next] if self._next < len(self._record) else None
        if following is None or following[0] != _STRUCK:
            return False
        told: dict[str, Any] = following[1]
        return bool(told["what"] == what and told.get("n", self.work) == self.work)

    def strike(self) -> StepFailed:
        """The limit on record, as it struck."""
        reason, params = self._record[self._next][2]
        self._next += 1
        return LimitStruck(reason, **{name: value for name, value in typed(params).items() if name != "reason"})

    def finish(self) -> None:
        """Raises NotReproduced when the record has answers that were not asked for."""
        if self._next != len(self._record):
            raise NotReproduced(where=f"{self._record[self._next][0]}: not asked again")


def limited(world: World, what: str, work: Callable[[], _T]) -> _T:
    """Do work that a limit of time or memory may strike. Whether it struck is recorded and played back, never guessed.

    Raises LimitStruck; NotReproduced when it strikes where the record says it did not.
    """
    if isinstance(world, PlaybackWorld | LiveWorld):
        world.work += 1
    if isinstance(world, PlaybackWorld):
        if world.struck(what):
            raise world.strike()
        try:
            return work()
        except LimitStruck as strike:
            raise NotReproduced(where=f"{what[:200]}: {strike.reason}") from strike
    try:
        return work()
    except LimitStruck as strike:
        if isinstance(world, LiveWorld):
            world.record.append([_STRUCK, {"what": what, "n": world.work}, [strike.reason, plain(strike.params)]])
        raise


class Clock(Protocol):
    def __call__(self) -> datetime: ...


def system_clock() -> datetime:
    """The machine's time, aware, UTC: the one place that reads it."""
    return datetime.now(UTC)


class ManualClock:
    """A clock that stands until it is moved: for play, simulation and tests."""

    def __init__(self, start: datetime) -> None:
        self.now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, moment: datetime) -> None:
        """Never backwards."""
        self.now = max(self.now, moment.astimezone(UTC))
