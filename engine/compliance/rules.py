"""Keeps the measuring from knowing where rules are written down: ``processes/regulation/compliance.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from engine.definitions.model import LANGUAGES
from engine.definitions.regulation import FOLDER, split_clauses
from engine.errors import Broken
from engine.wording import LOADER

Severity = Literal["critical", "major", "minor"]
Basis = Literal["regulation", "default", "mixed"]
"""Where the threshold comes from; mixed: the duty is the regulation's, the days are our default."""

_COUNT = "count(broken)"
_KNOWN = {
    "rule", "clause", "severity", "basis", "reads", "let", "threshold", "measure", "unit", "episodes", "judged", "warn",
    *LANGUAGES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``reads``: name in the expressions -> register; ``let``: worked out in order before the rest.

    ``measure`` is what is shown, ``broken`` in it the episodes that last today; ``unit`` names what the figures count.
    ``episodes`` gives contexts {since, until, case}: from which day the rule is broken, from which day no longer (null:
    still), in which case. An episode that begins after the day asked for is one that is going to happen.
    ``warn``: so many days before it does, the school is warned. ``judged``: false when nothing can be said.
    """

    number: str
    names: Mapping[str, str]
    clauses: tuple[str, ...]
    severity: Severity
    basis: Basis
    reads: Mapping[str, str]
    let: Mapping[str, str]
    threshold: str
    measure: str
    episodes: str
    judged: str
    warn: int
    unit: str
    line: int

    @property
    def measured(self) -> bool:
        """Whether more is measured than how often the rule is broken."""
        return self.measure != _COUNT


@cache
def rules(folder: Path = FOLDER) -> Mapping[str, Rule]:
    """Every rule that is measured, by number, in order. Raises Broken for a file that says something unknown."""
    text = (folder / "compliance.yaml").read_text(encoding="utf-8")
    nodes = cast(yaml.SequenceNode, yaml.compose(text, Loader=LOADER)).value
    lines = [node.start_mark.line + 1 for node in nodes]
    items = yaml.load(text, LOADER)  # noqa: S506 - the safe loader, in C
    return {item["rule"]: _rule(item, line) for item, line in zip(items, lines, strict=True)}


def _rule(item: Mapping[str, Any], line: int) -> Rule:
    unknown = sorted(set(item) - _KNOWN)
    if unknown:
        raise Broken(what=f"compliance.yaml:{line}: {', '.join(unknown)}")
    return Rule(
        number=item["rule"],
        names={lang: item[lang] for lang in LANGUAGES},
        clauses=split_clauses(item["clause"]),
        severity=item["severity"],
        basis=item["basis"],
        reads=item.get("reads", {}),
        let={name: str(text) for name, text in item.get("let", {}).items()},
        threshold=str(item.get("threshold", "null")),
        measure=str(item.get("measure", _COUNT)),
        episodes=str(item["episodes"]),
        judged=str(item.get("judged", "true")),
        warn=item.get("warn", 0),
        unit=item.get("unit", ""),
        line=line,
    )
