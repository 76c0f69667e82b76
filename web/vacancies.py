"""Keeps the rest from knowing how the roles without a holder are shown: today, and as far ahead as one looks."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web.wiring import reader, right

pages = Blueprint("vacancies", __name__)

WATCHERS = frozenset({"people", "monitor"})
AHEAD = (0, 14, 30, 90, 180)


@pages.get("/vacancies")
@right(*WATCHERS)
def page() -> str:
    asked = request.args.get("days", "")
    days = int(asked) if asked.isdecimal() and len(asked) < 4 and int(asked) in AHEAD else 30
    found = reader().vacancies(days)
    return render_template(
        "vacancies.html",
        found=found,
        days=days,
        ahead=AHEAD,
        people=reader().people(person for one in found for person in one.last),
        today=reader().today,
    )
