"""Block-structured models put together by chance: whatever order people work in, they come to an end, once.

Such models are sound by construction (every split has its join, loops are bounded), so a play that stops early, doubles
a task or never completes is a fault of the runtime. Every step also saves and loads the instance.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.play import steps
from engine.play.acting import Play
from engine.play.lines import Lines
from engine.play.models import Models
from engine.play.performance import BEGINNING
from engine.world import ManualClock
from tests.play import models as m
from tests.play.playing import Line

LEAVES = ("user", "script", "timer", "message")
CALM = (*LEAVES, "xor", "and", "or", "loop", "sub", "many", "many_sub", "called")
LIMIT = 3000

Block = tuple[str, str, int]
"""First element, last element, and how many user tasks are completed on the way."""


@dataclass
class Making:
    """A model being made. ``calm``: nothing is interrupted, so it is known how much there is to do."""

    chance: random.Random
    calm: bool = False
    elements: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    count: int = 0

    def id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def add(self, element: str) -> None:
        self.elements.append(element)

    def flow(self, source: str, target: str, condition: str = "") -> None:
        self.arrows.append(f"{source} -> {target}" + (f" [{condition}]" if condition else ""))

    def inner(self) -> Making:
        """The inside of a sub-process or called process: ids go on counting."""
        return Making(self.chance, self.calm, called=self.called, count=self.count)

    def take(self, inside: Making) -> str:
        self.count = inside.count
        return "".join(inside.elements) + m.flows("; ".join(inside.arrows))

    # --- blocks ----------------------------------------------------------------------------------------------------

    def sequence(self, depth: int) -> Block:
        blocks = [self.block(depth) for _ in range(self.chance.randint(1, 3 if depth else 1))]
        for (_, left, _), (right, _, _) in pairwise(blocks):
            self.flow(left, right)
        return blocks[0][0], blocks[-1][1], sum(work for _, _, work in blocks)

    def block(self, depth: int) -> Block:
        kinds = LEAVES if depth == 0 else CALM if self.calm else (*CALM, "watched")
        found: Block = getattr(self, f"_{self.chance.choice(kinds)}")(depth - 1)
        return found

    def _user(self, depth: int) -> Block:
        id = self.id("u")
        self.add(m.user(id))
        return id, id, 1

    def _script(self, depth: int) -> Block:
        id = self.id("t")
        self.add(m.script(id, "seen + 1", "seen"))
        return id, id, 0

    def _timer(self, depth: int) -> Block:
        id = self.id("w")
        self.add(m.catch(id, m.timer("Duration", self.chance.choice(["PT1H", "P1D", "P1M"]))))
        return id, id, 0

    def _message(self, depth: int) -> Block:
        id = self.id("c")
        self.add(m.catch(id, m.event("message", "M")))
        return id, id, 0

    def _gateway(self, depth: int, kind: str, conditions: list[str]) -> Block:
        make = {"xor": m.xor, "and": m.both, "or": m.some}[kind]
        split, join = self.id("g"), self.id("j")
        self.add(make(split))
        self.add(make(join))
        done = 0
        for condition in conditions:
            first, last, work = self.sequence(depth)
            self.flow(split, first, condition)
            self.flow(last, join)
            done += 0 if condition == "false" else work
        return split, join, done

    def _xor(self, depth: int) -> Block:
        return self._gateway(depth, "xor", self.chance.choice([["true", "false"], ["false", "true"]]))

    def _and(self, depth: int) -> Block:
        return self._gateway(depth, "and", [""] * self.chance.randint(2, 3))

    def _or(self, depth: int) -> Block:
        return self._gateway(depth, "or", ["true", *(self.chance.choice(["true", "false"]) for _ in range(2))])

    def _loop(self, depth: int) -> Block:
        """The body twice: a counter of its own decides."""
        begin, step, decide, out = self.id("i"), self.id("n"), self.id("g"), self.id("x")
        reset, counter = self.id("r"), self.id("v")
        self.add(m.script(reset, "0", counter))
        self.add(m.xor(begin))
        self.add(m.script(step, f"{counter} + 1", counter))
        self.add(m.xor(decide))
        self.add(m.element("task", out))
        first, last, work = self.sequence(depth)
        self.flow(reset, begin)
        self.flow(begin, first)
        self.flow(last, step)
        self.flow(step, decide)
        self.flow(decide, begin, f"{counter} < 2")
        self.flow(decide, out, f"{counter} >= 2")
        return reset, out, 2 * work

    def body(self, depth: int) -> tuple[str, int]:
        inside = self.inner()
        start, end = inside.id("s"), inside.id("e")
        inside.add(m.start(start))
        inside.add(m.end(end))
        first, last, work = inside.sequence(depth)
        inside.flow(start, first)
        inside.flow(last, end)
        return self.take(inside), work

    def _sub(self, depth: int) -> Block:
        id, (body, work) = self.id("p"), self.body(depth)
        self.add(m.sub(id, body))
        return id, id, work

    def _loops(self) -> tuple[str, int]:
        times = self.chance.randint(0, 3)
        return m.loop(cardinality=str(times), sequential=self.chance.random() < 0.5), times

    def _many(self, depth: int) -> Block:
        id, (loop, times) = self.id("u"), self._loops()
        self.add(m.user(id, loop))
        return id, id, times

    def _many_sub(self, depth: int) -> Block:
        id, (body, work), (loop, times) = self.id("p"), self.body(depth), self._loops()
        self.add(m.sub(id, body, before=loop))
        return id, id, work * times

    def _watched(self, depth: int) -> Block:
        """A sub-process that a timer or a message may interrupt; both ways meet again."""
        id, watch, join, (body, _) = self.id("p"), self.id("b"), self.id("g"), self.body(depth)
        happening = self.chance.choice([m.timer("Duration", "P2D"), m.event("message", "M")])
        self.add(m.sub(id, body))
        self.add(m.boundary(watch, id, happening))
        self.add(m.xor(join))
        first, last, _ = self.sequence(depth)
        self.flow(watch, first)
        self.flow(last, join)
        self.flow(id, join)
        return id, join, 0

    def _called(self, depth: int) -> Block:
        id, (body, work) = self.id("k"), self.body(depth)
        self.called.append(m.process(f"Q{id}", body))
        into = '<camunda:in source="seen" target="seen"/><camunda:out source="seen" target="seen"/>'
        self.add(m.element("callActivity", id, m.extensions(into), calledElement=f"Q{id}"))
        return id, id, work


def made(seed: int, depth: int, calm: bool) -> tuple[bytes, int]:
    making = Making(random.Random(seed), calm)
    body, work = making.body(depth)
    return m.model(m.message("M"), m.process("P", body), *making.called), work


def next_step(line: Line, chance: random.Random) -> dict[str, Any]:
    """Something that can be done now."""
    waiting = [entry for entry in line["open"] if "on" not in entry]
    entry = chance.choice(waiting)
    if entry["waiting"] == "user":
        return {"complete": entry["id"]}
    if entry["waiting"] == "message":
        return {"message": {"name": "M"}}
    return {"advance": chance.choice(["PT1H", "P1D", "P1M"])}


def play_through(model: bytes, chance: random.Random) -> int:
    """Do what is open until nothing is; answers how many tasks were completed."""
    play, lines = Play(Models({"model.bpmn": model}), ManualClock(BEGINNING)), Lines(None)
    step: dict[str, Any] = {"start": {"process": "P", "variables": {"seen": 0}}}
    done = 0
    for number in range(1, LIMIT):
        play.take(steps.understood(step))
        done += "complete" in step
        line = lines.line(number, play.scene, play.focused(), None, None)
        if line["status"] == "completed":
            assert line["open"] == []
            return done
        assert line["status"] == "running", line["error"]
        assert any("on" not in entry for entry in line["open"]), "stuck"
        step = next_step(line, chance)
    raise AssertionError("no end")


@given(st.integers(0, 10**9), st.integers(1, 3))
def test_a_sound_model_comes_to_its_end(seed: int, depth: int) -> None:
    model, _ = made(seed, depth, calm=False)
    play_through(model, random.Random(seed))


@given(st.integers(0, 10**9), st.integers(1, 3))
def test_nothing_is_done_twice_or_left_out(seed: int, depth: int) -> None:
    model, work = made(seed, depth, calm=True)
    assert play_through(model, random.Random(seed)) == work
