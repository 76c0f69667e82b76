"""Keeps SpiffWorkflow from reading time or chance: ids are given, state stamps come from the command's moment.

``tests/test_architecture.py`` scans the installed library for other sources and fails when an upgrade adds one.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NoReturn

import SpiffWorkflow.task as spiff_task

_stamp: ContextVar[float] = ContextVar("stamp", default=0.0)


class _Time:
    """Stands in for the module ``time`` inside SpiffWorkflow.task."""

    @staticmethod
    def time() -> float:
        return _stamp.get()


def _no_chance() -> NoReturn:
    raise AssertionError("SpiffWorkflow asked for a random id: every token must be given its own")


def install() -> None:
    spiff_task.time = _Time
    spiff_task.uuid4 = _no_chance


def at(seconds: float) -> None:
    """State changes from here on are stamped with this moment (seconds since the epoch)."""
    _stamp.set(seconds)


install()
