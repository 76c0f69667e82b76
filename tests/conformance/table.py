"""Keeps the README from saying what is not so: the conformance table as data, each row with what proves it.

``python -m tests.conformance.table`` prints the section as it stands in the README.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

PLACES = {
    "start": "process start",
    "event_start": "event sub-process",
    "event_start.non_interrupting": "event sub-process, non-interrupting",
    "catch": "catch",
    "boundary": "boundary",
    "boundary.non_interrupting": "boundary, non-interrupting",
    "throw": "throw",
    "end": "end",
}
SHOWN = {"compensate": "compensation"}


@dataclass(frozen=True)
class Row:
    """One element. ``labels``: constructs that work; ``code``: the finding that refuses it; ``case``: what shows it."""

    group: str
    element: str
    note: str = ""
    labels: tuple[str, ...] = ()
    code: str = ""
    case: str = ""


_DATA = yaml.safe_load(Path(__file__).with_name("table.yaml").read_text(encoding="utf-8"))
EVENTS: dict[str, list[str]] = {kind: _DATA["events"][kind] for kind in _DATA["events"]}
ROWS = [Row(**{**row, "labels": tuple(row.get("labels", ()))}) for row in _DATA["rows"]]


def labels_of_events() -> set[str]:
    """``position.kind`` of every event that works, with ``.non_interrupting`` at the end."""
    found = set()
    for kind, places in EVENTS.items():
        for place in places:
            position, _, beside = place.partition(".")
            found.add(f"{position}.{kind}" + (f".{beside}" if beside else ""))
    return found


def rendered() -> str:
    """The section of the README."""
    lines = ["| event | " + " | ".join(PLACES.values()) + " |", "|---|" + "---|" * len(PLACES)]
    for kind, places in EVENTS.items():
        cells = " | ".join("works" if place in places else "—" for place in PLACES)
        lines.append(f"| {SHOWN.get(kind, kind)} | {cells} |")
    lines += ["", "| | element | | |", "|---|---|---|---|"]
    group = ""
    for row in ROWS:
        shown, group = ("" if row.group == group else row.group), row.group
        verdict = f"refused: `{row.code}`" if row.code else "works"
        note = f"use {row.note}" if row.code else row.note
        lines.append(f"| {shown} | {row.element} | {verdict} | {note} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(rendered(), end="")
