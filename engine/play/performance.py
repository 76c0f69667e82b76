"""The play from first line to last: files and steps in, lines out. Runs inside the sandbox, which bounds it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.definitions.decisions import DecisionResult
from engine.errors import ModelRefused, Refused, SapaError, StepFailed
from engine.play import steps
from engine.play.acting import Play
from engine.play.lines import Lines
from engine.play.models import Models
from engine.play.sandbox import Say
from engine.play.steps import StepRefused
from engine.values import ALMATY
from engine.world import ManualClock

BEGINNING = datetime(2026, 9, 1, 9, tzinfo=ALMATY)
PLAYED, REFUSED = 0, 2


def perform(files: Mapping[str, bytes], script: bytes, process: str, lang: str | None, say: Say) -> int:
    """Play the steps and say each line; the exit code."""
    lines = Lines(lang)
    try:
        items = steps.read(script)
    except StepRefused as unread:
        say(lines.refused_input(unread))
        return REFUSED
    try:
        play = Play(Models(files), ManualClock(BEGINNING), process)
    except ModelRefused as refused:
        say(lines.refused_model(refused))
        return REFUSED
    code = PLAYED
    for number, item in enumerate(items, start=1):
        result: DecisionResult | None = None
        refusal: SapaError | None = None
        try:
            step = steps.understood(item)
        except StepRefused as unread:
            code, refusal = REFUSED, unread
        else:
            try:
                result = play.take(step)
            except (Refused, StepFailed) as problem:
                refusal = problem
        say(lines.line(number, play.scene, play.focused(), refusal, result))
    return code
