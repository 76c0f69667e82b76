"""Keeps compiled expressions from knowing what lies beyond them: what they cannot do is asked of feelin in quickjs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engine.feel.crossing import inward, outward
from engine.feel.functions import ADDED, Added
from engine.feel.limits import Failed, Struck
from engine.feel.tree import Mode
from engine.javascript import JavaScriptFailed, JavaScriptLimit, javascript
from engine.values import Value

if TYPE_CHECKING:
    from engine.world import World

TIMEOUT = 2.0
MEMORY = 64 << 20


def evaluate(text: str, mode: Mode, scope: Mapping[str, Value], world: World, given: Value = None) -> Value:
    """What feelin says. Raises Struck, Failed, and whatever the world raises."""
    functions = [[function.name, [name for name, _ in function.parameters]] for function in ADDED]
    request = json.dumps([text, mode, outward(dict(scope)), outward(given), functions])
    callbacks = {function.name: _answering(function, world) for function in ADDED}
    try:
        told = javascript.call(
            "feel", "Feel.run", request, timeout=TIMEOUT, memory=MEMORY, callbacks=callbacks, now=world.now
        )
    except JavaScriptLimit as limit:
        raise Struck(limit.kind) from None
    except JavaScriptFailed as failure:
        raise Failed(str(failure)) from None
    answer = json.loads(told)
    if "failed" in answer:
        raise Failed(answer["failed"])
    return inward(answer["value"])


def _answering(function: Added, world: World) -> Callable[[str], str]:
    def answer(arguments: str) -> str:
        return json.dumps(outward(function.call(world, [inward(item) for item in json.loads(arguments)])))

    return answer
