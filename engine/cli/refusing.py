"""Keeps the commands from knowing how the command line words its own refusals: by a code, in three languages."""

from __future__ import annotations

from typing import Any

from engine.errors import SapaError
from engine.wording import say


class Unusable(SapaError):
    """What the command line was given cannot be used. ``reason`` is a code of engine/wording/command_line.yaml."""

    def __init__(self, reason: str, **params: Any) -> None:
        self.reason = reason
        super().__init__(**params)

    def say(self, lang: str) -> str:
        return say(f"cli.{self.reason}", lang, self.params)

    def __str__(self) -> str:
        return self.say("en")
