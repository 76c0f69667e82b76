"""Keeps forms from knowing where the choices come from that no directory and no case holds: what the regulation names.

Sources (component property ``options``) beside those of ``engine.directory.options``:
``regulation:clauses``  every clause, in the order of the text
``regulation:rules``    every rule that is measured, by number
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from engine.compliance.rules import rules
from engine.definitions.regulation import clauses
from engine.directory import options

_REGULATION = "regulation:"


def of(
    connection: Connection, source: str, *, data: Mapping[str, Any], school: str, day: date, lang: str
) -> list[options.Option]:
    """The choices of one source, whichever it is, labelled in ``lang``."""
    if is_regulation(source):
        return of_regulation(source, lang)
    return options.options(connection, source, data=data, school=school, day=day, lang=lang)


def is_regulation(source: str) -> bool:
    """Whether the choices are the regulation's own; they name no person and no unit."""
    return source.startswith(_REGULATION)


def of_regulation(source: str, lang: str) -> list[options.Option]:
    """Clauses or rules: the number, and what it says in a few words."""
    if source.removeprefix(_REGULATION) == "rules":
        named = {number: rule.names for number, rule in rules().items()}
    else:
        named = {number: clause.titles for number, clause in clauses().items()}
    return [{"value": number, "label": f"{number} — {title[lang]}"} for number, title in named.items()]
