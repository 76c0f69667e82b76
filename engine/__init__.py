"""What web and the command line may use; everything else of the engine is its own business.

Loaded on first use, so that ``sapa lint`` does not open a database and a part can be imported without the whole.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.assembly import Engine, Settings, create_engine, open_engine
    from engine.queries.reader import Reader

__all__ = ["Engine", "Reader", "Settings", "create_engine", "open_engine"]

_WHERE = {"Reader": "engine.queries.reader"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(_WHERE.get(name, "engine.assembly")), name)
