"""Keeps the conformance tests from knowing where the models lie: every case of the tests of play, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance import more
from tests.play import models as m
from tests.play import test_compensation, test_events, test_flow, test_scopes, test_time, test_work

Script = list[tuple[Any, str]]
Case = tuple[Mapping[str, bytes], Script]


def _files(model: Any) -> Mapping[str, bytes]:
    if isinstance(model, str):
        return {"model.bpmn": m.model(model)}
    return model if isinstance(model, Mapping) else {"model.bpmn": model}


def every_case() -> dict[str, Case]:
    """Name -> files and script: a step, and what is to be seen after it."""
    tables: dict[str, Mapping[str, tuple[Any, Script]]] = {
        "flow": test_flow.CASES,
        "events": test_events.CASES,
        "scopes": test_scopes.CASES,
        "many": test_scopes.MANY,
        "time": test_time.CASES,
        "compensation": test_compensation.CASES,
        "more": more.CASES,
        "workers": {name: (test_work.worker(), script) for name, script in test_work.WORKERS.items()},
    }
    return {
        f"{table}: {name}": (_files(model), script)
        for table, cases in tables.items()
        for name, (model, script) in cases.items()
    }
