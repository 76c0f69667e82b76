"""Keeps pages from knowing what else there is: the places of the rail, each with who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _

from web.wiring import access

pages = Blueprint("shell", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One place a person goes. ``label``: the message of its name, ``brief`` of a shorter one for phones."""

    endpoint: str
    label: Any  # lazy: told in the language of whoever asks
    icon: str
    owns: tuple[str, ...]  # endpoints that begin so belong to it
    rights: tuple[str, ...] = ()  # any of them opens it; none: everybody
    brief: Any = ""
    on_phone: bool = False  # stands in the bar of a phone itself, not behind "more"


PLACES = (
    Place(
        "inbox.page",
        _("nav.inbox"),
        "inbox",
        ("inbox.", "task.", "delegating.", "selected."),
        brief=_("nav.inbox_brief"),
        on_phone=True,
    ),
    Place("start.page", _("nav.start"), "plus-circle", ("start.",), brief=_("nav.start_brief"), on_phone=True),
    Place("case.listing", _("nav.cases"), "folder2-open", ("case.", "replay."), on_phone=True),
    Place(
        "registers.listing",
        _("nav.registers"),
        "journal-text",
        ("registers.",),
        brief=_("nav.registers_brief"),
        on_phone=True,
    ),
    Place("documents.listing", _("nav.documents"), "file-earmark-text", ("documents.",)),
    Place("room.listing", _("nav.rooms"), "list-check", ("room.",), brief=_("nav.rooms")),
    Place("monitor.page", _("nav.monitor"), "eye", ("monitor.",), rights=("monitor", "operate", "see_stopped")),
    Place("compliance.page", _("nav.compliance"), "shield-check", ("compliance.",), rights=("monitor",)),
    Place("clauses.listing", _("regulation.title"), "journal-text", ("clauses.", "parameters.")),
    Place("models.page", _("nav.models"), "diagram-3", ("models.", "proposals."), rights=("models", "audit")),
    Place("people.listing", _("nav.people"), "people", ("people.", "importing.", "vacancies.")),
    Place("letters.page", _("letters.title"), "envelope", ("letters.",), rights=("admin",)),
    Place("reset.accounts", _("accounts.title"), "lock", ("reset.accounts", "reset.issue"), rights=("admin",)),
)


def places() -> tuple[Place, ...]:
    """The places open to the person who asks, in the order of the rail."""
    who = access()
    if who is None:
        return ()
    return tuple(place for place in PLACES if not place.rights or who.rights & set(place.rights))


@pages.get("/more")
def more() -> str:
    """What does not fit into the bar of a phone, as a page of its own."""
    return render_template("more.html")
