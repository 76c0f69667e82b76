"""Keeps pages from knowing how a clause is told: our own words for it, where it is decided, what is open under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, abort, render_template, request

from engine import regulation
from web.wiring import reader

pages = Blueprint("clauses", __name__)

MOST = 20
"""Open cases named on the page of a clause."""
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
        carriers=here.places if here else {},
        cases=reader().regulation.cases(here.open[:MOST]) if here else (),
        more=len(here.open) - MOST if here else 0,
    )


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
        sections.setdefault(section, []).append(row)
    return render_template("regulation.html", sections=sections, headings=regulation.headings(), words=words)


class Row(NamedTuple):
    clause: regulation.Clause
    kinds: tuple[str, ...]
    open: int


def _meant(clause: regulation.Clause, words: str) -> bool:
    return words in clause.id or any(words in title.casefold() for title in clause.titles.values())
