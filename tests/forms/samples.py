"""One good submission (or several) for every form (samples/*.yaml), and how a server opens a form."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from engine.definitions import forms
from engine.queries import choices
from engine.values import ALMATY

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 9, 1, 9, 0, tzinfo=ALMATY)
PEOPLE = {f"p00{n}": name for n, name in enumerate(("Әлия", "Берік", "Ғалия", "Дәурен", "Еркін"), start=1)}
UNITS = {
    "eng": "Инженерия мектебі",
    "eng-cs": "Компьютерлік ғылымдар кафедрасы",
    "eng-math": "Математика кафедрасы",
}

FILES = [{"note": "1", "name": "Есеп.pdf", "sha256": "a" * 64, "size": 1200, "type": "application/pdf"}]

Sample = tuple[dict[str, Any], dict[str, Any]]  # variables of the process, answers


def _good() -> dict[str, list[Sample]]:
    found: dict[str, Any] = {}
    for path in sorted((Path(__file__).parent / "samples").glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return {id: [(one["variables"], one["answers"]) for one in samples] for id, samples in found.items()}


GOOD = _good()


def schemas() -> dict[str, dict[str, Any]]:
    """Every form of the repository by id."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "forms").glob("*/*.form"))]
    return {schema["id"]: schema for schema in found}


def opened(schema: dict[str, Any], variables: dict[str, Any], now: datetime = NOW) -> dict[str, Any]:
    """The data a form is opened with, names and lists of choices added as the server adds them."""
    data = forms.prefill(schema, variables, now) | {"_people": PEOPLE, "_units": UNITS, forms.FILES: FILES}
    for key, source in forms.option_sources(schema).items():
        kind, _, rest = source.partition(":")
        if kind == "rows":
            name, value, label = rest.split(":")
            data[key] = [{"value": row[value], "label": row[label]} for row in variables.get(name) or []]
        elif kind == "regulation":
            data[key] = choices.of_regulation(source, "kk")
        else:
            data[key] = [{"value": id, "label": name} for id, name in (UNITS if kind == "units" else PEOPLE).items()]
    return data


def cases() -> list[tuple[str, int]]:
    return [(id, index) for id, samples in GOOD.items() for index in range(len(samples))]
