"""What can be done with a process from outside, and which of it a person, worker or clock does next, by chance."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tests.oracle.blocks import LIMIT, Work
from tests.oracle.frames import Token
from tests.oracle.game import Game


@dataclass(frozen=True)
class Step:
    """``which``: of several open at one element, in the order of arrival. ``value``: answer, variable or moment.

    ``code``: of a BPMN error, the key of a message, or the variable that a user task sets besides.
    """

    kind: Literal["start", "complete", "answer", "fail", "message", "signal", "correct", "advance", "retry"]
    name: str = ""
    which: int = 0
    value: int = 0
    code: str = ""

    def __str__(self) -> str:
        more = [str(v) for v in (self.which, self.value, self.code) if v]
        return " ".join([self.kind, self.name, *more])


def taken(game: Game, step: Step) -> None:
    """Take a step in the game."""
    game.step += 1
    match step.kind:
        case "start":
            game.now = step.value
            game.start()
        case "complete":
            game.complete(_asking(game, step), step.value)
        case "answer":
            game.complete(_asking(game, step), 0)
        case "fail":
            game.fail(_asking(game, step), step.code)
        case "message":
            game.tell(step.name, step.code)
        case "signal":
            game.signal(step.name)
        case "retry":
            game.retry(next(token for token in game.incidents if token.place.id == step.name))
        case "correct":
            game.correct(step.name, step.value)
        case "advance":
            game.advance(step.value)


def _asking(game: Game, step: Step) -> Token:
    return [token for token in game.open if token.place.id == step.name][step.which]


def next_step(game: Game, chance: random.Random, eager: int, calm: bool) -> Step | None:
    """Something that can be done now; ``calm``: towards the end. None when nothing can.

    ``eager``: how much rather somebody answers than something happens.
    """
    weighted: list[tuple[int, Step]] = []
    counts: dict[str, int] = {}
    for token in game.open:
        which = counts.get(token.place.id, 0)
        counts[token.place.id] = which + 1
        weighted += _answers(token, which, eager, chance, calm)
    if calm and weighted:
        return weighted[0][1]
    if not calm:
        weighted += [(1, Step("retry", token.place.id)) for token in game.incidents]
    for wait in game.armed:
        name = wait.trigger.name
        match wait.trigger.kind:
            case "message":
                weighted.append((4, Step("message", name, code=wait.key)))
            case "signal":
                weighted.append((4, Step("signal", name)))
            case "timer":
                weighted.append((3, Step("advance", value=max(wait.due, game.now))))
            case "conditional":
                met = game.variables[name] > LIMIT
                weighted.append((3, Step("correct", name, value=0 if met else LIMIT + 1 + chance.randrange(3))))
    if not weighted:
        return None
    return chance.choices([step for _, step in weighted], [weight for weight, _ in weighted])[0]


def _answers(token: Token, which: int, eager: int, chance: random.Random, calm: bool) -> list[tuple[int, Step]]:
    work = token.place
    assert isinstance(work, Work)
    if work.kind == "service_external":
        done = Step("answer", work.id, which)
        codes = [b.trigger.name or "X0" for b in work.boundaries if b.trigger.kind == "error"]
        if codes and not calm:
            return [(eager, done), (eager, Step("fail", work.id, which, code=chance.choice([*codes, *codes, "X0"])))]
        return [(eager, done)]
    answer = 0 if calm or not work.options else chance.randrange(work.options)
    return [(eager, Step("complete", work.id, which, answer, work.sets))]
