"""Keeps commands from repeating what each has: who gives it, its key, the instance it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Variables = Mapping[str, Any]

CLOCK, ROUTER, SYSTEM = "clock", "router", "system"
VISITOR = "visitor"
"""Somebody without an account, whoever they are: begins cases and speaks in them where a model says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """``key``: the caller's idempotency key; the same key from the same actor is carried out once."""

    actor: str
    key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnInstance(Command):
    instance: str
