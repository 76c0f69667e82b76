"""Keeps the steps of a play from knowing how instances live together in memory: moved, saved and loaded again.

Instances are moved by ``engine.runtime.decide``, as the bus moves them. After every step each instance that has moved
is written down as JSON and read back, so a play also proves that what waits survives a restart.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from engine import commands as c
from engine import facts as f
from engine.errors import AlreadyUnderWay, DuplicateKey
from engine.facts.instance import held_while_open
from engine.play.answers import MemoryAnswers
from engine.play.models import Models
from engine.runtime import decide, state
from engine.runtime.definition import Definition
from engine.runtime.execution import Execution, Token
from engine.values import ALMATY, Value, canonical, moment
from engine.world import LiveWorld, ManualClock

SCHOOL = "school"
PERSON = "person"
ENDED = ("completed", "cancelled")
Variables = Mapping[str, Value]


class Scene:
    """Every instance of one play, in order of start. ``threw`` and ``heard`` are what Post has to look at."""

    def __init__(self, models: Models, clock: ManualClock) -> None:
        self.models = models
        self.clock = clock
        self.instances: dict[str, Execution] = {}
        self.given: dict[str, frozenset[str]] = {}  # instance -> names of variables its start was given
        self.threw: list[tuple[str, f.MessageThrown | f.SignalThrown]] = []
        self.heard: set[str] = set()  # message names somebody has begun to wait for
        self._answers = MemoryAnswers(models)
        self._timers: list[tuple[str, int, str, int]] = []  # (due, order, instance, token)
        self._order = 0
        self._moved: set[str] = set()
        self._keys: dict[str, str] = {}  # unique business key -> instance

    def world(self) -> LiveWorld:
        return LiveWorld(self.clock(), self._answers)

    # --- moving ----------------------------------------------------------------------------------------------------

    def start(
        self, definition: Definition, variables: Variables, business_key: str = "", element: str = "", *,
        school: str = SCHOOL, actor: str = PERSON, cause: str = "",
    ) -> Execution:  # fmt: skip
        """Begin an instance. Raises Invalid, DuplicateKey."""
        id = f"i{len(self.instances) + 1}"
        command = c.StartProcess(
            actor=actor, definition=definition.id, school=school, variables=variables,
            business_key=business_key or None, element=element, cause=cause,
        )  # fmt: skip
        execution = decide.start(command, definition.id, id, self.models, self.world())
        self._hold_key(execution)
        self.instances[id] = execution
        self.given[id] = frozenset(variables)
        self._collect(execution, execution.facts)
        return execution

    def give(self, execution: Execution, command: c.OnInstance) -> None:
        """Carry out a command on a running instance. Raises Refused before anything has changed."""
        self._collect(execution, decide.proceed(execution, command, self.world(), ""))

    def _hold_key(self, execution: Execution) -> None:
        fact = next(fact for fact in execution.facts if isinstance(fact, f.InstanceStarted))
        if fact.unique_key is not None:
            if fact.unique_key in self._keys:
                if fact.unique_key == held_while_open(fact.process, fact.school):
                    raise AlreadyUnderWay(since=self.clock().strftime("%d.%m.%Y"))
                raise DuplicateKey(key=fact.business_key)
            self._keys[fact.unique_key] = execution.instance

    def _collect(self, execution: Execution, facts: list[f.Fact]) -> None:
        self._moved.add(execution.instance)
        for fact in facts:
            if isinstance(fact, f.TimerSet):
                self._order += 1
                heapq.heappush(self._timers, (fact.due, self._order, execution.instance, fact.token))
            elif isinstance(fact, f.MessageThrown | f.SignalThrown):
                self.threw.append((execution.instance, fact))
            elif isinstance(fact, f.Subscribed) and fact.event == "message":
                self.heard.add(fact.name)
            elif isinstance(fact, f.InstanceCompleted | f.InstanceCancelled):
                self._keys.pop(held_while_open(execution.definition.process.id, execution.school), None)

    # --- looking ---------------------------------------------------------------------------------------------------

    def running(self) -> Iterator[Execution]:
        """The instances that are under way, oldest first."""
        return (execution for execution in list(self.instances.values()) if execution.state not in ENDED)

    def waiting(self, note: str) -> Iterator[tuple[Execution, Token]]:
        """Every token of every running instance with this note (task, event, external, incident), oldest first."""
        for execution in self.running():
            for token in tokens(execution):
                if note in token.internal_data:
                    yield execution, token

    def next_timer(self) -> tuple[str, Execution, Token] | None:
        """The timer that is due first: (due, instance, token); those that have been cleared meanwhile are dropped."""
        while self._timers:
            due, _, id, number = self._timers[0]
            execution = self.instances[id]
            token = execution.tasks.get(number)
            if token is not None and execution.state not in ENDED:
                notes = token.internal_data
                if notes.get("due") == due and "incident" not in notes:
                    return due, execution, token
            heapq.heappop(self._timers)
        return None

    def fire(self, execution: Execution, token: Token) -> None:
        heapq.heappop(self._timers)
        self.give(execution, c.FireTimer(actor=c.CLOCK, instance=execution.instance, timer=execution.public(token)))

    def move_clock(self, due: str | datetime) -> None:
        """Forward only."""
        self.clock.move_to(moment(due) if isinstance(due, str) else due)

    @property
    def local_now(self) -> str:
        return self.clock().astimezone(ALMATY).isoformat()

    # --- saving ----------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write down and read back everything that has moved. Raises Unstable when something is not kept."""
        for id in sorted(self._moved):
            before = canonical(state.dump(self.instances[id]))
            loaded = state.load(json.loads(before), id, self.models)
            if canonical(state.dump(loaded)) != before:
                raise Unstable(id)
            self.instances[id] = loaded
        self._moved.clear()


class Unstable(Exception):
    """An instance that was saved and loaded is not what it was: a fault of the program."""


def tokens(execution: Execution) -> list[Token]:
    """The tokens of an instance, oldest first."""
    return [execution.tasks[id] for id in sorted(execution.tasks)]
