"""Keeps a play from knowing how its clock moves: from one due moment to the next, each timer once, in order."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime

from engine import commands as c
from engine.definitions.findings import Report
from engine.definitions.model import Node
from engine.errors import ModelRefused, Refused, StepFailed
from engine.play.post import Post
from engine.play.scene import SCHOOL, Scene
from engine.runtime.definition import Definition
from engine.timers.starts import Round, begun, first_round, later_round
from engine.values import instant


@dataclass(slots=True)
class _Start:
    """A timer start event that will begin its next instance when the round is due."""

    definition: Definition
    node: Node
    round: Round

    @property
    def due(self) -> str:
        return instant(self.round.due)


class Clockwork:
    """Fires what is due, timers of instances and timer start events alike; messages go out after each."""

    def __init__(self, scene: Scene, post: Post) -> None:
        """Raises ModelRefused when a timer start event cannot tell its first moment."""
        self._scene = scene
        self._post = post
        self._starts: list[_Start] = []
        report = Report("")
        for definition, node in scene.models.starts("timer"):
            try:
                round = first_round(node, SCHOOL, scene.world())
            except StepFailed as failure:
                report.error(failure.reason, node, **failure.params)
                continue
            if round is not None:
                self._starts.append(_Start(definition, node, round))
        if report.findings:
            raise ModelRefused(report.findings)

    def settle(self) -> None:
        """Everything that is due now, until nothing is."""
        self.until(self._scene.clock())

    def until(self, end: datetime) -> None:
        """Go on to ``end``, stopping at every due moment on the way; the clock ends there."""
        scene, last = self._scene, instant(end)
        self._post.deliver()
        while True:
            start = min(self._starts, key=lambda start: start.due, default=None)
            timer = scene.next_timer()
            if start is not None and (timer is None or start.due < timer[0]):
                if start.due > last:
                    break
                scene.move_clock(start.due)
                self._begin(start)
            elif timer is not None:
                due, execution, token = timer
                if due > last:
                    break
                scene.move_clock(due)
                scene.fire(execution, token)
            else:
                break
            self._post.deliver()
        scene.move_clock(end)

    def _begin(self, start: _Start) -> None:
        # As the house does it: a round that is refused begins nothing, and the next one is armed all the same.
        node, following = start.node, None
        with contextlib.suppress(StepFailed):
            begins = begun(node, SCHOOL, self._scene.world(), start.round)
            assert begins is not None  # the calendar of a play never changes
            with contextlib.suppress(Refused):
                cause = f"timer:{node.id}/{begins.number}"
                self._scene.start(start.definition, begins.variables, "", node.id, actor=c.CLOCK, cause=cause)
            following = later_round(node, SCHOOL, self._scene.world(), begins.following)
        if following is None:
            self._starts.remove(start)
        else:
            start.round = following
