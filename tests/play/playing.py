"""Keeps the tests of play from knowing how lines look: a model and steps in, what is open after each step out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.play.performance import perform

Line = dict[str, Any]
START: dict[str, Any] = {"start": {}}


def play(model: bytes | Mapping[str, bytes], *steps: Any, process: str = "", lang: str | None = None) -> list[Line]:
    """The lines of one play, through JSON as a reader gets them."""
    files = {"model.bpmn": model} if isinstance(model, bytes) else model
    lines: list[Line] = []
    perform(files, json.dumps(steps).encode(), process, lang, lambda line: lines.append(json.loads(json.dumps(line))))
    return lines


def start(process: str = "", **variables: Any) -> dict[str, Any]:
    return {"start": {"process": process, "variables": variables}}


def do(task: str, **data: Any) -> dict[str, Any]:
    return {"complete": {"task": task, "data": data}}


def do_all(task: str, **data: Any) -> dict[str, Any]:
    return {"complete": {"task": task, "data": data, "all": True}}


def advance(duration: str) -> dict[str, Any]:
    return {"advance": duration}


def tell(name: str, key: str | None = None, **variables: Any) -> dict[str, Any]:
    return {"message": {"name": name, "variables": variables, **({} if key is None else {"key": key})}}


def signal(name: str) -> dict[str, Any]:
    return {"signal": {"name": name}}


def users(line: Line) -> list[str]:
    return sorted(entry["id"] for entry in line["open"] if entry["waiting"] == "user")


def glance(line: Line) -> str:
    """``a b`` open tasks, ``~timer`` what else is waited for (not what is armed beside), then . or !code or ?code."""
    words = users(line)
    words += sorted(f"~{entry['id']}" for entry in line["open"] if entry["waiting"] != "user" and "on" not in entry)
    if line["status"] == "completed":
        words.append(".")
    elif line["status"] in ("failed", "refused"):
        words.append(("!" if line["status"] == "failed" else "?") + line["error"]["code"])
    return " ".join(words)


def follow(model: bytes | Mapping[str, bytes], script: Sequence[tuple[Any, str]], **options: Any) -> list[Line]:
    """Play and hold every step against its glance."""
    lines = play(model, *(step for step, _ in script), **options)
    assert [glance(line) for line in lines] == [wanted for _, wanted in script], lines
    return lines


def armed(line: Line) -> Iterator[str]:
    return (f"{entry['id']}@{entry['on']}" for entry in line["open"] if "on" in entry)
