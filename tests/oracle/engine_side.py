"""Keeps the comparison from knowing the engine: the same steps taken on a real instance, and what is seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine import commands as c
from engine.play.clockwork import Clockwork
from engine.play.models import Models
from engine.play.performance import BEGINNING
from engine.play.post import Post
from engine.play.scene import PERSON, Scene, tokens
from engine.runtime import state
from engine.runtime.execution import Execution, Token
from engine.values import canonical, moment
from engine.world import ManualClock
from tests.oracle.blocks import Trigger
from tests.oracle.steps import Step
from tests.oracle.view import View

_INNER = ("i_", "loopCounter", "nrOf")
"""How the names begin of variables that belong to one instance of many, or to all of them, and to nobody else."""
WORKER = "worker:oracle"


class EngineSide:
    """One instance of process P. ``saving``: written down and read back after every step."""

    def __init__(self, models: Models, start: Trigger, *, saving: bool) -> None:
        self._scene = Scene(models, ManualClock(BEGINNING))
        self._post = Post(self._scene)
        self._clockwork = Clockwork(self._scene, self._post)
        self._start, self._saving = start, saving

    @property
    def instance(self) -> Execution:
        return self._scene.instances["i1"]

    def take(self, step: Step) -> None:
        match step.kind:
            case "start":
                self._begin(step)
            case "complete":
                execution, task = self._asked("task", step)
                answer = {f"d_{step.name}": step.value}
                sets = step.code  # the variable a user task sets besides
                if sets:
                    answer[sets] = step.value
                self._scene.give(execution, c.CompleteTask(
                    actor=PERSON, instance=execution.instance, task=task, variables=answer,
                ))  # fmt: skip
            case _:
                self._take_other(step)
        self._clockwork.settle()
        if self._saving:
            self._scene.save()

    def _take_other(self, step: Step) -> None:
        match step.kind:
            case "answer":
                execution, task = self._asked("external", step)
                self._scene.give(execution, c.CompleteExternal(
                    actor=WORKER, worker=WORKER, instance=execution.instance, task=task, variables={},
                ))  # fmt: skip
            case "fail":
                execution, task = self._asked("external", step)
                self._scene.give(execution, c.FailExternal(
                    actor=WORKER, worker=WORKER, instance=execution.instance, task=task, message="",
                    error_code=step.code, variables={},
                ))  # fmt: skip
            case "message":
                self._post.message(step.name, step.code or None, {})
            case "signal":
                self._post.signal(step.name, {})
            case "retry":
                execution, incident = self._asked("incident", step)
                self._scene.give(execution, c.RetryIncident(
                    actor=PERSON, instance=execution.instance, incident=incident,
                ))  # fmt: skip
            case "correct":
                self._scene.give(self.instance, c.CorrectVariables(
                    actor=PERSON, instance="i1", variables={step.name: step.value}, reason="oracle",
                ))  # fmt: skip
            case "advance":
                self._clockwork.until(BEGINNING + timedelta(seconds=step.value))

    def _begin(self, step: Step) -> None:
        kind = self._start.kind
        if kind == "message":
            self._post.message(self._start.name, None, {})
        elif kind == "signal":
            self._post.signal(self._start.name, {})
        elif kind == "timer":
            self._clockwork.until(BEGINNING + timedelta(seconds=step.value))
        else:
            variables: Mapping[str, Any] = {"go": True} if kind == "conditional" else {}
            self._scene.start(self._scene.models.processes["P"], variables)

    def _asked(self, note: str, step: Step) -> tuple[Execution, str]:
        """The token of a step among those open at its element, oldest first."""
        execution = self.instance
        found = [t for t in tokens(execution) if t.element == step.name and note in t.internal_data]
        return execution, execution.public(found[step.which])

    # --- looking ---------------------------------------------------------------------------------------------------

    def view(self) -> View:
        execution = self.instance
        view = View(execution.state == "completed")
        for token in tokens(execution):
            _seen(token, view)
        variables = execution.scopes[execution.task_tree.id]
        view.leaked = {name for name in variables if name.startswith(_INNER)}
        view.n, view.log = int(variables.get("n") or 0), list(variables.get("log") or [])
        return view

    def dump(self) -> str:
        return canonical(state.dump(self.instance))


def _seen(token: Token, view: View) -> None:
    notes = token.internal_data
    if "incident" in notes:
        view.incidents[token.element, notes["incident"]["code"]] += 1
    elif "task" in notes or "external" in notes:
        view.open[token.element] += 1
    elif "event" in notes:
        beside = bool(notes.get("aside")) and not notes.get("of_gateway")
        kind, what = notes["event"], str(notes.get("name", ""))
        if kind == "timer":
            what = str(int((moment(notes["due"]) - BEGINNING).total_seconds()))
        view.waits[token.element, kind, what, beside] += 1
