"""Keeps the tests of spoiled files from knowing what is done to one: checked, told in three languages, then used.

What is accepted is played (processes), asked (decisions) or answered (forms), beside the sound files it refers to.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from engine.definitions import decisions, forms, reader
from engine.definitions.checks import Known, check, kind_of
from engine.definitions.findings import describe
from engine.play.performance import BEGINNING, perform
from engine.runtime.operations import OPERATIONS

SLOWEST = 2.0
"""Seconds of processor time for checking one file, and for playing it."""
ROOT = Path(__file__).parents[2]
VARIABLES = {"x": 1, "items": [1, 2, 3], "due": "2026-10-01", "school": "eng"}
STEPS = [
    {"start": {"variables": VARIABLES}},
    {"complete": {"task": "*", "data": {"x": 2, "decision": "yes"}, "all": True}},
    {"complete": {"task": "*"}},
    {"advance": "P1D"},
    {"message": {"name": "report.sent"}},
    {"complete": {"task": "*"}},
    {"correct": {"variables": {"x": 3}}},
    {"retry": {}},
    {"advance": "P3M"},
]


class Fate(Enum):
    """What became of a file."""

    REFUSED = "refused"
    USED = "used"


@cache
def sound() -> dict[str, bytes]:
    """Our own models and forms by name."""
    ours = [*ROOT.glob("processes/**/*"), *ROOT.glob("forms/**/*")]
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in sorted(ours) if kind_of(path.name)}


@cache
def _homes() -> dict[str, str]:
    """Process or decision -> the file it stands in."""
    homes: dict[str, str] = {}
    for name, data in sound().items():
        if kind_of(name) == "bpmn":
            homes |= {process.id: name for process in reader.read(data, name).processes}
        elif kind_of(name) == "dmn":
            homes |= {decision.id: name for decision in decisions.read(data, name).decisions}
    return homes


@cache
def _known() -> Known:
    forms_ = {json.loads(data)["id"] for name, data in sound().items() if kind_of(name) == "form"}
    own = Known.of_house(operations=frozenset(OPERATIONS), forms=frozenset(forms_) | {"ask"})
    homes = {kind: frozenset(id for id, name in _homes().items() if kind_of(name) == kind) for kind in ("bpmn", "dmn")}
    return replace(own, processes=homes["bpmn"], decisions=homes["dmn"])


_ASKED = re.compile(rb'(?:calledElement|decisionRef)="([A-Za-z_][\w.-]*)"')


def _reached(data: bytes) -> dict[str, bytes]:
    """The files a model asks, and those that these ask; the rest of the house would only be read again and again."""
    found: dict[str, bytes] = {}
    ahead = [data]
    while ahead:
        for asked in _ASKED.findall(ahead.pop()):
            home = _homes().get(asked.decode(), "")
            if home and home not in found:
                found[home] = sound()[home]
                ahead.append(found[home])
    return found


@cache
def _beside_known() -> None:
    """What stands beside a file that is played is compiled once; that is no time of the file's own."""
    check({name: data for name, data in sound().items() if kind_of(name) != "form"}, _known())


def outcome(name: str, data: bytes, where: str) -> Fate:
    """Check a file, and use it when it may be deployed. ``where`` is told when something is wrong."""
    _beside_known()
    started = time.process_time()
    findings = check({name: data}, _known())
    assert time.process_time() - started < SLOWEST, f"{where}: {name} took too long to check"
    told = [describe(finding, lang) for finding in findings for lang in ("kk", "ru", "en")]
    assert all(one["message"] and one["remedy"] and one["severity"] for one in told), where
    assert [one["message"] for one in told if one["code"] == "internal_check_failed"] == [], where
    if any(finding.severity == "error" for finding in findings):
        return Fate.REFUSED
    started = time.process_time()
    if kind_of(name) == "form":
        _answered(data, name)
    else:
        _played(name, data, where)
    assert time.process_time() - started < SLOWEST, f"{where}: {name} took too long to use"
    return Fate.USED


def _answered(data: bytes, name: str) -> None:
    schema = forms.read(data, name).schema
    for lang in ("kk", "ru", "en"):
        forms.localised(schema, lang)
    forms.check(schema, {"x": 1}, "kk", VARIABLES, BEGINNING)


def _played(name: str, data: bytes, where: str) -> None:
    """Each process of the file is begun, each decision asked."""
    beside = {other: content for other, content in _reached(data).items() if other != name}
    if kind_of(name) == "dmn":
        steps = [
            {"decide": {"decision": one.id, "variables": VARIABLES}} for one in decisions.read(data, name).decisions
        ]
        process = ""
    else:
        steps, process = STEPS, reader.read(data, name).processes[0].id
        beside = beside if name in sound() else {}
    lines: list[dict[str, Any]] = []
    perform({name: data, **beside}, json.dumps(steps).encode(), process, "kk", lines.append)
    assert all(json.dumps(line) for line in lines), where
    assert lines[0]["step"] == 1, f"{where}: {name} is accepted but not played: {lines[0]}"
    faults = [line["error"] for line in lines if line["error"] and line["error"]["code"] == "step_fault"]
    assert faults == [], f"{where}: a defect of ours shows"
