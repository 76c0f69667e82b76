"""Keeps a play from knowing how messages and signals find their receivers, in memory as ``engine.outbox`` does it.

A message goes to one waiting place of each process that waits for it, or begins the processes that begin with it; one
that comes early stays until somebody waits. A signal goes to everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import commands as c
from engine import facts as f
from engine.definitions.model import EventKind
from engine.errors import Invalid, NotWaiting, Refused, StepFailed
from engine.play.scene import SCHOOL, Scene, Variables
from engine.runtime.execution import Execution, Token

MAX_CHAIN = 1_000
"""Messages and signals that may follow from one another in one step of a play."""
ANY = None
"""A key, school or sender nobody asks about."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way. ``key`` None: whoever waits, whatever the key."""

    name: str
    variables: Variables
    sender: str
    key: str | None = ANY
    school: str | None = ANY


class Post:
    """Delivers what the instances of a scene throw, and what a step sends from outside."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._early: list[Letter] = []
        self._sent = 0

    def deliver(self) -> bool:
        """Hand over everything thrown so far. True if somebody got something."""
        scene, moved = self._scene, False
        rounds = 0
        while scene.threw or self._wanted():
            rounds += 1  # what is thrown in one round follows from what was handed over in the one before
            if rounds > MAX_CHAIN and scene.threw:
                scene.threw = []
                raise StepFailed("limit_chain", limit=MAX_CHAIN)
            letters = [letter for letter in self._early if letter.name in scene.heard]
            self._early = [letter for letter in self._early if letter.name not in scene.heard]
            scene.heard.clear()
            thrown, scene.threw = scene.threw, []
            for sender, fact in thrown:
                if isinstance(fact, f.SignalThrown):
                    mark = f"{sender}/{fact.n}"
                    moved |= self._spread(fact.name, dict(fact.variables), mark, sender, fact.school) > 0
                else:
                    letters.append(Letter(fact.name, dict(fact.variables), f"{sender}/{fact.n}", fact.key, fact.school))
            for letter in letters:
                if self._hand_over(letter):
                    moved = True
                elif scene.models.catches(letter.name):
                    self._early.append(letter)
        return moved

    def _wanted(self) -> bool:
        return any(letter.name in self._scene.heard for letter in self._early)

    # --- from outside ----------------------------------------------------------------------------------------------

    def message(self, name: str, key: str | None, variables: Variables) -> None:
        """A message step. Raises NotWaiting when nobody waits for it or begins with it."""
        self._sent += 1
        if not self._hand_over(Letter(name, variables, f"step/{self._sent}", key)):
            raise NotWaiting(what=name)

    def signal(self, name: str, variables: Variables) -> None:
        """A signal step. Raises NotWaiting when nobody listens."""
        self._sent += 1
        if not self._spread(name, variables, f"step/{self._sent}", "", ANY):
            raise NotWaiting(what=name)

    # --- messages --------------------------------------------------------------------------------------------------

    def _hand_over(self, letter: Letter) -> int:
        """To one place of each process; answers how many took it."""
        seen: set[str] = set()
        for execution, token in self._addressed(letter):
            if execution.definition.key not in seen:
                seen.add(execution.definition.key)
                command = c.DeliverMessage(
                    actor=c.ROUTER, instance=execution.instance, subscription=execution.public(token), name=letter.name,
                    variables=letter.variables, sender=letter.sender,
                )  # fmt: skip
                self._scene.give(execution, command)
        taken = len(seen)
        for refusal in self._begin("message", letter, seen):
            if refusal is None:
                taken += 1
            elif not taken and letter.school is ANY:
                raise refusal
        return taken

    def _addressed(self, letter: Letter) -> Iterator[tuple[Execution, Token]]:
        for execution, token in self._scene.waiting("event"):
            notes = token.internal_data
            if notes["event"] != "message" or notes["name"] != letter.name or "incident" in notes:
                continue
            if letter.school in (ANY, execution.school) and self._fits(letter, execution, notes["key"]):
                yield execution, token

    def _fits(self, letter: Letter, execution: Execution, key: str) -> bool:
        """The key that is waited for; from outside the business key will do where the model names none."""
        from_outside = letter.school is ANY
        return letter.key in (ANY, key) or (from_outside and key == "" and letter.key == execution.business_key)

    # --- signals ---------------------------------------------------------------------------------------------------

    def _spread(self, name: str, variables: Variables, mark: str, sender: str, school: str | None) -> int:
        heard = 0
        for execution in self._scene.running():
            if execution.instance == sender or school not in (ANY, execution.school):
                continue
            listening = execution.noted("event", "signal")
            if any(token.internal_data["name"] == name for token in listening):
                command = c.DeliverSignal(
                    actor=c.ROUTER, instance=execution.instance, name=name, variables=variables, sender=mark
                )
                self._scene.give(execution, command)
                heard += 1
        begun = self._begin("signal", Letter(name, variables, mark, ANY, school), set())
        return heard + sum(refusal is None for refusal in begun)

    # --- beginning -------------------------------------------------------------------------------------------------

    def _begin(self, kind: EventKind, letter: Letter, seen: set[str]) -> Iterator[Refused | None]:
        """Start the processes that begin with it; yields the refusal of each start, None for one that was made."""
        for definition, node in self._scene.models.starts(kind, letter.name):
            if definition.key in seen:
                continue
            try:
                self._scene.start(
                    definition, letter.variables, letter.key or "", node.id, school=letter.school or SCHOOL,
                    actor=c.ROUTER, cause=f"{kind}:{letter.sender}",
                )  # fmt: skip
            except Invalid as refusal:
                yield refusal
            except Refused as refusal:
                yield refusal
            else:
                yield None
