"""Keeps pages from knowing how a clause is told: its subject in our own words, its force, deadline, who carries it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, abort, render_template

from engine import regulation
from web.wiring import reader

pages = Blueprint("clauses", __name__)

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
    settings = reader().settings(number)
    roles = [role for role in regulation.roles().values() if role.clause == number]
    return render_template("clause.html", clause=clause, above=above, carried=carried, settings=settings, roles=roles)
