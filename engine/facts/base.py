"""Keeps the facts from knowing how they are named and found: the base class and the list of kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

KINDS: dict[str, type[Fact]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``kind`` is the name in the ledger; ``private`` the fields whose values are encrypted."""

    kind: ClassVar[str] = ""
    private: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
        cls.kind = name
        KINDS[name] = cls
