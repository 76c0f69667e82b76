"""Keeps the measuring from knowing where rules are written down: ``compliance.yaml`` beside the models they are about.

Each rule is worked out in FEEL for one day. Its expressions may use the registers named by ``reads`` (rows with their
fields, ``key``, ``case`` and ``begun``: when that case began), ``appointed`` (each appointment in the school: role,
unit, person, start, end; end is the first day after it), ``school``, the values of ``let`` in order, and the functions
of models: today(), parameter_on(), holders(), working_days_after(), add_months() … What was due is judged by the
parameter as it stood when the step began, or the case for what the regulation states (parameter_on), never by today's.
An act that cannot be put right any more counts for P_FINDING_M months.
A rule is measured in each school; with ``scope: university`` once, at the university itself, and with ``scope:
everywhere`` in both. Severity: critical (an act or body is unlawful, or data cannot be trusted), major (a duty is not
met), minor (advice, or ours). Basis: see below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from engine.definitions.model import LANGUAGES
from engine.definitions.regulation import FOLDER, split_clauses
from engine.directory.reads import ROOT, SCHOOL
from engine.errors import Broken
from engine.wording import LOADER

Severity = Literal["critical", "major", "minor"]
Basis = Literal["regulation", "default", "mixed"]
"""Where the threshold comes from; mixed: the duty is the regulation's, the days are our default."""

_SCOPES = {"school": {SCHOOL}, "university": {ROOT}, "everywhere": {SCHOOL, ROOT}}
_COUNT = "count(broken)"
_KNOWN = {
    "rule", "clause", "severity", "basis", "reads", "let", "threshold", "measure", "unit", "episodes", "judged", "warn",
    "scope", "wrong", *LANGUAGES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``names``: what is required; ``wrong``: what has happened where it is broken.

    ``reads``: name in the expressions -> register of the school; ``let``: worked out in order before the rest.

    ``measure`` is what is shown, ``broken`` in it the episodes that last today; ``unit`` names what the figures count.
    ``episodes`` gives contexts {since, until, case, row}: from which day the rule is broken, from which day no longer
    (null: still), in which case, and where a case has several rows what the row is called. An episode that begins
    after the day asked for is one that is going to happen.
    ``warn``: so many days before it does, the school is warned. ``judged``: false when nothing can be said.
    ``kinds``: in which kinds of units it is measured.
    """

    number: str
    names: Mapping[str, str]
    wrong: Mapping[str, str]
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
    kinds: frozenset[str]

    @property
    def measured(self) -> bool:
        """Whether more is measured than how often the rule is broken."""
        return self.measure != _COUNT


@cache
def rules(folder: Path = FOLDER.parent) -> Mapping[str, Rule]:
    """Every rule that is measured, by number, in order. Raises Broken for a file that says something unknown."""
    found = [rule for path in sorted(folder.glob("*/compliance.yaml")) for rule in _rules(path)]
    found.sort(key=lambda rule: int(rule.number[1:]))
    return {rule.number: rule for rule in found}


def _rules(path: Path) -> Iterator[Rule]:
    text = path.read_text(encoding="utf-8")
    nodes = cast(yaml.SequenceNode, yaml.compose(text, Loader=LOADER)).value
    items = yaml.load(text, LOADER)  # noqa: S506 - the safe loader, in C
    for item, node in zip(items, nodes, strict=True):
        yield _rule(item, f"{path.parent.name}/{path.name}:{node.start_mark.line + 1}")


def _rule(item: Mapping[str, Any], place: str) -> Rule:
    unknown = sorted(set(item) - _KNOWN)
    if unknown:
        raise Broken(what=f"{place}: {', '.join(unknown)}")
    scope = item.get("scope", "school")
    if scope not in _SCOPES:
        raise Broken(what=f"{place}: scope {scope}")
    return Rule(
        number=item["rule"],
        names={lang: item[lang] for lang in LANGUAGES},
        wrong={lang: item["wrong"][lang] for lang in LANGUAGES},
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
        kinds=frozenset(_SCOPES[scope]),
    )
