"""What web and the command line may use; everything else of the engine is its own business."""

from engine.assembly import Engine, Settings, create_engine, open_engine
from engine.queries.reader import Reader

__all__ = ["Engine", "Reader", "Settings", "create_engine", "open_engine"]
