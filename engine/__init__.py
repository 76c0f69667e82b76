"""What web and the command line may use; everything else of the engine is its own business.

Loaded on first use, so that ``sapa lint`` does not open a database and a part can be imported without the whole.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.assembly import Engine, Settings, create_engine, open_engine
    from engine.calendar.working_days import WorkingCalendar
    from engine.definitions import regulation
    from engine.directory.folding import fold
    from engine.directory.importing import Problem
    from engine.documents.checking import code_of
    from engine.imports import Import
    from engine.invitations import Invitation
    from engine.queries.reader import Reader
    from engine.queries.registers import RegisterWish
    from engine.queries.rooms import RoomView
    from engine.visitors import VisitorCase

__all__ = [
    "Engine",
    "Import",
    "Invitation",
    "Problem",
    "Reader",
    "RegisterWish",
    "RoomView",
    "Settings",
    "VisitorCase",
    "WorkingCalendar",
    "code_of",
    "create_engine",
    "fold",
    "open_engine",
    "regulation",
]

_WHERE = {
    "Import": "engine.imports",
    "Invitation": "engine.invitations",
    "Problem": "engine.directory.importing",
    "Reader": "engine.queries.reader",
    "RegisterWish": "engine.queries.registers",
    "RoomView": "engine.queries.rooms",
    "VisitorCase": "engine.visitors",
    "WorkingCalendar": "engine.calendar.working_days",
    "code_of": "engine.documents.checking",
    "fold": "engine.directory.folding",
    "regulation": "engine.definitions",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    home = _WHERE.get(name, "engine.assembly")
    return import_module(f"{home}.{name}") if name == "regulation" else getattr(import_module(home), name)
