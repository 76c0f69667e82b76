"""What verification has to say: problems that name exactly what differs, and how much was looked at.

``Kind`` tells *tampered* (somebody changed the data behind the program's back) from *not reproduced* (the chain is
whole, but this version of the program decides differently). Nothing is ever repaired by a verification.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from engine.wording import say

Kind = Literal["tampered", "not_reproduced"]
CLEAN, TAMPERED, NOT_REPRODUCED = 0, 1, 3
_SHOWN = 1_000
"""Problems kept in full; all are counted. One cut-off stream can make thousands of rows wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` keys the sentence (engine/wording/verify.yaml); the rest says where, as far as it applies."""

    code: str
    kind: Kind = "tampered"
    stream: str = ""
    seq: int = 0
    field: str = ""
    table: str = ""
    key: str = ""
    column: str = ""
    file: str = ""
    stored: str = ""
    expected: str = ""

    def say(self, lang: str = "en") -> str:
        return say(f"verify.{self.code}", lang, asdict(self))

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        named = {name: value for name, value in asdict(self).items() if value not in ("", 0)}
        return named | {"message": self.say(lang)}


@dataclass(slots=True)
class Report:
    """The outcome of one verification."""

    streams: int = 0
    entries: int = 0
    reenacted: int = 0  # entries done again
    instances: int = 0
    erased: int = 0  # streams whose key was destroyed lawfully
    skipped: int = 0  # instances not done again because their model file was changed
    rows: int = 0  # rows of the caches compared
    files: int = 0
    checkpoints: int = 0
    anchor: str = ""  # "ID:HASH" of the last checkpoint
    unanchored: int = 0
    rebuilt: bool = False
    tampered: int = 0
    not_reproduced: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        if problem.kind == "tampered":
            self.tampered += 1
        else:
            self.not_reproduced += 1
        if len(self.problems) < _SHOWN:
            self.problems.append(problem)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 tampered, 3 not reproduced by this version."""
        if self.tampered:
            return TAMPERED
        return NOT_REPRODUCED if self.not_reproduced else CLEAN

    @property
    def clean(self) -> bool:
        return self.exit_code == CLEAN

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        figures = {name: value for name, value in asdict(self).items() if name != "problems"}
        shown = [problem.as_json(lang) for problem in self.problems]
        return {"clean": self.clean, "exit": self.exit_code, **figures, "problems": shown}
