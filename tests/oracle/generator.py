"""Puts a structured process together by chance, the same one for the same seed."""

from __future__ import annotations

from tests.oracle import scopes
from tests.oracle.blocks import Kind, Model, Trigger, tied
from tests.oracle.making import Making, Where


def made(seed: int) -> Model:
    making = Making(seed)
    kinds: list[Kind] = ["none", "message", "signal", "timer", "conditional"]
    kind = making.chance.choices(kinds, [6, 1, 1, 1, 1])[0]
    start = Trigger(kind=kind, name={"message": "MS", "signal": "GS", "conditional": "go"}.get(kind, ""))
    if kind == "timer":
        start = Trigger(kind="timer", timer="date", seconds=3600)
    where = Where(depth=making.chance.choice([2, 3, 3, 3]), undoable=[])
    scope = tied(scopes.scope(making, where, [], answered=making.maybe(0.3)))
    return Model(seed=seed, scope=scope, start=start, variables=making.variables)
