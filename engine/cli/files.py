"""Keeps the commands from knowing how models are named on the command line: files and folders in, contents out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.cli.refusing import Unusable
from engine.definitions import checks
from engine.definitions.regulation import FOLDER

HOME = FOLDER.parents[1]
"""Where processes/ and forms/ lie: a checkout, or beside the installed packages."""
SHIPPED = ("processes", "forms")


def read(paths: Sequence[str]) -> dict[str, bytes]:
    """Name -> content of the files named and of the models in folders named. Raises Unusable.

    Names are relative to the house where they lie in it, so that a model has one name wherever it is deployed from.
    """
    files: dict[str, bytes] = {}
    for path in paths:
        for file in _inside(Path(path)):
            try:
                files[_name(file)] = file.read_bytes()
            except OSError as problem:
                raise Unusable("unreadable", file=str(file), why=problem.strerror or str(problem)) from None
    return files


def shipped() -> dict[str, bytes]:
    """The models and forms that come with the program."""
    return read([str(HOME / folder) for folder in SHIPPED])


def _inside(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(file for file in path.rglob("*") if file.is_file() and checks.kind_of(file.name))


def _name(path: Path) -> str:
    full = path.resolve()
    inside = full.is_relative_to(HOME) and full.relative_to(HOME).parts[0] in SHIPPED
    return str(full.relative_to(HOME)) if inside else str(path)
