"""Keeps everybody from knowing how an execution looks at rest: plain JSON without the model, and back."""

from __future__ import annotations

import json
import zlib
from typing import Any

from engine.runtime.definition import ROOT
from engine.runtime.execution import Execution, Library, Token
from engine.values import plain, typed

FORMAT = 1


def dump(execution: Execution) -> dict[str, Any]:
    """The whole state as plain JSON. Equal states give equal data: replay and snapshots are compared by it."""
    tokens = [
        [
            token.id,
            token._parent or 0,
            token.task_spec.definition.id,
            "" if token.task_spec.name == ROOT else token.task_spec.name,
            token.state,
            token.internal_data,
        ]
        for token in execution.below(execution.task_tree)
    ]
    return {
        "format": FORMAT,
        "definition": execution.definition.id,
        "school": execution.school,
        "business_key": execution.business_key,
        "counter": execution.counter,
        "thrown": execution.thrown,
        "state": execution.state,
        "title": execution.title,
        "performers": [list(pair) for pair in execution.performers.items()],  # in order: the latest stands last
        "participants": sorted(execution.participants),
        "tokens": tokens,
        "scopes": {str(id): plain(variables) for id, variables in sorted(execution.scopes.items())},
    }


def pack(execution: Execution) -> bytes:
    # Not sorted: the entries of a context keep their order at rest, FEEL's functions over contexts show it.
    text = json.dumps(dump(execution), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return zlib.compress(text.encode(), 1)


def load(data: dict[str, Any], instance: str, library: Library) -> Execution:
    """The inverse of dump()."""
    execution = Execution(library.process(data["definition"]), instance, library)
    execution.school, execution.business_key = data["school"], data["business_key"]
    execution.counter, execution.thrown = data["counter"], data["thrown"]
    execution.state, execution.title = data["state"], data["title"]
    execution.performers, execution.participants = dict(data["performers"]), set(data["participants"])
    for id, parent, definition_id, element, state, notes in data["tokens"]:
        definition = execution.called(definition_id)
        spec = definition.specs[element] if element else definition.root
        token = Token(execution, spec, execution.tasks.get(parent), state=state, id=id)
        token.internal_data = notes
        if not parent:
            execution.task_tree = token
    execution.scopes = {int(id): typed(variables) for id, variables in data["scopes"].items()}
    return execution
