"""Keeps the rest from knowing how anybody at all checks a printed document: its number and code, and nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web.security import limiter
from web.wiring import engine, open_to_all

pages = Blueprint("checking", __name__)
_LONGEST = 100


@pages.get("/verify")
@open_to_all
@limiter.limit("20/minute;200/hour")
def page() -> str | tuple[str, int]:
    """Number and code are in the query: the log of requests keeps paths only. What is half right is simply wrong."""
    number, code = (request.args.get(name, "").strip()[:_LONGEST] for name in ("no", "code"))
    if not code:
        return render_template("checking.html", number=number, code="", asked=False)
    found = engine().documents.check(number, code)
    shown = render_template("checking.html", number=number, code=code, asked=True, found=found)
    return (shown, 200) if found else (shown, 404)
