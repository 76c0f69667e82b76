"""Keeps pages from knowing how a clause is told: our own words for it, where it is decided, what is open under it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, abort, render_template, request

from engine import regulation
from web.language import text_of, word
from web.wiring import reader

pages = Blueprint("clauses", __name__)

MOST = 20
"""Open cases named on the page of a clause."""
FILES = frozenset({"models", "audit", "admin"})
"""Rights with which one is told in which files a clause is carried."""
OUTSIDE = ""
"""The section of what the regulation carries besides its clauses."""
_SUBDIVISION = re.compile(r"(\.[sp]\d+|\().*$")


@pages.get("/clauses/<number>")
def page(number: str) -> str:
    clause = regulation.clauses().get(number)
    if clause is None:
        abort(404)
    section = _SUBDIVISION.sub("", number)
    above: list[tuple[str, Mapping[str, str]]] = []
    while section:
        if section in regulation.headings():
            above.insert(0, (section, regulation.headings()[section]))
        section = section.rpartition(".")[0]
    carried = [
        regulation.processes()[key] for key in (clause.process or "", *clause.also) if key in regulation.processes()
    ]
    here = reader().regulation.clauses().get(number)
    return render_template(
        "clause.html",
        clause=clause,
        above=above,
        carried=carried,
        settings=reader().regulation.settings(number),
        roles=[role for role in regulation.roles().values() if role.clause == number],
        carriers=_carriers(here.places if here else {}),
        files=not FILES.isdisjoint(reader().access.rights),
        cases=reader().regulation.cases(here.open[:MOST]) if here else (),
        more=len(here.open) - MOST if here else 0,
    )


class Carrier(NamedTuple):
    """Something that carries a clause: its kind, what it is called, and which rows of a table."""

    kind: str
    text: str
    rows: tuple[int, ...]


def _carriers(places: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, list[Carrier]]]:
    """(what the parts belong to, their file, the parts); rows of one table stand together."""
    found = []
    for file, those in places.items():
        parts: dict[tuple[str, str], list[int]] = {}
        for one in those:
            text = text_of(one.names) or one.parameter or one.element
            parts.setdefault((one.carrier, text), []).extend([one.row] if one.row else [])
        whole = next((text_of(one.of) for one in those if one.of), "") or word("carriers", next(iter(parts))[0])
        found.append((whole, file, [Carrier(kind, text, tuple(rows)) for (kind, text), rows in parts.items()]))
    return found


@pages.get("/regulation")
def listing() -> str:
    """Every clause, by section: where it is decided and how many cases stand at it; a word narrows it down."""
    words = request.args.get("q", "").strip()[:100]
    here = reader().regulation.clauses()
    sections: dict[str, list[Row]] = {}
    for clause in regulation.clauses().values():
        if words and not _meant(clause, words.casefold()):
            continue
        section = _SUBDIVISION.sub("", clause.id).split(".")[0]
        found = here.get(clause.id)
        row = Row(clause, found.kinds if found else (), len(found.open) if found else 0)
        sections.setdefault(section if section in regulation.headings() else OUTSIDE, []).append(row)
    if OUTSIDE in sections:
        sections[OUTSIDE] = sections.pop(OUTSIDE)  # last: what has no number is no clause
    return render_template("regulation.html", sections=sections, headings=regulation.headings(), words=words)


class Row(NamedTuple):
    clause: regulation.Clause
    kinds: tuple[str, ...]
    open: int


def _meant(clause: regulation.Clause, words: str) -> bool:
    return words in clause.id or any(words in title.casefold() for title in clause.titles.values())
