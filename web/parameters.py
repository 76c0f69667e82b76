"""Keeps the rest from knowing how parameters are shown and one of ours is changed, with the reason, by who may."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import regulation
from engine.commands import SetParameter
from engine.errors import Invalid, NotFound
from web.blocked import by_right
from web.names import refusal
from web.wiring import engine, person, reader

pages = Blueprint("parameters", __name__)

RIGHT = "parameters"
SOURCES = ("regulation", "default")


@pages.get("/parameters")
def listing() -> str:
    """Every parameter: its source, its value, who changed it when and why."""
    return _page()


@pages.post("/parameters/<name>")
def change(name: str) -> Response | tuple[str, int]:
    if RIGHT not in reader().access.rights:
        raise NotFound(what=name)
    setting = regulation.parameters().get(name)
    if setting is None:
        raise NotFound(what=name)
    typed, reason = request.form.get("value", "")[:4000], request.form.get("reason", "").strip()[:300]
    edition = request.form.get("edition", "")[:50]
    value = as_typed(setting.type, typed)
    try:
        engine().handle(SetParameter(actor=person(), name=name, value=value, reason=reason, edition=edition))
    except Invalid as error:
        typed_so = {"typed": typed, "reason": reason, "edition": edition}
        wrong = {"problem": refusal(error), "wrong_field": next(iter(error.problems), "value")}
        return _page(at=name, at_names=setting.names, **wrong, **typed_so), 422
    flash(_("parameters.changed"), "ok")
    return redirect(url_for("parameters.listing") + f"#{name}", 303)


def as_typed(kind: str, text: str) -> Any:
    """What was typed as the parameter's own kind; as it stands where it is none of it, for the bus to refuse."""
    try:
        if kind == "number":
            number = float(text.replace(",", ".").replace(" ", ""))
            return int(number) if number.is_integer() else number
        if kind == "periods":
            return [_period(line) for line in text.splitlines() if line.strip()]
    except (ValueError, OverflowError):
        return text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def _period(line: str) -> dict[str, date]:
    """``01.07.2027–15.08.2027``. Raises ValueError."""
    first, last = (datetime.strptime(day.strip(), "%d.%m.%Y").date() for day in re.split(r"[-–—]", line, maxsplit=1))
    return {"from": first, "to": last}


def _page(**more: Any) -> str:
    words, may = request.args.get("q", "").strip()[:100], RIGHT in reader().access.rights
    every, changes = reader().regulation.parameters()
    shown = [one for one in every if not words or _meant(one, words.casefold())]
    return render_template(
        "parameters.html",
        groups=[(source, [one for one in shown if one["source"] == source]) for source in SOURCES],
        changes=changes,
        editions=[one.number for one in reader().regulation.editions() if one.in_force],
        people=reader().people(change.by for those in changes.values() for change in those),
        may=may,
        who=() if may else by_right(RIGHT, ""),
        words=words,
        **more,
    )


def _meant(one: dict[str, Any], words: str) -> bool:
    return any(words in text.casefold() for text in (one["name"], one["clause"], *one["names"].values()))
