"""What web and the command line may use besides commands, errors, values, views and wording; loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.assembly import Engine, Settings, open_engine
    from engine.calendar.working_days import WorkingCalendar
    from engine.definitions import regulation
    from engine.directory.folding import fold
    from engine.directory.sorting import alphabet_key
    from engine.queries.reader import Reader

__all__ = ["Engine", "Reader", "Settings", "WorkingCalendar", "alphabet_key", "fold", "open_engine", "regulation"]

_HOMES = {
    "Engine": "engine.assembly",
    "Settings": "engine.assembly",
    "open_engine": "engine.assembly",
    "WorkingCalendar": "engine.calendar.working_days",
    "alphabet_key": "engine.directory.sorting",
    "fold": "engine.directory.folding",
    "Reader": "engine.queries.reader",
}


def __getattr__(name: str) -> Any:
    """Loads a part when it is first used: ``engine.values`` alone must not bring the whole engine with it."""
    if name == "regulation":
        return import_module("engine.definitions.regulation")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
