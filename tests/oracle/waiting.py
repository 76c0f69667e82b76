"""The oracle's waiting room: who waits for what, in which order things happen, and the clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from tests.oracle.blocks import LIMIT, Activity, Model, Trigger
from tests.oracle.frames import Data, Frame, Token, Wait

ENDLESS = 100_000
"""Moves that no process which comes to rest after every step makes."""


class Waiting:
    """The state of one game and the moves that every part of it makes. Times are seconds since the beginning."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.now = 0
        self.step = 0
        self.data = Data()
        self.variables = dict.fromkeys(model.variables, 0)
        self.root: Frame | None = None
        self.armed: list[Wait] = []  # in the order of arming
        self.open: list[Token] = []  # asking somebody, in the order of arrival
        self.incidents: list[Token] = []
        self.reached: set[str] = set()  # elements that did something
        self._queue: deque[tuple[Token, Callable[[], None]]] = deque()
        self.thrown: list[str] = []
        self._early: list[str] = []
        self._moves = 0

    # --- moving ----------------------------------------------------------------------------------------------------

    def later(self, token: Token, move: Callable[[], None]) -> None:
        self._queue.append((token, move))

    def advance(self, to: int) -> None:
        """Go on to a moment; every timer on the way fires at its own."""
        while True:
            due = self._next_timer(to)
            if due is None:
                break
            self.now = max(self.now, due.due)
            due.fire()
            self._quiet()
            self._deliver()
        self.now = to

    def settle(self) -> None:
        self._quiet()
        self._deliver()
        self.advance(self.now)

    def _quiet(self) -> None:
        while True:
            while self._queue:
                self._moves += 1
                if self._moves > ENDLESS:
                    raise RuntimeError("this process never rests: the generator must not make such")
                token, move = self._queue.popleft()
                if token.alive:
                    move()
            if not (self._conditions() or self._joins()):
                return

    def _conditions(self) -> bool:
        for wait in list(self.armed):
            if wait.trigger.kind == "conditional":
                met = self.value(wait.at, wait.trigger.name) > LIMIT
                was, wait.met = wait.met, met
                if met and not was:
                    wait.fire()
                    return True
        return False

    def _deliver(self) -> None:
        moved = True
        while moved:
            moved = False
            waiting = self._early + self.thrown
            self._early, self.thrown = [], []
            for name in waiting:
                if self.hand_over(name, ""):
                    moved = True
                    self._quiet()
                else:
                    self._early.append(name)

    def hand_over(self, name: str, key: str) -> bool:
        """To whoever waits for this name and key."""
        waiting = [w for w in self.armed if w.trigger.kind == "message" and w.trigger.name == name]
        wait = next((w for w in waiting if w.key == key), None)
        if wait is not None:
            wait.fire()
        return wait is not None

    def hear(self, name: str) -> None:
        for wait in [w for w in self.armed if w.trigger.kind == "signal" and w.trigger.name == name]:
            if wait in self.armed:
                wait.fire()

    def _next_timer(self, until: int) -> Wait | None:
        timers = [w for w in self.armed if w.trigger.kind == "timer" and w.due <= until]
        return min(timers, key=lambda wait: wait.due, default=None)

    # --- waiting ---------------------------------------------------------------------------------------------------

    def arm(
        self, at: Token | None, element: str, trigger: Trigger, fire: Callable[[], None], beside: bool, key: str = ""
    ) -> Wait:
        """``at``: where it waits, which decides whose variables it sees; None for the process itself."""
        wait = Wait(element, trigger, fire, beside, at, key)
        if trigger.kind == "timer":
            wait.due = trigger.seconds if trigger.timer == "date" else self.now + trigger.seconds
            wait.round = 1
        self.armed.append(wait)
        return wait

    def disarm(self, waits: list[Wait]) -> None:
        for wait in waits:
            if wait in self.armed:
                self.armed.remove(wait)
        waits.clear()

    def again(self, wait: Wait, waits: list[Wait]) -> None:
        """What does not interrupt stays armed; a timer only while its cycle has rounds left."""
        if wait.trigger.kind != "timer":
            return
        if wait.trigger.timer == "cycle" and wait.round < wait.trigger.rounds:
            wait.round += 1
            wait.due += wait.trigger.seconds
            self.armed.remove(wait)  # set anew: behind others of the same moment
            self.armed.append(wait)
        else:
            self.armed.remove(wait)
            waits.remove(wait)

    # --- variables that conditions look at -------------------------------------------------------------------------

    def value(self, at: Token | None, name: str) -> int:
        """As seen from a token: an instance of many may have its own."""
        while at is not None:
            if name in at.locals:
                return at.locals[name]
            at = at.above or at.frame.holder
        return self.variables[name]

    def set_value(self, at: Token | None, name: str, value: int) -> None:
        """What is answered inside one instance of many stays there."""
        while at is not None:
            place = at.place
            if at.index is not None and isinstance(place, Activity) and place.many and place.many.kind != "loop":
                at.locals[name] = value
                return
            at = at.above or at.frame.holder
        self.variables[name] = value

    def ask(self, token: Token, what: str) -> None:
        token.asks = what
        self.open.append(token)

    def close(self, token: Token) -> None:
        if token.asks:
            token.asks = ""
            self.open.remove(token)

    # --- in the parts of the game that build on this one --------------------------------------------------------------

    def _joins(self) -> bool:
        raise NotImplementedError
