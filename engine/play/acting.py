"""Carries out the steps of a play on its scene; ``focus`` is the instance a line is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine import commands as c
from engine.calendar import durations
from engine.definitions.decisions import Decision, DecisionResult, evaluate
from engine.errors import StepFailed
from engine.play.clockwork import Clockwork
from engine.play.models import Models
from engine.play.post import Post
from engine.play.scene import PERSON, SCHOOL, Scene
from engine.play.steps import (
    Advance,
    AdvanceTo,
    Complete,
    Correct,
    Decide,
    External,
    Message,
    Retry,
    Signal,
    Start,
    Step,
    StepRefused,
)
from engine.runtime.execution import Execution, Token
from engine.world import ManualClock

WORKER = "worker:play"


class Play:
    """A scene, its post and its clockwork, and the steps that move them."""

    def __init__(self, models: Models, clock: ManualClock, process: str = "") -> None:
        """``process``: what a start without a name starts. Raises ModelRefused."""
        self.models = models
        self.scene = Scene(models, clock)
        self._post = Post(self.scene)
        self._clockwork = Clockwork(self.scene, self._post)
        self._process = process
        self.focus = ""

    def take(self, step: Step) -> DecisionResult | None:
        """One step and all that follows from it; the result of a decision. Raises Refused, StepFailed."""
        before = len(self.scene.instances)
        result = _ACTS[type(step)](self, step)
        self._clockwork.settle()
        if isinstance(step, Start):
            self.focus = list(self.scene.instances)[before]
        elif not self.focus and self.scene.instances:
            self.focus = next(iter(self.scene.instances))
        self.scene.save()
        return result

    def focused(self) -> Execution | None:
        return self.scene.instances.get(self.focus)

    # --- the steps -------------------------------------------------------------------------------------------------

    def _start(self, step: Start) -> None:
        key = step.process or self._process or self.models.first()
        definition = self.models.processes.get(key)
        if definition is None:
            raise StepRefused("process_unknown", key, process=key or "—", known=_listed(self.models.processes))
        school, person = step.variables.get("school"), step.variables.get("initiator")
        self.scene.start(
            definition, step.variables, step.business_key,
            school=school if isinstance(school, str) and school else SCHOOL,
            actor=person if isinstance(person, str) and person else PERSON,
        )  # fmt: skip

    def _complete(self, step: Complete) -> None:
        found = [(execution, token) for execution, token in self._seen("task") if _called(token, step.task)]
        if not found:
            opened = [_name(token) for _, token in self._seen("task")]
            raise StepRefused("task_not_open", step.task, task=step.task, open=_listed(opened))
        for execution, token in found if step.all else found[:1]:
            # One of several may have taken the others away: they are no longer there to be completed.
            if execution.alive(token) and execution.state == "active":
                command = c.CompleteTask(
                    actor=PERSON, instance=execution.instance, task=execution.public(token), variables=step.data
                )
                self.scene.give(execution, command)

    def _advance(self, step: Advance) -> None:
        now = self.scene.clock()
        try:
            end = durations.add(now, step.duration)
        except (ValueError, OverflowError):
            raise StepRefused("time_out_of_range") from None
        self._until(end)

    def _advance_to(self, step: AdvanceTo) -> None:
        self._until(step.moment)

    def _until(self, end: datetime) -> None:
        if end < self.scene.clock():
            raise StepRefused("backwards", now=self.scene.local_now)
        self._clockwork.until(end)

    def _message(self, step: Message) -> None:
        self._post.message(step.name, step.key, step.variables)

    def _signal(self, step: Signal) -> None:
        self._post.signal(step.name, step.variables)

    def _external(self, step: External) -> None:
        offered = [(execution, token) for execution, token in self._seen("external")]
        found = next((pair for pair in offered if pair[1].internal_data["external"]["topic"] == step.topic), None)
        if found is None:
            topics = [token.internal_data["external"]["topic"] for _, token in offered]
            raise StepRefused("topic_not_open", step.topic, topic=step.topic, open=_listed(topics))
        execution, token = found
        instance, task = execution.instance, execution.public(token)
        if step.error_code or step.failure is not None:
            command: c.OnInstance = c.FailExternal(
                actor=WORKER, worker=WORKER, instance=instance, task=task, message=step.failure or "",
                error_code=step.error_code, variables=step.variables,
            )  # fmt: skip
        else:
            command = c.CompleteExternal(
                actor=WORKER, worker=WORKER, instance=instance, task=task, variables=step.variables
            )
        self.scene.give(execution, command)

    def _decide(self, step: Decide) -> DecisionResult:
        decision = self.models.decisions.get(step.decision)
        if decision is None:
            known = _listed(self.models.decisions)
            raise StepRefused("decision_unknown", step.decision, decision=step.decision, known=known)
        return evaluate(decision, step.variables, self.scene.world(), self._required)

    def _required(self, key: str) -> Decision:
        decision = self.models.decisions.get(key)
        if decision is None:
            raise StepFailed("decision_unknown", key=key)
        return decision

    def _correct(self, step: Correct) -> None:
        execution = self.focused()
        if execution is None:
            raise StepRefused("nothing_started")
        command = c.CorrectVariables(actor=PERSON, instance=execution.instance, variables=step.variables, reason="play")
        self.scene.give(execution, command)

    def _retry(self, step: Retry) -> None:
        incidents = self._seen("incident")
        found = next((pair for pair in incidents if step.element in ("", pair[1].element)), None)
        if found is None:
            raise StepRefused("no_incident", step.element, where=step.element or "—")
        execution, token = found
        command = c.RetryIncident(actor=PERSON, instance=execution.instance, incident=execution.public(token))
        self.scene.give(execution, command)

    # --- finding ---------------------------------------------------------------------------------------------------

    def _seen(self, note: str) -> Iterator[tuple[Execution, Token]]:
        """What is open, that of the focused instance first."""
        waiting = [
            pair for pair in self.scene.waiting(note) if note == "incident" or "incident" not in pair[1].internal_data
        ]
        yield from (pair for pair in waiting if pair[0].instance == self.focus)
        yield from (pair for pair in waiting if pair[0].instance != self.focus)


def _called(token: Token, wanted: str) -> bool:
    return wanted in ("*", token.element) or wanted in token.task_spec.node.names.values()


def _name(token: Token) -> str:
    return token.task_spec.node.names.get("kk") or token.element


def _listed(names: Mapping[str, Any] | list[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or "—"


_ACTS: dict[type[Step], Callable[[Play, Any], DecisionResult | None]] = {
    Start: Play._start,
    Complete: Play._complete,
    Advance: Play._advance,
    AdvanceTo: Play._advance_to,
    Message: Play._message,
    Signal: Play._signal,
    External: Play._external,
    Decide: Play._decide,
    Correct: Play._correct,
    Retry: Play._retry,
}
