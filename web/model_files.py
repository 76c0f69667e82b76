"""Keeps the desks of models from knowing how several files come with one form: how many, how large, of what kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from flask import request

MOST_FILES = 50
LARGEST = 2_000_000  # bytes of one file
ENDINGS = (".bpmn", ".dmn", ".form")


def uploaded() -> tuple[dict[str, bytes], str]:
    """The files by name, and why they are not taken: none, many, kind, large, twice; empty when they are."""
    given = [one for one in request.files.getlist("files") if one.filename]
    refused = ""
    if not given:
        refused = "none"
    elif len(given) > MOST_FILES:
        refused = "many"
    elif any(not str(one.filename).lower().endswith(ENDINGS) for one in given):
        refused = "kind"
    files = {} if refused else {plain_name(str(one.filename)): one.read(LARGEST + 1) for one in given}
    close()
    if any(len(content) > LARGEST for content in files.values()):
        refused = "large"
    if not refused and len(files) < len(given):
        refused = "twice"
    return ({} if refused else files), refused


def close() -> None:
    """What was too large for memory lies in a temporary file until then."""
    for key in request.files:
        for one in request.files.getlist(key):
            one.close()


def plain_name(name: str) -> str:
    """Without folders, of whatever system."""
    return name.replace("\\", "/").rpartition("/")[2]


def by_element(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(name of the element or empty, what is said of it), in the order of the file; remarks are left out."""
    worth = [one for one in found if one["severity"] != "info"]
    return [(name, list(ones)) for name, ones in groupby(worth, key=lambda one: str(one["name"] or one["element"]))]


def by_file(
    names: Iterable[str], found: Sequence[dict[str, Any]]
) -> list[tuple[str, list[tuple[str, list[dict[str, Any]]]]]]:
    """(name of the file, what is said of it by element) for each file."""
    return [(name, by_element([one for one in found if one["file"] == name])) for name in names]
