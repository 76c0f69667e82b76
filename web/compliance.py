"""Keeps the rest from knowing how it is shown which rules each school keeps, and what will break soon."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request

from engine import RegisterWish
from web.dates import numeric
from web.names import counted
from web.register_layout import known
from web.registers import MOST_ROWS
from web.wiring import reader, right

pages = Blueprint("compliance", __name__)

STATUSES = ("violation", "warning", "no_data", "ok")
REGISTER = "findings"
TONES = {"violation": "bad", "warning": "warn", "no_data": "none", "ok": "ok"}


@pages.get("/compliance")
@right("monitor")
def page() -> str:
    """All schools that the reader watches in short, or one rule by rule."""
    school = request.args.get("school", "")[:100]
    found = reader().compliance(school, anew="anew" in request.args)
    if school and not found:
        abort(404)
    coming = [
        (day, one, rule, cases) for one in found for rule in one.rules if not rule.broken for day, cases in rule.coming
    ]
    return render_template(
        "compliance.html",
        found=found,
        one=found[0] if len(found) == 1 else None,
        alone=not school,
        coming=sorted(coming, key=lambda it: (it[0], it[1].school, it[2].rule)),
        statuses=STATUSES,
        tones=TONES,
        units=reader().units(),
        figure=figure,
        register=REGISTER,
        findings=_open_findings(school or found[0].school) if len(found) == 1 else {},
    )


def _open_findings(school: str) -> Counter[str]:
    """Rule -> how many rows of the register are open that this reader may see: a link to nothing helps nobody."""
    rows = reader().register(REGISTER, RegisterWish(school=school), per_page=MOST_ROWS).rows
    shown = known()[REGISTER]
    return Counter(str(row.values.get("rule", "")) for row in rows if row.values.get(shown.status_field) in shown.open)


def figure(value: Any, unit: str) -> str:
    """A measure or threshold: a day, a share as per cent, a number with its unit where that is one of time."""
    if value is None:
        return "—"
    if isinstance(value, date):
        return numeric(value)
    if unit == "share":
        return f"{float(value) * 100:.0f} %"
    return counted(int(value) if float(value).is_integer() else value, unit)
